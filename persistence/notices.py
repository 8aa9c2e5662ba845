"""What a person is told inside the app."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
_OF_PERSON = """
SELECT n.id, n.event_id, n.order_no, n.template, n.body, n.created_at, n.read_at, p.language,
  (SELECT s->'label' FROM orders o JOIN documents d ON d.kind = 'workflow' AND d.key = o.workflow_key
     AND d.version = o.workflow_version, json_array_elements(d.body->'stages') s
   WHERE o.order_no = n.order_no AND s->>'key' = n.body->>'stage') AS stage_label
FROM notices n JOIN people p ON p.id = n.person_id
WHERE n.person_id = $1 AND ($2::uuid IS NULL OR n.id < $2) AND (NOT $3 OR n.read_at IS NULL)
ORDER BY n.id DESC LIMIT $4
"""
_READ = "UPDATE notices SET read_at = coalesce(read_at, $3) WHERE id = $1 AND person_id = $2"


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


async def of_person(
    tx: Tx, person_id: UUID, before: UUID | None, unread_only: bool, limit: int
) -> list[Mapping[str, Any]]:
    """A person's notices, newest first, with the stage's label as the order's workflow has it."""
    return list(await tx.connection.rows(_OF_PERSON, person_id, before, unread_only, limit))


async def mark_read(tx: Tx, notice_id: UUID, person_id: UUID) -> bool:
    """False where the person has no such notice."""
    return await tx.connection.run(_READ, notice_id, person_id, tx.now) == 1
