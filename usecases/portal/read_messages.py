"""Read what was written about an order, and say how far one has read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from persistence import chat
from persistence.chat import ChatFile, reader_of
from persistence.queries import chat_log
from persistence.queries.chat_log import ConversationPage, MessagePage
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.portal.post_message import own_place


@use_case(right="portal.answer")
async def list_messages(tx: Tx, page: MessagePage) -> dict[str, Any]:
    """`{"messages", "read", "answers", "waiting_since"}`, newest first, with notes of the house. Raises NOT_FOUND."""
    place = await chat_log.place(tx, Scope.of(tx.actor), page.order_no)
    if place is None:
        raise NOT_FOUND()
    return await _log(tx, place["id"], page, internal=True)


@use_case(right="portal.own")
async def list_own_messages(tx: Tx, page: MessagePage) -> dict[str, Any]:
    """The same for the customer, without notes of the house. Raises NOT_FOUND."""
    return await _log(tx, (await own_place(tx, page.order_no))["id"], page, internal=False)


async def _log(tx: Tx, order_id: UUID, page: MessagePage, *, internal: bool) -> dict[str, Any]:
    rows = await chat_log.messages(tx, order_id, page, internal=internal)
    marks = await chat_log.marks(tx, order_id, reader_of(tx.actor))
    waiting = marks["waiting_since"]
    return {
        "messages": [_view(tx, row, internal=internal) for row in rows],
        "read": {whose: marks[whose] for whose in ("customer", "staff", "own")},
        "answers": marks["answers"],
        "waiting_since": waiting and instant_text(waiting),
    }


def _view(tx: Tx, row: Mapping[str, Any], *, internal: bool) -> dict[str, Any]:
    customer = row["author_kind"] == "customer"
    shown = {
        "id": str(row["id"]),
        "number": row["number"],
        "side": "customer" if customer else "staff",
        "author": row["author_name"],
        "mine": (row["author_kind"], str(row["author_id"])) == (tx.actor.kind, tx.actor.id),
        "text": row["text"],
        "files": row["files"],
        "created_at": instant_text(row["created_at"]),
    }
    return {**shown, "internal": row["internal"]} if internal else shown


@dataclass(frozen=True, slots=True)
class MarkRead:
    """Everything up to this number has been read."""

    order_no: str
    through: int


@use_case(right="portal.answer")
async def mark_read(tx: Tx, command: MarkRead) -> dict[str, int]:
    """Answers `{"read_through"}`. Raises NOT_FOUND."""
    place = await chat_log.place(tx, Scope.of(tx.actor), command.order_no)
    if place is None:
        raise NOT_FOUND()
    return {"read_through": await chat.mark_read(tx, place["id"], command.through, told=True)}


@use_case(right="portal.own")
async def mark_own_read(tx: Tx, command: MarkRead) -> dict[str, int]:
    """The same for the customer. Raises NOT_FOUND."""
    place = await own_place(tx, command.order_no)
    return {"read_through": await chat.mark_read(tx, place["id"], command.through, told=True)}


@use_case(right="portal.answer")
async def find_file(tx: Tx, file_id: UUID) -> ChatFile:
    """A file of a chat. Raises NOT_FOUND."""
    return _file(file_id, await chat_log.file(tx, Scope.of(tx.actor), file_id))


@use_case(right="portal.own")
async def find_own_file(tx: Tx, file_id: UUID) -> ChatFile:
    """A file that the customer sent or was sent. Raises NOT_FOUND."""
    return _file(file_id, await chat_log.own_file(tx, tx.actor.customer_ids, file_id, reader_of(tx.actor)))


def _file(file_id: UUID, row: Mapping[str, Any] | None) -> ChatFile:
    if row is None:
        raise NOT_FOUND()
    return ChatFile(file_id, row["file_name"], row["media_type"], row["size_bytes"], row["sha256"])


@use_case(right="portal.answer")
async def list_conversations(tx: Tx, page: ConversationPage) -> list[dict[str, Any]]:
    """Conversations, the one last written in first, each with what the reader has not read."""
    rows = await chat_log.conversations(tx, Scope.of(tx.actor), reader_of(tx.actor), tx.now, page)
    return [_conversation(row) for row in rows]


def _conversation(row: Mapping[str, Any]) -> dict[str, Any]:
    waiting, responsible = row["waiting_since"], row["responsible_id"]
    return {
        "id": str(row["id"]),
        "order_no": row["order_no"],
        "customer": row["customer_company"] or row["customer_name"],
        "responsible": responsible and {"id": str(responsible), "name": row["responsible_name"]},
        "last_number": row["last_number"],
        "last_at": instant_text(row["last_at"]),
        "waiting_since": waiting and instant_text(waiting),
        "unread": row["unread"],
    }
