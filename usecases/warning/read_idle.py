"""The zombies: orders to which nothing happens, and what they block."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.orders.events import instant_text
from domain.orders.money import money_text, price_text
from persistence.queries import idle_board
from persistence.queries.idle_board import IdleFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.read_stock import FACTORY_CURRENCY
from usecases.warning.rulebook import newest_rule
from usecases.warning.run_rules import idle_limits

RULE = "order_idle"
# Two weeks, where the rule was never published.
_HOURS = 336.0


@use_case(right="warning.read")
async def list_idle(tx: Tx, wanted: IdleFilter) -> list[dict[str, Any]]:
    """Idle by each stage's own history, or by the rule's hours; the longest first. Each with its `id` beside it."""
    found = await newest_rule(tx, RULE)
    limits = await idle_limits(tx, found[0].hours if found else _HOURS)
    return [_view(row) for row in await idle_board.idle_orders(tx, Scope.of(tx.actor), limits, wanted)]


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "customer": row["customer"],
        "merchandiser": row["merchandiser"],
        "stage": row["stage"],
        "category": row["category"],
        "held": row["held"],
        "promised_date": row["promised_date"] and row["promised_date"].isoformat(),
        "since": instant_text(row["since"]),
        "idle_days": row["idle_days"],
        "currency": row["currency"],
        "total": money_text(row["total"], row["currency"]),
        "reserved": row["reserved"],
        "cost": None if row["cost"] is None else price_text(row["cost"], FACTORY_CURRENCY),
        "work_orders": row["work_orders"],
    }
