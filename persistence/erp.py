"""What an ERP is told, what it told, and where the two disagree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.erp.differences import Difference, OrderHere
from domain.orders.order import OPEN_CATEGORIES
from persistence.tx import Tx

TELL = "tell_erp"
# Whoever waits already tells what is true when its turn comes, so nobody waits behind it; what was given up is tried
# anew by the newer telling, and nobody has to decide about it any more.
_QUEUE = """
WITH told AS (SELECT e.* FROM jsonb_to_recordset($1) AS e(id uuid, order_no text)),
given_up AS (
  UPDATE outbox o SET state = 'done', settled_at = $3, settled_by = $4 FROM told t
  WHERE o.order_no = t.order_no AND o.kind = 'tell_erp' AND o.channel = $2 AND o.state = 'dead'
)
INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at)
SELECT t.id, t.id, t.order_no, 'tell_erp', $2, 'order:' || t.order_no, '{}', $3, $3 FROM told t
WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.order_no = t.order_no AND o.kind = 'tell_erp' AND o.channel = $2
  AND o.state = 'ready')
"""
_OPEN = "SELECT order_no FROM orders WHERE category = ANY ($1::text[]) ORDER BY id"
_LEFT = """
SELECT e.seq, e.action, e.recorded_at AS at, coalesce(e.body->'payload'->'lines', '[]') AS lines
FROM events e WHERE e.order_id = $1
  AND (e.action = 'ship_part' OR e.action IN ('dispatch', 'sign_delivery') AND e.from_stage <> e.to_stage)
ORDER BY e.seq
"""
_TOLD = "SELECT number, version FROM erp_documents WHERE source = $1 AND order_no = $2"
_KEEP_TOLD = """
INSERT INTO erp_documents AS d (source, number, order_no, version, told_at)
SELECT $1, n, $3, $4, $5 FROM unnest($2::text[]) n
ON CONFLICT (source, number) DO UPDATE SET version = greatest(d.version, excluded.version), told_at = excluded.told_at
"""
_UNDER_WAY = """
SELECT DISTINCT channel FROM outbox WHERE kind = $1 AND state IN ('ready', 'leased') AND channel = ANY ($2)
"""
_UNTIL = "SELECT until FROM erp_ledgers WHERE source = $1"
_LEDGER_READ = """
INSERT INTO erp_ledgers AS l (source, until, as_of, tried_at, problem, report) VALUES ($1, $2, $3, $4, NULL, $5)
ON CONFLICT (source) DO UPDATE SET until = coalesce(excluded.until, l.until), as_of = excluded.as_of,
  tried_at = excluded.tried_at, problem = NULL, report = excluded.report
"""
_LEDGER_SILENT = """
INSERT INTO erp_ledgers AS l (source, tried_at, problem) VALUES ($1, $2, $3)
ON CONFLICT (source) DO UPDATE SET tried_at = excluded.tried_at, problem = excluded.problem
"""
_ASK_REPORT = """
INSERT INTO erp_reports AS r (source, day, asked_at) VALUES ($1, $2, $3)
ON CONFLICT (source, day) DO UPDATE SET asked_at = excluded.asked_at WHERE $4::boolean RETURNING source
"""
# An order that was opened within the hour may not have been told yet.
_COMPARABLE = """
SELECT o.order_no, o.total, o.tax_included, o.currency,
  coalesce((SELECT sum(l.amount) FROM order_lines l WHERE l.order_id = o.id), 0) AS goods
FROM orders o
WHERE o.order_no > $1 AND o.opened_at < $2::timestamptz - interval '1 hour'
  AND (o.category = ANY ($3::text[]) OR o.category = 'done' AND o.updated_at > $2::timestamptz - interval '7 days')
ORDER BY o.order_no LIMIT $4
"""
_ADD_DIFFERENCES = """
INSERT INTO erp_differences (run, source, day, kind, subject, here, there)
SELECT $1, $2, $3, e.* FROM unnest($4::text[], $5::text[], $6::text[], $7::text[]) AS e(kind, subject, here, there)
ON CONFLICT DO NOTHING
"""
# What this house sees by itself: materials without an article, money of orders that nobody knows, what was not taken.
_OWN_DIFFERENCES = """
INSERT INTO erp_differences (run, source, day, kind, subject, here, there)
SELECT $1::uuid, $2::text, $3::date, 'material_unknown', m.sku, NULL,
  trim_scale(m.on_hand)::text || ' ' || m.unit FROM materials m
WHERE m.source = $2 AND m.on_hand <> 0 AND NOT EXISTS (SELECT 1 FROM articles a WHERE a.sku = m.sku)
UNION ALL
SELECT $1::uuid, $2, $3, 'entry_unknown', l.external_id, NULL,
  l.order_no || ': ' || trim_scale(l.amount)::text || ' ' || l.currency
