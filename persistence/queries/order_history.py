"""An order's events as they stand, for reading and for proving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_EVENTS = f"""
SELECT e.seq, e.body, e.canonical, e.prev_hash, e.hash, e.action, e.from_stage, e.to_stage, e.held, e.type
FROM events e JOIN orders o ON o.id = e.order_id
WHERE o.order_no = $1 AND e.seq > $2 AND {within(4)} ORDER BY e.seq LIMIT $3
"""  # noqa: S608 - composed of constants
_HEAD = f"""
SELECT o.version, o.head_hash, o.stage, o.held FROM orders o
WHERE o.order_no = $1 AND {within(2)}
"""  # noqa: S608 - composed of constants
# Who holds an order follows from its stage in the version of the workflow under which the event was written.
_CUSTODY = f"""
SELECT e.recorded_at AS at, e.to_stage AS stage, s->'label' AS label, e.held,
  CASE WHEN s->>'category' NOT IN ('done', 'cancelled') THEN s->>'role' END AS role,
  coalesce(r.based_on, e.body#>>'{{actor,role}}') AS by, coalesce(s->>'category' = 'cancelled', false) AS cancelled
FROM orders o JOIN events e ON e.order_id = o.id
LEFT JOIN documents d ON d.kind = 'workflow' AND d.key || '@' || d.version = e.body->>'workflow'
LEFT JOIN LATERAL json_array_elements(d.body->'stages') s ON s->>'key' = e.to_stage
LEFT JOIN roles r ON r.key = e.body#>>'{{actor,role}}'
WHERE o.order_no = $1 AND {within(2)} ORDER BY e.seq
"""  # noqa: S608 - composed of constants


async def events_after(tx: Tx, scope: Scope, order_no: str, seq: int, limit: int) -> list[Mapping[str, Any]]:
    """The events of an order after `seq`, oldest first."""
    return list(await tx.connection.rows(_EVENTS, order_no, seq, limit, *scope.values))


async def custody(tx: Tx, scope: Scope, order_no: str) -> list[Mapping[str, Any]]:
    """Each event of an order with the stage and the role that had it from then on, oldest first."""
    return list(await tx.connection.rows(_CUSTODY, order_no, *scope.values))


async def head(tx: Tx, scope: Scope, order_no: str) -> Mapping[str, Any] | None:
    """How the order row says it stands, or None where there is no such order."""
    return await tx.connection.row(_HEAD, order_no, *scope.values)
