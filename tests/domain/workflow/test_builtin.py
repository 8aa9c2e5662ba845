"""The built-in workflows: their lines as the contract draws them, and every state x role x action of each."""

from itertools import pairwise

import pytest

from domain.messages.templates import builtin_templates
from domain.refusals.kinds import Refusal
from domain.workflow.builtin import builtin_form_schemas, builtin_forms, builtin_workflows
from domain.workflow.document import Workflow
from domain.workflow.engine import Move, Situation, decide
from domain.workflow.engine_actions import ENGINE_ACTIONS
from tests.domain.workflow.shapes import ROLES, builtin

FORMS = builtin_form_schemas()
LINES = {
    "standard": """signed -submit_review-> in_review -approve_review-> scheduled -start_production-> in_production
        -completion_reported-> awaiting_qc -pass_inspection-> qc_passed -dispatch-> shipped -depart-> in_transit
        -sign_delivery-> delivered""",
    "simple": "to_review -approve_review-> scheduled -pass_inspection-> qc_passed -dispatch-> dispatched",
    "custom_furniture": """enquiry -accept_enquiry-> design -approve_design-> quotation -sign_quotation-> procurement
        -materials_arrived-> part_production -completion_reported-> assembly_packing -pass_inspection-> delivery
        -sign_delivery-> delivered""",
}
FURNITURE_PAPERS = {
    "enquiry": "requirement_sheet",
    "design": "rendering_3d",
    "quotation": "signed_quotation",
    "procurement": "purchase_list",
    "part_production": "cutting_list",
    "assembly_packing": "packing_photo",
    "delivery": "signed_delivery_note",
}
# Who may do what beyond the engine's own actions; the table that a factory would write on the wall.
ALLOWED = {
    "submit_review": {"sales"},
    "approve_review": {"sales", "management"},
    "start_production": {"production"},
    "completion_reported": {"production"},
    "pass_inspection": {"quality"},
    "fail_inspection": {"quality"},
    "dispatch": {"warehouse"},
    "depart": {"driver", "warehouse"},
    "sign_delivery": {"driver", "warehouse"},
    "accept_enquiry": {"sales"},
    "approve_design": {"design", "sales"},
    "sign_quotation": {"sales"},
    "materials_arrived": {"warehouse"},
    "cancel": {"sales", "management"},
    "hold": {"sales", "production", "quality", "management"},
    "release_hold": {"sales", "production", "quality", "management"},
    "split": {"sales", "management"},
    "ship_part": {"warehouse"},
    "receive_return": {"warehouse", "quality"},
    "open_rework": {"quality", "production"},
}
EVERY_PAPER = dict.fromkeys(FURNITURE_PAPERS.values(), 1)


def steps_of(key: str) -> list[tuple[str, str, str]]:
    words = LINES[key].split()
    stages, actions = words[::2], [word.strip("->") for word in words[1::2]]
    return [(one, action, other) for (one, other), action in zip(pairwise(stages), actions, strict=True)]


@pytest.mark.parametrize("key", LINES)
def test_the_line_is_the_contracts(key: str) -> None:
    workflow = builtin(key)
    drawn = [
        (one.from_stage, one.action, one.to_stage) for one in workflow.transitions if one.action != "fail_inspection"
    ]
    assert drawn == steps_of(key)
    assert workflow.start == steps_of(key)[0][0]
    assert [stage.key for stage in workflow.stages if stage.final] == [steps_of(key)[-1][2]]


@pytest.mark.parametrize(
    ("key", "back"),
    [
        ("standard", [("awaiting_qc", "in_production")]),
        ("simple", []),
        ("custom_furniture", [("assembly_packing", "part_production")]),
    ],
)
def test_a_failed_inspection_goes_back(key: str, back: list[tuple[str, str]]) -> None:
    failed = [one for one in builtin(key).transitions if one.action == "fail_inspection"]
    assert [(one.from_stage, one.to_stage) for one in failed] == back
    assert not any(one.needs_deliverables for one in failed)


@pytest.mark.parametrize("key", ["standard", "simple"])
def test_bare_actions_carry_an_order_to_its_end(key: str) -> None:
    workflow = builtin(key)
    stage = workflow.start
    for _, action, _ in steps_of(key):
        move = decide(workflow, action, Situation(stage, roles=ROLES), FORMS)
        assert isinstance(move, Move)
        stage = move.to_stage
    assert workflow.stage(stage).final


