"""What early warning was worth, counted over all orders that are over."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.warning.foresight import Outcome, foresight
from persistence.queries import warned_orders
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="admin.all")
async def measure_warnings(tx: Tx, _: None) -> dict[str, Any]:
    """`{"delivered", "late", "rules", "alerts"}`: by rule who was foreseen, how early, and how many false alarms."""
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
    }
