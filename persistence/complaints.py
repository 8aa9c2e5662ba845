"""Complaints and their steps, which are never rewritten; the answers to the two questions after delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.chat import reader_of
from persistence.tx import Tx

_OPEN = """
INSERT INTO complaints (id, order_id, contact_id, category, text, state, assigned_to, opened_at, due_at, version)
VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, 1) ON CONFLICT (id) DO NOTHING
"""
_TAKE_FILES = """
UPDATE message_files SET complaint_id = $1
WHERE id = ANY ($2) AND order_id = $3 AND uploaded_by = $4 AND message_id IS NULL AND complaint_id IS NULL
"""
_LOCK = "SELECT * FROM complaints WHERE id = $1 FOR UPDATE"
_MOVE = """
UPDATE complaints SET state = $2, answer = $3, assigned_to = $4, due_at = $5, resolved_at = $6, version = version + 1
WHERE id = $1
"""
_STEP = """
INSERT INTO complaint_steps (complaint_id, seq, action, from_state, to_state, author_kind, author_id, internal, text,
  at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
"""
_MAY_BE_ASSIGNED = "SELECT true FROM people WHERE id = $1 AND NOT disabled"
_ANSWER_SURVEY = """
INSERT INTO surveys AS s (order_id, contact_id, score, comment, answered_at, changed_at) VALUES ($1, $2, $3, $4, $5, $5)
ON CONFLICT (order_id) DO UPDATE SET contact_id = $2, score = $3, comment = $4,
  answered_at = coalesce(s.answered_at, $5), changed_at = $5
"""
_SURVEY = "SELECT score, comment, answered_at, changed_at, asked_at FROM surveys WHERE order_id = $1"
_LOCK_SURVEY = f"{_SURVEY} FOR UPDATE"
# Whoever is asked is asked once: the row is what remembers it.
_ASK = """
WITH delivered AS (
  SELECT o.id, o.order_no FROM orders o
  WHERE o.category = 'done' AND o.stage_since BETWEEN $1 AND $2
    AND NOT EXISTS (SELECT 1 FROM surveys s WHERE s.order_id = o.id)
    AND EXISTS (SELECT 1 FROM contact_customers l JOIN contacts t ON t.id = l.contact_id
      WHERE l.customer_id = o.customer_id AND t.removed_at IS NULL)
  ORDER BY o.stage_since LIMIT $4
), asked AS (
  INSERT INTO surveys (order_id, asked_at) SELECT d.id, $3 FROM delivered d ON CONFLICT DO NOTHING RETURNING order_id
)
SELECT d.order_no, o.customer_id, ARRAY(SELECT t.id FROM contact_customers l JOIN contacts t ON t.id = l.contact_id
    WHERE l.customer_id = o.customer_id AND t.removed_at IS NULL ORDER BY t.id) AS contacts
FROM asked a JOIN orders o ON o.id = a.order_id JOIN delivered d ON d.id = a.order_id
"""


async def open_complaint(
    tx: Tx, complaint_id: UUID, order_id: UUID, category: str, text: str, assigned_to: UUID | None, due_at: datetime
) -> bool:
    """Write a complaint of the actor's; False where there is one of that id."""
    values = (complaint_id, order_id, UUID(tx.actor.id), category, text, assigned_to, tx.now, due_at)
    return await tx.connection.run(_OPEN, *values) == 1


async def take_files(tx: Tx, complaint_id: UUID, order_id: UUID, files: Sequence[UUID]) -> int:
    """Make files that the actor uploaded to this order the complaint's; how many there were."""
    return await tx.connection.run(_TAKE_FILES, complaint_id, list(files), order_id, reader_of(tx.actor))


async def lock(tx: Tx, complaint_id: UUID) -> Mapping[str, Any] | None:
    """A complaint, held until the transaction ends."""
    return await tx.connection.row(_LOCK, complaint_id)


async def move(tx: Tx, complaint: Mapping[str, Any]) -> None:
    """Write where a complaint stands now."""
    names = ("state", "answer", "assigned_to", "due_at", "resolved_at")
    await tx.connection.run(_MOVE, complaint["id"], *(complaint[name] for name in names))


async def add_step(
    tx: Tx,
    complaint_id: UUID,
    seq: int,
    action: str,
    states: tuple[str | None, str],
    text: str | None,
    *,
    internal: bool,
) -> None:
    """Write one step by the actor; `internal` ones no customer sees."""
    author = (tx.actor.kind, UUID(tx.actor.id))
    await tx.connection.run(_STEP, complaint_id, seq, action, *states, *author, internal, text, tx.now)


async def may_be_assigned(tx: Tx, person_id: UUID) -> bool:
    """Whether somebody is there to take it on."""
    return bool(await tx.connection.value(_MAY_BE_ASSIGNED, person_id))


async def survey_of(tx: Tx, order_id: UUID, *, locked: bool = False) -> Mapping[str, Any] | None:
    """What was answered about an order, or that it was asked."""
    return await tx.connection.row(_LOCK_SURVEY if locked else _SURVEY, order_id)


async def answer_survey(tx: Tx, order_id: UUID, score: int, comment: str) -> None:
    """Keep the actor's answer."""
    await tx.connection.run(_ANSWER_SURVEY, order_id, UUID(tx.actor.id), score, comment, tx.now)


async def ask_surveys(tx: Tx, since: datetime, until: datetime, limit: int) -> Sequence[Mapping[str, Any]]:
    """Note that orders delivered in a period are being asked about, and whom to ask; each order once."""
    return await tx.connection.rows(_ASK, since, until, tx.now, limit)
