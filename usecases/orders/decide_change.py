"""Decide about an order change: approve it, reject it, take it back, and write down what the customer says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.changes import OPEN, insist_on_approver, insist_on_open
from domain.orders.events import instant_text
from domain.outgoing.feed import CHANGE_MOVED
from domain.refusals.changes import CHANGE_BASE_STALE
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem, Refusal
from domain.refusals.people import RIGHT_MISSING
from domain.text import Text
from persistence import changes, following, hints, orders, outbox, papers
from persistence.orders import Loaded
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.apply_change import apply_change
from usecases.orders.change_prospect import Prospect, prospect
from usecases.orders.propose_change import notice
from usecases.orders.read_changes import change_view


@dataclass(frozen=True, slots=True)
class DecideChange:
    """`order_version` is the order that the decider saw; needed only where the change means something else by now."""

    change_id: UUID
    reason: str | None = None
    order_version: int | None = None


@dataclass(frozen=True, slots=True)
class ConfirmChange:
    """What the customer said, and how that is known: words, and the paper that proves it where there is one."""

    change_id: UUID
    confirmed: bool
    evidence: str | None = None
    attachment_id: UUID | None = None


@use_case(right="orders.approve_change")
async def approve_change(tx: Tx, command: DecideChange) -> dict[str, Any]:
    """The change, `applied`, or `awaiting_customer` where the customer has still to confirm it.

    Raises CHANGE_BASE_STALE with a preview where the order has moved on and the change means something else now,
    OWN_CHANGE, CHANGE_NOT_JUDGEABLE, CHANGE_DECIDED, and whatever makes the change impossible by now.
    """
    row, loaded = await held(tx, command.change_id)
    insist_on_open(row["number"], row["state"], {"proposed", "approved"})
    thought = await prospect(tx, loaded, row["patch"])
    insist_on_approver(tx.actor, row["proposed_by"], row["fields"], thought.moved, loaded.order.currency)
    _insist_on_seen(row, thought, command.order_version)
    await changes.decide(tx, row["id"], "approved", command.reason)
    if row["confirm_by_customer"] and row["confirmation"] is None:
        await _ask_customer(tx, row, loaded, thought)
    else:
        await apply_change(tx, row, loaded, thought)
    await _tell_screens(tx, row)
    return await _again(tx, row)


@use_case(right="orders.approve_change")
async def reject_change(tx: Tx, command: DecideChange) -> dict[str, Any]:
    """The change, `rejected`, with the reason."""
    return await _end(tx, command, "rejected", "change_rejected")


@use_case(right="orders.change")
async def withdraw_change(tx: Tx, command: DecideChange) -> dict[str, Any]:
    """The change, `withdrawn`: by whoever proposed it, or whoever may approve changes."""
    row = await changes.find(tx, command.change_id)
    mine = row is not None and row["proposed_by"] == tx.actor.id
    if row is not None and not mine and not tx.actor.may("orders.approve_change"):
        raise RIGHT_MISSING(right="orders.approve_change")
    return await _end(tx, command, "withdrawn", None)


@use_case(right="orders.change")
async def confirm_change(tx: Tx, command: ConfirmChange) -> dict[str, Any]:
    """The change after the customer's word, written down by the staff with its evidence.

    Confirmed before it is approved, it waits for its approval; after, it is applied, or stays `approved` where the
    order has moved on so that it means something else. Declined, it is `rejected`.
    """
    row, loaded = await held(tx, command.change_id)
    await settle_confirmation(tx, row, loaded, command)
    return await _again(tx, row)


async def settle_confirmation(tx: Tx, row: Mapping[str, Any], loaded: Loaded, command: ConfirmChange) -> None:
    """The same for whoever brings the customer's word, the customer too; with the order's row held."""
    insist_on_open(row["number"], row["state"])
    if command.attachment_id is not None:
        await _insist_on_paper(tx, loaded, command.attachment_id)
    confirmation = {
        "confirmed": command.confirmed,
        "by": tx.actor.kind,
        "by_id": tx.actor.id,
        "at": instant_text(tx.now),
        "evidence": command.evidence,
        "attachment_id": command.attachment_id and str(command.attachment_id),
    }
    await changes.confirm(tx, row["id"], confirmation)
    if not command.confirmed:
        await changes.decide(tx, row["id"], "rejected", command.evidence)
        await _tell_proposer(tx, row, loaded, "change_declined")
    elif row["state"] == "awaiting_customer":
        await _go_on(tx, {**row, "confirmation": confirmation}, loaded)
    await _tell_screens(tx, row)


async def _go_on(tx: Tx, row: Mapping[str, Any], loaded: Loaded) -> None:
    """Confirmed and approved: it is applied, if it still is what was approved and confirmed."""
    await changes.move(tx, row["id"], "approved")
    thought = await _as_it_was(tx, row, loaded)
    if thought is not None:
        await apply_change(tx, row, loaded, thought)
    else:
        await _tell_proposer(tx, row, loaded, "change_rebased")


async def _as_it_was(tx: Tx, row: Mapping[str, Any], loaded: Loaded) -> Prospect | None:
    """What the change comes to now, where that is what was approved and confirmed; else None."""
    try:
        thought = await prospect(tx, loaded, row["patch"])
    except Refusal:
        return None
    return thought if thought.seen == row["seen"] else None


async def held(tx: Tx, change_id: UUID, scope: Scope | None = None) -> tuple[Mapping[str, Any], Loaded]:
    """The change and its order, with the order's and its work orders' rows held. Raises NOT_FOUND."""
    found = await changes.find(tx, change_id, scope)
    order_id = await following.lock_order(tx, found["order_no"]) if found is not None else None
    if order_id is None:
        raise NOT_FOUND()
    await following.lock_work(tx, order_id)
    row = await changes.find(tx, change_id, scope)
    loaded = await orders.load(tx, row["order_no"], scope) if row is not None else None
    if row is None or loaded is None:
        raise NOT_FOUND()
    return row, loaded


def _insist_on_seen(row: Mapping[str, Any], thought: Prospect, order_version: int | None) -> None:
    """What is approved is what somebody looked at: as it was proposed, or as the order stands now."""
    if thought.seen == row["seen"] or order_version == thought.before.version:
        return
    raise CHANGE_BASE_STALE(version=thought.before.version, preview=thought.preview())


async def _ask_customer(tx: Tx, row: Mapping[str, Any], loaded: Loaded, thought: Prospect) -> None:
    await changes.see(tx, row["id"], thought.before.version, thought.seen, thought.diff, thought.impact)
    await changes.move(tx, row["id"], "awaiting_customer")
    told = notice("party:customer", "change_to_confirm", loaded, row, ("email", "sms"))
    await outbox.add(tx, row["id"], row["order_no"], [told])


async def _end(tx: Tx, command: DecideChange, state: str, template: str | None) -> dict[str, Any]:
    row, loaded = await held(tx, command.change_id)
    insist_on_open(row["number"], row["state"], OPEN)
    await changes.decide(tx, row["id"], state, command.reason)
    if template is not None:
        await _tell_proposer(tx, row, loaded, template)
    await _tell_screens(tx, row)
    return await _again(tx, row)


async def _tell_screens(tx: Tx, row: Mapping[str, Any]) -> None:
    """Whoever looks at the order sees that the change stands otherwise; the customer, where it asks her."""
    await hints.tell(tx, row["order_id"], CHANGE_MOVED, row["number"], internal=not row["confirm_by_customer"])


async def _tell_proposer(tx: Tx, row: Mapping[str, Any], loaded: Loaded, template: str) -> None:
    """Whoever proposed it, where that is one of the staff; else the order's merchandiser."""
    login = await changes.login_of(tx, row["proposed_by"])
    to = f"person:{login}" if login else "party:merchandiser"
    await outbox.add(tx, row["id"], row["order_no"], [notice(to, template, loaded, row)])


async def _insist_on_paper(tx: Tx, loaded: Loaded, attachment_id: UUID) -> None:
    if all(paper.id != attachment_id for paper, _ in await papers.of_order(tx, loaded.order.id)):
        text = Text("订单没有这个附件", "the order has no such attachment")
        raise FIELD_INVALID(FieldProblem("/attachment_id", "unknown_reference", text), summary="/attachment_id")


async def _again(tx: Tx, row: Mapping[str, Any]) -> dict[str, Any]:
    return change_view(await changes.find(tx, row["id"]))
