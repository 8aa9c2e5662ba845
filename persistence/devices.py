"""Phones, tablets and terminals of the floor, who is enrolled on each, and which of their reports have come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.access.actor import Standing
from persistence.roles import STANDING, standing_from
from persistence.tx import Tx

_PEOPLE = f"""
coalesce((SELECT jsonb_agg(to_jsonb(one) ORDER BY one.name, one.id) FROM (
    SELECT p.id, p.name, p.disabled, e.enrolled_at, {STANDING}
    FROM device_people e JOIN people p ON p.id = e.person_id
    WHERE e.device_id = d.id) one), '[]') AS people
"""  # noqa: S608 - composed of constants
# Runs of numbers that have not come, above the place through which all have.
_GAPS = """
coalesce((SELECT jsonb_agg(jsonb_build_array(g.seq + 1, g.next - 1) ORDER BY g.seq) FROM (
    SELECT s.seq, lead(s.seq) OVER (ORDER BY s.seq) AS next FROM (
      SELECT d.seen_through AS seq UNION SELECT r.seq FROM reports r WHERE r.device_id = d.id AND r.seq > d.seen_through
      UNION SELECT f.seq FROM refused_reports f WHERE f.device_id = d.id AND f.seq > d.seen_through) s) g
  WHERE g.next > g.seq + 1), '[]') AS gaps
"""
_LIVING = "s.device_id = d.id AND s.revoked_at IS NULL AND s.expires_at > $1"
_NAMED = "(SELECT p.name FROM people p WHERE p.id::text = d.{0}) AS {0}_name"
SELECT = f"""
SELECT d.*, {_PEOPLE}, {_GAPS}, (SELECT count(*) FROM sessions s WHERE {_LIVING}) AS signed_in,
  {_NAMED.format("named_by")}, {_NAMED.format("revoked_by")} FROM devices d
