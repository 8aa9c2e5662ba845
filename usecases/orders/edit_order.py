"""Edit an order's fields while nothing has started; later it takes an order change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.expressions.schema import FormSchema
from domain.orders.dates import due_at
from domain.orders.editing import edit, touched, unknown_fields
from domain.orders.order import Order
from domain.orders.view import event_view, order_view
from domain.refusals.general import FIELD_INVALID, FIELD_UNKNOWN, NOT_FOUND, VERSION_STALE
from domain.refusals.kinds import FieldProblem
from domain.refusals.orders import CHANGE_REQUIRED
from domain.text import Text
from persistence import documents, orders, work_orders
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.history import acting_role, next_event
from usecases.orders.writing import own_fields, refuse_unwritable


@dataclass(frozen=True, slots=True)
class EditOrder:
    """A JSON merge patch with typed values. `lines` entries name their `line`; lines not named stay."""

    order_no: str
    patch: Mapping[str, Any]
    expected_version: int


@use_case(right="orders.edit")
async def edit_order(tx: Tx, command: EditOrder) -> dict[str, Any]:
    """Answers `{"order", "event"}`; nothing is applied where any field is refused."""
    loaded = await orders.load(tx, command.order_no)
    if loaded is None:
        raise NOT_FOUND()
    before = loaded.order
    if before.version != command.expected_version:
        raise VERSION_STALE(version=before.version)
    own = await own_fields(tx, before.order_type) if "extension" in command.patch else None
    _check_fields(tx, command.patch, own)
    if await work_orders.released_count(tx, command.order_no):
        raise CHANGE_REQUIRED()
    edited = edit(before, command.patch)
    after = replace(edited.order, due_at=due_at(edited.order.promised_date, tx.zone))
    await _check_documents(tx, before, after, own)
    workflow = await documents.workflow(tx, after.workflow_key, after.workflow_version)
    after, sealed = next_event(
        tx, before, after, event_type="OrderEdited", role=acting_role(tx.actor), payload={"changed": edited.changed}
    )
    await orders.save_edit(tx, after, loaded.customer)
    await orders.save_move(tx, after, sealed, (), None)
    view = order_view(after, workflow, loaded.customer, await _merchandiser(tx, after, loaded), loaded.papers)
    return {"order": view, "event": event_view(sealed)}


def _check_fields(tx: Tx, patch: Mapping[str, Any], own: FormSchema | None) -> None:
    if unknown := unknown_fields(patch):
        raise FIELD_UNKNOWN(*unknown, names=", ".join(problem.pointer for problem in unknown))
    refuse_unwritable(tx.actor, touched(patch), patch.get("extension") or {}, own)


async def _check_documents(tx: Tx, before: Order, after: Order, own: FormSchema | None) -> None:
    """The type's own fields against its newest document, and that the merchandiser exists."""
    problems: list[FieldProblem] = []
    if own is not None and after.extension != before.extension:
        problems += own.validate(after.extension, "/extension")
    newly = after.merchandiser_id if after.merchandiser_id != before.merchandiser_id else None
    if newly is not None and await orders.person_name(tx, newly) is None:
        problems.append(FieldProblem("/merchandiser_id", "unknown_reference", Text("查无此人", "nobody with this id")))
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))


async def _merchandiser(tx: Tx, after: Order, loaded: orders.Loaded) -> Mapping[str, Any] | None:
    if after.merchandiser_id is None or after.merchandiser_id == loaded.order.merchandiser_id:
        return loaded.merchandiser if after.merchandiser_id else None
    name = await orders.person_name(tx, after.merchandiser_id)
    return {"id": str(after.merchandiser_id), "name": name}
