"""Reading chats: the messages of one order, its files, all conversations with what is unread; one statement each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.responsible import RESPONSIBLE, STANDING_IN
from persistence.tx import Tx

_FILES = """
coalesce((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'file_name', f.file_name, 'media_type', f.media_type,
    'size_bytes', f.size_bytes) ORDER BY f.uploaded_at, f.id) FROM message_files f WHERE f.message_id = m.id), '[]')
  AS files
"""
_MESSAGES = f"""
SELECT m.id, m.number, m.author_kind, m.author_id, coalesce(p.name, t.name) AS author_name, m.internal, m.text,
  m.created_at, {_FILES}
FROM messages m LEFT JOIN people p ON m.author_kind = 'user' AND p.id = m.author_id
LEFT JOIN contacts t ON m.author_kind = 'customer' AND t.id = m.author_id
WHERE m.order_id = $1 AND ($2 OR NOT m.internal) AND ($3::int IS NULL OR m.number < $3)
  AND ($4::int IS NULL OR m.number > $4)
ORDER BY m.number DESC LIMIT $5
"""  # noqa: S608 - composed of constants
_MARKS = f"""
SELECT r.customer, r.staff, r.own, p.name AS answers, c.waiting_since
FROM orders o CROSS JOIN LATERAL (
  SELECT coalesce(max(read_through) FILTER (WHERE reader LIKE 'customer:%'), 0) AS customer,
    coalesce(max(read_through) FILTER (WHERE reader NOT LIKE 'customer:%'), 0) AS staff,
    coalesce(max(read_through) FILTER (WHERE reader = $2), 0) AS own
  FROM message_reads WHERE order_id = o.id) r
LEFT JOIN conversations c ON c.order_id = o.id
{STANDING_IN.format(now="$3")}
LEFT JOIN people p ON p.id = {RESPONSIBLE}
WHERE o.id = $1
"""  # noqa: S608 - composed of constants
_PLACE = f"""
SELECT o.id, o.order_no, o.merchandiser_id, o.customer_id FROM orders o WHERE o.order_no = $1 AND {within(2)}
"""  # noqa: S608 - composed of constants
_FILE = f"""
SELECT f.file_name, f.media_type, f.size_bytes, f.sha256 FROM message_files f JOIN orders o ON o.id = f.order_id
WHERE f.id = $1 AND {within(2)}
"""  # noqa: S608 - composed of constants
_OWN_FILE = """
SELECT f.file_name, f.media_type, f.size_bytes, f.sha256 FROM message_files f JOIN orders o ON o.id = f.order_id
LEFT JOIN messages m ON m.id = f.message_id
WHERE o.customer_id = ANY ($1) AND f.id = $2 AND (f.uploaded_by = $3 OR f.complaint_id IS NOT NULL
  OR (m.id IS NOT NULL AND NOT m.internal))
"""
# What others wrote and this reader has not read; `{internal}` is whether notes of the house count.
UNREAD = """
(SELECT count(*) FROM messages m WHERE m.order_id = o.id AND ({internal} OR NOT m.internal)
  AND m.author_kind || ':' || m.author_id <> {reader}
  AND m.number > coalesce((SELECT r.read_through FROM message_reads r
    WHERE r.order_id = o.id AND r.reader = {reader}), 0))
"""
_CONVERSATIONS = f"""
SELECT o.id, o.order_no, cu.name AS customer_name, cu.company AS customer_company, c.last_number, c.last_at,
  c.waiting_since, {RESPONSIBLE} AS responsible_id, rp.name AS responsible_name,
  {UNREAD.format(internal="true", reader="$4")} AS unread
FROM conversations c JOIN orders o ON o.id = c.order_id LEFT JOIN customers cu ON cu.id = o.customer_id
{STANDING_IN.format(now="$5")}
LEFT JOIN people rp ON rp.id = {RESPONSIBLE}
WHERE {within(1)} AND ($6::uuid IS NULL OR {RESPONSIBLE} = $6)
  AND (NOT $7 OR c.waiting_since IS NOT NULL)
  AND ($8::text IS NULL OR (c.last_at, o.id) < ($8::text::timestamptz, $9::uuid))
ORDER BY c.last_at DESC, o.id DESC LIMIT $10
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class MessagePage:
    """Messages of one order, newest first: before a number, or only after one."""

    order_no: str
    before: int | None = None
    since: int | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """All conversations, the one last written in first; `after` is (last_at, order id) of the last one seen."""

    responsible: UUID | None = None
    waiting: bool = False
    after: tuple[str, str] | None = None
    limit: int = 50


async def place(tx: Tx, scope: Scope, order_no: str) -> Mapping[str, Any] | None:
    """The order that a chat belongs to, or None where there is none for this reader."""
    return await tx.connection.row(_PLACE, order_no, *scope.values)


async def messages(tx: Tx, order_id: UUID, page: MessagePage, *, internal: bool) -> Sequence[Mapping[str, Any]]:
    """Messages, newest first; notes of the house only where `internal`."""
    return await tx.connection.rows(_MESSAGES, order_id, internal, page.before, page.since, page.limit)


async def marks(tx: Tx, order_id: UUID, reader: str) -> Mapping[str, Any]:
    """How far the customer, anybody of the house, and this reader have read; who answers, and since when it waits."""
    return await tx.connection.row(_MARKS, order_id, reader, tx.now) or {}


async def file(tx: Tx, scope: Scope, file_id: UUID) -> Mapping[str, Any] | None:
    """A file of a chat, for the staff."""
    return await tx.connection.row(_FILE, file_id, *scope.values)


async def own_file(tx: Tx, customers: Collection[UUID], file_id: UUID, reader: str) -> Mapping[str, Any] | None:
    """A file of a chat, for the customer: one she uploaded, or one that was sent to her."""
    return await tx.connection.row(_OWN_FILE, list(customers), file_id, reader)


async def conversations(
    tx: Tx, scope: Scope, reader: str, now: datetime, page: ConversationPage
) -> Sequence[Mapping[str, Any]]:
    """Conversations with what this reader has not read, and since when an answer is due."""
    since, last = page.after or (None, None)
    return await tx.connection.rows(
        _CONVERSATIONS, *scope.values, reader, now, page.responsible, page.waiting, since, last, page.limit
    )
