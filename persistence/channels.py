"""Channels that people added beside the built-in ones."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from persistence.database import Row
from persistence.tx import Tx

# `key` is the name under which the channel delivers; what it delivers is read by the template of the same key.
_SHOWN = """
SELECT c.*, p.name AS maker,
  (SELECT max(d.version) FROM documents d WHERE d.kind = 'intake_template' AND d.key = c.key) AS template_version,
  (SELECT max(i.received_at) FROM payloads i WHERE i.channel = c.key AND i.authentic) AS last_received_at
FROM intake_channels c LEFT JOIN people p ON p.id::text = c.created_by
"""
_LIST = f"{_SHOWN} WHERE ($1::text IS NULL OR c.key > $1) ORDER BY c.key LIMIT $2"
_FIND = f"{_SHOWN} WHERE c.key = $1"
_SECRETS = "SELECT id, secret_number, old_secret_until FROM intake_channels WHERE key = $1"
_ADD = """
INSERT INTO intake_channels (key, id, name, secret_number, created_at, created_by) VALUES ($1, $2, $3, 1, $4, $5)
ON CONFLICT (key) DO NOTHING
"""
_RENEW = """
UPDATE intake_channels SET secret_number = secret_number + 1, old_secret_until = $2 WHERE key = $1
"""
_DROP = "DELETE FROM intake_channels WHERE key = $1"


async def list_channels(tx: Tx, after: str | None, limit: int) -> list[Row]:
    """Channels by key, with what reads them and when something last came."""
    return list(await tx.connection.rows(_LIST, after, limit))


async def find(tx: Tx, key: str) -> Row | None:
    """One of them."""
    return await tx.connection.row(_FIND, key)


async def signing(tx: Tx, key: str) -> tuple[UUID, list[int]] | None:
    """Its id and the numbers of the secrets that count now; None where there is no such channel."""
    row = await tx.connection.row(_SECRETS, key)
    if row is None:
        return None
    older = [row["secret_number"] - 1] if row["old_secret_until"] and row["old_secret_until"] > tx.now else []
    return row["id"], [row["secret_number"], *older]


async def add(tx: Tx, key: str, name: str) -> bool:
    """False where there is one of that key."""
    return await tx.connection.run(_ADD, key, tx.new_id(), name, tx.now, tx.actor.id) == 1


async def renew_secret(tx: Tx, key: str, old_until: datetime) -> bool:
    """The next number; the one before counts until then. False where there is no such channel."""
    return await tx.connection.run(_RENEW, key, old_until) == 1


async def drop(tx: Tx, key: str) -> bool:
    """Remove it; what it delivered stays. False where there is none."""
    return await tx.connection.run(_DROP, key) == 1
