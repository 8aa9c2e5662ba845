"""What the past says: how long orders stay in a stage and where they go from there, by ever narrower groups.

A group is (workflow, stage), then with the order type, then with how long a time was promised. Each narrower group
leans on the broader one, the broadest on the stage's service level. What is older counts less. A stay that goes on, and
one that was put on hold, count as 'at least so long'.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.forecast.levels import Levels, Outcome, fit_levels
from domain.forecast.survival import EDGES, Counts, Group, Survival, by_service_level, cell_of, posterior

Place = tuple[str, str]

HALF_LIFE_DAYS = 90.0
# So many observations the broader group counts for: the service level, the stage, the order type.
_STRENGTHS = {2: 4.0, 3: 12.0, 4: 20.0}
_LEAST_SEEN = 5.0
_LEAST_PROMISES = 60


@dataclass(frozen=True, slots=True)
class Stay:
    """One order in one stage. `promised` and `hours` are working hours; `days_ago` is when it began.

    `next_stage` None: it goes on, or was put on hold after `hours`.
    """

    workflow: str
    stage: str
    order_type: str
    promised: float | None
    hours: float
    days_ago: float
    next_stage: str | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The survival at each edge, and how much was seen of it (weights of what ended)."""

    survival: Survival
    seen: float


@dataclass(frozen=True, slots=True)
class Model:
    """`ways` are weights of where orders went; `promises` the two cuts between short, usual and long promises."""

    curves: Mapping[Group, Curve] = field(default_factory=dict)
    ways: Mapping[Place, Mapping[str, float]] = field(default_factory=dict)
    promises: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    levels: Levels = field(default_factory=Levels)

    def curve(self, place: Place, order_type: str, promise: str | None, service_hours: float | None) -> Curve:
        """The narrowest group's that there is a history of."""
        groups: list[Group] = [(*place, order_type), place]
        if promise is not None:
            groups.insert(0, (*place, order_type, promise))
        found = next((self.curves[group] for group in groups if group in self.curves), None)
        return found or Curve(by_service_level(service_hours), 0.0)

    def promise(self, workflow: str, hours: float | None) -> str | None:
        """Whether so many working hours between opening and promised date are few for this workflow."""
        cuts = self.promises.get(workflow)
        if hours is None or cuts is None:
            return None
        return "short" if hours <= cuts[0] else "usual" if hours <= cuts[1] else "long"

    def as_json(self) -> dict[str, Any]:
        """As it is stored; `parse` gives it back."""
        return {
            "curves": [
                {"group": list(group), "survival": [round(s, 7) for s in curve.survival], "seen": round(curve.seen, 1)}
                for group, curve in self.curves.items()
            ],
            "ways": [{"place": list(p), "to": {n: round(w, 2) for n, w in to.items()}} for p, to in self.ways.items()],
            "promises": {workflow: list(cuts) for workflow, cuts in self.promises.items()},
            "levels": self.levels.as_json(),
        }

    @staticmethod
    def parse(body: Mapping[str, Any]) -> Model:
        """The model that was stored."""
        return Model(
            {tuple(one["group"]): Curve(tuple(one["survival"]), one["seen"]) for one in body["curves"]},
            {(one["place"][0], one["place"][1]): one["to"] for one in body["ways"]},
            {workflow: (cuts[0], cuts[1]) for workflow, cuts in body["promises"].items()},
            Levels.parse(body["levels"]),
        )


def fit(stays: Sequence[Stay], service_hours: Mapping[Place, int | None], outcomes: Iterable[Outcome] = ()) -> Model:
    """The model of these stays; `outcomes` of earlier forecasts say how far its levels can be trusted."""
    promises = _promises(stays)
    ways: dict[Place, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    counts: dict[Group, Counts] = {}
    named = Model(promises=promises)
    for stay in stays:
        weight = weight_of(stay.days_ago)
        cell, ended = cell_of(EDGES, stay.hours), stay.next_stage is not None
        for group in _groups(stay, named.promise(stay.workflow, stay.promised)):
            counts.setdefault(group, Counts(len(EDGES) - 1)).add(cell, weight, ended=ended)
        if stay.next_stage is not None:
            ways[stay.workflow, stay.stage][stay.next_stage] += weight
    curves = _curves(counts, service_hours)
    return Model(curves, {place: dict(to) for place, to in ways.items()}, promises, fit_levels(outcomes, weight_of))


def weight_of(days_ago: float) -> float:
    """How much something counts that happened so many days ago."""
    return float(0.5 ** (max(days_ago, 0.0) / HALF_LIFE_DAYS))


def _groups(stay: Stay, promise: str | None) -> Iterable[Group]:
    place = (stay.workflow, stay.stage)
    yield place
    yield (*place, stay.order_type)
    if promise is not None:
        yield (*place, stay.order_type, promise)


def _curves(counts: Mapping[Group, Counts], service_hours: Mapping[Place, int | None]) -> dict[Group, Curve]:
    """Broad groups first; a narrow one of which hardly anything was seen is left to its broader one."""
    curves: dict[Group, Curve] = {}
    for group in sorted(counts, key=lambda one: (len(one), one)):
        broader, seen = curves.get(group[:-1]), counts[group].seen
        if len(group) == 2:
            prior = by_service_level(service_hours.get((group[0], group[1])))
        elif broader is None or seen < _LEAST_SEEN:
            continue
        else:
            prior = broader.survival
        curves[group] = Curve(posterior(prior, _STRENGTHS[len(group)], counts[group]), seen)
    return curves


def _promises(stays: Iterable[Stay]) -> dict[str, tuple[float, float]]:
    """By workflow, the two hours that cut its promises into three parts; none where they are few, or all alike."""
    found = defaultdict(list)
    for stay in stays:
        if stay.promised is not None:
            found[stay.workflow].append(stay.promised)
    thirds = {
        workflow: (ordered[len(ordered) // 3], ordered[len(ordered) * 2 // 3])
        for workflow, ordered in ((workflow, sorted(hours)) for workflow, hours in found.items())
        if len(ordered) >= _LEAST_PROMISES
    }
    return {workflow: cuts for workflow, cuts in thirds.items() if cuts[0] < cuts[1]}
