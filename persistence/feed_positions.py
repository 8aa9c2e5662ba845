"""How far each follower of the feed has come; a follower goes on where it, or one like it, stopped."""

from __future__ import annotations

from domain.outgoing.feed import Position
from persistence.tx import Tx

# The row's lock makes followers of one name take turns.
_READ = "SELECT xid::text AS xid, event_id FROM feed_positions WHERE reader = $1 FOR UPDATE"
_WRITE = """
INSERT INTO feed_positions (reader, xid, event_id) VALUES ($1, $2::text::xid8, $3)
ON CONFLICT (reader) DO UPDATE SET xid = excluded.xid, event_id = excluded.event_id
"""


async def of(tx: Tx, reader: str) -> Position | None:
    """Where the reader stands, locked until the end of the transaction; None before its first turn."""
    row = await tx.connection.row(_READ, reader)
    return Position(int(row["xid"]), row["event_id"]) if row else None


async def move(tx: Tx, reader: str, place: Position) -> None:
    """The reader has dealt with everything up to here."""
    await tx.connection.run(_WRITE, reader, str(place.xid), place.event_id)
