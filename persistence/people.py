"""Staff and their sessions: each question and each change is one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from persistence.database import Row
from persistence.roles import STANDING
from persistence.tx import Tx

# How long a session lives without being used, and at most.
IDLE = timedelta(days=14)
LIFETIME = timedelta(days=90)

_LIVE = "s.revoked_at IS NULL AND s.expires_at > {now} AND NOT p.disabled"
_PERSON = f"""
p.id, p.login, p.name, p.email, p.phone, p.positions, p.language, p.disabled, p.created_at, p.version, {STANDING}
"""
_ACTOR = f"""
SELECT p.name, p.positions, s.second_factor, {STANDING} FROM sessions s JOIN people p ON p.id = s.person_id
WHERE s.id = $1 AND s.person_id = $2 AND {_LIVE.format(now="$3")}
"""  # noqa: S608 - composed of constants
_CREDENTIALS = """
SELECT p.id, p.password_hash,
  EXISTS (SELECT 1 FROM second_factors f WHERE f.person_id = p.id AND f.confirmed) AS has_factor
FROM people p WHERE p.login = $1 AND NOT p.disabled AND p.password_hash <> '!'
"""
_OWN = "SELECT login, name, email, password_hash FROM people WHERE id = $1 AND NOT disabled"
_SET_PASSWORD = "UPDATE people SET password_hash = $2, version = version + 1 WHERE id = $1"  # noqa: S105 - a statement
_OPEN = """
INSERT INTO sessions
  (id, person_id, refresh_hash, user_agent, created_at, refreshed_at, expires_at, address, second_factor)
SELECT $1, p.id, $3, $4, $5, $5, $6, $7, $8 FROM people p WHERE p.id = $2 AND NOT p.disabled
"""
_PROVE = "UPDATE sessions SET second_factor = true WHERE id = $1"
# The spent token joins the list of those whose use betrays a thief; the newest hundred are remembered.
_ROTATE = f"""
UPDATE sessions s SET refresh_hash = $3, refreshed_at = $4, expires_at = least($5, s.created_at + $6::interval),
  spent_hashes = (ARRAY[s.refresh_hash] || s.spent_hashes)[1:100]
FROM people p WHERE p.id = s.person_id AND s.id = $1 AND s.refresh_hash = $2 AND {_LIVE.format(now="$4")}
RETURNING s.person_id
"""  # noqa: S608 - composed of constants
_END_SPENT = """
UPDATE sessions SET revoked_at = $3, revoked_reason = 'refresh_reused'
WHERE id = $1 AND $2 = ANY(spent_hashes) AND revoked_at IS NULL
"""
_END = """
UPDATE sessions SET revoked_at = $3, revoked_reason = $4 WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL
"""
_END_BY_REFRESH = """
UPDATE sessions SET revoked_at = $3, revoked_reason = $4 WHERE id = $1 AND refresh_hash = $2 AND revoked_at IS NULL
"""
_SESSIONS = f"""
SELECT s.id, s.user_agent, s.address, s.second_factor, s.created_at, s.refreshed_at, s.expires_at
FROM sessions s JOIN people p ON p.id = s.person_id
WHERE s.person_id = $1 AND {_LIVE.format(now="$2")} ORDER BY s.refreshed_at DESC, s.id LIMIT 200
"""  # noqa: S608 - composed of constants
_FORGET_SESSIONS = """
DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE least(revoked_at, expires_at) < $1 LIMIT $2)
"""
_FIND = f"SELECT {_PERSON} FROM people p WHERE p.id = $1"  # noqa: S608 - composed of constants
_LIST = f"""
SELECT {_PERSON} FROM people p WHERE $1::text IS NULL OR p.login > $1 ORDER BY p.login LIMIT $2
"""  # noqa: S608 - composed of constants
_POSITIONS = "SELECT DISTINCT unnest(positions) AS position FROM people WHERE NOT disabled ORDER BY 1"
_AT_WORK = "SELECT login, name FROM people WHERE NOT disabled ORDER BY name, login"
_LOCK = f"SELECT {_PERSON} FROM people p WHERE p.id = $1 FOR UPDATE"  # noqa: S608 - composed of constants
# Locked in one order, so that two administrators who shut each other out meet here and not later.
_LOCK_ADMINISTRATORS = """
SELECT id FROM people WHERE 'admin' = ANY(roles) AND NOT disabled ORDER BY id FOR UPDATE
"""
_CHANGE = """
UPDATE people SET name = $2, email = $3, phone = $4, roles = $5, positions = $6, language = $7, disabled = $8,
  password_hash = coalesce($9, password_hash), orders_of = $10, department = $11, version = version + 1 WHERE id = $1
"""
_END_ALL = """
UPDATE sessions SET revoked_at = $2, revoked_reason = $3 WHERE person_id = $1 AND revoked_at IS NULL
"""
_END_OTHERS = """
UPDATE sessions SET revoked_at = $2, revoked_reason = $3
WHERE person_id = $1 AND revoked_at IS NULL AND id IS DISTINCT FROM $4::uuid
"""
_ADD = """
INSERT INTO people
  (id, login, name, email, phone, roles, positions, password_hash, language, created_at, orders_of, department)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (login) DO NOTHING
