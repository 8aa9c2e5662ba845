"""Looking back: whether a step that history tells of was one that the workflow allows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.workflow.document import Workflow
from domain.workflow.engine_actions import CANCELLED, WHILE_HELD
from domain.workflow.table import Candidate

_BEGINS = {"OrderOpened", "OrderSplitOff"}
_STAYS = {
    *("OrderEdited", "PaperAttached", "PaperReleased", "PaperWithdrawn", "WorkflowMoved"),
    *("CustomerMerged", "CustomerMergeUndone"),
}


def step_problem(workflow: Workflow, stage: str | None, held: bool, event: Mapping[str, Any]) -> str | None:
    """What is wrong with an event (in the names of the API) of an order that stood so; None where nothing is.

    `stage` None means that the order did not exist yet.
    """
    if event["from"] != stage:
        return f"begins in {event['from']}, but the order stood in {stage}"
    if not workflow.has_stage(event["to"]):
        return f"leads to {event['to']}, which {workflow.reference} does not have"
    return _kind_problem(workflow, stage, held, event)


def _kind_problem(workflow: Workflow, stage: str | None, held: bool, event: Mapping[str, Any]) -> str | None:
    kind = event["type"]
    if kind == "ActionPerformed":
        return _action_problem(workflow, held, event)
    if kind in _BEGINS:
        return _beginning_problem(workflow, stage, event)
    if kind == "OrderChanged":
        return _change_problem(workflow, held, event)
    if kind in _STAYS:
        return _standing_problem(event, None if kind == "WorkflowMoved" else stage, held)
    return f"is of a kind that nobody knows: {kind}"


def candidates_of(workflow: Workflow, event: Mapping[str, Any]) -> list[Candidate]:
    """The ways of the workflow that the event may have gone: those of its action from its stage to where it led."""
    known = workflow.table.steps.get((event["from"], event["action"]), ())
    back = set(workflow.table.rework) if event["action"] == "open_rework" else set()
    return [candidate for candidate in known if event["to"] in {candidate.move.to_stage, *back}]


def _beginning_problem(workflow: Workflow, stage: str | None, event: Mapping[str, Any]) -> str | None:
    if stage is not None:
        return "begins an order that exists already"
    if event["type"] == "OrderOpened" and event["to"] != workflow.start:
        return f"begins in {event['to']}; the workflow begins in {workflow.start}"
    return None


def _action_problem(workflow: Workflow, held: bool, event: Mapping[str, Any]) -> str | None:
    action = event["action"]
    ways = candidates_of(workflow, event)
    if not ways:
        return f"{action} does not lead from {event['from']} to {event['to']} in {workflow.reference}"
    if held and action not in WHILE_HELD:
        return f"{action} was done while the order was on hold"
    if event["held"] not in {way.move.held for way in ways}:
        return f"{action} leaves the hold {'on' if event['held'] else 'off'}"
    if event["actor"].get("role") not in {role for way in ways for role in way.roles}:
        return f"{action} is not for the role {event['actor'].get('role')}"
    return None


def _change_problem(workflow: Workflow, held: bool, event: Mapping[str, Any]) -> str | None:
    """An order change stays where the order is, calls it off, or goes back to where what it adds is made."""
    cancels = bool(event["payload"]["changed"].get("cancel"))
    if cancels != (event["to"] == CANCELLED.key):
        return f"{'calls the order off' if cancels else 'changes the order'} and leads to {event['to']}"
    if cancels:
        possible = (event["from"], "cancel") in workflow.table.steps
        return None if possible and not event["held"] else f"calls off what stands in {event['from']}"
    if event["to"] not in {event["from"], *workflow.table.rework[:1]}:
        return f"moves the order from {event['from']} to {event['to']}, which a change cannot"
    return "changes the hold" if event["held"] != held else None


def _standing_problem(event: Mapping[str, Any], stage: str | None, held: bool) -> str | None:
    """For what changes no stage (`stage` None: may) and no hold."""
    if stage is not None and event["to"] != stage:
        return f"moves the order from {stage} to {event['to']}, which a {event['type']} cannot"
    return "changes the hold" if event["held"] != held else None
