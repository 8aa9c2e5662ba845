"""What arrived, byte for byte, before anybody reads it; and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.queries.intake_list import DECIDER, not_anothers
from persistence.queries.scope import Scope
from persistence.tx import Tx

# What came before is only counted, and its id given again; new bytes and the wish to read them are one statement.
_KEEP = """
WITH kept AS (
  INSERT INTO payloads AS p (id, channel, shop, dedupe_key, parent_id, received_at, content_type, headers, body, sha256,
    status, authentic)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)
  ON CONFLICT (channel, dedupe_key) WHERE authentic AND dedupe_key IS NOT NULL
  DO UPDATE SET repeats = p.repeats + 1, repeated_at = excluded.received_at
  RETURNING p.id, p.status, xmax = 0 AS fresh
), queued AS (
  INSERT INTO outbox (id, event_id, kind, channel, recipient, body, created_at, due_at)
  SELECT $12, kept.id, 'parse_payload', '*', 'intake:' || kept.id, jsonb_build_object('intake_id', kept.id), $6, $6
  FROM kept WHERE kept.fresh AND kept.status = 'kept'
)
SELECT id, status, fresh FROM kept
"""
# Anybody can send what is not authentic, so it may not fill the disk: each is cut, and a day holds only so many.
_KEEP_REFUSED = """
INSERT INTO payloads (id, channel, received_at, content_type, headers, body, sha256, status, authentic, problem)
SELECT $1, $2, $3, $4, $5, $6, $7, 'refused', false, $8
WHERE (SELECT count(*) FROM (SELECT 1 FROM payloads WHERE status = 'refused' AND channel = $2
  AND received_at >= $9 LIMIT $10) today) < $10
RETURNING id
"""
_LOCK = "SELECT * FROM payloads WHERE id = $1 FOR UPDATE"
_FIND = f"SELECT payloads.*, {DECIDER} FROM payloads WHERE id = $1 AND {not_anothers(2)}"  # noqa: S608
_NEWEST_BODIES = f"""
SELECT id, status, external_id, body, content_type, headers FROM payloads
WHERE channel = $1 AND authentic AND {not_anothers(3)} ORDER BY id DESC LIMIT $2
"""  # noqa: S608 - composed of constants
_SAVE = """
UPDATE payloads SET status = $2, template_version = $3, meaning = $4, explanations = $5, review_reasons = $6,
  problem = $7, external_id = $8, external_version = $9, shop = coalesce($10, shop), order_no = $11,
  version = version + 1
WHERE id = $1
"""
_DECIDE = """
UPDATE payloads SET status = $2, meaning = $3, order_no = $4, decided_by = $5, decided_at = $6, decision_reason = $7,
  version = version + 1
WHERE id = $1
"""
_REOPEN = """
UPDATE payloads SET status = $2, decided_by = NULL, decided_at = NULL, decision_reason = NULL, version = version + 1
WHERE id = $1
"""
_QUEUE_AGAIN = """
INSERT INTO outbox (id, event_id, kind, channel, recipient, body, created_at, due_at)
VALUES ($1, $2, 'parse_payload', '*', $3, jsonb_build_object('intake_id', $4::uuid), $5, $5)
"""
_MARK_KEPT = "UPDATE payloads SET status = 'kept', problem = NULL, version = version + 1 WHERE id = $1"
_CHILDREN = "SELECT id, status, external_id, order_no FROM payloads WHERE parent_id = $1 ORDER BY id LIMIT 200"
_NEWEST_VERSION = """
SELECT max(external_version) FROM payloads
WHERE channel = $1 AND shop = $2 AND external_id = $3 AND id <> $4 AND status IN ('parsed', 'ordered', 'review')
  AND external_version IS NOT NULL
"""
_PRUNE = "DELETE FROM payloads WHERE status = 'refused' AND NOT authentic AND received_at < $1"


@dataclass(frozen=True, slots=True)
class Kept:
    """`fresh` is False where the sender had delivered it before."""

    id: UUID
    status: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read out of a payload."""

    status: str
    template_version: int | None = None
    meaning: Mapping[str, Any] | None = None
    explanations: Sequence[Mapping[str, Any]] = ()
    review_reasons: Sequence[str] = ()
    problem: Mapping[str, Any] | None = None
    external_id: str | None = None
    external_version: str | None = None
    shop: str | None = None
    order_no: str | None = None


