"""Rehearse a draft: the newest orders' histories played under it, so that publishing it surprises nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.access.fields import hidden_fields
from domain.orders.ledger import Ledger
from domain.orders.order import OPEN_CATEGORIES, Order
from domain.warning.calendar import Calendar
from domain.workflow.document import Workflow
from domain.workflow.rehearsal import History, Terms, play
from domain.workflow.rehearsal_report import report
from persistence import documents, proofs
from persistence.queries import rehearsed_orders
from persistence.queries.rehearsed_orders import Wanted
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.rulebook import factory_calendar
from usecases.workflows.edit_documents import Named, insist_on_valid, read_body

MOST_ORDERS = 2000


@dataclass(frozen=True, slots=True)
class Rehearse:
    """The newest `orders` of the workflow, of those that were opened in the period where one is told."""

    key: str
    orders: int
    since: datetime | None = None
    until: datetime | None = None


@use_case(right="workflows.edit")
async def rehearse(tx: Tx, command: Rehearse) -> dict[str, Any]:
    """What would have stuck, which rights were missing, which alerts would have fired. Nothing is written.

    Raises NOT_FOUND without a draft, DOCUMENT_INVALID where it could not be published either.
    """
    body, version = await read_body(tx, Named("workflow", command.key))
    await insist_on_valid(tx, "workflow", body)
    draft = Workflow.parse({**body, "version": 0})
    scope = Scope.of(tx.actor)
    wanted = Wanted(command.key, command.orders, command.since, command.until)
    orders = await rehearsed_orders.newest(tx, scope, wanted)
    events = await rehearsed_orders.histories(tx, [order.id for order in orders])
    terms = await _terms(tx, draft, [event for one in events.values() for event in one])
    histories = [_history(order, events[order.id]) for order in orders]
    # In a thread: a thousand orders take a second, and others want their answers meanwhile.
    found = await asyncio.to_thread(lambda: report(draft, [play(terms, history) for history in histories]))
    return {"key": command.key, "draft_version": version, **found}


async def _terms(tx: Tx, draft: Workflow, events: Sequence[Mapping[str, Any]]) -> Terms:
    return Terms(
        draft=draft,
        forms=await documents.all_forms(tx),
        published=await _published(tx, {event["workflow"] for event in events}),
        roles=await proofs.roles_by_person(tx),
        overdue=_overdue(await factory_calendar(tx)),
        now=tx.now,
        hidden=hidden_fields(tx.actor),
    )


async def _published(tx: Tx, references: set[str]) -> dict[str, Workflow]:
    found = {}
    for reference in sorted(references):
        key, _, version = reference.partition("@")
        found[reference] = await documents.workflow(tx, key, int(version))
    return found


def _overdue(calendar: Calendar) -> Any:
    def overdue(since: datetime, until: datetime, hours: int) -> bool:
        # Working hours are never more than hours; most stays are told apart by that alone.
        return until - since > timedelta(hours=hours) and calendar.after(since, hours) < until

    return overdue


def _history(order: Order, events: Sequence[Mapping[str, Any]]) -> History:
    ledger = Ledger()
    if order.parent_no is not None:
        # Its parent's history tells what it was given; what it has now is that, but for later changes.
        ledger.ordered.update({line.line: line.quantity for line in order.lines})
    return History(order.order_no, order.guard_view(), events, ledger, order.category in OPEN_CATEGORIES)
