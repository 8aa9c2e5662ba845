"""What releasing an order causes in workshop and warehouse: effects of the workflow, carried out by the relay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from persistence import following, work_orders
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class Release:
    """The order whose review was approved."""

    order_no: str


@use_case(right="floor.plan")
async def create_work_orders(tx: Tx, command: Release) -> dict[str, Any]:
    """Answers `{"created"}`; asked again, nothing more is created."""
    await following.lock_order(tx, command.order_no)
    return {"created": await work_orders.release(tx, command.order_no)}


@use_case(right="floor.plan")
async def reserve_material(tx: Tx, command: Release) -> dict[str, Any]:
    """Answers `{"reserved"}`: materials set aside by the bills of material of the order's lines."""
    await following.lock_order(tx, command.order_no)
    return {"reserved": await work_orders.reserve(tx, command.order_no)}
