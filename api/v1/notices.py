"""What one was told inside the app: read, ticked off one by one or all together, and put back."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.actor import TheActor, TheDoor
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.types import BothLanguages, Instant, Sent, Shown
from usecases.outgoing.notices import (
    MOST_COUNTED,
    NoticePage,
    list_notices,
    read_all_notices,
    read_notice,
    unread_all_notices,
    unread_notice,
)

routes = router("outbox")


class AboutOut(Shown):
    """What it is about. `id` is of the change, complaint or alert; null where the kind alone says where to look."""

    kind: Literal["order", "change", "message", "complaint", "alert", "endpoint"]
    id: str | None


class NoticeOut(Shown):
    """Something that one is told inside the app."""

    id: str
    order_no: str | None
    template: str
    subject: BothLanguages
    text: BothLanguages
    about: AboutOut | None
    created_at: str
    read_at: str | None


class Notices(Shown):
    """Newest first, and how many of all one's own are unread."""

    items: list[NoticeOut]
    next_cursor: str | None
    unread: int = Field(description=f"at most {MOST_COUNTED} are counted 未读数")


class NoticeRead(Shown):
    """A notice, and whether it is ticked off."""

    id: str
    read: bool


class NoticesThrough(Sent):
    """The newest that one has seen: what came after it stays unread."""

    through: UUID


class AllRead(Shown):
    """How many were ticked off, and when: by that instant they can be put back together."""

    read: int
    read_at: str


class PutBack(Sent):
    """The instant of the answer that ticked them off."""

    read_at: Instant


class AllPutBack(Shown):
    """How many are unread again."""

    unread: int


@routes.get("/notices", response_model=Notices)
async def find_notices(
    actor: TheActor, door: TheDoor, page: ThePage, unread: Annotated[bool, Query(description="未读")] = False
) -> Any:
    """What one was told inside the app, newest first. 站内消息。"""
    before = UUID(page.after[0]) if page.after else None
    told = await door.read(actor, list_notices, NoticePage(before, unread, page.fetch))
    return {**page.page(told["items"], lambda notice: [notice["id"]]), "unread": told["unread"]}


@routes.post("/notices/read", response_model=AllRead)
async def tick_all_off(body: NoticesThrough, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Tick off all of one's own notices up to one of them. 全部标为已读。"""
    return answer_of(await door.run(actor, read_all_notices, body.through, key=key))


@routes.post("/notices/unread", response_model=AllPutBack)
async def put_all_back(body: PutBack, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Take back having ticked them off together. 撤销全部已读。"""
    return answer_of(await door.run(actor, unread_all_notices, body.read_at, key=key))


@routes.post("/notices/{notice_id}/read", response_model=NoticeRead)
async def tick_off(notice_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Tick one of one's own notices off. 标为已读。"""
    return answer_of(await door.run(actor, read_notice, notice_id, key=key))


@routes.delete("/notices/{notice_id}/read", response_model=NoticeRead)
async def put_back(notice_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Let one of one's own notices be unread again. 标为未读。"""
    return answer_of(await door.run(actor, unread_notice, notice_id, key=key))
