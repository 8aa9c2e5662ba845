"""Reading workflow documents: strict in shape, complete in what it says, and the same when written and read again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.refusals.kinds import Refusal
from domain.text import Text
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Deliverable, EffectSpec, Workflow
from tests.domain.workflow.shapes import a_document, a_stage, a_transition, a_workflow, label, the_end


def problems_of(document: Any) -> dict[str, str]:
    with pytest.raises(Refusal) as refused:
        Workflow.parse(document)
    assert refused.value.code == "workflow_invalid"
    assert all(problem.detail.zh and problem.detail.en for problem in refused.value.fields)
    json.dumps(refused.value.as_json())
    return {problem.pointer: problem.code for problem in refused.value.fields}


def test_reads_everything_that_the_contract_names() -> None:
    stage = a_stage(
        "begin",
        customer_label=label("shown"),
        role="design",
        deliverables=[{"kind": "rendering_3d", "min": 2, "label": label("picture")}],
        service_hours=24,
    )
    effects = [
        {"kind": "notify", "to": {"party": "customer"}, "channels": ["email", "sms"], "template": "shipped"},
        {"kind": "open_task", "role": "quality", "form": "inspect@1"},
        {"kind": "create_work_orders"},
        {"kind": "reserve_material"},
        {"kind": "ship_remaining"},
    ]
    transition = a_transition(
        *("begin", "finish", "end"),
        label=label("done"),
        roles=["sales", "management"],
        form="note@1",
        guard="order.total_minor <= 5",
        guard_label=label("small"),
        priority=3,
        effects=effects,
        needs_deliverables=False,
    )
    workflow = a_workflow(
        stages=[stage, the_end()],
        transitions=[transition],
        engine_actions={"cancel": {"roles": ["management"], "effects": [effects[0]]}},
    )
    begin, only = workflow.stages[0], workflow.transitions[0]
    assert (begin.role, begin.service_hours, begin.final) == ("design", 24, False)
    assert begin.customer_label.en == "shown"
    assert begin.deliverables == (Deliverable("rendering_3d", 2, Text("picture（中）", "picture")),)
    assert (only.from_stage, only.action, only.to_stage, only.priority) == ("begin", "finish", "end", 3)
    assert (only.form, only.guard, only.needs_deliverables) == ("note@1", "order.total_minor <= 5", False)
    assert only.guard_label is not None
    assert only.effects[0] == EffectSpec("notify", {"party": "customer"}, ("email", "sms"), "shipped")
    assert only.effects[1] == EffectSpec("open_task", role="quality", form="inspect@1")
    assert [effect.kind for effect in only.effects[2:]] == ["create_work_orders", "reserve_material", "ship_remaining"]
    assert workflow.engine_actions["cancel"].roles == ("management",)
    assert workflow.reference == "plain@1"


def test_what_may_be_left_out_has_a_plain_meaning() -> None:
    document = a_document(transitions=[a_transition("begin", "approve_review", "end")])
    del document["version"]
    workflow = Workflow.parse(document)
    begin, only = workflow.stages[0], workflow.transitions[0]
    assert workflow.version == 0
    assert begin.customer_label == begin.label
    assert (begin.deliverables, begin.service_hours, begin.final) == ((), None, False)
    assert (only.priority, only.form, only.guard, only.effects, only.needs_deliverables) == (10, None, None, (), True)
    assert only.label == Text("评审通过", "Approve review")
    assert workflow.action_label("cancel") == Text("取消订单", "Cancel order")
    assert workflow.action_label("unheard_of") is None


def test_the_stage_cancelled_is_there_without_being_written() -> None:
    workflow = a_workflow()
    assert workflow.stage("cancelled").category == "cancelled"
    assert workflow.has_stage("cancelled")
    assert "cancelled" not in [stage["key"] for stage in workflow.as_json()["stages"]]
    with pytest.raises(KeyError):
        workflow.stage("nowhere")


@pytest.mark.parametrize("body", builtin_workflows(), ids=lambda body: body["key"])
def test_writing_and_reading_again_changes_nothing(body: dict[str, Any]) -> None:
    workflow = Workflow.parse(body)
    again = Workflow.parse(json.loads(json.dumps(workflow.as_json())))
    assert again == workflow
    assert again.as_json() == workflow.as_json()


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"extra": 1}, "/extra", "field_unknown"),
        ({"key": "Not A Key"}, "/key", "type"),
        ({"key": None}, "/key", "type"),
        ({"version": "1"}, "/version", "type"),
        ({"version": True}, "/version", "type"),
        ({"version": 1.5}, "/version", "not_exact"),
        ({"label": "plain"}, "/label", "type"),
        ({"label": {"zh": 1, "en": "x"}}, "/label/zh", "type"),
        ({"label": {"zh": "x", "en": "x", "de": "x"}}, "/label/de", "field_unknown"),
        ({"label": {"zh": "x\x00", "en": "x"}}, "/label/zh", "text_invalid"),
        ({"label": {"zh": "x" * 501, "en": "x"}}, "/label/zh", "type"),
        ({"start": ["begin"]}, "/start", "type"),
        ({"stages": {}}, "/stages", "type"),
        ({"stages": ["begin"]}, "/stages/0", "type"),
        ({"stages": [a_stage("begin") for _ in range(101)]}, "/stages", "too_large"),
        ({"stages": [a_stage("begin", "started"), the_end()]}, "/stages/0/category", "type"),
        ({"stages": [a_stage("begin", service_hours=0), the_end()]}, "/stages/0/service_hours", "type"),
        ({"stages": [a_stage("begin", final="no"), the_end()]}, "/stages/0/final", "type"),
        ({"stages": [a_stage("begin", colour="red"), the_end()]}, "/stages/0/colour", "field_unknown"),
        ({"stages": [a_stage("begin", deliverables=[{"min": 1}])]}, "/stages/0/deliverables/0/kind", "required"),
        (
            {"stages": [a_stage("begin", deliverables=[{"kind": "x", "min": 0}])]},
            "/stages/0/deliverables/0/min",
            "type",
        ),
        ({"transitions": [{"from": "begin"}]}, "/transitions/0/action", "required"),
        ({"transitions": [a_transition("begin", "Finish!", "end")]}, "/transitions/0/action", "type"),
        ({"transitions": [a_transition("begin", "finish", "end", roles="sales")]}, "/transitions/0/roles", "type"),
        ({"transitions": [a_transition("begin", "finish", "end", roles=["a b"])]}, "/transitions/0/roles/0", "type"),
        ({"transitions": [a_transition("begin", "finish", "end", form="note")]}, "/transitions/0/form", "type"),
        ({"transitions": [a_transition("begin", "finish", "end", guard=True)]}, "/transitions/0/guard", "type"),
        ({"transitions": [a_transition("begin", "finish", "end", priority="1")]}, "/transitions/0/priority", "type"),
        ({"engine_actions": {"teleport": {}}}, "/engine_actions/teleport", "field_unknown"),
        ({"engine_actions": []}, "/engine_actions", "type"),
        ({"engine_actions": {"cancel": {"to": "x"}}}, "/engine_actions/cancel/to", "field_unknown"),
    ],
)
def test_names_what_is_not_right(changes: dict[str, Any], pointer: str, code: str) -> None:
    assert problems_of(a_document(**changes)).get(pointer) == code


@pytest.mark.parametrize(
    ("effect", "pointer", "code"),
    [
        ({"kind": "explode"}, "/kind", "type"),
        ({}, "/kind", "required"),
        ("notify", "", "type"),
        ({"kind": ["notify"]}, "/kind", "type"),
        ({"kind": "reserve_material", "sku": "x"}, "/sku", "field_unknown"),
        ({"kind": "open_task"}, "/role", "required"),
        ({"kind": "notify", "channels": [], "template": "x"}, "/to", "recipient_unclear"),
        (
            {"kind": "notify", "to": {"role": "a", "person": "b"}, "channels": [], "template": "x"},
            "/to",
            "recipient_unclear",
        ),
        ({"kind": "notify", "to": {"everyone": "x"}, "channels": [], "template": "x"}, "/to/everyone", "field_unknown"),
        ({"kind": "notify", "to": {"party": "mother"}, "channels": [], "template": "x"}, "/to/party", "type"),
        ({"kind": "notify", "to": {"person": 7}, "channels": [], "template": "x"}, "/to/person", "type"),
        ({"kind": "notify", "to": {"person": ""}, "channels": [], "template": "x"}, "/to/person", "required"),
        ({"kind": "open_task", "role": ""}, "/role", "required"),
        ({"kind": "notify", "to": {"role": "a"}, "channels": ["pigeon"], "template": "x"}, "/channels/0", "type"),
        ({"kind": "notify", "to": {"role": "a"}, "channels": ["sms"]}, "/template", "required"),
    ],
)
def test_names_what_is_not_right_in_an_effect(effect: Any, pointer: str, code: str) -> None:
    document = a_document(transitions=[a_transition("begin", "finish", "end", effects=[effect])])
    assert problems_of(document).get(f"/transitions/0/effects/0{pointer}") == code


def test_says_everything_at_once() -> None:
    found = problems_of({"key": 5, "stages": [{}], "surplus": 1})
    assert {"/key", "/label", "/start", "/transitions", "/surplus", "/stages/0/key", "/stages/0/role"} <= set(found)


@pytest.mark.parametrize("document", [None, [], 5, "x", {}, {"stages": None}, {"transitions": [[[[[[[[[[]]]]]]]]]]}])
def test_anything_else_is_refused_as_well(document: Any) -> None:
    assert problems_of(document)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@given(st.sampled_from(["key", "label", "start", "stages", "transitions", "engine_actions"]), _JSON)
def test_no_value_makes_reading_fall_over(name: str, value: Any) -> None:
    try:
        Workflow.parse(a_document(**{name: value}))
    except Refusal as refused:
        json.dumps(refused.as_json())


@given(st.sampled_from(["from", "action", "to", "roles", "form", "guard", "priority", "effects", "label"]), _JSON)
def test_no_value_in_a_transition_makes_reading_fall_over(name: str, value: Any) -> None:
    try:
        Workflow.parse(a_document(transitions=[{**a_transition("begin", "finish", "end"), name: value}]))
    except Refusal as refused:
        json.dumps(refused.as_json())
