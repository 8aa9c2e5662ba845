"""What can happen in each stage, worked out once per document, so that a decision is a look-up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.expressions.schema import FormSchema
from domain.text import Text
from domain.workflow.builtin.forms import engine_form
from domain.workflow.engine_actions import CANCELLED, ENGINE_ACTIONS, EngineRule, Needs, applies, rework_targets
from domain.workflow.parts import EffectSpec, EngineAction, Stage, Transition
from domain.workflow.vocabulary import action_label

ANY_OBJECT = FormSchema.compile({"type": "object"})


class Move(NamedTuple):
    """What an action comes to. `transition` is None for what the engine adds; `roles` are those that may do it."""

    action: str
    from_stage: str
    to_stage: str
    held: bool
    transition: Transition | None
    effects: tuple[EffectSpec, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way in which an action can go in a stage, with what it asks for and the move it comes to.

    `form` is a reference that the caller resolves; where it is None, `own_form` holds.
    """

    move: Move
    label: Text
    roles: frozenset[str]
    needs: Needs = ""
    deliverables: tuple[tuple[str, int], ...] = ()
    form: str | None = None
    own_form: FormSchema = ANY_OBJECT
    guard: str | None = None
    guard_label: Text | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`steps` by stage and action, the candidates in the order in which they are tried."""

    stages: Mapping[str, Stage]
    steps: Mapping[tuple[str, str], tuple[Candidate, ...]]
    actions: Mapping[str, Text]
    rework: tuple[str, ...]


def build(
    stages: Sequence[Stage], transitions: Sequence[Transition], engine_actions: Mapping[str, EngineAction]
) -> Table:
    """The table of a document; where the document is not valid, it holds what can be made of it."""
    by_key = {stage.key: stage for stage in (*stages, CANCELLED)}
    rework = rework_targets(stages)
    steps: dict[tuple[str, str], tuple[Candidate, ...]] = {}
    for transition in sorted(transitions, key=lambda one: one.priority):
        place = (transition.from_stage, transition.action)
        steps[place] = (*steps.get(place, ()), _of_transition(transition, by_key.get(transition.from_stage)))
    for stage in by_key.values():
        for action, rule in ENGINE_ACTIONS.items():
            if applies(rule, stage) and (action != "open_rework" or rework):
                own = engine_actions.get(action, EngineAction())
                steps[stage.key, action] = (_of_engine(action, rule, own, stage, rework),)
    labels = {transition.action: transition.label for transition in reversed(transitions)}
    return Table(by_key, steps, labels | {action: action_label(action) for action in ENGINE_ACTIONS}, rework)


def _of_transition(transition: Transition, stage: Stage | None) -> Candidate:
    wanted = stage.deliverables if stage is not None and transition.needs_deliverables else ()
    return Candidate(
        move=Move(
            transition.action,
            transition.from_stage,
            transition.to_stage,
            False,
            transition,
            transition.effects,
            transition.roles,
        ),
        label=transition.label,
        roles=frozenset(transition.roles),
        deliverables=tuple((deliverable.kind, deliverable.min) for deliverable in wanted),
        form=transition.form,
        guard=transition.guard,
        guard_label=transition.guard_label,
    )


def _of_engine(action: str, rule: EngineRule, own: EngineAction, stage: Stage, rework: tuple[str, ...]) -> Candidate:
    roles = rule.roles if own.roles is None else own.roles
    to_stage = {"cancel": CANCELLED.key, "open_rework": rework[0] if rework else stage.key}.get(action, stage.key)
    needs: Needs = rule.needs
    if needs == "rework":
        needs = "returned" if stage.category == "done" else ""
    return Candidate(
        move=Move(action, stage.key, to_stage, rule.held, None, own.effects, roles),
        label=action_label(action),
        roles=frozenset(roles),
        needs=needs,
        own_form=engine_form(action),
    )
