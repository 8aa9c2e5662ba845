"""An order goes where its work has come: by what is reported, and by what no longer keeps it from going.

A change that asks for no more than was made, the last department that acknowledges, a routing without the step that was
open: after each of them nothing is left to report that could move the order, so it moves by itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from domain.access.actor import system
from domain.access.roles import ROLES
from domain.orders.money import quantity_text
from domain.refusals.kinds import Refusal
from domain.refusals.orders import ACTION_NOT_ALLOWED_IN_STAGE, ACTION_UNKNOWN
from persistence import work_orders
from persistence.tx import Tx
from usecases.orders.perform_action import PerformAction, perform_action

# The workflow has no such step here: the work is reported all the same.
_NO_STEP = {ACTION_UNKNOWN.code, ACTION_NOT_ALLOWED_IN_STAGE.code}
# What people reported moves the order, in whatever role the workflow asks for; nobody has to report it again.
_BY_ITS_WORK = replace(system("floor"), roles=frozenset({"system", *ROLES}))


async def catch_up(tx: Tx, order_no: str) -> None:
    """Begin production where work was begun, and complete the order where nothing is left to make.

    Only with the order's row held. Where something still keeps it (a hold, another change), it stays where it is.
    """
    siblings = [one for one in await work_orders.of_order(tx, order_no) if not one.cancelled]
    acting = replace(tx, actor=_BY_ITS_WORK)
    if any(one.begun and one.order_category == "not_started" for one in siblings):
        await move_order(acting, PerformAction(order_no, "start_production", {}))
    if siblings:
        await complete_order(acting, order_no, at=tx.now, cause=None, device_id=None)


async def complete_order(
    tx: Tx, order_no: str, *, at: datetime, cause: str | None, device_id: UUID | None
) -> str | Refusal | None:
    """Report the order complete where every work order of it is done; only with the order's row held.

    Answers the event's id, why the order did not move, or None where it is not complete or has no such step.
    """
    siblings = [one for one in await work_orders.of_order(tx, order_no) if not one.cancelled]
    if not all(one.state == "done" for one in siblings):
        return None
    good = sum((one.good for one in siblings), Decimal(0))
    scrap = sum((one.scrap for one in siblings), Decimal(0))
    payload = {"good": quantity_text(good), "scrap": quantity_text(scrap)}
    command = PerformAction(
        order_no, "completion_reported", payload, at, cause=cause, device_id=str(device_id) if device_id else None
    )
    return await move_order(tx, command)


async def move_order(tx: Tx, command: PerformAction, *, strict: bool = False) -> str | Refusal | None:
    """Move the order: the event's id, or why it did not move.

    None where the workflow has no such step here, unless `strict`, which takes that for a refusal like any other.
    """
    try:
        done = await perform_action(tx, command)
    except Refusal as refusal:
        return None if refusal.code in _NO_STEP and not strict else refusal
    event_id: str = done["event"]["id"]
    return event_id