FROM ledger_entries l WHERE l.source = $2 AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_no = l.order_no)
UNION ALL
SELECT DISTINCT ON (o.order_no) $1::uuid, $2, $3, 'not_told', o.order_no, o.problem, NULL FROM outbox o
WHERE o.kind = 'tell_erp' AND o.channel = $2 AND o.state = 'dead'
ON CONFLICT DO NOTHING
"""
_COUNTS = """
SELECT kind, count(*) AS number FROM erp_differences WHERE source = $1 AND day = $2 AND run = $3 GROUP BY kind
"""
_DROP_OLD = """
DELETE FROM erp_differences WHERE source = $1 AND day = $2 AND run <> $3
"""
_FINISH_REPORT = """
UPDATE erp_reports SET made_at = $3, run = $4, compared = $5, counts = $6, problem = NULL
WHERE source = $1 AND day = $2
"""
_REPORT_FAILED = "UPDATE erp_reports SET problem = $3 WHERE source = $1 AND day = $2"


async def queue(tx: Tx, source: str, order_nos: Collection[str]) -> int:
    """Ask for these orders to be told; says for how many nobody waited yet."""
    rows = [{"id": tx.new_id(), "order_no": order_no} for order_no in order_nos]
    return await tx.connection.run(_QUEUE, rows, source, tx.now, tx.actor.id) if rows else 0


async def open_orders(tx: Tx) -> list[str]:
    """Every order that is not done."""
    return [row["order_no"] for row in await tx.connection.rows(_OPEN, list(OPEN_CATEGORIES))]


async def left(tx: Tx, order_id: UUID) -> list[Mapping[str, Any]]:
    """The events by which goods of an order left the house, oldest first."""
    return list(await tx.connection.rows(_LEFT, order_id))


async def told(tx: Tx, source: str, order_no: str) -> dict[str, int]:
    """Which documents of an order a system knows, each up to which version."""
    return {row["number"]: row["version"] for row in await tx.connection.rows(_TOLD, source, order_no)}


async def keep_told(tx: Tx, source: str, order_no: str, numbers: Sequence[str], version: int) -> None:
    """A system knows these documents now."""
    await tx.connection.run(_KEEP_TOLD, source, list(numbers), order_no, version, tx.now)


async def under_way(tx: Tx, kind: str, sources: Sequence[str]) -> set[str]:
    """Those of the sources for which an effect of this kind is waiting or being carried out."""
    return {row["channel"] for row in await tx.connection.rows(_UNDER_WAY, kind, list(sources))}


async def ledger_until(tx: Tx, source: str) -> str | None:
    """How far the source's ledger has been read, in its own words."""
    found: str | None = await tx.connection.value(_UNTIL, source)
    return found


async def ledger_read(tx: Tx, source: str, until: str | None, began_at: datetime, report: Mapping[str, Any]) -> None:
    """The ledger was read to its end."""
    await tx.connection.run(_LEDGER_READ, source, until, began_at, tx.now, report)


async def ledger_silent(tx: Tx, source: str, problem: Mapping[str, Any]) -> None:
    """It was not; what was read before stays."""
    await tx.connection.run(_LEDGER_SILENT, source, tx.now, problem)


async def ask_report(tx: Tx, source: str, day: date, *, again: bool) -> bool:
    """Begin the day's report. False where it has been begun already, unless it is to be made `again`."""
    return await tx.connection.value(_ASK_REPORT, source, day, tx.now, again) is not None


async def comparable(tx: Tx, after: str, asked_at: datetime, limit: int) -> list[OrderHere]:
    """Orders that an ERP should have, by number."""
    rows = await tx.connection.rows(_COMPARABLE, after, asked_at, list(OPEN_CATEGORIES), limit)
    return [OrderHere(**row) for row in rows]


async def add_differences(tx: Tx, source: str, day: date, run: UUID, found: Sequence[Difference]) -> None:
    """Keep what a page of a comparison found."""
    columns = ([getattr(one, name) for one in found] for name in ("kind", "subject", "here", "there"))
    await tx.connection.run(_ADD_DIFFERENCES, run, source, day, *columns)


async def finish_report(tx: Tx, source: str, day: date, run: UUID, compared: int) -> dict[str, int]:
    """The comparison is whole: it takes the place of an earlier one of the day. Answers counts by kind."""
    await tx.connection.run(_OWN_DIFFERENCES, run, source, day)
    counts = {row["kind"]: row["number"] for row in await tx.connection.rows(_COUNTS, source, day, run)}
    await tx.connection.run(_DROP_OLD, source, day, run)
    await tx.connection.run(_FINISH_REPORT, source, day, tx.now, run, compared, counts)
    return counts


async def report_failed(tx: Tx, source: str, day: date, problem: Mapping[str, Any]) -> None:
    """The day's report could not be made; an earlier one of the day stays."""
    await tx.connection.run(_REPORT_FAILED, source, day, problem)
