"""One decision at a time: each check, in the order that is promised, and what the engine adds to every workflow."""

import json
from typing import Any

import pytest

from domain.expressions.schema import FormSchema
from domain.refusals.kinds import Refusal
from domain.workflow.builtin import builtin_form_schemas
from domain.workflow.document import Workflow
from domain.workflow.engine import Move, Situation, decide
from tests.domain.workflow.shapes import REASON_FORM, ROLES, a_stage, a_transition, a_workflow, builtin, label, the_end

SALES = frozenset({"sales"})
FORMS = {**builtin_form_schemas(), "reason@1": REASON_FORM, "any@1": FormSchema.compile({})}


def outcome(workflow: Workflow, action: str, **situation: Any) -> Move | str:
    verdict = decide(workflow, action, Situation(**{"stage": "begin", "roles": SALES, **situation}), FORMS)
    if isinstance(verdict, Refusal):
        json.dumps(verdict.as_json())
        assert "{" not in verdict.detail.zh + verdict.detail.en
        return verdict.code
    return verdict


def moved(workflow: Workflow, action: str, **situation: Any) -> str:
    move = outcome(workflow, action, **situation)
    assert isinstance(move, Move), move
    return move.to_stage


def refusal(workflow: Workflow, action: str, **situation: Any) -> Refusal:
    verdict = decide(workflow, action, Situation(**{"stage": "begin", "roles": SALES, **situation}), FORMS)
    assert isinstance(verdict, Refusal)
    return verdict


def with_transitions(*transitions: dict[str, Any], **stage: Any) -> Workflow:
    stages = [a_stage("begin", **stage), a_stage("middle", "quality"), the_end()]
    return a_workflow(stages=stages, transitions=list(transitions))


FINISH = a_transition("begin", "finish", "end")


def test_a_move_says_what_happened_and_what_follows() -> None:
    effects = [{"kind": "reserve_material"}]
    workflow = with_transitions({**FINISH, "effects": effects, "roles": ["sales", "quality"]})
    move = outcome(workflow, "finish")
    assert isinstance(move, Move)
    assert (move.action, move.from_stage, move.to_stage, move.held) == ("finish", "begin", "end", False)
    assert move.transition is workflow.transitions[0]
    assert [effect.kind for effect in move.effects] == ["reserve_material"]
    assert move.roles == ("sales", "quality")


def test_the_checks_stand_in_order() -> None:
    workflow = with_transitions(
        {**FINISH, "form": "reason@1", "guard": "payload.reason == 'good'"},
        deliverables=[{"kind": "drawing", "min": 2}],
    )
    nobody: dict[str, Any] = {"roles": frozenset()}
    assert outcome(workflow, "teleport", held=True, **nobody) == "action_unknown"
    assert outcome(workflow, "finish", held=True, stage="middle", **nobody) == "order_held"
    assert outcome(workflow, "finish", stage="middle", **nobody) == "action_not_allowed_in_stage"
    assert outcome(workflow, "finish", **nobody) == "role_not_allowed"
    assert outcome(workflow, "finish", deliverables={"drawing": 1}) == "deliverable_missing"
    assert outcome(workflow, "finish", deliverables={"drawing": 2}) == "payload_invalid"
    given: dict[str, Any] = {"deliverables": {"drawing": 3}}
    assert outcome(workflow, "finish", **given, payload={"reason": "bad"}) == "guard_refused"
    assert moved(workflow, "finish", **given, payload={"reason": "good"}) == "end"


def test_refusals_speak_the_trade() -> None:
    workflow = builtin("custom_furniture")
    wrong_stage = refusal(workflow, "sign_delivery", stage="design")
    assert wrong_stage.detail.zh == "订单在“方案设计”阶段，不能执行“签收”"
    assert wrong_stage.data["action_key"] == "sign_delivery"
    wrong_role = refusal(workflow, "approve_design", stage="design", roles=frozenset({"driver"}))
    assert wrong_role.detail.en == "Your role may not do 'Approve design'; it needs one of: Design, Sales"
    missing = refusal(workflow, "approve_design", stage="design", roles=frozenset({"design"}))
    assert missing.detail.zh == "还缺交付物：3D效果图"
    assert missing.data["missing"] == [{"kind": "rendering_3d", "needed": 1, "present": 0}]


