"""How far each shop has been read for what its channel never delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from persistence.database import Row
from persistence.tx import Tx

POLL = "poll_channel"

_UNDER_WAY = f"SELECT channel, body->>'shop' AS shop FROM outbox WHERE kind = '{POLL}' AND state = 'ready'"  # noqa: S608
_POSITIONS = "SELECT channel, shop, read_until FROM channel_polls"
# What waits to be read is not known yet; it comes to the same order, and what comes second changes nothing.
_HEARD_OF = """
SELECT w.external_id FROM jsonb_to_recordset($3) AS w(external_id text, version text)
WHERE EXISTS (SELECT 1 FROM payloads p WHERE p.channel = $1 AND p.shop = $2 AND p.external_id = w.external_id
  AND p.authentic AND p.external_version >= w.version AND p.status <> 'kept')
"""
_DONE = """
INSERT INTO channel_polls (channel, shop, read_until, done_at, seen, missed) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (channel, shop) DO UPDATE SET read_until = greatest(channel_polls.read_until, excluded.read_until),
  done_at = excluded.done_at, seen = excluded.seen, missed = excluded.missed, problem = NULL, problem_at = NULL
"""
_FAILED = """
INSERT INTO channel_polls (channel, shop, problem, problem_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (channel, shop) DO UPDATE SET problem = excluded.problem, problem_at = excluded.problem_at
"""
_LIST = "SELECT * FROM channel_polls ORDER BY channel, shop LIMIT 500"


async def under_way(tx: Tx) -> set[tuple[str, str]]:
    """Channels and shops that are being read now."""
    return {(row["channel"], row["shop"]) for row in await tx.connection.rows(_UNDER_WAY)}


async def positions(tx: Tx) -> dict[tuple[str, str], datetime | None]:
    """Until when each has been read."""
    return {(row["channel"], row["shop"]): row["read_until"] for row in await tx.connection.rows(_POSITIONS)}


async def heard_of(tx: Tx, channel: str, shop: str, records: Sequence[tuple[str, str]]) -> set[str]:
    """Of numbers with their versions those that came in this version or a newer one, in one statement."""
    if not records:
        return set()
    wanted = [{"external_id": number, "version": version} for number, version in records]
    return {row["external_id"] for row in await tx.connection.rows(_HEARD_OF, channel, shop, wanted)}


async def done(tx: Tx, channel: str, shop: str, until: datetime, seen: int, missed: int) -> None:
    """A window was read to its end."""
    await tx.connection.run(_DONE, channel, shop, until, tx.now, seen, missed)


async def failed(tx: Tx, channel: str, shop: str, problem: str) -> None:
    """It could not be read; where it stands stays."""
    await tx.connection.run(_FAILED, channel, shop, problem, tx.now)


async def list_polls(tx: Tx) -> list[Row]:
    """Every shop that has been asked."""
    return list(await tx.connection.rows(_LIST))
