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


async def events_after(tx: Tx, scope: Scope, order_no: str, seq: int, limit: int) -> list[Mapping[str, Any]]:
    """The events of an order after `seq`, oldest first."""
    return list(await tx.connection.rows(_EVENTS, order_no, seq, limit, *scope.values))


async def head(tx: Tx, scope: Scope, order_no: str) -> Mapping[str, Any] | None:
    """How the order row says it stands, or None where there is no such order."""
    return await tx.connection.row(_HEAD, order_no, *scope.values)