def test_bad_payloads_are_named_under_the_payload() -> None:
    workflow = with_transitions({**FINISH, "form": "reason@1"})
    refused = refusal(workflow, "finish", payload={"reason": ""})
    assert [(field.pointer, field.code) for field in refused.fields] == [("/payload/reason", "min_length")]
    assert outcome(with_transitions(FINISH), "finish", payload={"weight": 1.5}) == "payload_invalid"
    assert moved(with_transitions(FINISH), "finish", payload={"weight": "1.5"}) == "end"


def test_an_unknown_stage_is_refused_and_not_an_accident() -> None:
    assert outcome(with_transitions(FINISH), "finish", stage="forgotten") == "action_not_allowed_in_stage"


def test_guards_see_order_payload_facts_and_actor() -> None:
    guard = "order.total_minor == 1 && payload.a == 2 && facts.deliverables.drawing == 3 && 'x' in actor.roles"
    workflow = with_transitions({**FINISH, "guard": guard})
    seen: dict[str, Any] = {
        "order": {"total_minor": 1},
        "payload": {"a": 2},
        "facts": {"deliverables": {"drawing": 3}},
        "actor": {"roles": ["x"]},
    }
    assert moved(workflow, "finish", **seen) == "end"
    for root in seen:
        assert outcome(workflow, "finish", **{**seen, root: {}}) == "guard_refused"


def test_a_guard_is_refused_with_its_own_words_and_the_reason() -> None:
    guarded = {**FINISH, "guard": "order.total_minor < 5", "guard_label": label("small orders only")}
    workflow = with_transitions(guarded)
    plain = refusal(workflow, "finish", order={"total_minor": 9})
    assert plain.detail.en == "The workflow's condition does not hold: small orders only"
    missing = refusal(workflow, "finish")
    assert "a value is missing: total_minor" in missing.detail.en
    bare = refusal(with_transitions({**FINISH, "guard": "order.held"}), "finish", order={"held": False})
    assert bare.detail.zh == "不满足流程条件：order.held"


def test_a_guard_that_is_no_guard_refuses_and_does_not_fall_over() -> None:
    assert outcome(with_transitions({**FINISH, "guard": "order."}), "finish") == "guard_refused"


def several(*changes: dict[str, Any]) -> Workflow:
    return with_transitions(*({**FINISH, **change} for change in changes))


def test_guards_are_tried_by_priority_the_lowest_number_first() -> None:
    workflow = several(
        {"to": "end", "priority": 20},
        {"to": "middle", "priority": 5, "guard": "order.total_minor > 100"},
        {"to": "begin", "priority": 10, "guard": "order.total_minor > 10"},
    )
    assert moved(workflow, "finish", order={"total_minor": 1000}) == "middle"
    assert moved(workflow, "finish", order={"total_minor": 50}) == "begin"
    assert moved(workflow, "finish", order={"total_minor": 5}) == "end"


def test_a_way_that_is_closed_to_the_actor_is_passed_over() -> None:
    workflow = several({"priority": 1, "roles": ["management"], "to": "middle"}, {"priority": 2})
    assert moved(workflow, "finish") == "end"
    assert moved(workflow, "finish", roles=frozenset({"management", "sales"})) == "middle"
    closed = refusal(workflow, "finish", roles=frozenset({"driver"}))
    assert closed.data["role_keys"] == ["management", "sales"]


def test_of_several_closed_ways_the_nearest_is_told() -> None:
    by_form = several({"priority": 1, "form": "reason@1"}, {"priority": 2, "roles": ["management"]})
    assert outcome(by_form, "finish") == "payload_invalid"
    by_guard = several({"priority": 1, "form": "reason@1"}, {"priority": 2, "guard": "order.held"})
    assert outcome(by_guard, "finish", order={"held": False}) == "guard_refused"
    both = several({"priority": 1, "guard": "order.held"}, {"priority": 2, "guard": "order.total_minor > 5"})
    refused = refusal(both, "finish", order={"held": False, "total_minor": 1})
    assert refused.data["guards"] == ["order.held", "order.total_minor > 5"]


