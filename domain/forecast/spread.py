"""A distribution of hours as few weighted points: added, mixed and asked for quantiles, always in the same way."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from domain.forecast.survival import EDGES, Survival, cell_of, share_left

Point = tuple[float, float]

# Where the mass is cut when points are merged: evenly, and finer in the tail that p95 is read from.
_CUTS: tuple[float, ...] = (
    *(cut / 36 for cut in range(1, 33)),
    *(0.9, 0.915, 0.93, 0.945, 0.96, 0.97, 0.98, 0.99, 0.996, 0.999),
)
_NEGLIGIBLE = 1e-7


@dataclass(frozen=True, slots=True)
class Spread:
    """`points` are (hours, weight), the weights sum to 1. Between two points the distribution is read as a line."""

    points: Sequence[Point]
    _hours: Sequence[float] = field(init=False, repr=False, compare=False)
    _below: Sequence[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        weights = [weight for _, weight in self.points]
        middles = [upto - weight / 2 for upto, weight in zip(accumulate(weights), weights, strict=True)]
        object.__setattr__(self, "_hours", [hours for hours, _ in self.points])
        object.__setattr__(self, "_below", middles)

    def quantile(self, level: float) -> float:
        """Within how many hours it is over in this share of cases."""
        return between(self._below, self._hours, level)

    def share_within(self, hours: float) -> float:
        """In which share of cases it is over within the hours."""
        if hours < self._hours[0]:
            return 0.0
        if hours >= self._hours[-1]:
            return 1.0
        return between(self._hours, self._below, hours)


NOTHING = Spread(((0.0, 1.0),))


def add(one: Spread, other: Spread) -> Spread:
    """One after the other, independently."""
    if one is NOTHING or other is NOTHING:
        return other if one is NOTHING else one
    return merged((a + b, p * q) for a, p in one.points for b, q in other.points)


def mix(parts: Sequence[tuple[float, Spread]]) -> Spread:
    """One of several, each with its weight; the weights need not sum to 1, but to more than 0."""
    if len(parts) == 1:
        return parts[0][1]
    return merged((hours, weight * share) for share, spread in parts for hours, weight in spread.points)


def merged(points: Iterable[Point]) -> Spread:
    """The same distribution in no more points than there are cuts; neighbours become their mean."""
    ordered = sorted(points)
    total = sum(weight for _, weight in ordered)
    cuts = iter((*_CUTS, 2.0))
    cut = next(cuts) * total
    found: list[Point] = []
    passed = mass = moment = 0.0
    for hours, weight in ordered:
        if passed + weight / 2 > cut and mass > 0:
            found.append((moment / mass, mass / total))
            mass = moment = 0.0
        while passed + weight / 2 > cut:
            cut = next(cuts) * total
        passed, mass, moment = passed + weight, mass + weight, moment + hours * weight
    found.append((moment / mass, mass / total))
    return Spread(tuple(found))


def still_to_last(survival: Survival, age: float) -> Spread:
    """How much longer it lasts, given that it has lasted `age` hours and goes on."""
    age = min(age, EDGES[-2])
    left = share_left(survival, age)
    first = cell_of(EDGES, age)
    points, begins, before = [], age, left
    for cell in range(first, len(EDGES) - 1):
        ends, after = EDGES[cell + 1], survival[cell + 1]
        if before - after > _NEGLIGIBLE * left:
            points.append(((begins + ends) / 2 - age, before - after))
        begins, before = ends, after
    return merged(points) if points else Spread(((EDGES[-1] - age, 1.0),))


def between(places: Sequence[float], values: Sequence[float], place: float) -> float:
    """The value at a place between two that are known; outside, that of the nearest."""
    index = bisect_left(places, place)
    if index == 0:
        return values[0]
    if index == len(places):
        return values[-1]
    low, high = places[index - 1], places[index]
    return values[index - 1] + (values[index] - values[index - 1]) * (place - low) / (high - low)
