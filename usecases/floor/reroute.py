"""What a planner does to a work order that is under way: another routing, or a part of it on its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.floor.routing import insist_on_splittable, rerouted
from domain.floor.work_order import WorkOrder
from domain.orders.money import quantity_text
from domain.refusals.general import NOT_FOUND, VERSION_STALE
from persistence import reports, work_centres, work_orders
from persistence.tx import Tx
from usecases.door import use_case
from usecases.floor.read_work_orders import read_work_order
from usecases.orders.catch_up import catch_up


@dataclass(frozen=True, slots=True)
class Reroute:
    """The whole routing as it is to be; `expected_version` is what If-Match named."""

    code: str
    operations: Sequence[Mapping[str, Any]]
    reason: str = ""
    expected_version: int | None = None


@dataclass(frozen=True, slots=True)
class SplitWorkOrder:
    """So many pieces that nobody has begun."""

    code: str
    quantity: Decimal
    reason: str = ""


@use_case(right="floor.plan")
async def reroute(tx: Tx, command: Reroute) -> dict[str, Any]:
    """Answers the work order. Raises ROUTING_INVALID, ROUTING_BEGUN, VERSION_STALE, WORK_ORDER_CANCELLED.

    Where the step that was left out was the last one open, the order is complete.
    """
    work_order = await _held(tx, command.code)
    if command.expected_version not in (None, work_order.version):
        raise VERSION_STALE(version=work_order.version)
    after = rerouted(work_order, command.operations, await work_centres.codes(tx))
    await work_orders.reroute(tx, after, work_order.version)
    before, now = {"operations": list(work_order.operations)}, {"operations": list(after.operations)}
    await work_orders.tell_change(tx, work_order.number, "rerouted", command.reason, before, now)
    await catch_up(tx, work_order.order_no)
    return await read_work_order(tx, work_order.number)


@use_case(right="floor.plan")
async def split_work_order(tx: Tx, command: SplitWorkOrder) -> dict[str, Any]:
    """Answers `{"work_order", "split_off"}`. Raises SPLIT_TOO_LARGE, WORK_ORDER_CANCELLED."""
    work_order = await _held(tx, command.code)
    insist_on_splittable(work_order, command.quantity)
    number = await work_orders.split_off(tx, work_order, command.quantity)
    before = {"quantity": quantity_text(work_order.quantity)}
    after = {"quantity": quantity_text(work_order.quantity - command.quantity), "split_off": number}
    await work_orders.tell_change(tx, work_order.number, "split", command.reason, before, after)
    born: dict[str, Any] = {"quantity": quantity_text(command.quantity), "split_from": work_order.number}
    if await work_orders.is_routed(tx, work_order.number):
        born["rerouted"] = True
    await work_orders.tell_change(tx, number, "split", command.reason, {}, born)
    return {
        "work_order": await read_work_order(tx, work_order.number),
        "split_off": await read_work_order(tx, number),
    }


async def _held(tx: Tx, code: str) -> WorkOrder:
    """The work order, its order held: whether the order is complete is decided by one at a time."""
    found = (await work_orders.load_many(tx, [code])).get(code)
    if found is None:
        raise NOT_FOUND()
    await reports.lock_orders(tx, [found.order_no])
    return (await work_orders.load_many(tx, [code]))[code]
