"""Codes and sessions of customers: each question and each change is one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from domain.access.actor import Standing
from domain.access.roles import CUSTOMER_RIGHTS
from domain.access.throttle import Charge
from domain.portal.codes import LIVES, TRIES
from persistence.database import Row
from persistence.throttle import FULL, as_columns
from persistence.tx import Tx

# How long a session lives without being used, and at most; its use is written down once an hour, not at each request.
IDLE = timedelta(days=14)
LIFETIME = timedelta(days=90)
NOTED_EVERY = timedelta(hours=1)

# A mail that failed is tried again with another code, which takes the first one's place.
_KEEP = """
INSERT INTO login_codes (id, account, browser, code_hash, expires_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (id) DO UPDATE SET code_hash = excluded.code_hash, expires_at = excluded.expires_at
"""
# Counted first and compared afterwards: whoever tries a hundred at once is counted one by one.
_TRY = f"""
UPDATE login_codes SET own_tries = own_tries + (browser = $2)::int, other_tries = other_tries + (browser <> $2)::int
WHERE account = $1 AND expires_at > $3
  AND CASE WHEN browser = $2 THEN own_tries < {TRIES} ELSE $4 AND other_tries < {TRIES} END
RETURNING id
"""  # noqa: S608 - composed of constants
# Whoever guesses on when strangers' tries are used up is told so by this alone; the browser that asked goes on.
_STRANGERS_WAIT = f"""
{FULL} AND NOT EXISTS (SELECT FROM login_codes c
  WHERE c.account = $5 AND c.browser = $6 AND c.expires_at > $4 AND c.own_tries < {TRIES})
"""
_SPEND = "DELETE FROM login_codes WHERE id = ANY ($1) AND code_hash = $2 RETURNING account"
_FORGET_OTHERS = "DELETE FROM login_codes WHERE account = $1"
_FORGET_EXPIRED = "DELETE FROM login_codes WHERE expires_at < $1"
# Who asked for a code need not be known for longer than it lives; the row stays as proof that one was sent.
_FORGET_WHO_ASKED = """
UPDATE outbox SET body = '{}' WHERE kind = 'login_code' AND state IN ('done', 'dead') AND created_at < $1
  AND body <> '{}'
"""
_OPEN = """
INSERT INTO portal_sessions (id, contact_id, token_hash, user_agent, created_at, used_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $5, $6)
"""
_LIVE = "s.revoked_at IS NULL AND s.expires_at > $2 AND t.removed_at IS NULL"
_ACTOR = f"""
SELECT s.id, s.used_at, t.id AS contact_id, t.name,
  ARRAY(SELECT l.customer_id FROM contact_customers l WHERE l.contact_id = t.id) AS customer_ids
FROM portal_sessions s JOIN contacts t ON t.id = s.contact_id WHERE s.token_hash = $1 AND {_LIVE}
"""  # noqa: S608 - composed of constants
_FORGET_SESSIONS = """
DELETE FROM portal_sessions WHERE id IN (
  SELECT id FROM portal_sessions WHERE least(revoked_at, expires_at) < $1 LIMIT $2)
"""
_PRESENT = f"""
SELECT s.id, ARRAY(SELECT l.customer_id FROM contact_customers l WHERE l.contact_id = t.id) AS customer_ids
FROM portal_sessions s JOIN contacts t ON t.id = s.contact_id WHERE s.id = ANY ($1) AND {_LIVE}
"""  # noqa: S608 - composed of constants
_NOTE_USE = """
UPDATE portal_sessions SET used_at = $2, expires_at = least($2::timestamptz + $3::interval, created_at + $4::interval)
WHERE id = $1 AND revoked_at IS NULL
"""
_END = """
UPDATE portal_sessions SET revoked_at = $2, revoked_reason = 'signed_out' WHERE token_hash = $1 AND revoked_at IS NULL
"""
_END_ALL = """
UPDATE portal_sessions SET revoked_at = $2, revoked_reason = 'signed_out_everywhere'
WHERE contact_id = (SELECT contact_id FROM portal_sessions WHERE token_hash = $1 AND revoked_at IS NULL)
  AND revoked_at IS NULL
"""


async def keep_code(tx: Tx, code_id: UUID, account: str, browser: str, code_hash: str) -> None:
    """Write a code as its hash; it lives from now on."""
    await tx.connection.run(_KEEP, code_id, account, browser, code_hash, tx.now + LIVES)


async def strangers_wait_until(tx: Tx, charges: Sequence[Charge], account: str, browser: str) -> datetime | None:
    """Until when this browser's tries are not looked at; None where they are, as it asked itself or there is room."""
    values = (*as_columns(charges), tx.now, account, browser)
    return cast("datetime | None", await tx.connection.value(_STRANGERS_WAIT, *values))


async def count_try(tx: Tx, account: str, browser: str, *, others_may: bool) -> list[UUID]:
    """Count one try on every live code of an account; those codes that it may still be."""
    rows = await tx.connection.rows(_TRY, account, browser, tx.now, others_may)
    return [row["id"] for row in rows]


async def spend_code(tx: Tx, codes: Sequence[UUID], code_hash: str) -> bool:
    """Use a code up; of any number who send it at once one is told True."""
    return await tx.connection.value(_SPEND, list(codes), code_hash) is not None


async def forget_codes(tx: Tx, account: str) -> None:
    """What else was sent to this account is worth nothing any more."""
    await tx.connection.run(_FORGET_OTHERS, account)


async def forget_expired(tx: Tx) -> dict[str, int]:
    """Remove what has expired; how much it was."""
    codes = await tx.connection.run(_FORGET_EXPIRED, tx.now)
    asked = await tx.connection.run(_FORGET_WHO_ASKED, tx.now - timedelta(days=1))
    return {"codes": codes, "asked": asked}


async def open_session(tx: Tx, session_id: UUID, contact_id: UUID, token_hash: str, user_agent: str | None) -> None:
    """Write a session."""
    await tx.connection.run(_OPEN, session_id, contact_id, token_hash, user_agent, tx.now, tx.now + IDLE)


async def find_actor(tx: Tx, token_hash: str) -> Row | None:
    """The contact of a live session with the customers it speaks for; None where it ended or they may not come in."""
    return await tx.connection.row(_ACTOR, token_hash, tx.now)


async def note_use(tx: Tx, session_id: UUID) -> None:
    """The session is in use, and lives on."""
    await tx.connection.run(_NOTE_USE, session_id, tx.now, IDLE, LIFETIME)


async def end_session(tx: Tx, token_hash: str, *, everywhere: bool) -> int:
    """End a session, or with it all others of the same contact; says how many."""
    return await tx.connection.run(_END_ALL if everywhere else _END, token_hash, tx.now)


async def forget_sessions(tx: Tx, before: datetime, at_most: int) -> int:
    """Remove some of the sessions that ended earlier; says how many."""
    return await tx.connection.run(_FORGET_SESSIONS, before, at_most)


async def present(tx: Tx, sessions: Sequence[UUID]) -> dict[UUID, Standing]:
    """Which of these sessions live, each with those for whom its contact speaks at this moment."""
    rows = await tx.connection.rows(_PRESENT, list(sessions), tx.now)
    return {row["id"]: Standing(rights=CUSTOMER_RIGHTS, customer_ids=frozenset(row["customer_ids"])) for row in rows}