"""  # noqa: S608 - composed of constants
_FIND = f"{SELECT} WHERE d.id = $2"
_ADD = """
INSERT INTO devices (id, name, kind, named_by, named_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING
"""
_RENAME = "UPDATE devices SET name = $2, kind = $3 WHERE id = $1"
_REVOKE = """
UPDATE devices SET revoked_at = $2, revoked_by = $3, revoked_reason = $4 WHERE id = $1 AND revoked_at IS NULL
"""
_TRUST_AGAIN = """
UPDATE devices SET revoked_at = NULL, revoked_by = NULL, revoked_reason = NULL WHERE id = $1 AND revoked_at IS NOT NULL
"""
_SIGN_IN_ON = "UPDATE sessions SET device_id = $2 WHERE id = $1 AND device_id IS DISTINCT FROM $2"
_SIGN_OUT_OF = f"""
UPDATE sessions s SET revoked_at = $1, revoked_reason = 'device_revoked' FROM devices d WHERE d.id = $2 AND {_LIVING}
"""  # noqa: S608 - composed of constants
_ENROL = """
INSERT INTO device_people (device_id, person_id, enrolled_by, enrolled_at)
SELECT $1, p.id, $3, $4 FROM people p WHERE p.id = $2 ON CONFLICT DO NOTHING
"""
_REMOVE = "DELETE FROM device_people WHERE device_id = $1 AND person_id = $2"
# What was pushed moves the place on through which every number has come.
_PUSHED = f"""
UPDATE devices d SET pushed_at = $2, skew_seconds = $3, last_seq = greatest(d.last_seq, $4),
  seen_through = coalesce((SELECT min(s.seq) FROM (
      SELECT d.seen_through AS seq UNION ALL SELECT r.seq FROM reports r
        WHERE r.device_id = d.id AND r.seq > d.seen_through
      UNION ALL SELECT f.seq FROM refused_reports f WHERE f.device_id = d.id AND f.seq > d.seen_through) s
    WHERE NOT EXISTS (SELECT 1 FROM reports n WHERE n.device_id = d.id AND n.seq = s.seq + 1)
      AND NOT EXISTS (SELECT 1 FROM refused_reports n WHERE n.device_id = d.id AND n.seq = s.seq + 1)), d.seen_through)
WHERE d.id = $1 RETURNING {_GAPS}
"""  # noqa: S608 - composed of constants
_PERSON = f"SELECT p.id, p.name, p.disabled, {STANDING} FROM people p WHERE p.id = $1"  # noqa: S608
_PULLED = """
UPDATE devices SET pulled_at = $2, pulled_upto = greatest(pulled_upto, $3), app_version = coalesce($4, app_version)
WHERE id = $1
"""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Somebody who may report on a device, with what they are and may at this moment."""

    id: UUID
    name: str
    disabled: bool
    standing: Standing
    enrolled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One device. `gaps` are runs of numbers of reports that have not come; `pulled_at` is when it last heard,
    of every transaction below `pulled_upto`; `signed_in` how many sessions live on it.
    """

    id: UUID
    name: str
    kind: str
    named_by: str
    named_by_name: str | None
    named_at: datetime
    revoked_at: datetime | None
    revoked_by: str | None
    revoked_by_name: str | None
    revoked_reason: str | None
    last_seq: int
    pushed_at: datetime | None
    pulled_at: datetime | None
    pulled_upto: int
    skew_seconds: int
    app_version: str | None
    signed_in: int
    people: Mapping[UUID, Enrolled]
    gaps: Sequence[Sequence[int]]


async def find(tx: Tx, device_id: UUID) -> Device | None:
    """One device with its people, or None."""
    row = await tx.connection.row(_FIND, tx.now, device_id)
    return device_of(row) if row else None


async def add(tx: Tx, device_id: UUID, name: str, kind: str) -> bool:
    """Name a device; False where that id is taken."""
    return await tx.connection.run(_ADD, device_id, name, kind, tx.actor.id, tx.now) == 1


async def rename(tx: Tx, device_id: UUID, name: str, kind: str) -> None:
    """Give it another name."""
    await tx.connection.run(_RENAME, device_id, name, kind)


async def revoke(tx: Tx, device_id: UUID, reason: str) -> bool:
    """Trust it no more; False where that was so already."""
    return await tx.connection.run(_REVOKE, device_id, tx.now, tx.actor.id, reason) == 1


async def trust_again(tx: Tx, device_id: UUID) -> bool:
    """Take it back; False where it was trusted."""
    return await tx.connection.run(_TRUST_AGAIN, device_id) == 1


async def sign_in_on(tx: Tx, session_id: UUID, device_id: UUID) -> None:
    """Note that a session lives on this device, so that it ends with it."""
    await tx.connection.run(_SIGN_IN_ON, session_id, device_id)


async def sign_out_of(tx: Tx, device_id: UUID) -> int:
    """End every session that lives on it; says how many."""
    return await tx.connection.run(_SIGN_OUT_OF, tx.now, device_id)


async def enrol(tx: Tx, device_id: UUID, person_id: UUID) -> None:
    """Let somebody report on it; nothing happens where they do already or do not exist."""
    await tx.connection.run(_ENROL, device_id, person_id, tx.actor.id, tx.now)


async def remove_person(tx: Tx, device_id: UUID, person_id: UUID) -> int:
    """Let them report on it no more; says how many there were (0 or 1)."""
    return await tx.connection.run(_REMOVE, device_id, person_id)


async def person(tx: Tx, person_id: UUID) -> Enrolled | None:
    """Somebody as they are at this moment, on whatever device; None where there is nobody of that id."""
    row = await tx.connection.row(_PERSON, person_id)
    return Enrolled(row["id"], row["name"], row["disabled"], standing_from(row)) if row else None


async def note_push(tx: Tx, device_id: UUID, skew_seconds: int, last_seq: int) -> list[list[int]] | None:
    """Note that reports came, and answer the gaps that there are now; None where there is no such device."""
    gaps: list[list[int]] | None = await tx.connection.value(_PUSHED, device_id, tx.now, skew_seconds, last_seq)
    return gaps


async def note_pull(tx: Tx, device_id: UUID, upto: int, app_version: str | None) -> None:
    """Note that it has now heard of every transaction below this one, and what it runs where it says so."""
    await tx.connection.run(_PULLED, device_id, tx.now, upto, app_version)


def device_of(row: Mapping[str, Any]) -> Device:
    """A device from a row of SELECT, whose $1 is now."""
    people = [_enrolled(one) for one in row["people"]]
    plain = {field.name: row[field.name] for field in fields(Device) if field.name != "people"}
    return Device(**plain, people={one.id: one for one in people})


def _enrolled(one: Mapping[str, Any]) -> Enrolled:
    since = datetime.fromisoformat(one["enrolled_at"])
    return Enrolled(UUID(one["id"]), one["name"], one["disabled"], standing_from(one), since)
