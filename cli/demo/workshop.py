"""What the workshop of the demo factory reported: work begins and ends piece by piece, and the order follows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from domain.access.actor import Actor
from domain.floor.reading import Report, Unreadable, read_report
from domain.floor.work_order import WorkOrder
from domain.orders.events import instant_text
from domain.orders.money import quantity_text
from persistence import orders, work_orders
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.report_board import open_board
from usecases.floor.take_reports import write_outcomes
from usecases.orders.perform_action import PerformAction, perform_action

# By these actions an order tells that work on it has begun, or that all of it is made.
MADE = frozenset({"start_production", "completion_reported", "pass_inspection"})


@dataclass(frozen=True, slots=True)
class Work:
    """An action before which something was made by `worker`, which may be the action already."""

    order_no: str
    action: str
    worker: Actor
    payload: Mapping[str, Any] = field(default_factory=dict)


@use_case(right="orders.read")
async def work(tx: Tx, command: Work) -> dict[str, Any]:
    """Answers `{"order"}` as it then stands. Where nothing is left to make, the action is done at the desk."""
    listed = [one for one in await work_orders.of_order(tx, command.order_no) if not one.cancelled]
    bodies = [body for one in listed for body in _told(one, begun=command.action == "start_production")]
    if bodies:
        await _reported(replace(tx, actor=command.worker), bodies)
    if not bodies or command.action == "pass_inspection":
        return await perform_action(tx, PerformAction(command.order_no, command.action, command.payload))
    loaded = await orders.load(tx, command.order_no)
    if loaded is None:
        raise AssertionError(f"{command.order_no} was there a moment ago")
    order = loaded.order
    return {"order": {"order_no": order.order_no, "version": order.version, "total": str(order.total)}}


async def _reported(tx: Tx, bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Raises whatever keeps one of them from being booked."""
    reports = [_report(tx, kind, body) for kind, body in bodies]
    board = await open_board(tx, None, tx.now, reports)
    outcomes = []
    for report in reports:
        outcome = board.outcome(report)
        if outcome.decision.refusal is not None:
            raise outcome.decision.refusal
        board.take(outcome)
        outcomes.append(outcome)
    await write_outcomes(tx, board, outcomes)


def _told(work_order: WorkOrder, *, begun: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first operation done and the second begun; or everything made that is not made yet."""
    first, *others = [operation["code"] for operation in work_order.operations]
    whole = quantity_text(work_order.quantity)
    if begun:
        yield "start", _at(work_order, first)
        if others:
            yield "complete", {**_at(work_order, first), "good": whole}
            yield "start", _at(work_order, others[0])
        return
    for operation in (first, *others):
        left = work_order.quantity - work_order.of(operation).good
        if left > 0:
            yield "complete", {**_at(work_order, operation), "good": quantity_text(left)}


def _at(work_order: WorkOrder, operation: str) -> dict[str, Any]:
    return {"work_order": work_order.number, "operation": operation, "revision": work_order.revision}


def _report(tx: Tx, kind: str, body: Mapping[str, Any]) -> Report:
    report = read_report(
        {"id": str(tx.new_id()), "kind": kind, "occurred_at": instant_text(tx.now), "body": dict(body)}
    )
    if isinstance(report, Unreadable):
        raise report.refusal
    return report
