"""The ways from a stage to the end of an order, with how likely each is and how long it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from domain.forecast.levels import KEPT
from domain.forecast.model import Curve, Model
from domain.forecast.spread import NOTHING, Spread, add, mix, still_to_last
from domain.workflow.document import Stage, Workflow

# What the workflow's shortest way counts for, beside the ways that orders went.
_SHORTEST_WAY = 2.0
# Each pass adds one more turn of a loop, such as a failed inspection; what turns more often is left out.
_PASSES = 4
DONE = "done"


@dataclass(frozen=True, slots=True)
class Outlook:
    """What orders of one kind have in common that stand in a stage for so long, in working hours from now.

    `told` are p50, p80 and p95, corrected; `kept` the model's own hours at the KEPT levels; `ahead` the stages of the
    likely way with what each still takes in the middle; `seen` how much was seen of that which was seen least, `some`
    whether anything was seen of any.
    """

    spread: Spread
    told: tuple[float, float, float]
    kept: tuple[float, ...]
    ahead: tuple[tuple[str, float], ...]
    seen: float
    some: bool


@dataclass(frozen=True)
class Paths:
    """Orders of one workflow version, one type and one class of promise."""

    model: Model
    workflow: Workflow
    order_type: str
    promise: str | None
    _outlooks: dict[tuple[str, float], Outlook] = field(default_factory=dict, repr=False, compare=False)

    def curve(self, stage: str) -> Curve:
        """How long such orders stay there."""
        place = (self.workflow.key, stage)
        return self.model.curve(place, self.order_type, self.promise, self.workflow.stage(stage).service_hours)

    def outlook(self, stage: str, age: float) -> Outlook | None:
        """For an order that has stood in the stage for so many hours; None where no way leads to the end."""
        if stage not in self.rests:
            return None
        if (stage, age) not in self._outlooks:
            self._outlooks[stage, age] = self._look_out(stage, age)
        return self._outlooks[stage, age]

    def _look_out(self, stage: str, age: float) -> Outlook:
        here = still_to_last(self.curve(stage).survival, age)
        spread = add(here, self.rests[stage])
        place, levels = (self.workflow.key, stage), self.model.levels
        p50, p80, p95 = (spread.quantile(levels.to_use(place, share)) for share in (0.5, 0.8, 0.95))
        way = self.likely(stage)
        seen = [self._seen(one) for one in way]
        ahead = ((stage, here.quantile(0.5)), *((one, self.whole[one].quantile(0.5)) for one in way[1:]))
        return Outlook(
            spread,
            (p50, p80, p95),
            tuple(round(spread.quantile(level), 2) for level in KEPT),
            tuple((one, round(hours, 1)) for one, hours in ahead),
            min(seen),
            any(seen),
        )

    def _seen(self, stage: str) -> float:
        """How much was seen of the stage, whatever the type."""
        known = self.model.curves.get((self.workflow.key, stage))
        return known.seen if known else 0.0

    def likely(self, stage: str) -> list[str]:
        """The likeliest way from this stage on: the stages still to be gone through, this one first."""
        way = [stage]
        while ways := self.ways.get(way[-1]):
            following = max(sorted(ways), key=ways.__getitem__)
            if following in way or following not in self.ways:
                break
            way.append(following)
        return way

    @cached_property
    def ways(self) -> dict[str, dict[str, float]]:
        """From each stage that can be finished from, the next ones with their probabilities."""
        hops = _hops(self.workflow)
        found = {}
        for stage, following in _following(self.workflow).items():
            ends = sorted(one for one in following if one in hops)
            if stage in hops and ends:
                found[stage] = self._shares(stage, ends, hops)
        return found

    @cached_property
    def whole(self) -> dict[str, Spread]:
        """How long such orders stay in each stage."""
        return {stage: still_to_last(self.curve(stage).survival, 0.0) for stage in self.ways}

    @cached_property
    def rests(self) -> dict[str, Spread]:
        """From the end of each stage to the end of the order; what loops is followed a few times."""
        hops = _hops(self.workflow)
        rests: dict[str, Spread] = {}
        through: dict[str, tuple[Spread, Spread]] = {}
        for _ in range(_PASSES):
            for stage in sorted(self.ways, key=lambda one: (hops[one], one)):
                rests[stage] = mix(list(self._parts(stage, rests, through)))
        return rests

    def _parts(
        self, stage: str, rests: Mapping[str, Spread], through: dict[str, tuple[Spread, Spread]]
    ) -> Iterator[tuple[float, Spread]]:
        """`through` keeps what each next stage and its rest came to: behind a loop no pass changes anything."""
        for following, share in self.ways[stage].items():
            if following not in self.ways:
                yield share, NOTHING
            elif following in rests:
                rest = rests[following]
                if following not in through or through[following][0] is not rest:
                    through[following] = rest, add(self.whole[following], rest)
                yield share, through[following][1]

    def _shares(self, stage: str, ends: Sequence[str], hops: Mapping[str, int]) -> dict[str, float]:
        seen = self.model.ways.get((self.workflow.key, stage), {})
        nearest = min(hops[one] for one in ends)
        weights = {one: seen.get(one, 0.0) + _SHORTEST_WAY * (hops[one] == nearest) for one in ends}
        total = sum(weights.values())
        return {one: weight / total for one, weight in weights.items() if weight > 0}


def _finished(stage: Stage) -> bool:
    return stage.category == DONE


def _following(workflow: Workflow) -> dict[str, set[str]]:
    """Where one can go from each stage; what is finished leads nowhere."""
    found: dict[str, set[str]] = {stage.key: set() for stage in workflow.stages if not _finished(stage)}
    for candidates in workflow.table.steps.values():
        for candidate in candidates:
            move = candidate.move
            if move.from_stage in found and move.to_stage != move.from_stage:
                found[move.from_stage].add(move.to_stage)
    return found


def _hops(workflow: Workflow) -> dict[str, int]:
    """The fewest steps from each stage to the end of an order."""
    following = _following(workflow)
    hops = {stage.key: 0 for stage in workflow.stages if _finished(stage)}
    for step in range(1, len(workflow.stages) + 1):
        for stage, ends in following.items():
            if stage not in hops and any(hops.get(end) == step - 1 for end in ends):
                hops[stage] = step
    return hops