def test_each_stage_of_furniture_waits_for_its_paper() -> None:
    workflow = builtin("custom_furniture")
    for stage, action, target in steps_of("custom_furniture"):
        bare = decide(workflow, action, Situation(stage, roles=ROLES), FORMS)
        assert isinstance(bare, Refusal)
        assert bare.data["missing"][0]["kind"] == FURNITURE_PAPERS[stage]
        move = decide(workflow, action, Situation(stage, roles=ROLES, deliverables={FURNITURE_PAPERS[stage]: 1}), FORMS)
        assert isinstance(move, Move)
        assert move.to_stage == target


def payload_of(action: str) -> dict[str, object]:
    return (
        {"lines": [{"line": 1, "quantity": "1"}]}
        if "lines" in FORMS.get(f"{action}@1", FORMS["note@1"]).schema.get("required", ())
        else {}
    )


def expected(workflow: Workflow, stage: str, action: str, role: str, held: bool) -> str:
    """The verdict by the contract's sentences alone, written apart from the engine."""
    place = workflow.stage(stage)
    ways = {one.action for one in workflow.transitions if one.from_stage == stage}
    if action not in {one.action for one in workflow.transitions} | set(ENGINE_ACTIONS):
        return "action_unknown"
    if held and action not in ("release_hold", "cancel"):
        return "order_held"
    possible = {
        "cancel": not place.final,
        "hold": not place.final,
        "release_hold": not place.final,
        "split": not place.final and place.category in ("not_started", "in_production"),
        "ship_part": not place.final and place.category in ("in_production", "quality", "shipping"),
        "receive_return": True,
        "open_rework": place.category in ("quality", "shipping", "done"),
    }
    if not possible.get(action, action in ways):
        return "action_not_allowed_in_stage"
    if role not in ALLOWED[action]:
        return "role_not_allowed"
    return "order_not_held" if action == "release_hold" and not held else "moves"


@pytest.mark.parametrize("key", LINES)
@pytest.mark.parametrize("held", [False, True])
def test_every_stage_role_and_action(key: str, held: bool) -> None:
    workflow = builtin(key)
    stages = [stage.key for stage in workflow.stages] + ["cancelled"]
    judged = 0
    for stage in stages:
        for action in (*ALLOWED, "teleport"):
            for role in ROLES:
                situation = Situation(
                    stage,
                    held=held,
                    roles=frozenset({role}),
                    deliverables=EVERY_PAPER,
                    payload=payload_of(action),
                    shippable=True,
                    shipped=True,
                    returned=True,
                )
                verdict = decide(workflow, action, situation, FORMS)
                code = verdict.code if isinstance(verdict, Refusal) else "moves"
                assert code == expected(workflow, stage, action, role, held), (stage, action, role)
                if isinstance(verdict, Move):
                    assert workflow.has_stage(verdict.to_stage)
                    assert verdict.held == (action == "hold")
                judged += 1
    assert judged == len(stages) * len(ROLES) * (len(ALLOWED) + 1)


def test_what_completion_causes() -> None:
    move = decide(builtin("standard"), "completion_reported", Situation("in_production", roles=ROLES), FORMS)
    assert isinstance(move, Move)
    assert [(effect.kind, dict(effect.to), effect.template, effect.role) for effect in move.effects] == [
        ("notify", {"role": "quality"}, "awaiting_qc", ""),
        ("open_task", {}, "", "quality"),
    ]


@pytest.mark.parametrize("key", LINES)
def test_everything_that_is_left_is_shipped_once_on_the_way(key: str) -> None:
    kinds = [effect.kind for one in builtin(key).transitions for effect in one.effects]
    assert kinds.count("ship_remaining") == 1
    assert kinds.count("create_work_orders") == 1
    assert kinds.count("reserve_material") == 1


def test_every_message_has_words_and_every_form_is_there() -> None:
    for body in builtin_workflows():
        workflow = Workflow.parse(body)
        effects = [effect for one in workflow.transitions for effect in one.effects]
        effects += [effect for said in workflow.engine_actions.values() for effect in said.effects]
        assert {effect.template for effect in effects if effect.kind == "notify"} <= set(builtin_templates())
        assert {one.form for one in workflow.transitions if one.form} <= set(FORMS)


def test_forms_of_plain_workflows_ask_for_nothing() -> None:
    for key in LINES:
        for transition in builtin(key).transitions:
            assert FORMS[str(transition.form)].takes_nothing


def test_every_form_has_labels() -> None:
    for form in builtin_forms():
        assert form["label"]["zh"]
        assert form["label"]["en"]
        assert all(field.label is not None for field in FORMS[f"{form['key']}@{form['version']}"].fields)
