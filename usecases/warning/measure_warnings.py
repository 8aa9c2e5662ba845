"""What early warning was worth, counted over all orders that are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.warning.foresight import Outcome, foresight
from domain.warning.rules import LEAST_PERCENT
from domain.warning.settings import Look, compare_settings
from persistence import facts
from persistence.queries import warned_orders
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="admin.all")
async def read_risks(tx: Tx, _: None) -> dict[str, Look]:
    """Of every order that might be late, by its number, what is said of it now."""
    return {
        due.facts["order_no"]: Look(tx.now, due.facts["late_percent"], due.since, due.facts["category"])
        for due in await facts.forecast_late(tx, LEAST_PERCENT)
    }


@use_case(right="admin.all")
async def measure_warnings(tx: Tx, looks: Mapping[str, Sequence[Look]]) -> dict[str, Any]:
    """`{"delivered", "late", "rules", "alerts", "settings"}`: by rule who was foreseen, how early, who in error.

    `settings` are the same for `forecast_late` at other settings, by what `read_risks` said at each look.
    """
    outcomes = [
        Outcome(
            row["order_no"],
            row["due_at"],
            row["delivered_at"],
            {rule: datetime.fromisoformat(at) for rule, at in row["warned"].items()},
        )
        for row in await warned_orders.delivered(tx)
    ]
    return {
        "delivered": len(outcomes),
        "late": sum(one.late for one in outcomes),
        "rules": [one.as_json() for one in foresight(outcomes)],
        "alerts": await warned_orders.alerts_by_rule(tx),
        "settings": compare_settings(outcomes, looks),
    }
