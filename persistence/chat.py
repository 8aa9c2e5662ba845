"""The chat of an order: written once and never changed, numbered without a gap, with how far each reader has read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.outgoing.feed import MESSAGES_READ
from persistence.tx import Tx

# The row of the conversation makes those who write at once wait for each other; it tells since when an answer is due.
_NEXT = """
INSERT INTO conversations AS c (order_id, last_number, last_at) VALUES ($1, 1, $2)
ON CONFLICT (order_id) DO UPDATE SET last_number = c.last_number + 1, last_at = $2
RETURNING last_number, waiting_since
"""
_GIVE_BACK = "UPDATE conversations SET last_number = last_number - 1 WHERE order_id = $1"
_WAITS = "UPDATE conversations SET waiting_since = $2 WHERE order_id = $1"
_ADD = """
INSERT INTO messages (id, order_id, number, author_kind, author_id, internal, text, created_at, answers_since)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
_TAKE_FILES = """
UPDATE message_files SET message_id = $1
WHERE id = ANY ($2) AND order_id = $3 AND uploaded_by = $4 AND message_id IS NULL AND complaint_id IS NULL
"""
_FIND = "SELECT order_id, author_kind, author_id, internal, text, number, created_at FROM messages WHERE id = $1"
_FILES_OF = "SELECT id FROM message_files WHERE message_id = $1"
_READ = """
INSERT INTO message_reads AS r (order_id, reader, read_through, read_at)
SELECT c.order_id, $2, least($3, c.last_number), $4 FROM conversations c WHERE c.order_id = $1
ON CONFLICT (order_id, reader) DO UPDATE SET read_through = greatest(r.read_through, excluded.read_through),
  read_at = CASE WHEN excluded.read_through > r.read_through THEN excluded.read_at ELSE r.read_at END
RETURNING order_id, read_through, read_at = $4 AS moved
"""
_READ_AND_TELL = f"""
WITH marked AS ({_READ}), told AS (
  INSERT INTO hints (id, order_id, type, number, internal, told_at)
  SELECT $5, m.order_id, '{MESSAGES_READ}', m.read_through, false, $4 FROM marked m WHERE m.moved
)
SELECT read_through FROM marked
"""  # noqa: S608 - composed of constants
_ADD_FILE = """
INSERT INTO message_files (id, order_id, uploaded_by, uploaded_at, file_name, media_type, size_bytes, sha256)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


@dataclass(frozen=True, slots=True)
class ChatFile:
    """A file of a message, stored under its hash."""

    id: UUID
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Written:
    """A message about to be kept; `number` is its place in the conversation."""

    id: UUID
    order_id: UUID
    number: int
    text: str
    internal: bool
    answers_since: datetime | None = None


def reader_of(actor: Actor) -> str:
    """By what a reader's mark is kept."""
    return f"{actor.kind}:{actor.id}"


async def next_number(tx: Tx, order_id: UUID) -> tuple[int, datetime | None]:
    """The next number of a conversation, and since when the customer waits there; others wait for this transaction."""
    row = await tx.connection.row(_NEXT, order_id, tx.now)
    if row is None:
        raise AssertionError("an upsert that always answers")
    return row["last_number"], row["waiting_since"]


async def give_number_back(tx: Tx, order_id: UUID) -> None:
    """The number just taken is not needed; nobody else can have taken one meanwhile."""
    await tx.connection.run(_GIVE_BACK, order_id)


async def set_waiting(tx: Tx, order_id: UUID, since: datetime | None) -> None:
    """The customer waits since then, or no longer."""
    await tx.connection.run(_WAITS, order_id, since)


async def add(tx: Tx, message: Written) -> None:
    """Keep a message of the actor's."""
    await tx.connection.run(
        _ADD,
        message.id,
        message.order_id,
        message.number,
        tx.actor.kind,
        UUID(tx.actor.id),
        message.internal,
        message.text,
        tx.now,
        message.answers_since,
    )


async def take_files(tx: Tx, message_id: UUID, order_id: UUID, files: Sequence[UUID]) -> int:
    """Make files that the actor uploaded to this order the message's; how many there were."""
    if not files:
        return 0
    return await tx.connection.run(_TAKE_FILES, message_id, list(files), order_id, reader_of(tx.actor))


async def find(tx: Tx, message_id: UUID) -> Mapping[str, Any] | None:
    """A message as it was written."""
    return await tx.connection.row(_FIND, message_id)


async def files_of(tx: Tx, message_id: UUID) -> set[UUID]:
    """The ids of a message's files."""
    return {row["id"] for row in await tx.connection.rows(_FILES_OF, message_id)}


async def mark_read(tx: Tx, order_id: UUID, through: int, *, told: bool = False) -> int:
    """The actor has read so far, and never less; how far that is now (0 where nothing was ever written).

    `told`: open screens hear of it where it is more than before; whoever writes is heard of by the message itself.
    """
    values = (order_id, reader_of(tx.actor), through, tx.now)
    row = await tx.connection.row(*((_READ_AND_TELL, *values, tx.new_id()) if told else (_READ, *values)))
    return row["read_through"] if row else 0


async def add_file(tx: Tx, order_id: UUID, file: ChatFile) -> None:
    """Keep a file until its message comes."""
    await tx.connection.run(
        _ADD_FILE,
        file.id,
        order_id,
        reader_of(tx.actor),
        tx.now,
        file.file_name,
        file.media_type,
        file.size_bytes,
        file.sha256,
    )
