"""A seeded factory that never was: its stays and its orders, with loops, slow orders, two types and a drift."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.forecast.model import Stay
from domain.warning.calendar import Calendar
from domain.warning.working_time import WorkingTime
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow

SHANGHAI = ZoneInfo("Asia/Shanghai")
STANDARD = Workflow.parse(next(body for body in builtin_workflows() if body["key"] == "standard"))
SERVICE = {("standard", stage.key): stage.service_hours for stage in STANDARD.stages}
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
_DAY = ((time(8), time(12)), (time(13), time(17)))
CALENDAR = Calendar(SHANGHAI, (*(_DAY,) * 5, (), ()))
TIME = WorkingTime.around(CALENDAR, NOW)
# Hours in the middle, and how far they scatter.
HOURS = {
    "signed": (3.0, 0.8),
    "in_review": (6.0, 0.9),
    "scheduled": (20.0, 0.7),
    "in_production": (30.0, 0.5),
    "awaiting_qc": (3.0, 0.8),
    "qc_passed": (8.0, 0.7),
    "shipped": (2.0, 0.5),
    "in_transit": (12.0, 0.6),
}
NEXT = dict(zip(HOURS, [*list(HOURS)[1:], "delivered"], strict=True))
FAILS = 0.12


@dataclass(frozen=True)
class Life:
    """One order: the stages that it went through, each with the working hour at which it came there."""

    order_type: str
    opened: float
    promised: float
    steps: tuple[tuple[str, float], ...]
    delivered: float

    def stays(self, now: float) -> list[Stay]:
        """What was known of it by then."""
        ends = [*(at for _, at in self.steps[1:]), self.delivered]
        following = [*(stage for stage, _ in self.steps[1:]), "delivered"]
        return [
            Stay(
                "standard",
                stage,
                self.order_type,
                self.promised,
                min(end, now) - at,
                (now - at) / 8 * 7 / 5,
                then if end <= now else None,
            )
            for (stage, at), end, then in zip(self.steps, ends, following, strict=True)
            if at <= now
        ]

    def at(self, hour: float) -> tuple[str, float]:
        """Where it stands, and since when."""
        return next(step for step in reversed(self.steps) if step[1] <= hour)


def lives(seed: int, number: int, first: float, last: float) -> list[Life]:
    """Orders opened at random between two working hours."""
    chance = random.Random(seed)
    return [_life(chance, chance.uniform(first, last)) for _ in range(number)]


def _life(chance: random.Random, opened: float) -> Life:
    order_type = chance.choice(["standard", "standard", "export"])
    pace = chance.lognormvariate(0, 0.2) * (1.6 if order_type == "export" else 1.0)
    at, stage, steps = opened, "signed", []
    while stage != "delivered":
        steps.append((stage, at))
        middle, scatter = HOURS[stage]
        at += middle * pace * chance.lognormvariate(0, scatter)
        failed = stage == "awaiting_qc" and chance.random() < FAILS
        stage = "in_production" if failed else NEXT[stage]
    return Life(order_type, opened, chance.choice([80.0, 120.0, 200.0]), tuple(steps), at)


def instant(hour: float) -> datetime:
    """A working hour of TIME as an instant."""
    return TIME.instant(hour)


def days(count: float) -> timedelta:
    return timedelta(days=count)
