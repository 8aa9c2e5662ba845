"""Complaints: filed by the customer, worked on by the staff, followed by both, closed when she is content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.orders.events import instant_text
from domain.outgoing.feed import COMPLAINT_MOVED
from domain.portal.complaints import INTERNAL, Side, Step, due_at, possible, step_of
from domain.refusals.general import FIELD_INVALID, NOT_FOUND, VERSION_STALE
from domain.refusals.kinds import FieldProblem
from domain.refusals.portal import COMPLAINT_ID_USED, COMPLAINT_STEP_NOT_POSSIBLE
from domain.text import Text
from persistence import complaints, contacts, hints, outbox
from persistence.queries import complaint_list
from persistence.queries.complaint_list import ComplaintPage
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.portal.post_message import own_place


@dataclass(frozen=True, slots=True)
class FileComplaint:
    """`id` is made by whoever files it, so that a repeat is the same complaint."""

    order_no: str
    id: UUID
    category: str
    text: str
    files: Sequence[UUID] = ()


@use_case(right="portal.own")
async def file_complaint(tx: Tx, command: FileComplaint) -> dict[str, Any]:
    """Answers the complaint; whoever looks after the order is told. Raises NOT_FOUND, FIELD_INVALID."""
    place = await own_place(tx, command.order_no)
    due = due_at(tx.now)
    opened = await complaints.open_complaint(
        tx, command.id, place["id"], command.category, command.text, place["merchandiser_id"], due
    )
    if not opened:
        return await _filed_before(tx, command)
    if await complaints.take_files(tx, command.id, place["id"], command.files) != len(set(command.files)):
        text = Text("文件不存在，或已另作他用", "no such file, or one of something else")
        raise FIELD_INVALID(FieldProblem("/files", "unknown_reference", text), summary="/files")
    await complaints.add_step(tx, command.id, 1, "file", (None, "open"), None, internal=False)
    await hints.tell(tx, place["id"], COMPLAINT_MOVED, 1)
    to = "party:merchandiser" if place["merchandiser_id"] is not None else "role:sales"
    await outbox.add(tx, command.id, command.order_no, [_told(to, "complaint_filed", command.id, command.order_no)])
    return await read_own_complaint(tx, command.id)


def _told(to: str, template: str, complaint_id: UUID, order_no: str, channel: str = "*") -> Effect:
    body = {"order_no": order_no, "complaint_id": str(complaint_id), "template": template, "channels": ["in_app"]}
    return Effect("notify", channel, f"{to}:{template}", body)


async def _filed_before(tx: Tx, command: FileComplaint) -> dict[str, Any]:
    rows = await complaint_list.own(tx, tx.actor.customer_ids, command.order_no, command.id)
    same = [row for row in rows if (row["category"], row["text"]) == (command.category, command.text)]
    if not same:
        raise COMPLAINT_ID_USED()
    return own_view(same[0])


@use_case(right="portal.own")
async def list_own_complaints(tx: Tx, order_no: str) -> list[dict[str, Any]]:
    """A customer's complaints about one order, newest first. Raises NOT_FOUND."""
    await own_place(tx, order_no)
    return [own_view(row) for row in await complaint_list.own(tx, tx.actor.customer_ids, order_no)]


@use_case(right="portal.own")
async def read_own_complaint(tx: Tx, complaint_id: UUID) -> dict[str, Any]:
    """One of them. Raises NOT_FOUND."""
    rows = await complaint_list.own(tx, tx.actor.customer_ids, None, complaint_id)
    if not rows:
        raise NOT_FOUND()
    return own_view(rows[0])


@use_case(right="portal.answer")
async def list_complaints(tx: Tx, page: ComplaintPage) -> list[dict[str, Any]]:
    """Complaints for the staff, those due first."""
    return [_staff_view(row) for row in await complaint_list.of_factory(tx, Scope.of(tx.actor), page)]


@use_case(right="portal.answer")
async def read_complaint(tx: Tx, complaint_id: UUID) -> dict[str, Any]:
    """One of them. Raises NOT_FOUND."""
    found = await list_complaints(tx, ComplaintPage(complaint_id=complaint_id, limit=1))
    if not found:
        raise NOT_FOUND()
    return found[0]


@dataclass(frozen=True, slots=True)
class MoveComplaint:
    """One action with what it takes; `expected_version` is what If-Match named, `portal_url` where a mail leads."""

    complaint_id: UUID
    action: str
    text: str | None = None
    assigned_to: UUID | None = None
    expected_version: int | None = None
    portal_url: str = ""


@use_case(right="portal.answer")
async def work_on_complaint(tx: Tx, command: MoveComplaint) -> dict[str, Any]:
    """The staff's actions. Raises NOT_FOUND, COMPLAINT_STEP_NOT_POSSIBLE, FIELD_INVALID, VERSION_STALE."""
    await read_complaint(tx, command.complaint_id)
    if command.assigned_to is not None and not await complaints.may_be_assigned(tx, command.assigned_to):
        text = Text("查无此人", "nobody with this id")
        raise FIELD_INVALID(FieldProblem("/assigned_to", "unknown_reference", text), summary="/assigned_to")
    await _move(tx, command, "staff")
    after = await read_complaint(tx, command.complaint_id)
    if command.action in {"answer", "resolve"}:
        await _tell_customer(tx, command, after["order_no"])
    if command.action == "assign":
        await _tell_assigned(tx, command, after["order_no"])
    return after


