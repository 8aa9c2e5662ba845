"""What a planner may do to the routing of a work order that is under way, and how much of it may be split off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.floor.work_order import WorkOrder
from domain.orders.money import quantity_text
from domain.products.specification import operation_problems
from domain.refusals.floor import ROUTING_BEGUN, ROUTING_INVALID, SPLIT_TOO_LARGE, WORK_ORDER_CANCELLED
from domain.refusals.kinds import FieldProblem
from domain.text import Text


def rerouted(
    work_order: WorkOrder, operations: Sequence[Mapping[str, Any]], work_centres: Collection[str]
) -> WorkOrder:
    """The work order with other operations: another machine, a step outside, one more or one less.

    What has begun stays where it is, on another machine if need be. Raises ROUTING_INVALID, ROUTING_BEGUN,
    WORK_ORDER_CANCELLED.
    """
    _insist_on_open(work_order)
    problems = list(_problems(operations, work_centres))
    if problems:
        raise ROUTING_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))
    begun = [index for index, one in enumerate(work_order.operations) if work_order.of(one["code"]).touched]
    kept = work_order.operations[: max(begun) + 1] if begun else ()
    for index, operation in enumerate(kept):
        if index >= len(operations) or operations[index]["code"] != operation["code"]:
            raise ROUTING_BEGUN(operation=operation["code"])
    return replace(work_order, operations=[dict(one) for one in operations], version=work_order.version + 1)


def _problems(operations: Sequence[Mapping[str, Any]], work_centres: Collection[str]) -> list[FieldProblem]:
    if not operations:
        return [FieldProblem("/operations", "missing", Text("至少一道工序", "at least one operation is needed"))]
    codes = [operation["code"] for operation in operations]
    twice = [
        FieldProblem(f"/operations/{index}/code", "duplicate", Text(f"重复：{code}", f"{code} is there twice"))
        for index, code in enumerate(codes)
        if code in codes[:index]
    ]
    wrong = [
        problem
        for index, operation in enumerate(operations)
        for problem in operation_problems(operation, f"/operations/{index}", work_centres)
    ]
    return twice + wrong


def splittable(work_order: WorkOrder) -> Decimal:
    """How many pieces nobody has begun: they may go their own way."""
    if not work_order.operations:
        return work_order.quantity
    first = work_order.of(work_order.operations[0]["code"])
    return max(work_order.quantity - first.good - first.scrap - first.rework, Decimal(0))


def insist_on_splittable(work_order: WorkOrder, quantity: Decimal) -> None:
    """Raises SPLIT_TOO_LARGE where more is asked for than is untouched, or nothing would be left."""
    _insist_on_open(work_order)
    available = splittable(work_order)
    if quantity > available or quantity >= work_order.quantity:
        raise SPLIT_TOO_LARGE(available=quantity_text(min(available, work_order.quantity)))


def _insist_on_open(work_order: WorkOrder) -> None:
    if work_order.cancelled or work_order.order_category in {"done", "cancelled"}:
        raise WORK_ORDER_CANCELLED(work_order=work_order.number)
