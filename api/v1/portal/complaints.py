"""A customer's complaints about her orders: filed, followed, opened again, accepted."""

from __future__ import annotations

from uuid import UUID

from api.actor import TheCustomer, TheDoor
from api.keys import IfMatch, TheCustomerKey
from api.route import Answer, found_at, router
from api.v1.complaint_shapes import ComplaintIn, ComplaintOut, CustomerMove
from api.v1.portal.answers import private
from api.v1.portal.orders import OwnOrderNo
from api.v1.types import Page
from usecases.portal.complain import (
    FileComplaint,
    MoveComplaint,
    file_complaint,
    follow_up_complaint,
    list_own_complaints,
    read_own_complaint,
)

routes = router("portal")


@routes.get("/portal/orders/{order_no}/complaints", response_model=Page[ComplaintOut])
async def find_own_complaints(order_no: OwnOrderNo, customer: TheCustomer, door: TheDoor) -> Answer:
    """One's own complaints about an order, newest first. 我的投诉。"""
    rows = await door.read(customer, list_own_complaints, order_no)
    return private({"items": rows, "next_cursor": None})


@routes.post("/portal/orders/{order_no}/complaints", status_code=201, response_model=ComplaintOut)
@found_at("/api/v1/portal/complaints/{id}")
async def complain(
    order_no: OwnOrderNo, body: ComplaintIn, customer: TheCustomer, door: TheDoor, key: TheCustomerKey
) -> Answer:
    """File a complaint. 提交投诉。"""
    command = FileComplaint(order_no, body.id, body.category, body.text, body.files)
    outcome = await door.run(customer, file_complaint, command, key=key)
    return private(outcome.answer, status=201, replayed=outcome.replayed)


@routes.get("/portal/complaints/{complaint_id}", response_model=ComplaintOut)
async def get_own_complaint(complaint_id: UUID, customer: TheCustomer, door: TheDoor) -> Answer:
    """One of one's own complaints, with what was done about it. 投诉进展。"""
    return private(await door.read(customer, read_own_complaint, complaint_id))


@routes.post("/portal/complaints/{complaint_id}/actions", response_model=ComplaintOut)
async def follow_up(
    complaint_id: UUID,
    body: CustomerMove,
    customer: TheCustomer,
    door: TheDoor,
    key: TheCustomerKey,
    version: IfMatch,
) -> Answer:
    """Add to it, accept what was done, or open it again. 跟进投诉。"""
    command = MoveComplaint(complaint_id, body.action, body.text, expected_version=version)
    outcome = await door.run(customer, follow_up_complaint, command, key=key)
    return private(outcome.answer, replayed=outcome.replayed)