async def _tell_assigned(tx: Tx, command: MoveComplaint, order_no: str) -> None:
    """Whoever it was handed to; whoever hands it to themselves knows."""
    person = f"person:{command.assigned_to}"
    if person == f"person:{tx.actor.id}":
        return
    told = _told(person, "complaint_assigned", command.complaint_id, order_no, "in_app")
    body = {**told.body, "person": person, "by": tx.actor.name}
    await outbox.add(tx, tx.new_id(), order_no, [replace(told, body=body)])


@use_case(right="portal.own")
async def follow_up_complaint(tx: Tx, command: MoveComplaint) -> dict[str, Any]:
    """The customer's actions on a complaint of hers; the same refusals."""
    await read_own_complaint(tx, command.complaint_id)
    await _move(tx, command, "customer")
    return await read_own_complaint(tx, command.complaint_id)


async def _move(tx: Tx, command: MoveComplaint, side: Side) -> None:
    before = await complaints.lock(tx, command.complaint_id)
    if before is None:
        raise NOT_FOUND()
    if command.expected_version not in (None, before["version"]):
        raise VERSION_STALE(version=before["version"])
    step = step_of(side, command.action, before["state"])
    if step is None:
        raise COMPLAINT_STEP_NOT_POSSIBLE(action=command.action, state=before["state"])
    _insist_on(step, command)
    after = {**before, **_changes(tx, step, command, before)}
    await complaints.move(tx, after)
    states = (before["state"], after["state"])
    internal = command.action in INTERNAL
    await complaints.add_step(
        tx, command.complaint_id, before["version"] + 1, command.action, states, command.text, internal=internal
    )
    unseen = internal and before["state"] == after["state"]
    await hints.tell(tx, before["order_id"], COMPLAINT_MOVED, before["version"] + 1, internal=unseen)


def _insist_on(step: Step, command: MoveComplaint) -> None:
    """Raises FIELD_INVALID where what the action needs is missing."""
    missing = step.needs == "assigned_to" and command.assigned_to is None
    missing |= step.needs in {"answer", "note", "text"} and not (command.text or "").strip()
    if missing:
        pointer = "/assigned_to" if step.needs == "assigned_to" else "/text"
        text = Text("此动作需要填写", "this action needs it")
        raise FIELD_INVALID(FieldProblem(pointer, "missing", text), summary=pointer)


def _changes(tx: Tx, step: Step, command: MoveComplaint, before: Mapping[str, Any]) -> dict[str, Any]:
    changed: dict[str, Any] = {"state": step.to_state or before["state"]}
    if step.needs == "answer":
        changed["answer"] = command.text
    if command.assigned_to is not None:
        changed["assigned_to"] = command.assigned_to
    elif step.action == "take" and tx.actor.kind == "user":
        changed["assigned_to"] = UUID(tx.actor.id)
    if step.to_state == "resolved":
        changed["resolved_at"] = tx.now
    if step.to_state == "reopened":
        changed |= {"resolved_at": None, "due_at": due_at(tx.now)}
    return changed


async def _tell_customer(tx: Tx, command: MoveComplaint, order_no: str) -> None:
    """Mail whoever may look; what was answered stands in the portal and not in the mail."""
    letters = [
        Effect(
            "notify",
            "email",
            f"contact:{contact_id}:complaint_answered",
            {
                "person": f"contact:{contact_id}",
                "template": "complaint_answered",
                "order_no": order_no,
                "url": command.portal_url,
            },
        )
        for contact_id in await contacts.of_order(tx, order_no)
    ]
    await outbox.add(tx, tx.new_id(), order_no, letters)


def own_view(row: Mapping[str, Any]) -> dict[str, Any]:
    """A complaint as its customer sees it."""
    resolved = row["resolved_at"]
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "category": row["category"],
        "text": row["text"],
        "state": row["state"],
        "answer": row["answer"],
        "files": row["files"],
        "steps": [_step(step) for step in row["steps"]],
        "actions": possible("customer", row["state"]),
        "opened_at": instant_text(row["opened_at"]),
        "resolved_at": resolved and instant_text(resolved),
        "version": row["version"],
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    shown = {name: step[name] for name in ("seq", "action", "state", "text", "side", "author")}
    return {**shown, "at": instant_text(datetime.fromisoformat(step["at"]))}


def _staff_view(row: Mapping[str, Any]) -> dict[str, Any]:
    assigned = row["assigned_to"]
    return {
        **own_view(row),
        "steps": [{**_step(step), "internal": step["internal"]} for step in row["steps"]],
        "actions": possible("staff", row["state"]),
        "customer": row["customer_company"] or row["customer_name"],
        "contact": row["contact_name"],
        "assigned_to": assigned and {"id": str(assigned), "name": row["assigned_name"]},
        "due_at": instant_text(row["due_at"]),
    }
