"""A past for forecasts: orders that went through the standard workflow, each stage in its time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tests.factory import STANDARD_LINE, Factory

_STAGES = ("signed", "in_review", "scheduled", "in_production", "awaiting_qc", "qc_passed", "shipped", "in_transit")


async def live(factory: Factory, orders: int, hours: Mapping[str, float], promised: date | None = None) -> list[str]:
    """Play whole orders that end by now; a stage that is not named takes one hour. Says which."""
    now, numbers = factory.clock, []
    total = sum(hours.get(stage, 1.0) for stage in _STAGES)
    for place in range(orders):
        factory.clock = now - timedelta(hours=total + 2 * (orders - place))
        number = (await factory.an_order(promised_date=promised))["order_no"]
        for stage, (action, role) in zip(_STAGES, STANDARD_LINE, strict=True):
            factory.later(hours=hours.get(stage, 1.0))
            await factory.act(number, action, role)
        numbers.append(number)
    factory.clock = now
    return numbers
