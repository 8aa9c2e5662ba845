"""Splitting: a part of the order goes its own way under `SO100001-2`, with its own history from here on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from domain.orders.events import FIRST_PREVIOUS_HASH
from domain.orders.order import Order
from domain.orders.splitting import Part, split
from domain.orders.view import event_view, order_view
from domain.workflow.document import Workflow
from domain.workflow.engine import Move
from persistence import opening, orders
from persistence.orders import Loaded
from persistence.tx import Tx
from usecases.orders.history import acting_role, next_event

if TYPE_CHECKING:
    from usecases.orders.perform_action import PerformAction


async def split_off(tx: Tx, loaded: Loaded, workflow: Workflow, command: PerformAction, move: Move) -> dict[str, Any]:
    """Both orders' events in one transaction. Answers `{"order", "event", "child"}`."""
    await tx.open()
    order = loaded.order
    parts = split(order, command.payload["lines"])
    child_no = f"{order.parent_no or order.order_no}-{await orders.next_child(tx, order.parent_no or order.order_no)}"
    role = acting_role(tx.actor, move.roles)
    child = await _open_child(tx, loaded, child_no, parts.moves, role)
    kept = replace(order, lines=parts.stays.lines, discounts=parts.stays.discounts, total=parts.stays.total)
    payload = {**command.payload, "child_no": child_no}
    after, sealed = next_event(
        tx, order, kept, event_type="ActionPerformed", action="split", role=role, payload=payload,
        occurred_at=command.occurred_at, cause=command.cause,
    )  # fmt: skip
    answer = {
        "order": order_view(after, workflow, loaded.customer, loaded.merchandiser, loaded.papers),
        "event": event_view(sealed),
        "child": order_view(child, workflow, loaded.customer, loaded.merchandiser, {}),
    }
    await orders.save_lines(tx, after.id, after.lines)
    await orders.save_money(tx, after)
    await orders.save_move(tx, after, sealed, (), answer)
    return answer


async def _open_child(tx: Tx, loaded: Loaded, child_no: str, part: Part, role: str | None) -> Order:
    order = loaded.order
    zero = type(order.total)(0)
    blank = replace(
        order, id=tx.new_id(), order_no=child_no, parent_no=order.parent_no or order.order_no, external_id=None,
        external_version=None, lines=part.lines, discounts=part.discounts, fees=(), shipping=zero, tax=zero,
        total=part.total, cost=None, margin=None, opened_at=tx.now, version=0, head_hash=FIRST_PREVIOUS_HASH,
    )  # fmt: skip
    child, sealed = next_event(
        tx,
        replace(blank, stage=""),
        blank,
        event_type="OrderSplitOff",
        role=role,
        payload={"parent_no": order.order_no},
    )
    await opening.insert(tx, child, loaded.customer, new_customer=False, sealed=sealed)
    return child