def test_a_transition_may_do_without_the_stages_papers() -> None:
    papers = [{"kind": "drawing"}]
    workflow = with_transitions({**FINISH, "needs_deliverables": False}, deliverables=papers)
    assert moved(workflow, "finish") == "end"


# -- what the engine adds -------------------------------------------------------------------------------------------

STANDARD = builtin("standard")
LINES = {"lines": [{"line": 1, "quantity": "2.5"}]}


def test_a_hold_is_a_flag_that_only_its_release_or_a_cancellation_passes() -> None:
    hold = outcome(STANDARD, "hold", stage="in_production")
    assert isinstance(hold, Move)
    assert (hold.to_stage, hold.held) == ("in_production", True)
    for action in ("completion_reported", "hold", "split", "ship_part", "receive_return", "open_rework"):
        assert outcome(STANDARD, action, stage="in_production", held=True, roles=ROLES) == "order_held"
    release = outcome(STANDARD, "release_hold", stage="in_production", held=True)
    assert isinstance(release, Move)
    assert (release.to_stage, release.held) == ("in_production", False)
    cancel = outcome(STANDARD, "cancel", stage="in_production", held=True)
    assert isinstance(cancel, Move)
    assert (cancel.to_stage, cancel.held) == ("cancelled", False)


def test_releasing_what_is_not_held_is_refused() -> None:
    assert outcome(STANDARD, "release_hold", stage="in_production") == "order_not_held"


@pytest.mark.parametrize("stage", ["delivered", "cancelled"])
@pytest.mark.parametrize("action", ["cancel", "hold", "release_hold", "split", "ship_part"])
def test_what_has_ended_stays_ended(stage: str, action: str) -> None:
    everything: dict[str, Any] = {"roles": ROLES, "shippable": True, "shipped": True, "returned": True}
    assert outcome(STANDARD, action, stage=stage, payload=LINES, **everything) == "action_not_allowed_in_stage"


@pytest.mark.parametrize(
    ("stage", "possible"),
    [("signed", True), ("scheduled", True), ("in_production", True), ("awaiting_qc", False), ("shipped", False)],
)
def test_splitting_is_for_what_is_not_made_yet(stage: str, possible: bool) -> None:
    wanted = stage if possible else "action_not_allowed_in_stage"
    assert outcome(STANDARD, "split", stage=stage) == ("payload_invalid" if possible else wanted)
    result = outcome(STANDARD, "split", stage=stage, payload=LINES)
    assert (result.to_stage if isinstance(result, Move) else result) == wanted


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"lines": []},
        {"lines": [{"line": 0, "quantity": "1"}]},
        {"lines": [{"line": 1, "quantity": 1}]},
        {"lines": [{"line": 1, "quantity": "0"}]},
        {"lines": [{"line": 1, "quantity": "-1"}]},
        {"lines": [{"line": 1}]},
        {"lines": [{"line": 1, "quantity": "1", "price": "9"}]},
        {"lines": [{"line": 1, "quantity": "1"}], "price": "9"},
        {"lines": "all"},
    ],
)
@pytest.mark.parametrize(
    ("action", "stage", "role"),
    [
        ("split", "signed", "sales"),
        ("ship_part", "awaiting_qc", "warehouse"),
        ("receive_return", "delivered", "quality"),
    ],
)
def test_lines_are_asked_for_exactly(action: str, stage: str, role: str, payload: dict[str, Any]) -> None:
    able: dict[str, Any] = {"shippable": True, "shipped": True, "roles": frozenset({role})}
    assert outcome(STANDARD, action, stage=stage, payload=payload, **able) == "payload_invalid"
    assert moved(STANDARD, action, stage=stage, payload=LINES, **able) == stage


