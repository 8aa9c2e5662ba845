"""API keys: each question and each change is one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.database import Row
from persistence.roles import stands_as
from persistence.tx import Tx

_COME_IN = f"""
SELECT k.id, k.name, k.scopes, {stands_as("k.roles")} AS roles, {stands_as("k.field_roles")} AS field_roles,
  k.revoked_at, s.hash, s.expires_at, s.last_used_at
FROM api_key_secrets s JOIN api_keys k ON k.id = s.key_id WHERE s.prefix = $1
"""  # noqa: S608 - composed of constants
_USED = """
UPDATE api_key_secrets SET last_used_at = $2 WHERE prefix = $1 AND (last_used_at IS NULL OR last_used_at <= $3)
"""
_PRESENT = f"""
SELECT k.id, {stands_as("k.roles")} AS roles, k.scopes FROM api_keys k WHERE k.id = ANY ($1) AND k.revoked_at IS NULL
  AND EXISTS (SELECT 1 FROM api_key_secrets s WHERE s.key_id = k.id AND (s.expires_at IS NULL OR s.expires_at > $2))
"""  # noqa: S608 - composed of constants
_ADD = """
WITH made AS (
  INSERT INTO api_keys (id, name, scopes, roles, field_roles, created_at, created_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
)
INSERT INTO api_key_secrets (prefix, key_id, number, hash, created_at, expires_at)
SELECT $8, id, 1, $9, $6, $10 FROM made
"""
# The newest two secrets are all that can be valid; what came before has ended.
_SHOWN = """
SELECT k.*, p.name AS maker, s.* FROM api_keys k
LEFT JOIN people p ON p.id::text = k.created_by
CROSS JOIN LATERAL (SELECT array_agg(n.prefix) AS prefixes, array_agg(n.created_at) AS made, array_agg(n.expires_at) AS
  ends, array_agg(n.last_used_at) AS used
  FROM (SELECT * FROM api_key_secrets WHERE key_id = k.id ORDER BY number DESC LIMIT 2) n) s
"""
_FIND = f"{_SHOWN} WHERE k.id = $1"
_LIST = f"""
{_SHOWN} WHERE ($1::uuid IS NULL OR k.id < $1) ORDER BY k.id DESC LIMIT $2
"""
_LOCK = "SELECT revoked_at FROM api_keys WHERE id = $1 FOR UPDATE"
_REVOKE = "UPDATE api_keys SET revoked_at = $2, revoked_by = $3 WHERE id = $1 AND revoked_at IS NULL"
_END_OLD = """
UPDATE api_key_secrets SET expires_at = least(expires_at, CASE WHEN number = (
  SELECT max(number) FROM api_key_secrets WHERE key_id = $1) THEN $2 ELSE $3 END)
WHERE key_id = $1 AND (expires_at IS NULL OR expires_at > $3)
"""
_REPLACEMENT = """
INSERT INTO api_key_secrets (prefix, key_id, number, hash, created_at, expires_at)
SELECT $1, $2, max(number) + 1, $3, $4, $5 FROM api_key_secrets WHERE key_id = $2
"""


@dataclass(frozen=True, slots=True)
class NewSecret:
    """What is kept of a token. `expires_at` None: it has no end of its own."""

    prefix: str
    hash: str
    expires_at: datetime | None


async def come_in(tx: Tx, prefix: str) -> Row | None:
    """The key that a secret belongs to, with what proves the secret; None for a prefix that nobody has."""
    return await tx.connection.row(_COME_IN, prefix)


async def present(tx: Tx, key_ids: Sequence[UUID]) -> list[Row]:
    """Which of the keys can still be used, each with its roles and scopes."""
    return await tx.connection.rows(_PRESENT, list(key_ids), tx.now)


async def note_use(tx: Tx, prefix: str, unless_since: datetime) -> None:
    """Write that a secret was used now, unless that was written since then."""
    await tx.connection.run(_USED, prefix, tx.now, unless_since)


async def add(tx: Tx, key: Mapping[str, Any], secret: NewSecret) -> None:
    """Write a new key with its first secret."""
    granted = (sorted(key[name]) for name in ("scopes", "roles", "field_roles"))
    await tx.connection.run(
        _ADD,
        *(key["id"], key["name"], *granted, tx.now, tx.actor.id),
        *(secret.prefix, secret.hash, secret.expires_at),
    )


async def find(tx: Tx, key_id: UUID) -> Row | None:
    """One key with the newest two of its secrets, or None."""
    return await tx.connection.row(_FIND, key_id)


async def list_keys(tx: Tx, before: UUID | None, limit: int) -> list[Row]:
    """Keys, newest first."""
    return await tx.connection.rows(_LIST, before, limit)


async def lock(tx: Tx, key_id: UUID) -> Row | None:
    """Whether a key was revoked, and nobody decides about it until we commit; None where there is none."""
    return await tx.connection.row(_LOCK, key_id)


async def revoke(tx: Tx, key_id: UUID) -> bool:
    """End a key for good. False where it had ended before, or there is none."""
    return await tx.connection.run(_REVOKE, key_id, tx.now, tx.actor.id) == 1


async def replace_secret(tx: Tx, key_id: UUID, secret: NewSecret, old_ends_at: datetime) -> None:
    """Give a locked key a new secret; the one before it lives until `old_ends_at` at most, any other ends now."""
    await tx.connection.run(_END_OLD, key_id, old_ends_at, tx.now)
    await tx.connection.run(_REPLACEMENT, secret.prefix, key_id, secret.hash, tx.now, secret.expires_at)
