"""The customer's side of an order's chat, with whoever looks after the order."""

from __future__ import annotations

from uuid import UUID

from fastapi import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheCustomer, TheDoor
from api.files import FORM_BYTES, GIVEN, KeptFile, give, keep
from api.keys import TheCustomerKey
from api.paging import ThePage
from api.route import Answer, found_at, max_body_bytes, router
from api.v1.message_shapes import MessageFile, MessageIn, MessageLog, MessagePosted, ReadIn, ReadThrough, Since
from api.v1.portal.answers import PRIVATE, private
from api.v1.portal.orders import OwnOrderNo
from persistence.queries.chat_log import MessagePage
from usecases.portal.post_message import KeepFile, PostMessage, keep_own_file, post_own_message
from usecases.portal.read_messages import MarkRead, find_own_file, list_own_messages, mark_own_read

routes = router("portal")


@routes.get("/portal/orders/{order_no}/messages", response_model=MessageLog)
async def get_own_messages(
    order_no: OwnOrderNo, customer: TheCustomer, door: TheDoor, page: ThePage, since: Since = None
) -> Answer:
    """What was written about one's own order, newest first. 订单消息。"""
    before = page.after[0] if page.after else None
    found = await door.read(customer, list_own_messages, MessagePage(order_no, before, since, page.fetch))
    shown = page.page(found.pop("messages"), lambda message: [message["number"]])
    return private({**found, **shown})


@routes.post("/portal/orders/{order_no}/messages", status_code=201, response_model=MessagePosted)
async def write_own_message(
    order_no: OwnOrderNo, body: MessageIn, customer: TheCustomer, door: TheDoor, key: TheCustomerKey
) -> Answer:
    """Write to whoever looks after the order. 发送消息。"""
    command = PostMessage(order_no, body.id, body.text, body.files)
    outcome = await door.run(customer, post_own_message, command, key=key)
    return private(outcome.answer, status=201, replayed=outcome.replayed)


@routes.post("/portal/orders/{order_no}/messages/read", response_model=ReadThrough)
async def read_own_messages(
    order_no: OwnOrderNo, body: ReadIn, customer: TheCustomer, door: TheDoor, key: TheCustomerKey
) -> Answer:
    """Say how far one has read. 标记已读。"""
    outcome = await door.run(customer, mark_own_read, MarkRead(order_no, body.through), key=key)
    return private(outcome.answer, replayed=outcome.replayed)


@routes.post("/portal/orders/{order_no}/messages/files", status_code=201, response_model=MessageFile)
@max_body_bytes(FORM_BYTES)
@found_at("/api/v1/portal/files/{id}")
async def upload_own_file(
    request: Request,
    order_no: OwnOrderNo,
    customer: TheCustomer,
    door: TheDoor,
    key: TheCustomerKey,
    file: UploadFile,
) -> Answer:
    """Upload a file for a message or complaint that follows. 上传附件。"""
    await door.read(customer, list_own_messages, MessagePage(order_no, limit=1))
    kept = await keep(request, file)
    command = KeepFile(order_no, kept.file_name, kept.media_type, kept.size_bytes, kept.sha256)
    outcome = await door.run(customer, keep_own_file, command, key=key)
    return private(outcome.answer, status=201, replayed=outcome.replayed)


@routes.get("/portal/files/{file_id}", response_class=Response, responses=GIVEN)
async def get_own_file(request: Request, file_id: UUID, customer: TheCustomer, door: TheDoor) -> Response:
    """The bytes of a file that one sent or was sent, to be saved. 下载附件。"""
    file = await door.read(customer, find_own_file, file_id)
    response = await give(request, KeptFile(file.file_name, file.media_type, file.size_bytes, file.sha256))
    response.headers.update(PRIVATE)
    return response
