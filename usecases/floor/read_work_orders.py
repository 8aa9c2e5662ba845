"""Questions about work orders: the list, one with all that is needed at the machine, several for their tickets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.floor.work_order import WorkOrder
from domain.orders.events import instant_text
from domain.orders.money import quantity_text
from domain.refusals.general import NOT_FOUND
from persistence.queries import work_order_board
from persistence.queries.scope import Scope
from persistence.queries.work_order_board import WorkOrderFilter
from persistence.tx import Tx
from persistence.work_orders import work_order_from
from usecases.door import use_case


@use_case(right="orders.read")
async def list_work_orders(tx: Tx, wanted: WorkOrderFilter) -> list[dict[str, Any]]:
    """Rows by number, each with where its operations stand."""
    rows = await work_order_board.list_work_orders(tx, Scope.of(tx.actor), wanted)
    return await views(tx, rows)


@use_case(right="orders.read")
async def read_work_order(tx: Tx, code: str) -> dict[str, Any]:
    """One by its number or its ticket's token, with what was changed on it. Raises NOT_FOUND."""
    row = await work_order_board.find(tx, Scope.of(tx.actor), code)
    if row is None:
        raise NOT_FOUND()
    history = await work_order_board.history(tx, row["number"])
    return {**(await views(tx, [row]))[0], "history": [_change_view(change) for change in history]}


@use_case(right="orders.read")
async def read_tickets(tx: Tx, numbers: Sequence[str]) -> list[dict[str, Any]]:
    """These work orders, in the order asked for. Raises NOT_FOUND where one of them does not exist."""
    rows = await work_order_board.several(tx, Scope.of(tx.actor), numbers)
    if len(rows) != len(set(numbers)):
        raise NOT_FOUND()
    return await views(tx, rows)


async def views(tx: Tx, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows of the board as the API shows them."""
    found = [(row, work_order_from(row)) for row in rows]
    people = {person for _, one in found for progress in one.progress.values() for person in progress.people}
    names = await work_order_board.names(tx, [UUID(person) for person in sorted(people)])
    return [work_order_view(row, one, names) for row, one in found]


def work_order_view(row: Mapping[str, Any], work_order: WorkOrder, names: Mapping[str, str]) -> dict[str, Any]:
    """A work order as phones and screens read it; `names` are those of the people at work on it."""
    return {
        "number": work_order.number,
        "token": row["token"],
        "order_no": work_order.order_no,
        "line": work_order.line,
        "sku": work_order.sku,
        "name": row["name"] or row["article_name"],
        "name_en": row["name_en"],
        "unit": row["unit"],
        "quantity": quantity_text(work_order.quantity),
        "good": quantity_text(work_order.good),
        "scrap": quantity_text(work_order.scrap),
        "state": work_order.state,
        "parent_number": row["parent_number"],
        "revision": work_order.revision,
        "order_revision": work_order.order_revision,
        "current": work_order.stop is None,
        "change": work_order.stop,
        "held": work_order.order_held,
        "order_stage": work_order.order_stage,
        "order_category": work_order.order_category,
        "priority": row["priority"],
        "promised_date": row["promised_date"] and row["promised_date"].isoformat(),
        "due_at": _instant(row["due_at"]),
        "product_version": row["product_version"],
        "options": row["options"] or {},
        "technical": row["technical"] or {},
        "operations": [_operation_view(work_order, index, names) for index in range(len(work_order.operations))],
        "picking": [{**line, "issued": row["issued"].get(line["material"], "0")} for line in row["picking"]],
        "quality": row["quality"],
        "drawings": row["drawings"],
        "inspection": work_order.inspection and work_order.inspection.as_json(),
        "released_at": instant_text(row["released_at"]),
        "started_at": _instant(work_order.started_at),
        "finished_at": _instant(work_order.finished_at),
        "changed_at": instant_text(row["changed_at"]),
        "version": work_order.version,
    }


def _operation_view(work_order: WorkOrder, index: int, names: Mapping[str, str]) -> dict[str, Any]:
    operation = work_order.operations[index]
    progress = work_order.of(operation["code"])
    open_quantity = max(work_order.incoming(index) - progress.good - progress.scrap, 0 * work_order.quantity)
    return {
        "code": operation["code"],
        "name": operation["name"],
        "work_centre": operation["work_centre"],
        "minutes": operation["minutes"],
        "setup_minutes": operation["setup_minutes"],
        "requirements": operation.get("requirements"),
        "outsourced": bool(operation.get("outsourced")),
        "state": work_order.standing(index),
        "incoming": quantity_text(work_order.incoming(index)),
        "open": quantity_text(open_quantity),
        "good": quantity_text(progress.good),
        "scrap": quantity_text(progress.scrap),
        "rework": quantity_text(progress.rework),
        "people": [{"id": person, "name": names.get(person, "")} for person in progress.people],
        "started_at": _instant(progress.started_at),
        "finished_at": _instant(progress.finished_at),
    }


def _change_view(change: Mapping[str, Any]) -> dict[str, Any]:
    return {**change, "id": str(change["id"]), "changed_at": instant_text(change["changed_at"])}


def _instant(value: Any) -> str | None:
    return instant_text(value) if value else None
