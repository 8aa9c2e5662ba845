"""What a person must do now, from every source, in one list ordered by what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.orders.events import instant_text
from domain.portal.answering import ANSWER_WITHIN
from domain.text import Text
from domain.warning.telling import alert_facts
from domain.workflow.document import Workflow
from persistence import documents, library
from persistence.queries import change_inbox, order_board, reviews, trouble_inbox, unanswered
from persistence.queries.order_board import NOT_DUE, OrderFilter
from persistence.queries.scope import Scope
from persistence.queries.unanswered import Unanswered
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class TaskPage:
    """`after` is (due_at, id) of the last task seen, as task_position gave it."""

    after: Sequence[str] | None
    limit: int


@use_case(right="orders.read")
async def list_tasks(tx: Tx, page: TaskPage) -> list[dict[str, Any]]:
    """Tasks by (due_at, id): orders that wait for an action of the actor's roles, payloads that wait for review,
    order changes that wait for approval or acknowledgement, customers who wait for an answer, alerts that the actor was
    told of and nobody took, reports of the floor that wait for a decision.
    """
    tasks = await _order_tasks(tx, page)
    if tx.actor.may("intake.review"):
        waiting = await reviews.waiting_reviews(tx, Scope.of(tx.actor), page.after, page.limit)
        tasks += [_review_task(row) for row in waiting]
    tasks += await _change_tasks(tx, page)
    tasks += await _message_tasks(tx, page)
    tasks += await _trouble_tasks(tx, page)
    return sorted(tasks, key=task_position)[: page.limit]


async def _change_tasks(tx: Tx, page: TaskPage) -> list[dict[str, Any]]:
    """Order changes to approve, and to acknowledge for one's department."""
    approves, roles = tx.actor.may("orders.approve_change"), sorted(tx.actor.roles)
    rows = await change_inbox.waiting_changes(tx, Scope.of(tx.actor), roles, page.after, page.limit, approves=approves)
    return [_change_task(row) for row in rows]


async def _message_tasks(tx: Tx, page: TaskPage) -> list[dict[str, Any]]:
    """Customers who wait for an answer of the actor's; those of orders that nobody looks after, for all who answer."""
    if not tx.actor.may("portal.answer") or tx.actor.kind != "user":
        return []
    wanted = Unanswered(
        until=tx.now,
        responsible=UUID(tx.actor.id),
        also_nobodys=True,
        after=page.after,
        shift=ANSWER_WITHIN,
        limit=page.limit,
    )
    return [_message_task(row) for row in await unanswered.unanswered(tx, Scope.of(tx.actor), wanted)]


async def _trouble_tasks(tx: Tx, page: TaskPage) -> list[dict[str, Any]]:
    """Alerts to take on, and reports to decide, for those who may."""
    actor, scope, tasks = tx.actor, Scope.of(tx.actor), []
    if actor.may("warning.act"):
        parties = [f"role:{role}" for role in actor.roles] + [f"position:{name}" for name in actor.positions]
        person = UUID(actor.id) if actor.kind == "user" else None
        alerts = await trouble_inbox.told_alerts(tx, scope, parties, person, page.after, page.limit)
        tasks += [_alert_task(row) for row in alerts]
    if actor.may("floor.plan"):
        reports = await trouble_inbox.waiting_reports(tx, scope, page.after, page.limit)
        tasks += [_report_task(row) for row in reports]
    return tasks


async def _order_tasks(tx: Tx, page: TaskPage) -> list[dict[str, Any]]:
    workflows = await _workflows(tx)
    stages = [
        (key, version, stage.key)
        for (key, version), workflow in workflows.items()
        for stage in workflow.stages
        if waiting_actions(workflow, stage.key, tx.actor)
    ]
    if not stages:
        return []
    wanted = OrderFilter(stages_of=stages, held=False, sort="due", after=page.after, limit=page.limit)
    rows = await order_board.list_orders(tx, Scope.of(tx.actor), wanted)
    return [_order_task(row, workflows[row["workflow_key"], row["workflow_version"]], tx.actor) for row in rows]


async def _workflows(tx: Tx) -> dict[tuple[str, int], Workflow]:
    references = [reference.split("@") for reference in await library.references(tx, "workflow")]
    return {(key, int(n)): await documents.workflow(tx, key, int(n)) for key, n in references}


def waiting_actions(workflow: Workflow, stage: str, actor: Actor) -> list[dict[str, Any]]:
    """The workflow's own actions in this stage that the actor's roles may perform, each once."""
    found: dict[str, dict[str, Any]] = {}
    for transition in workflow.transitions:
        if transition.from_stage == stage and actor.roles & set(transition.roles):
            found.setdefault(transition.action, {"action": transition.action, "label": transition.label.as_json()})
    return list(found.values())


def _order_task(row: Mapping[str, Any], workflow: Workflow, actor: Actor) -> dict[str, Any]:
    return {
        "kind": "action",
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "stage": row["stage"],
        "stage_label": workflow.stage(row["stage"]).label.as_json(),
        "customer": row["customer_name"],
        "actions": waiting_actions(workflow, row["stage"], actor),
        "since": instant_text(row["stage_since"]),
        "due_at": row["due_at"] and instant_text(row["due_at"]),
    }


def _review_task(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "review",
        "id": str(row["id"]),
        "intake_id": str(row["id"]),
        "channel": row["channel"],
        "external_id": row["external_id"],
        "review_reasons": row["review_reasons"],
        "since": instant_text(row["received_at"]),
        "due_at": instant_text(row["received_at"]),
    }


def _change_task(row: Mapping[str, Any]) -> dict[str, Any]:
    """Due since it came: what is not approved moves nothing, what is not acknowledged stops the work."""
    since = instant_text(row["since"])
    task = {
        "kind": row["kind"],
        "id": str(row["id"]),
        "change_id": str(row["id"]),
        "change": row["number"],
        "order_no": row["order_no"],
        "customer": row["customer"],
        "reason": row["reason"],
        "since": since,
        "due_at": since,
    }
    return task if row["roles"] is None else {**task, "roles": row["roles"]}


def _message_task(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "message",
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "customer": row["customer_name"],
        "since": instant_text(row["waiting_since"]),
        "due_at": instant_text(row["waiting_since"] + ANSWER_WITHIN),
    }


def _alert_task(row: Mapping[str, Any]) -> dict[str, Any]:
    words = alert_facts(row["fact"], Text(**row["label"]), row["facts"])
    return {
        "kind": "alert",
        "id": str(row["id"]),
        "alert_id": str(row["id"]),
        "order_no": row["order_no"],
        "customer": row["customer"],
        "severity": row["severity"],
        "subject": words["subject"],
        "label": row["label"],
        "text": words["detail"],
        "since": instant_text(row["opened_at"]),
        "due_at": instant_text(row["due"]),
    }


def _report_task(row: Mapping[str, Any]) -> dict[str, Any]:
    since = instant_text(row["since"])
    return {
        "kind": "report",
        "id": str(row["id"]),
        "conflict_id": str(row["id"]),
        "order_no": row["order_no"],
        "customer": row["customer"],
        "work_order": row["work_order"],
        "report": row["kind"],
        "person": row["person"],
        "since": since,
        "due_at": since,
    }


def task_position(task: Mapping[str, Any]) -> tuple[str, str]:
    """Where a page that ends with this task goes on."""
    return (task["due_at"] or NOT_DUE, task["id"])
