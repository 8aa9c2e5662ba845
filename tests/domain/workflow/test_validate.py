"""What must be right about a workflow before it is published."""

from typing import Any

import pytest

from domain.expressions.schema import FormSchema
from domain.refusals.kinds import Refusal
from domain.workflow.builtin import builtin_workflows
from domain.workflow.validate import Known, Problem, check_document, ensure_valid, validate
from tests.domain.workflow.shapes import a_document, a_stage, a_transition, a_workflow, builtin, label, the_end

CLOSED_FORM = FormSchema.compile({"additionalProperties": False, "properties": {"urgent": {"type": "boolean"}}})
KNOWN = Known(
    roles={"sales", "quality"},
    deliverable_kinds={"rendering_3d"},
    forms={"note@1": FormSchema.compile({}), "urgent@1": CLOSED_FORM},
)


def found(severity: str | None = None, **changes: Any) -> set[tuple[str, str]]:
    problems = validate(a_workflow(**changes), KNOWN)
    assert all(problem.detail.zh and problem.detail.en for problem in problems)
    return {(one.pointer, one.code) for one in problems if severity in (None, one.severity)}


def transitions(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**a_transition("begin", "finish", "end"), **change} for change in changes]


def test_a_plain_document_is_right() -> None:
    assert found() == set()


