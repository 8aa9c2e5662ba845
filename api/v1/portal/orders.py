"""A customer's own orders: where they are, when she gets them, what they consist of, and papers released to her."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from api.actor import TheCustomer, TheDoor
from api.paging import ThePage
from api.route import Answer, router
from api.v1.portal.answers import private
from api.v1.types import BothLanguages, Page, SafeText, Shown
from persistence.queries.portal_orders import PortalFilter
from usecases.portal.own_orders import list_own_orders, read_own_order

routes = router("portal")

OwnOrderNo = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9-]+$", examples=["SO100001"])]


class Expected(Shown):
    """When she gets it. `basis`: agreed with her, derived from how long such orders take, or foretold."""

    date: str | None
    basis: Literal["agreed", "derived", "forecast"] | None


class AboutWhen(Shown):
    """A third of a month: up to the 10th, to the 20th, or after it."""

    month: str = Field(examples=["2026-12"])
    part: Literal["early", "middle", "late"]


class PortalForecast(Shown):
    """When it likely comes: from the first day in half of all cases, by the second in 8 of 10.

    Where too little is known (`low`) there are no days, but `about`.
    """

    from_day: str | None = Field(alias="from")
    by: str | None
    about: AboutWhen | None
    confidence: Literal["high", "medium", "low"]


class PortalOrderRow(Shown):
    """An order in a list, in customer words."""

    id: UUID
    order_no: str
    parent_no: str | None
    reference: str | None = Field(description="the customer's own number 客户单号")
    stage: BothLanguages
    category: Literal["not_started", "in_production", "quality", "shipping", "done", "cancelled"]
    paused: bool
    expected: Expected
    forecast: PortalForecast | None = Field(description="null where it is paused or finished 预计到货")
    currency: str
    total: str | None = None
    unread: int = Field(description="messages not read yet 未读消息")
    opened_at: str
    updated_at: str


class Stop(Shown):
    """A stop of the order's line. `at`: when it came there; `expected`: the day on which it likely will."""

    label: BothLanguages
    state: Literal["done", "current", "ahead"]
    at: str | None
    expected: str | None


class TimelineEntry(Shown):
    """Something that has happened."""

    at: str
    kind: Literal["stage", "shipment", "return", "pause", "resume"]
    what: BothLanguages


class PortalLine(Shown):
    """A line as ordered."""

    line: int
    sku: str | None
    name: str
    quantity: str
    unit: str | None
    unit_price: str | None = None
    amount: str | None = None
    is_gift: bool
    options: dict[str, Any]
    shipped_quantity: str
    returned_quantity: str


class ShippedLine(Shown):
    """What of a line was in a shipment."""

    line: int
    name: str
    quantity: str
    unit: str | None


class Shipment(Shown):
    """Goods that have left."""

    number: int
    shipped_at: str
    carrier: str | None
    tracking: str | None
    lines: list[ShippedLine]


class ReleasedPaper(Shown):
    """A paper that may be downloaded."""

    id: UUID
    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    released_at: str


class PortalOrder(PortalOrderRow):
    """The whole order, in customer words."""

    discounts: list[dict[str, Any]] | None = None
    fees: list[dict[str, Any]] | None = None
    shipping: str | None = None
    tax: str | None = None
    tax_included: bool
    line: list[Stop]
    timeline: list[TimelineEntry]
    lines: list[PortalLine]
    shipments: list[Shipment]
    papers: list[ReleasedPaper]


@routes.get("/portal/orders", response_model=Page[PortalOrderRow])
async def find_own_orders(
    customer: TheCustomer,
    door: TheDoor,
    page: ThePage,
    state: Literal["open", "finished"] | None = None,
    q: Annotated[SafeText | None, Query(max_length=100, description="any part of a number 单号的任一部分")] = None,
) -> Answer:
    """One's own orders, newest first. 我的订单。"""
    after = UUID(page.after[0]) if page.after else None
    rows = await door.read(customer, list_own_orders, PortalFilter(state, q, after, page.fetch))
    return private(page.page(rows, lambda row: [row["id"]]))


@routes.get("/portal/orders/{order_no}", response_model=PortalOrder)
async def get_own_order(order_no: OwnOrderNo, customer: TheCustomer, door: TheDoor) -> Answer:
    """One of one's own orders; any other number is not there. 订单详情。"""
    return private(await door.read(customer, read_own_order, order_no))
