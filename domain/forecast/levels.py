"""How far the model's own levels can be trusted: what was foretold is compared with what came, and levels corrected.

For each forecast that was kept, the level at which the delivery came says how good it was: of good forecasts as many
come below 0.8 as 8 in 10. The share that really came below each level is a curve of its own, estimated like the others
(open orders count as 'not yet at this level', or one would learn from the fast ones only), and the level that is used
for p80 is the one below which 8 in 10 came. This is conformal prediction with censored scores.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from domain.forecast.spread import between
from domain.forecast.survival import Counts, Group, Survival, cell_of, posterior

# At which levels a forecast's hours are kept for the comparison.
KEPT = (0.01, 0.02, 0.05, *(level / 20 for level in range(2, 20)), 0.975, 0.99, 0.995)
_CELLS = 100
_EDGES = tuple(cell / _CELLS for cell in range(_CELLS + 1))
_UNCORRECTED: Survival = tuple(1 - edge for edge in _EDGES)
# So many outcomes 'the levels are right' counts for, and 'this stage is as all are'.
_STRENGTH_ALL, _STRENGTH_PLACE = 30.0, 60.0
ALL: Group = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A forecast that was kept: hours at each KEPT level, and after how many of the same kind it was delivered.

    `settled` False: it is still open after `hours`.
    """

    workflow: str
    stage: str
    kept: Sequence[float]
    hours: float
    settled: bool
    days_ago: float

    @property
    def level(self) -> float:
        """The level of the forecast at which it was delivered."""
        if self.hours > self.kept[-1]:
            return 1.0
        return between(self.kept, KEPT, self.hours) if self.hours > self.kept[0] else 0.0


@dataclass(frozen=True, slots=True)
class Levels:
    """By group, which share came above each level; `seen` is how much was compared."""

    above: Mapping[Group, Survival] = field(default_factory=dict)
    seen: float = 0.0

    def to_use(self, group: Group, share: float) -> float:
        """The model's level within which this share of orders is really delivered."""
        return between([1 - above for above in self._of(group)], _EDGES, share)

    def share_within(self, group: Group, level: float) -> float:
        """Which share of orders is really delivered within the model's level."""
        return 1 - between(_EDGES, self._of(group), level)

    def _of(self, group: Group) -> Survival:
        return self.above.get(group) or self.above.get(ALL) or _UNCORRECTED

    def as_json(self) -> dict[str, Any]:
        """As it is stored."""
        above = [{"group": list(group), "above": [round(a, 6) for a in curve]} for group, curve in self.above.items()]
        return {"above": above, "seen": round(self.seen, 1)}

    @staticmethod
    def parse(body: Mapping[str, Any]) -> Levels:
        """The levels that were stored."""
        return Levels({tuple(one["group"]): tuple(one["above"]) for one in body["above"]}, body["seen"])


def fit_levels(outcomes: Iterable[Outcome], weight_of: Callable[[float], float]) -> Levels:
    """What all outcomes together and those of each stage say."""
    counts: dict[Group, Counts] = defaultdict(lambda: Counts(_CELLS))
    for outcome in outcomes:
        cell, weight = cell_of(_EDGES, outcome.level), weight_of(outcome.days_ago)
        for group in (ALL, (outcome.workflow, outcome.stage)):
            counts[group].add(cell, weight, ended=outcome.settled)
    if not counts:
        return Levels()
    together = posterior(_UNCORRECTED, _STRENGTH_ALL, counts[ALL])
    places = {
        group: posterior(together, _STRENGTH_PLACE, seen) for group, seen in sorted(counts.items()) if group != ALL
    }
    return Levels({ALL: together, **places}, counts[ALL].seen)
