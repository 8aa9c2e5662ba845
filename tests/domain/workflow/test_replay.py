from __future__ import annotations

from typing import Any

import pytest

from domain.workflow.builtin import builtin_workflows
from domain.workflow.document import Workflow
from domain.workflow.replay import candidates_of, step_problem

STANDARD = next(Workflow.parse(one) for one in builtin_workflows() if one["key"] == "standard")


def an_event(action: str | None, start: str | None, end: str, role: str = "sales", **more: Any) -> dict[str, Any]:
    plain = {
        "type": "ActionPerformed",
        "action": action,
        "from": start,
        "to": end,
        "held": False,
        "actor": {"role": role},
    }
    return {**plain, **more}


ALLOWED = [
    (None, False, an_event(None, None, "signed", type="OrderOpened")),
    (None, False, an_event(None, None, "scheduled", type="OrderSplitOff")),
    ("signed", False, an_event("submit_review", "signed", "in_review")),
    ("signed", False, an_event("hold", "signed", "signed", held=True)),
    ("signed", True, an_event("release_hold", "signed", "signed")),
    ("signed", True, an_event("cancel", "signed", "cancelled")),
    ("signed", True, an_event(None, "signed", "signed", type="PaperAttached", held=True)),
    ("delivered", False, an_event("open_rework", "delivered", "in_production", "quality")),
    ("awaiting_qc", False, an_event("fail_inspection", "awaiting_qc", "in_production", "quality")),
    ("signed", False, an_event(None, "signed", "in_review", type="WorkflowMoved")),
]
REFUSED = [
    ("signed", False, an_event("submit_review", "signed", "scheduled"), "does not lead"),
    ("signed", False, an_event("submit_review", "in_review", "in_review"), "begins in in_review"),
    ("signed", False, an_event("submit_review", "signed", "in_review", "driver"), "not for the role driver"),
    ("signed", True, an_event("submit_review", "signed", "in_review"), "on hold"),
    ("signed", False, an_event("submit_review", "signed", "in_review", held=True), "leaves the hold on"),
    ("signed", False, an_event("hold", "signed", "signed"), "leaves the hold off"),
    ("signed", False, an_event(None, "signed", "signed", type="OrderEdited", held=True), "changes the hold"),
    ("signed", False, an_event(None, "signed", "in_review", type="OrderEdited"), "which a OrderEdited cannot"),
    ("signed", False, an_event("submit_review", "signed", "nowhere"), "does not have"),
    ("signed", False, an_event(None, "signed", "signed", type="OrderOpened"), "exists already"),
    (None, False, an_event(None, None, "scheduled", type="OrderOpened"), "begins in scheduled"),
    ("delivered", False, an_event("open_rework", "delivered", "scheduled", "quality"), "does not lead"),
]


@pytest.mark.parametrize(("stage", "held", "event"), ALLOWED)
def test_knows_what_the_workflow_allows(stage: str | None, held: bool, event: dict[str, Any]) -> None:
    assert step_problem(STANDARD, stage, held, event) is None


@pytest.mark.parametrize(("stage", "held", "event", "told"), REFUSED)
def test_says_what_is_wrong_with_the_rest(stage: str | None, held: bool, event: dict[str, Any], told: str) -> None:
    assert told in (step_problem(STANDARD, stage, held, event) or "")


def test_every_transition_of_every_builtin_workflow_is_allowed() -> None:
    for document in builtin_workflows():
        workflow = Workflow.parse(document)
        for way in workflow.transitions:
            event = an_event(way.action, way.from_stage, way.to_stage, way.roles[0])
            assert step_problem(workflow, way.from_stage, False, event) is None
            assert candidates_of(workflow, event)
