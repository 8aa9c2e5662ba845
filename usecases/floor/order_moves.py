"""What reports do to the order of their work order: production begins, completion, inspection, delivery.

The order moves by its own business actions alone, done by the person who reported, in the transaction of the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from domain.access.actor import Actor
from domain.floor.situation import OrderAction, Reporter
from domain.floor.work_order import WorkOrder
from domain.refusals.kinds import Refusal
from domain.refusals.orders import ACTION_UNKNOWN, ORDER_HELD
from persistence import reports, work_orders
from persistence.faults import LostRace
from persistence.reports import Photo
from persistence.tx import Tx
from usecases.floor.report_board import Board, Outcome
from usecases.floor.report_rows import as_conflict
from usecases.orders.acknowledge_change import AcknowledgeChange, acknowledge_change
from usecases.orders.attach_paper import AttachPaper, attach_paper
from usecases.orders.catch_up import complete_order, move_order
from usecases.orders.perform_action import PerformAction

NOT_MOVED = "order_not_moved"


def acting(tx: Tx, reporter: Reporter | None) -> Tx:
    """The same transaction, with whoever reported as the one who acts."""
    if reporter is None:
        return tx
    return replace(tx, actor=Actor("user", str(reporter.id), reporter.name, reporter.roles, reporter.rights))


async def act_on_order(tx: Tx, board: Board, outcome: Outcome) -> Outcome:
    """Do what a report is to its order, with its evidence; where the order refuses, it is a conflict after all."""
    order_no = _order_no(outcome)
    if outcome.decision.status != "applied":
        return outcome
    await _hold(tx, [outcome])
    savepoint = tx.connection.driver.transaction()
    await savepoint.start()
    try:
        await _act(acting(tx, outcome.reporter), board, outcome, order_no)
    except Refusal as refusal:
        await savepoint.rollback()
        return as_conflict(tx, outcome, refusal)
    await savepoint.commit()
    return outcome


async def _act(tx: Tx, board: Board, outcome: Outcome, order_no: str | None) -> None:
    if outcome.decision.acknowledges is not None:
        await acknowledge_change(tx, AcknowledgeChange(outcome.decision.acknowledges))
    if order_no is None:
        return
    device_id = str(outcome.device_id) if outcome.device_id else None
    for kind, sha256 in outcome.decision.papers:
        paper = _paper(order_no, kind, board.photos[sha256])
        attached = await attach_paper(tx, paper)
        outcome.event_ids.append(attached["event"]["id"])
    action = outcome.decision.action
    if action is None or not await _is_due(tx, outcome, order_no):
        return
    for name, payload in ((action.action, action.payload), (action.otherwise, {})):
        if name is None:
            break
        command = PerformAction(order_no, name, payload, outcome.at, cause=str(outcome.report.id), device_id=device_id)
        told = await move_order(tx, command, strict=name == (action.otherwise or action.action) and not action.optional)
        if isinstance(told, Refusal):
            if await _stands(tx, action, told, order_no):
                break
            raise told
        if told is not None:
            outcome.event_ids.append(told)
            break


async def _stands(tx: Tx, action: OrderAction, refusal: Refusal, order_no: str) -> bool:
    """Whether what was reported stands although the order does not move by it."""
    if action.optional and refusal.code == ORDER_HELD.code:
        return True  # nothing has to move, so there is nothing that a hold could keep from moving
    unknown = action.if_known and refusal.code == ACTION_UNKNOWN.code
    return unknown and await reports.is_shipping(tx, order_no)


async def _is_due(tx: Tx, outcome: Outcome, order_no: str) -> bool:
    """An order has passed when every work order of it has; anything else is due when it is reported."""
    inspected = outcome.decision.work_order
    if outcome.report.kind != "inspect" or inspected is None or outcome.report.body["result"] == "fail":
        return True
    others = [one for one in await work_orders.of_order(tx, order_no) if one.number != inspected.number]
    return all(one.cancelled or _has_passed(one) for one in [*others, inspected])


def _has_passed(work_order: WorkOrder) -> bool:
    inspection = work_order.inspection
    return work_order.state == "done" and inspection is not None and inspection.passed


def _paper(order_no: str, kind: str, photo: Photo) -> AttachPaper:
    name = f"{kind}-{photo.sha256[:12]}.{photo.media_type.partition('/')[2][:8] or 'bin'}"
    return AttachPaper(order_no, kind, name, photo.media_type, photo.size_bytes, photo.sha256)


def _order_no(outcome: Outcome) -> str | None:
    if outcome.before is not None:
        return outcome.before.order_no
    order_no: str | None = outcome.report.body.get("order_no")
    return order_no


async def lock_moving(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """Hold the orders that the reports may move, before their work orders are written.

    Raises LostRace where pieces go back and their order went on since it was read: then it has to go back, too.
    """
    waiting = [outcome for outcome in outcomes if outcome.before is not None and not outcome.moves_order]
    await _hold(tx, [one for one in waiting if one.decision.begins or one.decision.finishes or one.sends_back])


async def _hold(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    order_nos = {order_no for outcome in outcomes if (order_no := _order_no(outcome))}
    stages = await reports.lock_orders(tx, order_nos)
    for outcome in outcomes:
        before = outcome.before
        if before is not None and outcome.sends_back and stages.get(before.order_no) != before.order_stage:
            raise LostRace


async def follow_work(tx: Tx, outcomes: Sequence[Outcome]) -> None:
    """Begin production with the first start, report completion with the last; once per order, the work being kept."""
    begun: set[UUID] = set()
    for outcome in outcomes:
        work_order = outcome.before
        if work_order is None or outcome.decision.status != "applied":
            continue
        if outcome.decision.begins and work_order.order_id not in begun:
            command = PerformAction(
                work_order.order_no,
                "start_production",
                {},
                outcome.at,
                cause=str(outcome.report.id),
                device_id=str(outcome.device_id) if outcome.device_id else None,
            )
            told = await move_order(acting(tx, outcome.reporter), command)
            _note(outcome, told)
            if not isinstance(told, Refusal):
                begun.add(work_order.order_id)
    # The last report of an order to finish something is the one by which the order is completed.
    finishing = {o.before.order_id: o for o in outcomes if o.before is not None and o.decision.finishes}
    for outcome in finishing.values():
        completed = await complete_order(
            acting(tx, outcome.reporter),
            _order_no(outcome) or "",
            at=outcome.at,
            cause=str(outcome.report.id),
            device_id=outcome.device_id,
        )
        _note(outcome, completed)


def _note(outcome: Outcome, told: str | Refusal | None) -> None:
    """What became of the order is told with the report, which stands in any case: the work was done."""
    if isinstance(told, Refusal):
        decision = outcome.decision
        outcome.decision = replace(decision, refusal=told, flags=(*decision.flags, NOT_MOVED))
    elif told is not None:
        outcome.event_ids.append(told)