async def keep(
    tx: Tx,
    *,
    channel: str,
    shop: str,
    dedupe_key: str | None,
    parent_id: UUID | None,
    content_type: str,
    headers: Mapping[str, str],
    body: bytes,
    sha256: str,
    status: str,
) -> Kept:
    """Keep authentic bytes and, where they are new and `kept`, queue their reading, in one statement."""
    row = await tx.connection.row(
        _KEEP,
        *(tx.new_id(), channel, shop, dedupe_key, parent_id, tx.now, content_type, headers, body, sha256, status),
        tx.new_id(),
    )
    if row is None:
        raise AssertionError("an upsert without a row")
    return Kept(row["id"], row["status"], row["fresh"])


async def keep_refused(
    tx: Tx,
    *,
    channel: str,
    content_type: str,
    headers: Mapping[str, str],
    body: bytes,
    sha256: str,
    problem: Mapping[str, Any],
    since: datetime,
    at_most: int,
) -> UUID | None:
    """Keep bytes of an unproven sender; None where `at_most` of this channel are kept since `since` already."""
    values = (tx.new_id(), channel, tx.now, content_type, headers, body, sha256, problem, since, at_most)
    found: UUID | None = await tx.connection.value(_KEEP_REFUSED, *values)
    return found


async def lock(tx: Tx, payload_id: UUID) -> Mapping[str, Any] | None:
    """One payload with its bytes, and nobody else decides about it until we commit."""
    return await tx.connection.row(_LOCK, payload_id)


async def find(tx: Tx, payload_id: UUID) -> Mapping[str, Any] | None:
    """One payload with its bytes, or None."""
    return await tx.connection.row(_FIND, payload_id, *Scope.of(tx.actor).values)


async def newest_bodies(tx: Tx, channel: str, limit: int) -> list[Mapping[str, Any]]:
    """The newest proven payloads of a channel with their bytes."""
    return list(await tx.connection.rows(_NEWEST_BODIES, channel, limit, *Scope.of(tx.actor).values))


async def children(tx: Tx, payload_id: UUID) -> list[Mapping[str, Any]]:
    """What was fetched because of it."""
    return list(await tx.connection.rows(_CHILDREN, payload_id))


async def save_reading(tx: Tx, payload_id: UUID, reading: Reading) -> None:
    """Write what was read; a decision of a person is not undone by it."""
    await tx.connection.run(
        _SAVE,
        *(payload_id, reading.status, reading.template_version, reading.meaning, list(reading.explanations)),
        *(list(reading.review_reasons), reading.problem, reading.external_id, reading.external_version),
        *(reading.shop, reading.order_no),
    )


async def save_decision(
    tx: Tx, payload_id: UUID, status: str, meaning: Mapping[str, Any] | None, order_no: str | None, reason: str | None
) -> None:
    """Write what a person decided."""
    await tx.connection.run(_DECIDE, payload_id, status, meaning, order_no, tx.actor.id, tx.now, reason)


async def reopen(tx: Tx, payload_id: UUID, status: str) -> None:
    """Take back what a person decided."""
    await tx.connection.run(_REOPEN, payload_id, status)


async def queue_again(tx: Tx, payload_id: UUID) -> None:
    """Have it read once more, by the template as it is then."""
    await tx.connection.run(_MARK_KEPT, payload_id)
    # An id of its own as the event, because each wish to read again is a new thing to carry out.
    await tx.connection.run(_QUEUE_AGAIN, tx.new_id(), tx.new_id(), f"intake:{payload_id}", payload_id, tx.now)


async def newest_version(tx: Tx, channel: str, shop: str, external_id: str, but: UUID) -> str | None:
    """The newest state of a sender's order that any other payload has told of."""
    found: str | None = await tx.connection.value(_NEWEST_VERSION, channel, shop, external_id, but)
    return found


async def prune_refused(tx: Tx, before: datetime) -> int:
    """Delete unproven bytes that arrived earlier; says how many."""
    return await tx.connection.run(_PRUNE, before)
