"""The staff's side of an order's chat: conversations, messages, notes among the staff, files, and who is away."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor, parts_of
from api.files import FORM_BYTES, GIVEN, KeptFile, give, keep
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, max_body_bytes, router
from api.v1.message_shapes import (
    MessageFile,
    MessagePosted,
    ReadIn,
    ReadThrough,
    Since,
    StaffMessageIn,
    StaffMessageLog,
)
from api.v1.orders import OrderNo
from api.v1.types import Instant, Page, Sent, Shown
from persistence.queries.chat_log import ConversationPage, MessagePage
from usecases.portal.absences import SetAbsence, read_own_absence, set_absence_of, set_own_absence
from usecases.portal.post_message import KeepFile, PostMessage, keep_file, post_message
from usecases.portal.read_messages import MarkRead, find_file, list_conversations, list_messages, mark_read

routes = router("customers")


class Responsible(Shown):
    """Who answers now: the merchandiser, or a deputy while they are away."""

    id: UUID
    name: str


class Conversation(Shown):
    """The chat of one order. `waiting_since`: the customer waits for an answer since then."""

    id: UUID
    order_no: str
    customer: str | None
    responsible: Responsible | None
    last_number: int
    last_at: str
    waiting_since: str | None
    unread: int


class AbsenceIn(Sent):
    """Away until an instant, with a deputy; both null: back again."""

    away_until: Instant | None = None
    deputy_id: UUID | None = None


class Absence(Shown):
    """Null for whoever is here."""

    away_until: str | None
    deputy: Responsible | None


@routes.get("/conversations", response_model=Page[Conversation])
async def find_conversations(
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    responsible: Annotated[UUID | None, Query(description="whose turn it is 由谁回复")] = None,
    waiting: Annotated[bool, Query(description="only those that wait for an answer 仅待回复")] = False,
) -> Any:
    """The chats of all orders, the one last written in first, with what the reader has not read. 会话列表。"""
    after = (page.after[0], page.after[1]) if page.after else None
    rows = await door.read(actor, list_conversations, ConversationPage(responsible, waiting, after, page.fetch))
    return page.page(rows, lambda row: [row["last_at"], row["id"]])


@routes.get("/orders/{order_no}/messages", response_model=StaffMessageLog)
async def get_messages(order_no: OrderNo, actor: TheActor, door: TheDoor, page: ThePage, since: Since = None) -> Any:
    """What was written about an order, newest first, with notes among the staff. 订单消息。"""
    before = page.after[0] if page.after else None
    found = await door.read(actor, list_messages, MessagePage(order_no, before, since, page.fetch))
    return {**page.page(found.pop("messages"), lambda message: [message["number"]]), **found}


@routes.post("/orders/{order_no}/messages", status_code=201, response_model=MessagePosted)
async def write_message(
    request: Request, order_no: OrderNo, body: StaffMessageIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Write to the order's customer, or a note that no customer sees. 发送消息。"""
    url = f"{parts_of(request).settings.public_url}/portal/"
    command = PostMessage(order_no, body.id, body.text, body.files, body.internal, url)
    return answer_of(await door.run(actor, post_message, command, key=key), status=201)


@routes.post("/orders/{order_no}/messages/read", response_model=ReadThrough)
async def read_messages(order_no: OrderNo, body: ReadIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Say how far one has read. 标记已读。"""
    return answer_of(await door.run(actor, mark_read, MarkRead(order_no, body.through), key=key))


@routes.post("/orders/{order_no}/messages/files", status_code=201, response_model=MessageFile)
@max_body_bytes(FORM_BYTES)
@found_at("/api/v1/message-files/{id}")
async def upload_message_file(
    request: Request, order_no: OrderNo, actor: TheActor, door: TheDoor, key: TheKey, file: UploadFile
) -> Answer:
    """Upload a file for a message that follows. 上传消息附件。"""
    await door.read(actor, list_messages, MessagePage(order_no, limit=1))
    kept = await keep(request, file)
    command = KeepFile(order_no, kept.file_name, kept.media_type, kept.size_bytes, kept.sha256)
    return answer_of(await door.run(actor, keep_file, command, key=key), status=201)


@routes.get("/message-files/{file_id}", response_class=Response, responses=GIVEN)
async def get_message_file(request: Request, file_id: UUID, actor: TheActor, door: TheDoor) -> Response:
    """The bytes of a message's file, to be saved. 下载消息附件。"""
    file = await door.read(actor, find_file, file_id)
    return await give(request, KeptFile(file.file_name, file.media_type, file.size_bytes, file.sha256))


@routes.get("/me/absence", response_model=Absence)
async def get_my_absence(actor: TheActor, door: TheDoor) -> Any:
    """Until when one is away, and who answers meanwhile. 本人的外出代理。"""
    return await door.read(actor, read_own_absence, None)


@routes.put("/me/absence", response_model=Absence)
async def set_my_absence(body: AbsenceIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Be away with a deputy, or be back. 设置外出代理。"""
    return answer_of(await door.run(actor, set_own_absence, SetAbsence(body.away_until, body.deputy_id), key=key))


@routes.put("/users/{user_id}/absence", response_model=Absence)
async def set_absence_of_user(user_id: UUID, body: AbsenceIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """The same for somebody else, as when they fell ill. 代他人设置。"""
    command = SetAbsence(body.away_until, body.deputy_id, user_id)
    return answer_of(await door.run(actor, set_absence_of, command, key=key))
