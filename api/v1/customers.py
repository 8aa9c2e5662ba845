"""Customers: found by any part of what is known of them, who may be the same, merging and undoing it."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.order_sent import CustomerIn
from api.v1.types import BothLanguages, Page, SafeText, Sent, Shown
from domain.customers.matching import Told
from persistence.queries.customer_list import CustomerPage
from usecases.customers.merge_customers import MergeCustomers, merge_customers, undo_merge
from usecases.customers.read_customers import list_customers, match_customer, read_customer
from usecases.customers.tell_apart import Pair, tell_apart, tell_apart_no_more

routes = router("customers")


class CustomerRow(Shown):
    """A customer; `merged_into` is whom they were found to be."""

    id: str
    channel: str
    external_id: str | None
    name: str
    company: str | None
    phone: str | None
    email: str | None
    tax_no: str | None
    address: dict[str, Any]
    masked: bool
    orders: int
    merged_into: str | None
    created_at: str
    last_order_at: str | None


class CustomerAlike(CustomerRow):
    """Somebody who may be the same, and by what: phone, tax_no, name. `apart`: somebody said that they are not."""

    matched_by: list[str]
    apart: bool


class Named(Shown):
    """A customer by name."""

    id: str
    name: str


class Doubt(Shown):
    """Why it is not certain who is meant."""

    code: str
    text: BothLanguages


class CustomerMatch(Shown):
    """Whose an order of this customer would be: certainly `customer_id`; with neither, of nobody who is known.

    With a `doubt` it is somebody new unless the order says by `customer_id` which of the `candidates` is meant.
    """

    customer_id: str | None
    doubt: Doubt | None
    candidates: list[CustomerAlike]


class MergeOut(Shown):
    """Who was merged into whom, how many orders followed, and whether it was undone."""

    id: str
    kept: Named
    merged: Named
    orders: int
    reason: str
    merged_at: str
    merged_by: str
    undone_at: str | None
    undone_by: str | None


class CustomerFull(CustomerRow):
    """With who else they may be, and what was merged. Their orders: `GET orders?customer=ID`."""

    alike: list[CustomerAlike]
    merges: list[MergeOut]


class MergeIn(Sent):
    """Who is merged into the customer of the address, and why."""

    customer_id: UUID
    reason: Annotated[SafeText, Field(min_length=1, max_length=1000)]


class Merged(Shown):
    """A merge, or its undoing: the customer as they stand now, and how many orders moved."""

    id: str
    customer: CustomerRow
    orders: int


@routes.get("/customers", response_model=Page[CustomerRow])
async def find_customers(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    q: Annotated[SafeText | None, Query(max_length=100, description="any part of a name, phone or number")] = None,
    alike: Annotated[bool, Query(description="only those who may be the same as another 只看可能重复的")] = False,
) -> Any:
    """Customers, newest first; a phone number is found however it is written."""
    before = UUID(page.after[0]) if page.after else None
    wanted = CustomerPage(words=q, before=before, limit=page.fetch, alike=alike)
    return page.page(await door.read(actor, list_customers, wanted), lambda row: [row["id"]])


@routes.post("/customers/match", response_model=CustomerMatch)
async def match_told(body: CustomerIn, actor: TheActor, door: TheDoor) -> Any:
    """Who a customer is, before an order is entered for them by hand; nothing is kept."""
    return await door.read(actor, match_customer, Told.of("manual", body.model_dump()))


@routes.get("/customers/{customer_id:uuid}", response_model=CustomerFull)
async def get_customer(customer_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One customer, who else they may be, and what was merged."""
    return await door.read(actor, read_customer, customer_id)


@routes.post("/customers/{customer_id:uuid}/merge", response_model=Merged)
async def merge(customer_id: UUID, body: MergeIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Merge another customer into this one: orders, contacts and numbers follow, and each order's history says so."""
    command = MergeCustomers(customer_id, body.customer_id, body.reason)
    return answer_of(await door.run(actor, merge_customers, command, key=key))


@routes.put("/customers/{customer_id:uuid}/apart/{other_id:uuid}", status_code=204, response_model=None)
async def say_apart(customer_id: UUID, other_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """They share something and are not the same, so that nobody is asked about them again."""
    await door.run(actor, tell_apart, Pair(customer_id, other_id), key=key)
    return Answer()


@routes.delete("/customers/{customer_id:uuid}/apart/{other_id:uuid}", status_code=204, response_model=None)
async def take_apart_back(customer_id: UUID, other_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """They may be the same after all."""
    await door.run(actor, tell_apart_no_more, Pair(customer_id, other_id), key=key)
    return Answer()


@routes.post("/customer-merges/{merge_id:uuid}/undo", response_model=Merged)
async def undo_customer_merge(merge_id: Annotated[UUID, Path()], actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Take a merge back: what followed goes back, what came since stays."""
    return answer_of(await door.run(actor, undo_merge, merge_id, key=key))
