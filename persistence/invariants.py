"""Rows that break an invariant, found by SQL: each statement answers (row, problem) for every row that is wrong.

`$1` is the present instant where a statement takes one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from persistence import change_invariants
from persistence.proofs import stream
from persistence.tx import Tx

# How long past its time something may lie before somebody must have died: a relay looks each second, leases last one
# minute.
LEASE_GRACE = timedelta(minutes=10)
WAIT_LIMIT = timedelta(hours=1)

COUNTS = {
    "splits": "SELECT count(*) FROM orders WHERE parent_no IS NOT NULL",
    "quantities": "SELECT count(*) FROM order_lines",
    "outbox": "SELECT count(*) FROM outbox",
    "intake": "SELECT count(*) FROM payloads",
    "documents": "SELECT count(*) FROM documents",
    "reports": "SELECT count(*) FROM reports",
    "changes": change_invariants.COUNT,
}

BROKEN: dict[str, tuple[tuple[str, str], ...]] = {
    "changes": change_invariants.BROKEN,
    "splits": (
        (
            "orders",
            """
            WITH family AS (
              SELECT o.id, o.total, coalesce(o.parent_no, o.order_no) AS root FROM orders o
              WHERE o.parent_no IS NOT NULL OR EXISTS (SELECT 1 FROM orders c WHERE c.parent_no = o.order_no)
            ), kept AS (SELECT root, sum(total) AS total FROM family GROUP BY root
            ), told AS (
              SELECT f.root,
                coalesce(sum((e.body#>>'{payload,total}')::numeric) FILTER (WHERE e.type = 'OrderOpened'), 0)
                + coalesce(sum((e.body#>>'{payload,changed,total,1}')::numeric
                  - (e.body#>>'{payload,changed,total,0}')::numeric)
                  FILTER (WHERE e.type IN ('OrderEdited', 'OrderChanged')), 0) AS total
              FROM family f JOIN events e ON e.order_id = f.id GROUP BY f.root
            )
            SELECT kept.root AS row, 'it and its parts are worth ' || kept.total || ' together, their histories say '
              || coalesce(told.total::text, 'nothing') AS problem
            FROM kept LEFT JOIN told USING (root) WHERE kept.total IS DISTINCT FROM told.total ORDER BY 1
            """,
        ),
        (
            "orders",
            """
            SELECT o.order_no AS row, 'its parent ' || o.parent_no || ' does not exist' AS problem FROM orders o
            WHERE o.parent_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM orders p WHERE p.order_no = o.parent_no)
            """,
        ),
        (
            "events",
            """
            SELECT o.order_no || ' #' || e.seq AS row,
              'the part ' || (e.body#>>'{payload,child_no}') || ' does not exist' AS problem
            FROM events e JOIN orders o ON o.id = e.order_id
            WHERE e.action = 'split'
              AND NOT EXISTS (SELECT 1 FROM orders c WHERE c.order_no = e.body#>>'{payload,child_no}')
            """,
        ),
    ),
    "quantities": (
        (
            "order_lines",
            """
            SELECT o.order_no || ' line ' || l.line AS row,
              l.returned_quantity || ' returned, ' || l.shipped_quantity || ' shipped, ' || l.quantity || ' ordered'
                AS problem
            FROM order_lines l JOIN orders o ON o.id = l.order_id
            WHERE NOT (0 <= l.returned_quantity AND l.returned_quantity <= l.shipped_quantity
              AND l.shipped_quantity <= l.quantity)
            """,
        ),
    ),
    "outbox": (
        (
            "outbox",
            """
            SELECT min(id::text) AS row, 'the same effect is there ' || count(*) || ' times' AS problem FROM outbox
            GROUP BY event_id, kind, channel, recipient HAVING count(*) > 1
            """,
        ),
        (
            "outbox",
            f"""
            SELECT id::text AS row, 'its lease ended at ' || lease_until || ' and nobody has taken it' AS problem
            FROM outbox WHERE state = 'leased'
              AND coalesce(lease_until, '-infinity') < $1::timestamptz - interval '{LEASE_GRACE.total_seconds()} s'
            """,  # noqa: S608 - composed of constants
        ),
        (
            "outbox",
            f"""
            SELECT id::text AS row, kind || ' has been due since ' || due_at AS problem FROM outbox
            WHERE state = 'ready' AND due_at < $1::timestamptz - interval '{WAIT_LIMIT.total_seconds()} s'
            """,  # noqa: S608 - composed of constants
        ),
        (
            "outbox",
            """
            SELECT x.id::text AS row, 'speaks of the order ' || x.order_no || ', which does not exist' AS problem
            FROM outbox x WHERE x.order_no IS NOT NULL
              AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_no = x.order_no)
            """,
        ),
        (
            "outbox",
            """
            SELECT id::text AS row, 'is in the state ' || state AS problem FROM outbox
            WHERE state NOT IN ('ready', 'leased', 'done', 'dead')
            """,
        ),
    ),
    "intake": (
        (
            "payloads",
            """
            SELECT id::text AS row, 'its bytes are no longer those that its SHA-256 names' AS problem FROM payloads
            WHERE authentic AND sha256 <> encode(sha256(body), 'hex')
            """,
        ),
        (
            "payloads",
            """
            SELECT p.id::text AS row, CASE WHEN p.order_no IS NULL THEN 'is ordered without an order'
              WHEN o.id IS NULL THEN 'its order ' || p.order_no || ' does not exist'
              ELSE 'its order ' || p.order_no || ' is of the number ' || coalesce(o.external_id, 'nothing') || ', not '
                || p.external_id END AS problem
            FROM payloads p LEFT JOIN orders o ON o.order_no = p.order_no
            WHERE p.status = 'ordered' AND (o.id IS NULL OR o.external_id IS DISTINCT FROM p.external_id)
            """,
        ),
        (
            "payloads",
            """
            SELECT id::text AS row, 'is in the state ' || status AS problem FROM payloads
            WHERE status NOT IN ('kept', 'parsed', 'review', 'ordered', 'ignored', 'refused', 'failed')
            """,
        ),
    ),
    "reports": (
        (
            "reports",
            """
            SELECT r.id::text AS row, CASE WHEN c.id IS NULL THEN 'waits for a person and is in no conflict'
              ELSE 'is ' || r.status || ' and in a conflict' END AS problem
            FROM reports r LEFT JOIN conflicts c ON c.report_id = r.id
            WHERE (r.status = 'conflict') <> (c.id IS NOT NULL) OR r.conflict_id IS DISTINCT FROM c.id
            """,
        ),
        (
            "conflicts",
            """
            SELECT c.id::text AS row, 'was decided to ' || c.decision || ', and '
              || CASE WHEN r.id IS NULL THEN 'nothing was applied' ELSE 'a report was applied' END AS problem
            FROM conflicts c LEFT JOIN reports r ON r.resolves = c.report_id AND r.status = 'applied'
            WHERE c.state = 'resolved' AND ((c.decision = 'discard') <> (r.id IS NULL)
              OR c.applied_report IS DISTINCT FROM r.id)
            """,
        ),
        (
            "conflicts",
            """
            SELECT c.id::text AS row, 'is open, and its report was applied' AS problem
            FROM conflicts c JOIN reports r ON r.resolves = c.report_id WHERE c.state = 'open'
            """,
        ),
        (
            "reports",
            """
            SELECT r.id::text AS row, 'names the event ' || e.id || ', which does not exist' AS problem
            FROM reports r, unnest(r.event_ids) AS e(id) WHERE NOT EXISTS (SELECT 1 FROM events v WHERE v.id = e.id)
            """,
        ),
        (
            "material_moves",
            """
            SELECT m.report_id || ' #' || m.number AS row, 'its report was not applied' AS problem
            FROM material_moves m JOIN reports r ON r.id = m.report_id WHERE r.status <> 'applied'
            """,
        ),
    ),
    "documents": (
        (
            "documents",
            """
            SELECT kind || ' ' || key AS row, 'has ' || count(*) || ' versions, from ' || min(version) || ' to '
              || max(version) AS problem
            FROM documents GROUP BY kind, key HAVING min(version) <> 1 OR max(version) <> count(*)
            """,
        ),
        (
            "documents",
            """
            SELECT kind || ' ' || key || '@' || version AS row,
              'says that it is version ' || (body->>'version') AS problem
            FROM documents WHERE body->>'version' <> version::text
            """,
        ),
    ),
}

DEAD = """
SELECT id::text AS row, kind || ' to ' || channel || ' failed for good: ' || coalesce(problem, '') AS problem
FROM outbox WHERE state = 'dead' ORDER BY id
"""

PAPERS = """
SELECT a.id::text AS id, o.order_no, a.sha256, a.size_bytes, EXISTS (SELECT 1 FROM events e
  WHERE e.order_id = a.order_id AND e.type = 'PaperAttached' AND e.body->'evidence' @> jsonb_build_array(
    jsonb_build_object('attachment_id', a.id::text, 'sha256', a.sha256, 'kind', a.kind))) AS in_history
FROM attachments a JOIN orders o ON o.id = a.order_id ORDER BY a.sha256
"""
LOST_PAPERS = """
SELECT o.order_no || ' #' || e.seq AS row, 'the paper ' || (p->>'attachment_id') || ' is in no attachment' AS problem
FROM events e JOIN orders o ON o.id = e.order_id,
  jsonb_array_elements(CASE jsonb_typeof(e.body->'evidence') WHEN 'array' THEN e.body->'evidence' END) p
WHERE e.type = 'PaperAttached' AND NOT EXISTS (SELECT 1 FROM attachments a WHERE a.id::text = p->>'attachment_id')
"""
ROOTS = """
SELECT period_start, result FROM ticks WHERE name = 'chain_heads' AND result IS NOT NULL
ORDER BY period_start DESC LIMIT $1
"""


async def count(tx: Tx, what: str) -> int:
    """How many rows a check looks at."""
    counted: int = await tx.connection.value(COUNTS[what])
    return counted


async def broken(tx: Tx, sql: str) -> AsyncIterator[tuple[str, str]]:
    """(row, problem) of every row that a statement finds."""
    values: list[Any] = [tx.now] if "$1" in sql else []
    async for found in stream(tx, sql, *values):
        yield found["row"], found["problem"]
