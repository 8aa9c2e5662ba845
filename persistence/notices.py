"""What a person is told inside the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.tx import Tx

_KEEP = """
INSERT INTO notices (id, person_id, event_id, order_no, template, body, created_at)
SELECT n.id, p.id, n.event_id, n.order_no, n.template, n.body, $2
FROM jsonb_to_recordset($1)
  AS n(id uuid, person_id uuid, event_id uuid, order_no text, template text, body jsonb)
JOIN people p ON p.id = n.person_id
ON CONFLICT (event_id, person_id, template) DO NOTHING
"""
# One row at the least, which says how many are unread.
_OF_PERSON = """
SELECT u.unread, page.* FROM (SELECT count(*) AS unread FROM (
    SELECT 1 FROM notices WHERE person_id = $1 AND read_at IS NULL LIMIT $5) counted) u
LEFT JOIN LATERAL (
  SELECT n.id, n.order_no, n.template, n.body, n.created_at, n.read_at,
    (SELECT s->'label' FROM orders o JOIN documents d ON d.kind = 'workflow' AND d.key = o.workflow_key
       AND d.version = o.workflow_version, json_array_elements(d.body->'stages') s
     WHERE o.order_no = n.order_no AND s->>'key' = n.body->>'stage') AS stage_label
  FROM notices n
  WHERE n.person_id = $1 AND ($2::uuid IS NULL OR n.id < $2) AND (NOT $3 OR n.read_at IS NULL)
  ORDER BY n.id DESC LIMIT $4
) page ON true
ORDER BY page.id DESC
"""
_MARK = """
UPDATE notices SET read_at = CASE WHEN $3::timestamptz IS NULL THEN NULL ELSE coalesce(read_at, $3) END
WHERE id = $1 AND person_id = $2
"""
_MARK_THROUGH = "UPDATE notices SET read_at = $3 WHERE person_id = $1 AND id <= $2 AND read_at IS NULL"
_UNMARK_ALL = "UPDATE notices SET read_at = NULL WHERE person_id = $1 AND read_at = $2"


@dataclass(frozen=True, slots=True)
class Notice:
    """What one of the staff is told of an event; `body` are the facts that the text of that name may speak of."""

    person_id: UUID
    event_id: UUID
    order_no: str | None
    template: str
    body: Mapping[str, Any]


async def keep(tx: Tx, notices: Sequence[Notice]) -> None:
    """Write them; the same event tells the same person the same thing once."""
    if notices:
        await tx.connection.run(_KEEP, [{"id": tx.new_id(), **asdict(notice)} for notice in notices], tx.now)


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of somebody's notices, and how many of all theirs are unread."""

    rows: Sequence[Mapping[str, Any]]
    unread: int


async def of_person(
    tx: Tx, person_id: UUID, before: UUID | None, unread_only: bool, limit: int, most_counted: int
) -> Listed:
    """A person's notices, newest first, with the stage's label as the order's workflow has it."""
    rows = await tx.connection.rows(_OF_PERSON, person_id, before, unread_only, limit, most_counted)
    return Listed([row for row in rows if row["id"] is not None], rows[0]["unread"])


async def mark(tx: Tx, notice_id: UUID, person_id: UUID, read_at: datetime | None) -> bool:
    """As read, the first time counting, or as unread; False where the person has no such notice."""
    return await tx.connection.run(_MARK, notice_id, person_id, read_at) == 1


async def mark_through(tx: Tx, person_id: UUID, through: UUID) -> int:
    """As read now, all that came before a notice and itself; says how many."""
    return await tx.connection.run(_MARK_THROUGH, person_id, through, tx.now)


async def unmark_all(tx: Tx, person_id: UUID, read_at: datetime) -> int:
    """As unread, what was marked at that instant; says how many."""
    return await tx.connection.run(_UNMARK_ALL, person_id, read_at)