"""


async def find_actor(tx: Tx, session_id: UUID, person_id: UUID) -> Row | None:
    """The person of a live session: name, positions, STANDING. None where it ended or the person may not come in."""
    return await tx.connection.row(_ACTOR, session_id, person_id, tx.now)


async def find_credentials(tx: Tx, login: str) -> Row | None:
    """Id, password hash, and whether a second factor counts, of whoever may sign in by this name."""
    return await tx.connection.row(_CREDENTIALS, login)


async def find_own(tx: Tx, person_id: UUID) -> Row | None:
    """Names and password hash of somebody who may come in."""
    return await tx.connection.row(_OWN, person_id)


async def set_password(tx: Tx, person_id: UUID, password_hash: str) -> None:
    """Write a new password of somebody."""
    await tx.connection.run(_SET_PASSWORD, person_id, password_hash)


async def find_person(tx: Tx, person_id: UUID) -> Mapping[str, Any] | None:
    """Everything about a person except the password."""
    row = await tx.connection.row(_FIND, person_id)
    return dict(row) if row else None


async def positions(tx: Tx) -> list[str]:
    """The positions that somebody has who may come in."""
    return [row["position"] for row in await tx.connection.rows(_POSITIONS)]


async def at_work(tx: Tx) -> Sequence[Row]:
    """`login` and `name` of everybody who may come in, by name."""
    return await tx.connection.rows(_AT_WORK)


async def add_person(tx: Tx, person: Mapping[str, Any], password_hash: str) -> bool:
    """Write a new person; False where the login is taken."""
    added = await tx.connection.run(
        _ADD,
        person["id"],
        person["login"],
        person["name"],
        person["email"],
        person["phone"],
        sorted(person["roles"]),
        sorted(person["positions"]),
        password_hash,
        person["language"],
        tx.now,
        person["orders_of"],
        person["department"],
    )
    return added == 1


async def list_people(tx: Tx, after_login: str | None, limit: int) -> Sequence[Mapping[str, Any]]:
    """People by login, after one of them."""
    return [dict(row) for row in await tx.connection.rows(_LIST, after_login, limit)]


async def lock_person(tx: Tx, person_id: UUID) -> Mapping[str, Any] | None:
    """A person as they are until this transaction ends."""
    row = await tx.connection.row(_LOCK, person_id)
    return dict(row) if row else None


async def lock_administrators(tx: Tx) -> list[UUID]:
    """Everybody who can administrate, as it is until this transaction ends."""
    return [row["id"] for row in await tx.connection.rows(_LOCK_ADMINISTRATORS)]


async def change_person(tx: Tx, person: Mapping[str, Any], password_hash: str | None) -> None:
    """Write a person as they are from now on; the password only where there is a new one."""
    await tx.connection.run(
        _CHANGE,
        person["id"],
        person["name"],
        person["email"],
        person["phone"],
        sorted(person["roles"]),
        sorted(person["positions"]),
        person["language"],
        person["disabled"],
        password_hash,
        person["orders_of"],
        person["department"],
    )


async def end_all_sessions(tx: Tx, person_id: UUID, reason: str) -> int:
    """End every session of a person; says how many."""
    return await tx.connection.run(_END_ALL, person_id, tx.now, reason)


async def forget_sessions(tx: Tx, before: datetime, at_most: int) -> int:
    """Remove some of the sessions that ended earlier; says how many."""
    return await tx.connection.run(_FORGET_SESSIONS, before, at_most)


async def end_other_sessions(tx: Tx, person_id: UUID, kept: UUID | None, reason: str) -> int:
    """End every session of a person but one; says how many."""
    return await tx.connection.run(_END_OTHERS, person_id, tx.now, reason, kept)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session to be written: `proven` is whether it was opened by a second factor."""

    id: UUID
    person_id: UUID
    refresh_hash: str
    user_agent: str | None
    address: str | None
    proven: bool


async def open_session(tx: Tx, session: NewSession) -> bool:
    """Write a session; False where the person may no longer come in."""
    values = (session.id, session.person_id, session.refresh_hash, session.user_agent)
    opened = await tx.connection.run(_OPEN, *values, tx.now, expiry(tx.now, tx.now), session.address, session.proven)
    return opened == 1


async def prove_session(tx: Tx, session_id: UUID) -> None:
    """Note that the session's person has shown a second factor."""
    await tx.connection.run(_PROVE, session_id)


async def rotate_session(tx: Tx, session_id: UUID, spent_hash: str, fresh_hash: str) -> UUID | None:
    """Replace the refresh token of a live session; the person's id, or None where nothing was replaced."""
    found: UUID | None = await tx.connection.value(
        _ROTATE, session_id, spent_hash, fresh_hash, tx.now, tx.now + IDLE, LIFETIME
    )
    return found


async def end_if_spent(tx: Tx, session_id: UUID, token_hash: str) -> bool:
    """End a session whose token was used a second time; False where the token was never its own."""
    return await tx.connection.run(_END_SPENT, session_id, token_hash, tx.now) > 0


async def end_session(tx: Tx, session_id: UUID, person_id: UUID, reason: str) -> bool:
    """End one of a person's sessions; False where there is none that lives."""
    return await tx.connection.run(_END, session_id, person_id, tx.now, reason) > 0


async def end_session_of_token(tx: Tx, session_id: UUID, token_hash: str, reason: str) -> bool:
    """End the session that a refresh token belongs to; False where there is none that lives."""
    return await tx.connection.run(_END_BY_REFRESH, session_id, token_hash, tx.now, reason) > 0


async def sessions_of(tx: Tx, person_id: UUID) -> Sequence[Mapping[str, Any]]:
    """A person's live sessions, the one used last first; at most 200."""
    return [dict(row) for row in await tx.connection.rows(_SESSIONS, person_id, tx.now)]


def expiry(created_at: datetime, now: datetime) -> datetime:
    """When a session used now ends by itself."""
    return min(now + IDLE, created_at + LIFETIME)
