"""Orders to which nothing happens, and what they hold back: to be woken, or closed by `cancel`, which frees it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from api.actor import TheActor, TheDoor
from api.paging import ThePage
from api.route import router
from api.v1.types import Page, Shown
from persistence.queries.idle_board import IdleFilter
from usecases.warning.read_idle import list_idle

routes = router("orders")


class SetAside(Shown):
    """Material that nobody else may have."""

    material: str
    name: str
    unit: str
    quantity: str


class OpenWork(Shown):
    """A work order that is not finished."""

    number: str
    sku: str
    state: str
    quantity: str
    good: str


class IdleOrder(Shown):
    """An open order to which nothing has happened since, and what it blocks."""

    order_no: str
    customer: str | None
    merchandiser: str | None
    stage: str
    category: str
    held: bool
    promised_date: str | None
    since: str
    idle_days: int
    currency: str
    total: str | None = None
    reserved: list[SetAside]
    cost: str | None = Field(default=None, description="of the material set aside, in the factory's currency")
    work_orders: list[OpenWork]


@routes.get("/idle-orders", response_model=Page[IdleOrder])
async def find_idle_orders(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """The longest idle first, by each stage's own history. The action `cancel` frees material and work orders."""
    after = (datetime.fromisoformat(page.after[0]), UUID(page.after[1])) if page.after else None
    rows = await door.read(actor, list_idle, IdleFilter(after, page.fetch))
    return page.page(rows, lambda row: [row["since"], row["id"]])
