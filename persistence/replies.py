"""Answers already given, by key.

Giving one again also writes, so that with a synchronous standby an answer is never given for a commit that only a dead
primary knew.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from persistence.database import Connection
from persistence.tx import Key

KEPT_FOR = timedelta(days=30)

# One statement claims the key or hands back what stands there: the row lock makes a rival wait for our commit.
_CLAIM = """
INSERT INTO replies AS r (scope, key, fingerprint, created_at, touched_at) VALUES ($1, $2, $3, $4, $4)
ON CONFLICT (scope, key) DO UPDATE SET touched_at = excluded.touched_at
RETURNING (xmax = 0) AS fresh, r.fingerprint, r.answer, r.refusal
"""
_TOUCH = """
UPDATE replies SET touched_at = $3 WHERE scope = $1 AND key = $2 RETURNING fingerprint, answer, refusal
"""
_SETTLE = "UPDATE replies SET answer = $3, refusal = $4 WHERE scope = $1 AND key = $2"
_KEEP = """
INSERT INTO replies (scope, key, fingerprint, answer, refusal, created_at, touched_at)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT DO NOTHING
"""
_FORGET = """
DELETE FROM replies WHERE (scope, key) IN (SELECT scope, key FROM replies WHERE created_at < $1 ORDER BY created_at
  LIMIT $2)
"""


class Replayed(Exception):
    """A one-statement use case found its key answered; the door gives that answer again."""

    def __init__(self, key: Key) -> None:
        super().__init__(key.key)
        self.key = key


async def claim(connection: Connection, key: Key, now: datetime) -> Any:
    """Take the key inside the open transaction; a row with `fresh` false carries the answer given before."""
    return await connection.row(_CLAIM, key.scope, key.key, key.fingerprint, now)


async def touch(connection: Connection, key: Key, now: datetime) -> Any:
    """The answer given before, written once more as it is read; None where the key is unknown."""
    return await connection.row(_TOUCH, key.scope, key.key, now)


async def settle(connection: Connection, key: Key, answer: Any, refusal: Any) -> None:
    """Write the answer of a key that this transaction claimed."""
    await connection.run(_SETTLE, key.scope, key.key, answer, refusal)


async def keep_refusal(connection: Connection, key: Key, refusal: Any, now: datetime) -> None:
    """Keep the refusal that a key was answered with, where nothing else was written."""
    await connection.run(_KEEP, key.scope, key.key, key.fingerprint, None, refusal, now)


async def forget_old(connection: Connection, now: datetime, at_most: int) -> int:
    """Delete some of the answers older than 30 days; says how many."""
    return await connection.run(_FORGET, now - KEPT_FOR, at_most)
