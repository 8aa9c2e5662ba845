"""How long something lasts, from what ended and from what still goes on: Kaplan and Meier with a prior.

Every curve stands on the same cells, so that a group with little history leans on the broader group cell by cell: the
posterior hazard of a beta process (Hjort 1990; Susarla and Van Ryzin 1976). Where nothing was seen the hazard is the
broader group's, so that what has lasted longer than anything seen is foretold as the broader group would.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate, repeat

# Working hours: a quarter of an hour, then each cell a tenth longer, up to three years of two shifts.
_FIRST, _GROWTH, _CELLS = 0.25, 1.1, 108
EDGES: tuple[float, ...] = (
    0.0,
    *accumulate(repeat(_GROWTH, _CELLS - 1), lambda edge, growth: edge * growth, initial=_FIRST),
)
# Where a stage has neither a history nor a service level.
UNKNOWN_HOURS = 24.0


@dataclass(slots=True)
class Counts:
    """What was seen, by cell: `ended` in it, `open` when it was last looked at; weights, not numbers."""

    cells: int
    ended: list[float] = field(init=False)
    open: list[float] = field(init=False)

    def __post_init__(self) -> None:
        self.ended, self.open = [0.0] * self.cells, [0.0] * self.cells

    def add(self, cell: int, weight: float, *, ended: bool) -> None:
        """One more."""
        (self.ended if ended else self.open)[cell] += weight

    @property
    def seen(self) -> float:
        """The weight of all that has ended."""
        return sum(self.ended)


Survival = tuple[float, ...]
# (workflow, stage), then the order type, then the class of promise.
Group = tuple[str, ...]


def cell_of(edges: Sequence[float], value: float) -> int:
    """The cell that a value falls into; the last one takes what lies beyond."""
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


def posterior(prior: Survival, strength: float, counts: Counts) -> Survival:
    """The survival at each edge; the prior counts as `strength` observations."""
    at_risk = counts.seen + sum(counts.open)
    survival = [1.0]
    for cell, (ended, still) in enumerate(zip(counts.ended, counts.open, strict=True)):
        # What was last looked at within a cell was exposed to half of it.
        exposed = strength * prior[cell] + at_risk - still / 2
        ends = strength * (prior[cell] - prior[cell + 1]) + ended
        survival.append(survival[-1] * (1 - min(ends / exposed, 1.0)) if exposed > 0 else 0.0)
        at_risk = max(at_risk - ended - still, 0.0)
    return tuple(survival)


def by_service_level(hours: float | None) -> Survival:
    """What is expected without any history: half are done by half of the service level, four of five by all of it.

    Log-logistic with shape 2: what has waited long is expected to wait long.
    """
    half = (hours or UNKNOWN_HOURS) / 2
    return (*(1 / (1 + (edge / half) ** 2) for edge in EDGES[:-1]), 0.0)


def share_left(survival: Survival, age: float) -> float:
    """Which share still goes on at an age between edges."""
    cell = cell_of(EDGES, age)
    low, high = EDGES[cell], EDGES[cell + 1]
    part = min((age - low) / (high - low), 1.0)
    return survival[cell] + (survival[cell + 1] - survival[cell]) * part
