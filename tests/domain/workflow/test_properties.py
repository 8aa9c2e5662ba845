"""Of any workflow that validation lets pass: an order can always end, and one action never goes two ways."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from domain.expressions.schema import FormSchema
from domain.refusals.kinds import Refusal
from domain.workflow.checks import first_reason
from domain.workflow.document import Workflow
from domain.workflow.engine import Move, Situation, decide, offers
from domain.workflow.engine_actions import ENGINE_ACTIONS
from domain.workflow.validate import Known, validate
from tests.domain.workflow.shapes import ROLES, a_document, a_stage, a_transition, the_end

FORMS = {"way@1": FormSchema.compile({"type": "object", "properties": {"way": {"type": "integer"}}})}
KNOWN = Known(roles=ROLES, deliverable_kinds={"drawing", "contract"}, forms=FORMS)
_KEYS = ["s0", "s1", "s2", "s3", "s4"]
_CATEGORIES = st.sampled_from(["not_started", "in_production", "quality", "shipping"])


@st.composite
def _transitions(draw: st.DrawFn) -> dict[str, Any]:
    """A transition whose guard, if any, lets exactly one value of the payload's `way` through."""
    way = draw(st.none() | st.integers(0, 2))
    return a_transition(
        draw(st.sampled_from(_KEYS)),
        draw(st.sampled_from(["go", "turn", "stay"])),
        draw(st.sampled_from([*_KEYS, "end", "cancelled"])),
        roles=draw(st.lists(st.sampled_from(sorted(ROLES)), min_size=1, max_size=2, unique=True)),
        priority=draw(st.integers(0, 4)),
        guard=None if way is None else f"has(payload.way) && payload.way == {way}",
        form=draw(st.sampled_from([None, "way@1"])),
        needs_deliverables=draw(st.booleans()),
    )


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    used = _KEYS[: draw(st.integers(1, 5))]
    papers = st.sampled_from([[], [{"kind": "drawing", "min": 2}], [{"kind": "contract"}]])
    stages = [a_stage(key, draw(_CATEGORIES), deliverables=draw(papers)) for key in used]
    ways = draw(st.lists(_transitions(), max_size=8))
    spine = [a_transition(one, "advance", other) for one, other in zip(used, [*used[1:], "end"], strict=True)]
    kept = spine if draw(st.booleans()) else spine[: draw(st.integers(0, len(spine)))]
    fitting = [way for way in ways if way["from"] in used and way["to"] in [*used, "end", "cancelled"]]
    return Workflow.parse(a_document(start="s0", stages=[*stages, the_end()], transitions=[*kept, *fitting]))


def accepted(workflow: Workflow) -> bool:
    return not any(problem.severity == "error" for problem in validate(workflow, KNOWN))


def able(stage: str, way: int, **changes: Any) -> Situation:
    plenty = {"drawing": 9, "contract": 9}
    return Situation(stage, roles=ROLES, deliverables=plenty, payload={"way": way}, **changes)


def onward(workflow: Workflow, stage: str) -> set[str]:
    """Where the engine lets somebody with every role and paper go by the workflow's own actions."""
    actions = {one.action for one in workflow.transitions}
    verdicts = [decide(workflow, action, able(stage, way), FORMS) for action in actions for way in range(3)]
    return {verdict.to_stage for verdict in verdicts if isinstance(verdict, Move)}


@given(workflows())
def test_from_wherever_an_order_can_get_it_can_end(workflow: Workflow) -> None:
    assume(accepted(workflow))
    # An unguarded way of a lower number shadows the later ones; validation warns of it, and it may close a road.
    assume(not validate(workflow, KNOWN))
    seen, waiting = {workflow.start}, [workflow.start]
    while waiting:
        for stage in onward(workflow, waiting.pop()) - seen:
            seen.add(stage)
            waiting.append(stage)
    ends = {stage for stage in seen if workflow.stage(stage).final}
    ending = set(ends)
    for _ in seen:
        ending |= {stage for stage in seen if onward(workflow, stage) & ending}
    assert ending == seen


@given(workflows(), st.integers(0, 2), st.booleans())
def test_one_action_has_one_outcome(workflow: Workflow, way: int, held: bool) -> None:
    assume(accepted(workflow))
    for (stage, action), candidates in workflow.table.steps.items():
        priorities = [one.move.transition.priority for one in candidates if one.move.transition]
        assert len(set(priorities)) == len(priorities)
        situation = able(stage, way, held=held)
        verdict = decide(workflow, action, situation, FORMS)
        assert decide(workflow, action, situation, FORMS) == verdict or isinstance(verdict, Refusal)
        open_ways = [one.move for one in candidates if first_reason(one, situation, FORMS) is None]
        if isinstance(verdict, Move) and action not in ENGINE_ACTIONS:
            assert verdict == open_ways[0]


@given(workflows(), st.sets(st.sampled_from(sorted(ROLES))), st.booleans(), st.booleans())
def test_nothing_moves_without_role_paper_or_release(
    workflow: Workflow, roles: set[str], held: bool, papers: bool
) -> None:
    assume(accepted(workflow))
    for stage, action in workflow.table.steps:
        present = {"drawing": 9, "contract": 9} if papers else {}
        situation = Situation(stage, held=held, roles=frozenset(roles), deliverables=present)
        verdict = decide(workflow, action, situation, FORMS)
        if isinstance(verdict, Refusal):
            assert verdict.detail.zh
            continue
        assert set(verdict.roles) & roles
        assert not held or action in ("release_hold", "cancel")
        if verdict.transition is not None and verdict.transition.needs_deliverables:
            assert papers or not workflow.stage(stage).deliverables


@given(workflows())
def test_reading_what_was_written_gives_the_same(workflow: Workflow) -> None:
    assert Workflow.parse(workflow.as_json()) == workflow


@given(workflows(), st.sets(st.sampled_from(sorted(ROLES))), st.booleans())
def test_offers_and_decisions_agree(workflow: Workflow, roles: set[str], held: bool) -> None:
    assume(accepted(workflow))
    for stage in [one.key for one in workflow.stages]:
        situation = Situation(stage, held=held, roles=frozenset(roles))
        for offer in offers(workflow, situation, FORMS):
            verdict = decide(workflow, offer.action, situation, FORMS)
            if isinstance(verdict, Move):
                assert offer.allowed
            if not offer.allowed:
                assert isinstance(verdict, Refusal)