@pytest.mark.parametrize("body", builtin_workflows(), ids=lambda body: body["key"])
def test_the_builtin_workflows_are_right(body: dict[str, Any]) -> None:
    assert check_document(body, Known()) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"start": "nowhere"}, ("/start", "start_unknown")),
        ({"start": "cancelled"}, ("/start", "start_unknown")),
        ({"stages": []}, ("/stages", "no_stages")),
        ({"stages": [a_stage("begin"), a_stage("end")]}, ("/stages", "no_final_stage")),
        ({"stages": [a_stage("begin"), the_end(), the_end()]}, ("/stages/2/key", "stage_twice")),
        ({"stages": [a_stage("begin"), the_end(), the_end("cancelled")]}, ("/stages/2/key", "stage_reserved")),
        ({"stages": [a_stage("begin"), the_end(), a_stage("island")]}, ("/stages/2", "stage_unreachable")),
        ({"stages": [a_stage("begin"), the_end(), a_stage("island")]}, ("/stages/2", "stage_dead_end")),
        ({"stages": [a_stage("begin", role="wizard"), the_end()]}, ("/stages/0/role", "role_unknown")),
        ({"stages": [a_stage("begin", "cancelled"), the_end()]}, ("/stages/0/category", "category_reserved")),
        ({"stages": [a_stage("begin", label={}), the_end()]}, ("/stages/0/label", "label_missing")),
        (
            {"stages": [a_stage("begin", customer_label={"zh": "x", "en": " "}), the_end()]},
            ("/stages/0/customer_label", "label_missing"),
        ),
        ({"label": {"zh": "", "en": "x"}}, ("/label", "label_missing")),
        (
            {"stages": [a_stage("begin", deliverables=[{"kind": "poem"}]), the_end()]},
            ("/stages/0/deliverables/0/kind", "deliverable_unknown"),
        ),
        (
            {"stages": [a_stage("begin", deliverables=[{"kind": "rendering_3d"}] * 2), the_end()]},
            ("/stages/0/deliverables/1/kind", "deliverable_twice"),
        ),
        ({"transitions": transitions({"from": "nowhere"})}, ("/transitions/0/from", "stage_unknown")),
        ({"transitions": transitions({"to": "nowhere"})}, ("/transitions/0/to", "stage_unknown")),
        ({"transitions": transitions({}, {"from": "end", "to": "begin"})}, ("/transitions/1/from", "final_has_exit")),
        ({"transitions": transitions({}, {"from": "cancelled"})}, ("/transitions/1/from", "final_has_exit")),
        ({"transitions": transitions({"roles": []})}, ("/transitions/0/roles", "roles_missing")),
        ({"transitions": transitions({"roles": ["wizard"]})}, ("/transitions/0/roles", "role_unknown")),
        ({"transitions": transitions({"form": "note@2"})}, ("/transitions/0/form", "form_unknown")),
        ({"transitions": transitions({"label": {"zh": "x"}})}, ("/transitions/0/label", "label_missing")),
        ({"transitions": transitions({"guard": "order.total_minor >"})}, ("/transitions/0/guard", "guard_syntax")),
        ({"transitions": transitions({"guard": "order.total_minor > 1.5"})}, ("/transitions/0/guard", "guard_number")),
        (
            {"transitions": transitions({"guard": "order.colour == 'x'"})},
            ("/transitions/0/guard", "guard_name_unknown"),
        ),
        ({"transitions": transitions({"guard": "invoice.paid"})}, ("/transitions/0/guard", "guard_name_unknown")),
        ({"transitions": transitions({"guard": "today() > 1"})}, ("/transitions/0/guard", "guard_function_unknown")),
        ({"transitions": transitions({"guard": "order.total_minor"})}, ("/transitions/0/guard", "guard_type")),
        (
            {"transitions": transitions({"guard": "payload.urgnt", "form": "urgent@1"})},
            ("/transitions/0/guard", "guard_name_unknown"),
        ),
        ({"transitions": transitions({}, {})}, ("/transitions/1/priority", "ambiguous_transition")),
        (
            {"transitions": transitions({"roles": ["sales"]}, {"roles": ["quality"], "guard": "order.held"})},
            ("/transitions/1/priority", "ambiguous_transition"),
        ),
        (
            {"transitions": transitions({"effects": [{"kind": "open_task", "role": "wizard"}]})},
            ("/transitions/0/effects/0/role", "role_unknown"),
        ),
        (
            {"transitions": transitions({"effects": [{"kind": "open_task", "role": "sales", "form": "no@1"}]})},
            ("/transitions/0/effects/0/form", "form_unknown"),
        ),
        (
            {"engine_actions": {"cancel": {"roles": ["wizard"]}}},
            ("/engine_actions/cancel/roles", "role_unknown"),
        ),
        (
            {
                "engine_actions": {
                    "hold": {"effects": [{"kind": "notify", "to": {"role": "wizard"}, "channels": [], "template": "x"}]}
                }
            },
            ("/engine_actions/hold/effects/0/to/role", "role_unknown"),
        ),
        (
            {
                "engine_actions": {
                    "hold": {"effects": [{"kind": "notify", "to": {"role": "sales"}, "channels": [], "template": "x"}]}
                }
            },
            ("/engine_actions/hold/effects/0/channels", "channels_missing"),
        ),
    ],
)
def test_each_mistake_is_found(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert expected in found("error", **changes)


@pytest.mark.parametrize(
    "action", ["cancel", "hold", "release_hold", "split", "ship_part", "receive_return", "open_rework"]
)
def test_what_the_engine_brings_cannot_be_defined(action: str) -> None:
    added = a_transition("begin", action, "end")
    assert ("/transitions/1/action", "action_reserved") in found(transitions=[*transitions({}), added])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"stages": [a_stage("begin", "done"), the_end()]}, ("/stages/0/category", "category_unusual")),
        (
            {"stages": [a_stage("begin"), a_stage("end", "shipping", final=True)]},
            ("/stages/1/category", "category_unusual"),
        ),
        (
            {"stages": [a_stage("begin"), {**the_end(), "deliverables": [{"kind": "rendering_3d"}]}]},
            ("/stages/1/deliverables", "deliverable_unused"),
        ),
        (
            {
                "transitions": transitions(
                    {
                        "effects": [
                            {"kind": "notify", "to": {"role": "sales"}, "channels": ["sms"], "template": "no_such"}
                        ]
                    }
                )
            },
            ("/transitions/0/effects/0/template", "template_unknown"),
        ),
        (
            {"transitions": transitions({"priority": 1}, {"priority": 2, "guard": "order.held"})},
            ("/transitions/1/priority", "transition_shadowed"),
        ),
    ],
)
def test_what_is_odd_is_a_warning(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found("warning", **changes) == {expected}
    ensure_valid(a_workflow(**changes), KNOWN)


def test_loops_and_ways_to_cancelled_are_fine() -> None:
    stages = [a_stage("begin"), a_stage("middle", "quality"), the_end()]
    ways = [
        a_transition("begin", "go_on", "middle"),
        a_transition("middle", "note_down", "middle"),
        a_transition("middle", "go_back", "begin"),
        a_transition("middle", "give_up", "cancelled"),
        a_transition("middle", "finish", "end"),
    ]
    assert found(stages=stages, transitions=ways) == set()


def test_two_ways_on_one_action_with_different_priorities_are_fine() -> None:
    ways = transitions({"guard": "order.total_minor > 5", "priority": 1}, {"priority": 2})
    assert found(transitions=ways) == set()


def test_a_stage_of_all_but_dead_ends_is_named() -> None:
    stages = [a_stage("begin"), a_stage("one"), a_stage("other"), the_end()]
    ways = [
        a_transition("begin", "finish", "end"),
        a_transition("begin", "stray", "one"),
        a_transition("one", "circle", "other"),
        a_transition("other", "circle", "one"),
    ]
    assert found(stages=stages, transitions=ways) == {("/stages/1", "stage_dead_end"), ("/stages/2", "stage_dead_end")}


def test_guards_know_the_payload_of_a_closed_form() -> None:
    assert (
        found(transitions=transitions({"guard": "has(payload.urgent) && payload.urgent", "form": "urgent@1"})) == set()
    )
    assert found(transitions=transitions({"guard": "payload.anything", "form": "note@1"})) == set()
    assert found(transitions=transitions({"guard": "payload.anything"})) == set()


def test_everything_wrong_is_said_at_once() -> None:
    problems = found(
        start="x",
        label={},
        stages=[a_stage("begin", role="wizard"), a_stage("begin")],
        transitions=transitions({"guard": "("}, {"roles": []}),
    )
    codes = {code for _, code in problems}
    assert {
        "start_unknown",
        "label_missing",
        "role_unknown",
        "stage_twice",
        "no_final_stage",
        "stage_unknown",
        "guard_syntax",
        "roles_missing",
        "ambiguous_transition",
    } <= codes


def test_a_document_of_the_wrong_shape_has_the_problems_of_its_shape() -> None:
    assert [(one.pointer, one.code) for one in check_document(a_document(start=5), KNOWN)] == [("/start", "type")]


def test_publishing_what_is_wrong_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        ensure_valid(a_workflow(start="nowhere"), KNOWN)
    assert refused.value.code == "workflow_invalid"
    assert [field.pointer for field in refused.value.fields] == ["/start"]


def test_a_problem_is_shown_in_one_language() -> None:
    problem = validate(a_workflow(label=label("x") | {"en": ""}), KNOWN)[0]
    assert problem.as_json("zh") == {
        "pointer": "/label",
        "code": "label_missing",
        "detail": "须有中文和英文名称",
        "severity": "error",
    }
    assert isinstance(problem, Problem)


def test_what_a_factory_adds_is_known_when_it_says_so() -> None:
    assert [one.code for one in validate(builtin("custom_furniture"), KNOWN) if one.code == "deliverable_unknown"]
