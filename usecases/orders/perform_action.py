"""Perform a business action: the only way that an order moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from domain.access.fields import hidden_fields, standing
from domain.effects import Effect
from domain.orders.changes import stopped_by
from domain.orders.dates import derived_promise, due_at
from domain.orders.events import SealedEvent
from domain.orders.order import Line, Order
from domain.orders.quantities import all_shipped, returned, shipped
from domain.orders.view import event_view, order_view
from domain.refusals.general import NOT_FOUND, VERSION_STALE
from domain.refusals.kinds import Refusal
from domain.workflow.document import Workflow
from domain.workflow.engine import Move, Situation, decide
from persistence import documents, orders
from persistence.orders import Loaded
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.effects import outgoing
from usecases.orders.follow_order import call_off
from usecases.orders.history import acting_role, next_event
from usecases.orders.split_order import Asked, split_off


@dataclass(frozen=True, slots=True)
class PerformAction:
    """`expected_version` is what If-Match named; `occurred_at` is when it really happened, if not now."""

    order_no: str
    action: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    occurred_at: datetime | None = None
    expected_version: int | None = None
    cause: str | None = None
    device_id: str | None = None


@use_case(right="orders.read", one_statement=True)
async def perform_action(tx: Tx, command: PerformAction) -> dict[str, Any]:
    """Answers `{"order", "event"}`. Reads once, decides in memory, writes in one statement; more only to split."""
    loaded = await orders.load(tx, command.order_no)
    if loaded is None:
        raise NOT_FOUND()
    order = loaded.order
    if command.expected_version not in (None, order.version):
        raise VERSION_STALE(version=order.version)
    workflow, forms = await documents.workflow_with_forms(tx, order.workflow_key, order.workflow_version)
    move = decide(workflow, command.action, situation(tx, loaded, command.payload), forms)
    if isinstance(move, Refusal):
        raise move
    return await _carry_out(tx, command, loaded, workflow, move)


def situation(tx: Tx, loaded: Loaded, payload: Mapping[str, Any]) -> Situation:
    """What the engine is told of the order, the actor and the papers."""
    order = loaded.order
    return Situation(
        stage=order.stage,
        held=order.held,
        roles=tx.actor.roles,
        field_roles=standing(tx.actor),
        deliverables=loaded.papers,
        order=order.guard_view(),
        payload=payload,
        facts={"now": tx.now, "deliverables": dict(loaded.papers)},
        actor={"kind": tx.actor.kind, "id": tx.actor.id, "roles": sorted(tx.actor.roles)},
        returned=order.returned,
        shippable=order.shippable,
        shipped=order.shipped,
        hidden=hidden_fields(tx.actor),
        stopped=stopped_by(order, loaded.unacknowledged),
    )


async def _carry_out(tx: Tx, command: PerformAction, loaded: Loaded, workflow: Workflow, move: Move) -> dict[str, Any]:
    order = loaded.order
    lines = _changed_lines(order, command, move)
    moved = replace(order, lines=_merged(order.lines, lines), **_standing_after(order, workflow, move, tx.now))
    moved = await _promised(tx, moved, move)
    if command.action == "split":
        asked = Asked(command.payload, command.occurred_at, command.cause, move.roles)
        return await split_off(tx, loaded, workflow, asked)
    after, sealed = next_event(
        tx,
        order,
        moved,
        event_type="ActionPerformed",
        action=command.action,
        role=acting_role(tx.actor, move.roles),
        payload=command.payload,
        occurred_at=command.occurred_at,
        cause=command.cause,
        device_id=command.device_id,
    )
    if command.action == "cancel":
        await tx.open()
        await call_off(tx, after)
    return await record(tx, loaded, workflow, after, sealed, lines, outgoing(after, sealed, move.effects))


async def record(
    tx: Tx,
    loaded: Loaded,
    workflow: Workflow,
    after: Order,
    sealed: SealedEvent,
    lines: Sequence[Line],
    effects: Sequence[Effect],
) -> dict[str, Any]:
    """Write a step and answer with the order and the event."""
    answer = {
        "order": order_view(after, workflow, loaded.customer, loaded.merchandiser, loaded.papers),
        "event": event_view(sealed),
    }
    await orders.save_move(tx, after, sealed, effects, answer, lines)
    return answer


def _standing_after(order: Order, workflow: Workflow, move: Move, now: datetime) -> dict[str, Any]:
    since = order.stage_since if move.to_stage == order.stage else now
    return {
        "stage": move.to_stage,
        "category": workflow.stage(move.to_stage).category,
        "held": move.held,
        "stage_since": since,
    }


def _changed_lines(order: Order, command: PerformAction, move: Move) -> list[Line]:
    """Which lines the action changes: shipping a part or the rest, or taking goods back."""
    match command.action:
        case "ship_part":
            return shipped(order.lines, command.payload["lines"])
        case "receive_return":
            return returned(order.lines, command.payload["lines"])
    ships_rest = any(effect.kind == "ship_remaining" for effect in move.effects)
    return all_shipped(order.lines) if ships_rest and order.shippable else []


def _merged(lines: tuple[Line, ...], changed: Sequence[Line]) -> tuple[Line, ...]:
    by_number = {line.line: line for line in changed}
    return tuple(by_number.get(line.line, line) for line in lines)


async def _promised(tx: Tx, order: Order, move: Move) -> Order:
    """An order that nobody promised a date for gets one at review, flagged as derived."""
    if order.promised_date is not None or move.action != "approve_review":
        return order
    version = await documents.latest_version(tx, "order_type", order.order_type)
    if version is None:
        return order
    lead_time = (await documents.order_type(tx, order.order_type, version)).lead_time_days
    promised = derived_promise(tx.now, lead_time, tx.zone)
    return replace(order, promised_date=promised, promised_derived=True, due_at=due_at(promised, tx.zone))
