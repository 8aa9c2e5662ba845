"""Splitting: a part of the order goes its own way under `SO100001-2`, with its own history from here on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.orders.events import FIRST_PREVIOUS_HASH
from domain.orders.order import Order
from domain.orders.splitting import Part, split
from domain.orders.view import event_view, order_view
from domain.workflow.document import Workflow
from persistence import opening, orders
from persistence.orders import Loaded
from persistence.tx import Tx
from usecases.orders.follow_order import follow_split
from usecases.orders.history import acting_role, next_event


@dataclass(frozen=True, slots=True)
class Asked:
    """The split as it was asked for: `payload` has `lines` of `[{line, quantity}]`."""

    payload: Mapping[str, Any]
    occurred_at: datetime | None
    cause: str | None
    roles: Sequence[str]


async def split_off(tx: Tx, loaded: Loaded, workflow: Workflow, asked: Asked) -> dict[str, Any]:
    """Both orders' events in one transaction. Answers `{"order", "event", "child"}`."""
    await tx.open()
    order = loaded.order
    parts = split(order, asked.payload["lines"])
    root_no = order.parent_no or order.order_no
    role = acting_role(tx.actor, asked.roles)
    child = await _open_child(tx, loaded, f"{root_no}-{await orders.next_child(tx, root_no)}", parts.moves, role)
    after, sealed = next_event(
        tx,
        order,
        replace(order, lines=parts.stays.lines, discounts=parts.stays.discounts, total=parts.stays.total),
        event_type="ActionPerformed",
        action="split",
        role=role,
        payload={**asked.payload, "child_no": child.order_no},
        occurred_at=asked.occurred_at,
        cause=asked.cause,
    )
    answer = {
        "order": order_view(after, workflow, loaded.customer, loaded.merchandiser, loaded.papers),
        "event": event_view(sealed),
        "child": order_view(child, workflow, loaded.customer, loaded.merchandiser, {}),
    }
    await orders.save_lines(tx, after.id, after.lines)
    await orders.save_money(tx, after)
    await orders.save_move(tx, after, sealed, (), answer)
    await follow_split(tx, workflow, order.lines, after, child)
    return answer


async def _open_child(tx: Tx, loaded: Loaded, child_no: str, part: Part, role: str | None) -> Order:
    order = loaded.order
    nothing = Decimal(0)
    blank = replace(
        order,
        id=tx.new_id(),
        order_no=child_no,
        parent_no=order.parent_no or order.order_no,
        external_id=None,
        external_version=None,
        lines=part.lines,
        discounts=part.discounts,
        fees=(),
        shipping=nothing,
        tax=nothing,
        total=part.total,
        cost=None,
        margin=None,
        opened_at=tx.now,
        version=0,
        head_hash=FIRST_PREVIOUS_HASH,
    )
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