def test_a_part_can_be_shipped_from_production_on_while_there_is_something() -> None:
    warehouse: dict[str, Any] = {"roles": frozenset({"warehouse"}), "payload": LINES}
    for stage in ("in_production", "awaiting_qc", "qc_passed", "in_transit"):
        assert moved(STANDARD, "ship_part", stage=stage, shippable=True, **warehouse) == stage
        assert outcome(STANDARD, "ship_part", stage=stage, **warehouse) == "nothing_to_ship"
    for stage in ("signed", "in_review", "scheduled", "delivered"):
        assert outcome(STANDARD, "ship_part", stage=stage, shippable=True, **warehouse) == "action_not_allowed_in_stage"


def test_goods_come_back_only_where_some_went_out_and_after_the_end_too() -> None:
    quality: dict[str, Any] = {"roles": frozenset({"quality"}), "payload": LINES}
    for stage in ("in_production", "in_transit", "delivered", "cancelled"):
        assert moved(STANDARD, "receive_return", stage=stage, shipped=True, **quality) == stage
        assert outcome(STANDARD, "receive_return", stage=stage, **quality) == "nothing_shipped"


def test_rework_goes_back_to_production() -> None:
    quality: dict[str, Any] = {"roles": frozenset({"quality"})}
    assert moved(STANDARD, "open_rework", stage="awaiting_qc", **quality) == "in_production"
    assert moved(STANDARD, "open_rework", stage="in_transit", **quality) == "in_production"
    assert outcome(STANDARD, "open_rework", stage="in_production", **quality) == "action_not_allowed_in_stage"
    assert (
        outcome(STANDARD, "open_rework", stage="cancelled", returned=True, **quality) == "action_not_allowed_in_stage"
    )
    assert outcome(STANDARD, "open_rework", stage="delivered", **quality) == "nothing_returned"
    assert moved(STANDARD, "open_rework", stage="delivered", returned=True, **quality) == "in_production"
    assert moved(builtin("simple"), "open_rework", stage="qc_passed", **quality) == "scheduled"


def test_rework_goes_back_to_where_the_order_has_been() -> None:
    stages = [a_stage("begin"), a_stage("sawing", "in_production"), a_stage("welding", "in_production")]
    ways = [
        a_transition("begin", "saw", "sawing"),
        a_transition("begin", "weld", "welding"),
        a_transition("sawing", "check", "checking"),
        a_transition("welding", "check", "checking"),
        a_transition("checking", "finish", "end"),
    ]
    workflow = a_workflow(stages=[*stages, a_stage("checking", "quality"), the_end()], transitions=ways)
    quality: dict[str, Any] = {"stage": "checking", "roles": frozenset({"quality"})}
    assert moved(workflow, "open_rework", **quality) == "sawing"
    assert moved(workflow, "open_rework", visited=["begin", "welding"], **quality) == "welding"
    assert moved(workflow, "open_rework", visited=["begin"], **quality) == "sawing"


def test_there_is_no_rework_where_there_is_nothing_to_go_back_to() -> None:
    stages = [a_stage("checking", "quality"), the_end()]
    ways = [a_transition("checking", "finish", "end")]
    workflow = a_workflow(start="checking", stages=stages, transitions=ways)
    assert outcome(workflow, "open_rework", stage="checking", roles=ROLES) == "action_not_allowed_in_stage"


def test_a_document_may_say_who_and_what_follows() -> None:
    told = {"kind": "notify", "to": {"role": "production"}, "channels": ["in_app"], "template": "held"}
    workflow = a_workflow(
        engine_actions={"hold": {"roles": ["management"], "effects": [told]}, "cancel": {"roles": []}}
    )
    assert outcome(workflow, "hold") == "role_not_allowed"
    hold = outcome(workflow, "hold", roles=frozenset({"management"}))
    assert isinstance(hold, Move)
    assert [effect.template for effect in hold.effects] == ["held"]
    assert outcome(workflow, "cancel", roles=ROLES) == "role_not_allowed"


def test_the_stage_cancelled_of_the_engine_wins_over_one_in_a_bad_document() -> None:
    workflow = a_workflow(stages=[a_stage("begin"), the_end(), a_stage("cancelled")])
    assert workflow.stage("cancelled").final
