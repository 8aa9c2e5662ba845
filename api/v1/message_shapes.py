"""The shapes of an order's chat, for both sides."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from api.v1.types import Flag, SafeText, Sent, Shown, Whole
from domain.portal.answering import LONGEST_TEXT, MOST_FILES

Since = Annotated[
    int | None, Query(ge=0, le=2**31 - 1, description="only messages after this number 只取此编号之后的消息")
]


class MessageIn(Sent):
    """`id` is made by whoever writes (a UUID), so that sending it again is harmless."""

    id: UUID
    text: Annotated[SafeText, Field(max_length=LONGEST_TEXT)] = ""
    files: Annotated[list[UUID], Field(max_length=MOST_FILES, description="ids of files uploaded before")] = Field(
        default_factory=list
    )


class StaffMessageIn(MessageIn):
    """`internal`: a note among the staff, which no customer ever sees."""

    internal: Flag = False


class ReadIn(Sent):
    """Everything up to this number has been read."""

    through: Annotated[Whole, Field(ge=0)]


class MessagePosted(Shown):
    """Where the message stands now."""

    id: UUID
    number: int
    created_at: str


class MessageFile(Shown):
    """A file of a message."""

    id: UUID
    file_name: str
    media_type: str
    size_bytes: int


class MessageOut(Shown):
    """One message; `author` is the name of whoever wrote it."""

    id: UUID
    number: int
    side: Literal["customer", "staff"]
    author: str | None
    mine: bool
    text: str
    files: list[MessageFile]
    created_at: str


class StaffMessageOut(MessageOut):
    """With what only the staff may know."""

    internal: bool


class ReadMarks(Shown):
    """How far the customer, anybody of the staff, and the reader have read."""

    customer: int
    staff: int
    own: int


class Answering(Shown):
    """What both sides know of a chat, beside what was written."""

    next_cursor: str | None
    read: ReadMarks
    answers: str | None = Field(description="the name of whoever answers now 由谁回复")
    waiting_since: str | None = Field(description="since when the customer waits for an answer 待回复起始时间")


class MessageLog(Answering):
    """Messages, newest first, and how far they have been read."""

    items: list[MessageOut]


class StaffMessageLog(Answering):
    """The same for the staff."""

    items: list[StaffMessageOut]


class ReadThrough(Shown):
    """How far the reader has read now."""

    read_through: int
