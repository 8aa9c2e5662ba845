"""Write a message about an order: the customer to the house, the house to the customer, or a note among the staff.

The text is a person's own words, so it stands here, where it could be erased, and never in the order's history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.integrators.webhooks import announcement
from domain.orders.events import instant_text
from domain.portal.answering import MAILED_AFTER
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.refusals.portal import MESSAGE_ID_USED
from domain.text import Text
from persistence import chat, outbox
from persistence.chat import ChatFile, Written
from persistence.queries import chat_log, portal_orders
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case

TELL_CONTACTS = "tell_contacts"


@dataclass(frozen=True, slots=True)
class PostMessage:
    """`id` is made by whoever writes, so that a repeat is the same message. `files` were uploaded to this order before.

    `internal` is a note that no customer sees; `portal_url` is where a mail about it leads.
    """

    order_no: str
    id: UUID
    text: str
    files: Sequence[UUID] = ()
    internal: bool = False
    portal_url: str = ""


@use_case(right="portal.answer")
async def post_message(tx: Tx, command: PostMessage) -> dict[str, Any]:
    """The staff's side. Answers the message. Raises NOT_FOUND, FIELD_INVALID, MESSAGE_ID_USED."""
    place = await chat_log.place(tx, Scope.of(tx.actor), command.order_no)
    if place is None:
        raise NOT_FOUND()
    return await _post(tx, command, place)


@use_case(right="portal.own")
async def post_own_message(tx: Tx, command: PostMessage) -> dict[str, Any]:
    """The customer's side, on an order of hers. Raises NOT_FOUND, FIELD_INVALID, MESSAGE_ID_USED."""
    return await _post(tx, command, await own_place(tx, command.order_no))


async def own_place(tx: Tx, order_no: str) -> Mapping[str, Any]:
    """The order that a customer's chat belongs to. Raises NOT_FOUND where it is not hers."""
    place = await portal_orders.own_place(tx, tx.actor.customer_ids, order_no)
    if place is None:
        raise NOT_FOUND()
    return place


async def _post(tx: Tx, command: PostMessage, place: Mapping[str, Any]) -> dict[str, Any]:
    if not command.text.strip() and not command.files:
        text = Text("请填写内容或附上文件", "say something, or add a file")
        raise FIELD_INVALID(FieldProblem("/text", "nothing_said", text), summary="/text")
    number, waiting_since = await chat.next_number(tx, place["id"])
    if (known := await chat.find(tx, command.id)) is not None:
        # The number just taken is given back with everything else of this transaction's conversation row.
        await chat.give_number_back(tx, place["id"])
        return await _again(tx, command, place, known)
    answers = waiting_since if _answers(tx, command) else None
    await chat.add(tx, Written(command.id, place["id"], number, command.text, command.internal, answers))
    await _take_files(tx, command, place["id"])
    if tx.actor.kind == "customer" and waiting_since is None:
        await chat.set_waiting(tx, place["id"], tx.now)
    if answers is not None:
        await chat.set_waiting(tx, place["id"], None)
    await chat.mark_read(tx, place["id"], number)
    if not command.internal:
        effects = [_notice(tx, command, place, number), _announcement(tx, command)]
        await outbox.add(tx, command.id, command.order_no, effects)
    return message_view(command.id, number, instant_text(tx.now))


def _announcement(tx: Tx, command: PostMessage) -> Effect:
    """What other systems hear of it: that there is a message, never its words."""
    writer = "customer" if tx.actor.kind == "customer" else "staff"
    return announcement(
        "message.posted", {"message_id": str(command.id), "order_no": command.order_no, "written_by": writer}
    )


def _answers(tx: Tx, command: PostMessage) -> bool:
    return tx.actor.kind != "customer" and not command.internal


async def _again(tx: Tx, command: PostMessage, place: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """The same message sent once more, as after a lost answer. Raises MESSAGE_ID_USED for another one."""
    same = (place["id"], tx.actor.kind, UUID(tx.actor.id), command.text, command.internal)
    found = tuple(known[name] for name in ("order_id", "author_kind", "author_id", "text", "internal"))
    if same != found or set(command.files) != await chat.files_of(tx, command.id):
        raise MESSAGE_ID_USED()
    return message_view(command.id, known["number"], instant_text(known["created_at"]))


async def _take_files(tx: Tx, command: PostMessage, order_id: UUID) -> None:
    if await chat.take_files(tx, command.id, order_id, command.files) != len(set(command.files)):
        text = Text("文件不存在，或已用于其他消息", "no such file, or one of another message")
        raise FIELD_INVALID(FieldProblem("/files", "unknown_reference", text), summary="/files")


def _notice(tx: Tx, command: PostMessage, place: Mapping[str, Any], number: int) -> Effect:
    """Who is told that there is something to read; not what it says."""
    body: dict[str, Any] = {"order_no": command.order_no, "number": number}
    if tx.actor.kind != "customer":
        body |= {"url": command.portal_url, "order_id": str(place["id"])}
        return Effect(TELL_CONTACTS, "*", f"order:{command.order_no}", body, tx.now + MAILED_AFTER)
    body |= {"template": "message_posted", "channels": ["in_app"]}
    to = "party:merchandiser" if place["merchandiser_id"] is not None else "role:sales"
    return Effect("notify", "*", f"{to}:message_posted", body)


def message_view(message_id: UUID, number: int, created_at: str) -> dict[str, Any]:
    """What whoever wrote a message is answered; the rest they know."""
    return {"id": str(message_id), "number": number, "created_at": created_at}


@dataclass(frozen=True, slots=True)
class KeepFile:
    """A file that the store holds already, for a message that will follow."""

    order_no: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str


@use_case(right="portal.answer")
async def keep_file(tx: Tx, command: KeepFile) -> dict[str, Any]:
    """Answers the file's id. Raises NOT_FOUND."""
    place = await chat_log.place(tx, Scope.of(tx.actor), command.order_no)
    if place is None:
        raise NOT_FOUND()
    return await _keep_file(tx, command, place["id"])


@use_case(right="portal.own")
async def keep_own_file(tx: Tx, command: KeepFile) -> dict[str, Any]:
    """The same on an order of the customer's own. Raises NOT_FOUND."""
    return await _keep_file(tx, command, (await own_place(tx, command.order_no))["id"])


async def _keep_file(tx: Tx, command: KeepFile, order_id: UUID) -> dict[str, Any]:
    file = ChatFile(tx.new_id(), command.file_name, command.media_type, command.size_bytes, command.sha256)
    await chat.add_file(tx, order_id, file)
    return {
        "id": str(file.id),
        "file_name": file.file_name,
        "media_type": file.media_type,
        "size_bytes": file.size_bytes,
    }
