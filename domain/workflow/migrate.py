"""Moving running orders to a new version of a workflow: an explicit act, seen before it is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.refusals.kinds import FieldProblem, Refusal
from domain.refusals.workflows import STAGE_HAS_NO_PLACE
from domain.text import Text
from domain.workflow.document import Workflow
from domain.workflow.vocabulary import listed

_ORDERLY = ("not_started", "in_production", "quality", "shipping", "done")


@dataclass(frozen=True, slots=True)
class Landing:
    """Where the orders of one stage land; `to_stage` None means that they have no place in the new version.

    `note` is `same` (as before), `moved` (another stage of the same kind), `forward`, `back` (another category),
    `ended` (finished and cancelled orders keep their version) or `no_place`.
    """

    from_stage: str
    to_stage: str | None
    note: str
    order_nos: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As the preview shows it."""
        return {
            "from": self.from_stage,
            "to": self.to_stage,
            "note": self.note,
            "count": len(self.order_nos),
            "order_nos": list(self.order_nos),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What moving would do. `refusal` stands where it cannot be done."""

    landings: tuple[Landing, ...]
    refusal: Refusal | None

    @property
    def moves(self) -> dict[str, str]:
        """The new stage of every order that moves to the new version, by order number."""
        return {
            order_no: landing.to_stage
            for landing in self.landings
            if landing.to_stage is not None and landing.note != "ended"
            for order_no in landing.order_nos
        }


def preview(old: Workflow, new: Workflow, stage_mapping: Mapping[str, str], orders: Iterable[tuple[str, str]]) -> Plan:
    """Where each order `(order_no, stage)` lands. A stage that is not mapped lands in the one of the same key.

    Finished and cancelled orders stay where they are. The plan carries STAGE_HAS_NO_PLACE, with a pointer for each
    stage, where orders stand in a stage without a place or the mapping names a stage that is not there or has ended.
    """
    by_stage: dict[str, list[str]] = {}
    for order_no, stage in orders:
        by_stage.setdefault(stage, []).append(order_no)
    order = [stage.key for stage in old.stages]
    known = sorted(by_stage, key=lambda stage: (order.index(stage) if stage in order else len(order), stage))
    landings = tuple(_landing(old, new, stage_mapping, stage, by_stage[stage]) for stage in known)
    problems = [*_mapping_problems(old, new, stage_mapping), *_homeless(landings, stage_mapping)]
    names = [Text(stage, stage) for stage in dict.fromkeys(problem.pointer.rpartition("/")[2] for problem in problems)]
    return Plan(landings, STAGE_HAS_NO_PLACE(*problems, stages=listed(names)) if problems else None)


def _landing(old: Workflow, new: Workflow, mapping: Mapping[str, str], stage: str, order_nos: list[str]) -> Landing:
    if old.has_stage(stage) and old.stage(stage).final:
        return Landing(stage, stage, "ended", tuple(order_nos))
    target = mapping.get(stage, stage)
    if not _running(new, target):
        return Landing(stage, None, "no_place", tuple(order_nos))
    return Landing(stage, target, _note(old, new, stage, target), tuple(order_nos))


def _running(workflow: Workflow, stage: str) -> bool:
    return workflow.has_stage(stage) and not workflow.stage(stage).final


def _note(old: Workflow, new: Workflow, stage: str, target: str) -> str:
    before = _ORDERLY.index(old.stage(stage).category) if old.has_stage(stage) else 0
    after = _ORDERLY.index(new.stage(target).category)
    if before != after:
        return "forward" if after > before else "back"
    return "same" if stage == target else "moved"


def _mapping_problems(old: Workflow, new: Workflow, mapping: Mapping[str, str]) -> list[FieldProblem]:
    absent = Text("原流程没有这个阶段", "the old version has no such stage")
    ended = Text("新流程没有这个阶段，或它已是终点", "the new version has no such stage, or orders end there")
    problems = [
        FieldProblem(f"/stage_mapping/{stage}", "stage_unknown", absent)
        for stage in mapping
        if not old.has_stage(stage)
    ]
    return problems + [
        FieldProblem(f"/stage_mapping/{stage}", "stage_unknown", ended)
        for stage, target in mapping.items()
        if old.has_stage(stage) and not _running(new, target)
    ]


def _homeless(landings: Iterable[Landing], mapping: Mapping[str, str]) -> list[FieldProblem]:
    text = Text("新流程没有对应的阶段，请指定", "the new version has no stage for these orders; name one")
    return [
        FieldProblem(f"/stage_mapping/{landing.from_stage}", "no_place", text)
        for landing in landings
        if landing.note == "no_place" and landing.from_stage not in mapping
    ]
