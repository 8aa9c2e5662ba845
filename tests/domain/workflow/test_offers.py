"""What an actor is offered, with forms and reasons."""

from typing import Any

from domain.workflow.builtin import builtin_form_schemas
from domain.workflow.document import Workflow
from domain.workflow.engine import Offer, Situation, decide, offers
from tests.domain.workflow.shapes import REASON_FORM, ROLES, a_stage, a_transition, a_workflow, builtin, the_end

FORMS = {**builtin_form_schemas(), "reason@1": REASON_FORM}
STANDARD = builtin("standard")


def offered(workflow: Workflow, stage: str, **situation: Any) -> dict[str, Offer]:
    return {offer.action: offer for offer in offers(workflow, Situation(stage, **situation), FORMS)}


def reasons(offer: Offer) -> list[str]:
    return [refusal.code for refusal in offer.refusals]


def test_the_likeliest_comes_first() -> None:
    situation = Situation("awaiting_qc", roles=frozenset({"quality"}))
    actions = [offer.action for offer in offers(STANDARD, situation, FORMS)]
    assert actions[:4] == ["pass_inspection", "fail_inspection", "hold", "open_rework"]
    held = offers(STANDARD, situation._replace(held=True), FORMS)
    assert held[0].action == "release_hold"
    assert [offer.action for offer in held if offer.allowed] == ["release_hold"]


def test_every_action_of_the_stage_and_of_the_engine_is_there_once() -> None:
    assert set(offered(STANDARD, "signed")) == {
        "submit_review",
        "cancel",
        "hold",
        "release_hold",
        "split",
        "ship_part",
        "receive_return",
        "open_rework",
    }


def test_each_refusal_says_why_and_all_of_why() -> None:
    furniture = builtin("custom_furniture")
    design = offered(furniture, "design", roles=frozenset({"driver"}))["approve_design"]
    assert not design.allowed
    assert reasons(design) == ["role_not_allowed", "deliverable_missing"]
    assert design.to == "quotation"
    held = offered(furniture, "design", roles=ROLES, held=True)
    assert reasons(held["approve_design"]) == ["order_held", "deliverable_missing"]
    assert reasons(held["release_hold"]) == []
    ended = offered(STANDARD, "delivered", roles=ROLES)
    assert reasons(ended["cancel"]) == ["action_not_allowed_in_stage"]
    assert ended["cancel"].to is None
    assert reasons(ended["open_rework"]) == ["nothing_returned"]


def test_forms_come_along() -> None:
    mine = offered(STANDARD, "signed", roles=ROLES)
    assert mine["submit_review"].payload_schema == FORMS["note@1"].schema
    assert mine["split"].payload_schema["required"] == ["lines"]
    bare = a_workflow()
    assert offered(bare, "begin")["finish"].payload_schema == {"type": "object"}


def guarded(guard: str, **changes: Any) -> Workflow:
    return a_workflow(transitions=[a_transition("begin", "finish", "end", guard=guard, **changes)])


def test_a_guard_counts_unless_it_asks_for_the_payload() -> None:
    sales = frozenset({"sales"})
    by_order = guarded("order.total_minor < 5")
    assert offered(by_order, "begin", roles=sales, order={"total_minor": 1})["finish"].allowed
    assert reasons(offered(by_order, "begin", roles=sales, order={"total_minor": 9})["finish"]) == ["guard_refused"]
    by_payload = guarded("payload.reason == 'good'", form="reason@1")
    offer = offered(by_payload, "begin", roles=sales)["finish"]
    assert offer.allowed
    assert offer.payload_schema == REASON_FORM.schema
    assert reasons(offered(guarded("order."), "begin", roles=sales)["finish"]) == ["guard_refused"]


def test_of_several_ways_the_open_one_is_offered() -> None:
    stages = [a_stage("begin"), a_stage("middle", "quality"), the_end()]
    ways = [
        a_transition("begin", "finish", "middle", priority=1, guard="order.held"),
        a_transition("begin", "finish", "end", priority=2),
        a_transition("middle", "finish", "end"),
    ]
    workflow = a_workflow(stages=stages, transitions=ways)
    sales = frozenset({"sales"})
    assert offered(workflow, "begin", roles=sales, order={"held": False})["finish"].to == "end"
    assert offered(workflow, "begin", roles=sales, order={"held": True})["finish"].to == "middle"


def test_an_offer_as_the_api_shows_it() -> None:
    offer = offered(STANDARD, "signed", roles=frozenset({"driver"}))["submit_review"]
    assert offer.as_json() == {
        "action": "submit_review",
        "label": {"zh": "提交评审", "en": "Submit for review"},
        "to": "in_review",
        "allowed": False,
        "payload_schema": dict(FORMS["note@1"].schema),
        "reasons": [
            {
                "code": "role_not_allowed",
                "detail": {
                    "zh": "您的岗位不能执行“提交评审”，需要：销售",
                    "en": "Your role may not do 'Submit for review'; it needs one of: Sales",
                },
            }
        ],
    }


def test_what_is_offered_as_allowed_and_asks_nothing_is_then_done() -> None:
    for key in ("standard", "simple", "custom_furniture"):
        workflow = builtin(key)
        for stage in (*workflow.stages, workflow.stage("cancelled")):
            for held in (False, True):
                situation = Situation(stage.key, held=held, roles=ROLES, deliverables={"rendering_3d": 1})
                for offer in offers(workflow, situation, FORMS):
                    asks = offer.payload_schema.get("required")
                    verdict = decide(workflow, offer.action, situation, FORMS)
                    assert offer.allowed == isinstance(verdict, tuple) or asks
