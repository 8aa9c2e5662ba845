"""The newest orders of a workflow with their whole histories, in two statements however many they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.orders.order import Order
from persistence.order_rows import LINES, order_from
from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_ORDERS = f"""
SELECT o.*, {LINES} FROM orders o
WHERE o.workflow_key = $1 AND ($2::timestamptz IS NULL OR o.opened_at >= $2)
  AND ($3::timestamptz IS NULL OR o.opened_at < $3) AND {within(5)}
ORDER BY o.opened_at DESC, o.id DESC LIMIT $4
"""  # noqa: S608 - composed of constants
_EVENTS = "SELECT order_id, body FROM events WHERE order_id = ANY ($1) ORDER BY order_id, seq"


@dataclass(frozen=True, slots=True)
class Wanted:
    """At most `limit` orders of a workflow, opened from `since` and before `until` where those are told."""

    workflow_key: str
    limit: int
    since: datetime | None = None
    until: datetime | None = None


async def newest(tx: Tx, scope: Scope, wanted: Wanted) -> list[Order]:
    """The newest first."""
    values = (wanted.workflow_key, wanted.since, wanted.until, wanted.limit, *scope.values)
    return [order_from(row) for row in await tx.connection.rows(_ORDERS, *values)]


async def histories(tx: Tx, orders: Sequence[UUID]) -> Mapping[UUID, list[Mapping[str, Any]]]:
    """What happened to each, oldest first, in the names of the API."""
    found: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await tx.connection.rows(_EVENTS, orders):
        found[row["order_id"]].append(row["body"])
    return found
