"""How long an order still needs, by what orders usually took: the shortest way through its workflow in medians."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from domain.workflow.document import Workflow


@dataclass(frozen=True, slots=True)
class Ahead:
    """From the moment at which an order enters a stage: hours in it, and hours from its end to the order's."""

    here: float
    rest: float


def hours_ahead(workflow: Workflow, medians: Mapping[str, float]) -> dict[str, Ahead]:
    """For every stage from which an order can be finished. A stage without a history counts nothing, so that who is
    warned is warned too late rather than wrongly.
    """
    finished = {stage.key for stage in workflow.stages if stage.category == "done"}
    whole = dict.fromkeys(finished, 0.0)
    ways = _ways(workflow)
    # Each round knows the shortest ways of one step more; none has more steps than there are stages.
    for _ in workflow.stages:
        for from_stage, to_stage in ways:
            if to_stage in whole and from_stage not in finished:
                hours = medians.get(from_stage, 0.0) + whole[to_stage]
                whole[from_stage] = min(whole.get(from_stage, hours), hours)
    return {
        stage: Ahead(here := medians.get(stage, 0.0), hours - here)
        for stage, hours in whole.items()
        if stage not in finished
    }


def _ways(workflow: Workflow) -> set[tuple[str, str]]:
    """Every step from one stage to another."""
    return {
        (candidate.move.from_stage, candidate.move.to_stage)
        for candidates in workflow.table.steps.values()
        for candidate in candidates
        if candidate.move.from_stage != candidate.move.to_stage
    }
