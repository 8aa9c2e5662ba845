"""The forecast of one order: the days by which it is delivered in 50, 80 and 95 of 100 cases, and whether in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from domain.forecast.model import Model
from domain.forecast.paths import Outlook, Paths
from domain.forecast.survival import EDGES, cell_of
from domain.warning.calendar import FURTHEST
from domain.warning.working_time import WorkingTime
from domain.workflow.document import Workflow

Confidence = Literal["high", "medium", "low"]
Basis = Literal["history", "mixed", "service_levels"]

# So much must have been seen of the stage that was seen least, and so many forecasts compared.
_MANY, _SOME, _COMPARED = 60.0, 15.0, 50.0
# Ages are told apart so finely within a cell, so that orders of like age share their working.
_PARTS = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """An open order, as far as its forecast asks. `opened_at` to `due_at` is how long a time was promised."""

    stage: str
    order_type: str
    opened_at: datetime
    stage_since: datetime
    due_at: datetime | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class StageAhead:
    """A stage of the likely way: its working hours in the middle, and when it is left where all ends by p50."""

    stage: str
    hours: float
    until: datetime


@dataclass(frozen=True, slots=True)
class Forecast:
    """Whole hours, rounded up, never before now. `ahead` is the likely way, this stage first.

    `late_percent` is None where nothing is promised; `kept` are the model's own hours at the KEPT levels.
    """

    p50: datetime
    p80: datetime
    p95: datetime
    late_percent: int | None
    confidence: Confidence
    basis: Basis
    ahead: tuple[StageAhead, ...]
    kept: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Foreteller:
    """Forecasts by one model. What like orders have in common is worked out once and kept."""

    model: Model
    _paths: dict[tuple[str, str, str | None], Paths] = field(default_factory=dict, repr=False, compare=False)

    def foretell(self, workflow: Workflow, order: Standing, time: WorkingTime, now: datetime) -> Forecast | None:
        """None where the order can no longer be finished. A held order is foretold as if it went on now."""
        paths = self._paths_of(workflow, order, time)
        present = time.hours(now)
        age = _shared(max(present - time.hours(order.stage_since), 0.0))
        outlook = paths.outlook(order.stage, age)
        if outlook is None:
            return None
        p50, p80, p95 = (_by(time, now, present + hours) for hours in outlook.told)
        return Forecast(
            p50,
            p80,
            p95,
            self._late_percent(outlook, workflow, order, time, now),
            self._confidence(outlook, order),
            "history" if outlook.seen >= _SOME else "mixed" if outlook.some else "service_levels",
            tuple(_ahead(outlook, time, now)),
            outlook.kept,
        )

    def _paths_of(self, workflow: Workflow, order: Standing, time: WorkingTime) -> Paths:
        promised = promised_hours(order.opened_at, order.due_at, time)
        promise = self.model.promise(workflow.key, promised)
        key = (workflow.reference, order.order_type, promise)
        if key not in self._paths:
            self._paths[key] = Paths(self.model, workflow, order.order_type, promise)
        return self._paths[key]

    def _late_percent(
        self, outlook: Outlook, workflow: Workflow, order: Standing, time: WorkingTime, now: datetime
    ) -> int | None:
        """The percentage of cases in which it comes after the promised day; before that day nothing is certain."""
        if order.due_at is None:
            return None
        if order.due_at <= now:
            return 100
        level = outlook.spread.share_within(time.hours(order.due_at) - time.hours(now))
        late = 1 - self.model.levels.share_within((workflow.key, order.stage), level)
        return min(max(round(100 * late), 1), 99)

    def _confidence(self, outlook: Outlook, order: Standing) -> Confidence:
        if order.held or outlook.seen < _SOME:
            return "low"
        return "high" if outlook.seen >= _MANY and self.model.levels.seen >= _COMPARED else "medium"


def promised_hours(opened_at: datetime, due_at: datetime | None, time: WorkingTime) -> float | None:
    """How long a time was promised, in working hours."""
    return None if due_at is None else time.hours(due_at) - time.hours(opened_at)


def wall_hours(kept: Sequence[float], time: WorkingTime, now: datetime) -> list[float]:
    """Working hours from now on as hours by the clock, which a calendar that is changed later leaves as they were."""
    present = time.hours(now)
    return [round((time.instant(present + hours) - now).total_seconds() / 3600, 2) for hours in kept]


def _ahead(outlook: Outlook, time: WorkingTime, now: datetime) -> Iterator[StageAhead]:
    """Each stage has its share of the time until p50: the middles of many stages sum up to less than the sum's."""
    total, passed = sum(hours for _, hours in outlook.ahead) or 1.0, 0.0
    for stage, hours in outlook.ahead:
        passed += hours
        yield StageAhead(stage, hours, _by(time, now, time.hours(now) + outlook.told[0] * passed / total))


def _by(time: WorkingTime, now: datetime, hours: float) -> datetime:
    """The instant at which so many hours are worked, rounded up to a whole one, and never over a year ahead."""
    instant = min(max(time.instant(hours), now), now + FURTHEST).astimezone(UTC)
    whole = instant.replace(minute=0, second=0, microsecond=0)
    return whole if whole == instant else whole + timedelta(hours=1)


def _shared(age: float) -> float:
    """The age, rounded down to a quarter of its cell."""
    cell = cell_of(EDGES, age)
    width = (EDGES[cell + 1] - EDGES[cell]) / _PARTS
    return EDGES[cell] + width * min(int((age - EDGES[cell]) / width), _PARTS - 1)
