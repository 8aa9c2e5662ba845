"""Whether warnings foresaw what came: of late orders, how many were warned of before they were due, and how early."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import quantiles
from typing import Any

# Rules that warn of an order before its date; what says that the date has passed warns of nothing any more.
FORESEEING = (
    "forecast_late",
    "first_operation_late",
    "stage_overdue",
    "machine_fault",
    "material_missing",
    "shipment_late",
)
ANY = "any"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One order that is over: when it was due, when it was delivered, and when each rule first spoke of it."""

    order_no: str
    due_at: datetime
    delivered_at: datetime
    warned: Mapping[str, datetime]

    @property
    def late(self) -> bool:
        """Whether it came after it was due."""
        return self.delivered_at > self.due_at

    def warned_at(self, rules: Sequence[str]) -> datetime | None:
        """When the first of these rules spoke, if that was before it was due and before it was delivered."""
        spoke = [at for rule in rules if (at := self.warned.get(rule)) and at < min(self.due_at, self.delivered_at)]
        return min(spoke, default=None)


@dataclass(frozen=True, slots=True)
class Foresight:
    """What a rule was worth. `hours` are the quartiles of how long before the due instant late orders were known."""

    rule: str
    warned: int
    foreseen: int
    false_alarms: int
    late: int
    hours: tuple[float, float, float] | None

    @property
    def recall(self) -> float | None:
        """Of the late orders, the share that was warned of in time."""
        return self.foreseen / self.late if self.late else None

    @property
    def precision(self) -> float | None:
        """Of the warned orders, the share that came late."""
        return self.foreseen / self.warned if self.warned else None

    def as_json(self) -> dict[str, Any]:
        """As it is written into a document."""
        return {
            "rule": self.rule,
            "warned": self.warned,
            "foreseen": self.foreseen,
            "false_alarms": self.false_alarms,
            "late": self.late,
            "recall": _rounded(self.recall),
            "precision": _rounded(self.precision),
            "hours_before": self.hours and [_rounded(one) for one in self.hours],
        }


def foresight(outcomes: Sequence[Outcome], rules: Iterable[str] = FORESEEING) -> list[Foresight]:
    """Each rule by itself, and all of them together as `any`."""
    named = tuple(rules)
    return [*(worth_of(outcomes, rule, (rule,)) for rule in named), worth_of(outcomes, ANY, named)]


def worth_of(outcomes: Sequence[Outcome], name: str, rules: Sequence[str]) -> Foresight:
    """What these rules were worth together, under this name."""
    warned = [(one, at) for one in outcomes if (at := one.warned_at(rules)) is not None]
    foreseen = [(one.due_at - at).total_seconds() / 3600 for one, at in warned if one.late]
    return Foresight(
        rule=name,
        warned=len(warned),
        foreseen=len(foreseen),
        false_alarms=len(warned) - len(foreseen),
        late=sum(one.late for one in outcomes),
        hours=_quartiles(foreseen),
    )


def _quartiles(hours: Sequence[float]) -> tuple[float, float, float] | None:
    if len(hours) < 2:
        return (hours[0],) * 3 if hours else None
    low, middle, high = quantiles(hours, n=4, method="inclusive")
    return low, middle, high


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
