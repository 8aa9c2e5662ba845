from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.portal.shipments import Goods, Leaving, shipments, shipping_actions
from domain.portal.wording import PAUSED, RESUMED, SHIPPED_PART, Step, stops, timeline
from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow

WORKFLOWS = {document["key"]: Workflow.parse(document) for document in builtin_workflows()}
STANDARD = WORKFLOWS["standard"]


def steps(*moves: tuple[str | None, str | None, str]) -> list[Step]:
    return [Step(action, before, after, f"t{number}") for number, (action, before, after) in enumerate(moves)]


BEGUN = (None, None, "signed")
REVIEW = ("submit_review", "signed", "in_review")


def words(told: list[dict[str, Any]]) -> list[str]:
    return [entry["what"]["en"] for entry in told]


def test_each_stage_is_told_once_in_customer_words() -> None:
    told = timeline(STANDARD, steps(BEGUN, REVIEW, ("approve_review", "in_review", "scheduled")))
    assert words(told) == ["Order confirmed", "Being reviewed", "Scheduled for production"]
    assert [entry["at"] for entry in told] == ["t0", "t1", "t2"]
    assert {entry["kind"] for entry in told} == {"stage"}


def test_parts_pauses_and_returns_are_told_beside_the_stages() -> None:
    history = steps(
        BEGUN, ("hold", "signed", "signed"), ("release_hold", "signed", "signed"), ("ship_part", "signed", "signed")
    )
    told = timeline(STANDARD, history)
    assert words(told)[1:] == [PAUSED.en, RESUMED.en, SHIPPED_PART.en]
    assert [entry["kind"] for entry in told] == ["stage", "pause", "resume", "shipment"]


def test_the_line_has_passed_present_and_future_stops() -> None:
    line = stops(STANDARD, "in_review", steps(BEGUN, REVIEW))
    assert [stop["state"] for stop in line[:3]] == ["done", "current", "ahead"]
    assert [stop["at"] for stop in line[:3]] == ["t0", "t1", None]
    assert line[-1]["label"]["en"] == "Delivered"


def test_what_was_reached_before_a_rework_lies_ahead_again() -> None:
    history = steps(
        BEGUN,
        (None, "signed", "in_production"),
        ("completion_reported", "in_production", "awaiting_qc"),
        ("fail_inspection", "awaiting_qc", "in_production"),
    )
    line = {stop["label"]["en"]: stop for stop in stops(STANDARD, "in_production", history)}
    assert line["Quality check"] == {
        "label": {"zh": "质量检验中", "en": "Quality check"},
        "state": "ahead",
        "at": None,
        "expected": None,
    }
    assert line["In production"]["at"] == "t3"


def test_a_cancelled_order_ends_where_it_was_left() -> None:
    line = stops(STANDARD, "cancelled", steps(BEGUN, REVIEW, ("cancel", "in_review", "cancelled")))
    assert [stop["state"] for stop in line] == ["done", "done", "current"]
    assert line[-1]["at"] == "t2"


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=WORKFLOWS)
def test_every_stage_of_every_workflow_is_somewhere_on_the_line(workflow: Workflow) -> None:
    for stage in workflow.stages:
        assert [stop["state"] for stop in stops(workflow, stage.key, [])].count("current") == 1


def goods(line: int, shipped: str) -> Goods:
    return Goods(line, f"line {line}", "pcs", Decimal(shipped))


def test_the_last_shipment_is_what_the_earlier_ones_left() -> None:
    part = Leaving("t1", "SF", "SF1", [{"line": 1, "quantity": "2"}])
    rest = Leaving("t2", None, None, None)
    told = shipments([part, rest], [goods(1, "5"), goods(2, "1")])
    assert [(one["number"], one["carrier"], one["tracking"]) for one in told] == [(1, "SF", "SF1"), (2, None, None)]
    assert told[0]["lines"] == [{"line": 1, "name": "line 1", "quantity": "2", "unit": "pcs"}]
    assert [(one["line"], one["quantity"]) for one in told[1]["lines"]] == [(1, "3"), (2, "1")]


def test_nothing_is_told_to_have_left_that_did_not() -> None:
    assert shipments([Leaving("t1", None, None, None)], [goods(1, "0")]) == []


def test_by_which_actions_the_rest_leaves_is_read_from_the_workflow() -> None:
    assert shipping_actions(STANDARD) == {"dispatch"}
    assert shipping_actions(WORKFLOWS["simple"]) == {"dispatch"}
