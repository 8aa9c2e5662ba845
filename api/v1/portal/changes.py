"""What changes about a customer's own orders: what she is asked, and her answer."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field

from api.actor import TheCustomer, TheDoor
from api.keys import TheCustomerKey
from api.route import Answer, router
from api.v1.change_shown import Diff
from api.v1.portal.answers import private
from api.v1.portal.orders import OwnOrderNo
from api.v1.types import BothLanguages, Page, SafeText, Sent, Shown
from usecases.portal.own_changes import OwnAnswer, answer_own_change, list_own_changes

routes = router("portal")

ChangeNumber = Annotated[int, Path(ge=1, le=100_000, examples=[1])]


class BeforeAndAfter(Shown):
    """A day, before the change and after it."""

    before: str | None
    after: str | None


class PortalChange(Shown):
    """A change of one's own order, in customer words. `asks_you`: it waits for her answer."""

    number: int
    order_no: str
    state: Literal["proposed", "awaiting_customer", "approved", "rejected", "withdrawn", "applied"]
    state_label: BothLanguages
    asks_you: bool
    diff: Diff
    amount: dict[str, Any] | None = None
    currency: str
    promised_date: BeforeAndAfter
    proposed_at: str
    answered_at: str | None
    applied_at: str | None


class DeclineIn(Sent):
    """Why not, where she says it."""

    reason: Annotated[SafeText, Field(max_length=1000)] | None = None


@routes.get("/portal/orders/{order_no}/changes", response_model=Page[PortalChange])
async def get_own_changes(order_no: OwnOrderNo, customer: TheCustomer, door: TheDoor) -> Answer:
    """The changes of one of one's own orders, newest first. 改单。"""
    return private({"items": await door.read(customer, list_own_changes, order_no), "next_cursor": None})


@routes.post("/portal/orders/{order_no}/changes/{number}/confirm", response_model=PortalChange)
async def confirm_own_change(
    order_no: OwnOrderNo, number: ChangeNumber, customer: TheCustomer, door: TheDoor, key: TheCustomerKey
) -> Answer:
    """Agree to a change that waits for one's answer. 同意改单。"""
    outcome = await door.run(customer, answer_own_change, OwnAnswer(order_no, number, True), key=key)
    return private(outcome.answer, replayed=outcome.replayed)


@routes.post("/portal/orders/{order_no}/changes/{number}/decline", response_model=PortalChange)
async def decline_own_change(
    order_no: OwnOrderNo,
    number: ChangeNumber,
    customer: TheCustomer,
    door: TheDoor,
    key: TheCustomerKey,
    body: DeclineIn | None = None,
) -> Answer:
    """Do not agree; the order stays as it is. 不同意改单。"""
    command = OwnAnswer(order_no, number, False, body.reason if body else None)
    outcome = await door.run(customer, answer_own_change, command, key=key)
    return private(outcome.answer, replayed=outcome.replayed)
