"""What happened, in an order in which nothing can appear behind a reader's back.

Transactions commit in another order than they write. So the feed is read by (transaction id, event id), and only below
the oldest transaction still running: whatever commits later has a greater place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.access.actor import Standing
from domain.outgoing.feed import MESSAGE_POSTED, NOTICE_POSTED, FeedItem, Position, feed_type
from persistence import portal_logins
from persistence.roles import STANDING, standing_from
from persistence.tx import Tx

_AFTER = """
WITH told AS (
  (SELECT e.xid, e.id, e.type, e.from_stage, e.to_stage, e.seq, e.order_id, false AS message, false AS internal,
    NULL::uuid AS person_id
  FROM events e
  WHERE (e.xid, e.id) > ($1::text::xid8, $2::uuid) AND e.xid < feed_frontier()
  ORDER BY e.xid, e.id LIMIT $3)
  UNION ALL
  (SELECT w.xid, w.id, '', NULL, '', w.number, w.order_id, true, w.internal, NULL FROM messages w
  WHERE (w.xid, w.id) > ($1::text::xid8, $2::uuid) AND w.xid < feed_frontier()
  ORDER BY w.xid, w.id LIMIT $3)
  UNION ALL
  (SELECT n.xid, n.id, '', NULL, '', 0, NULL, false, false, n.person_id FROM notices n
  WHERE $4 AND (n.xid, n.id) > ($1::text::xid8, $2::uuid) AND n.xid < feed_frontier()
  ORDER BY n.xid, n.id LIMIT $3)
  UNION ALL
  (SELECT h.xid, h.id, h.type, NULL, '', h.number, h.order_id, false, h.internal, NULL FROM hints h
  WHERE (h.xid, h.id) > ($1::text::xid8, $2::uuid) AND h.xid < feed_frontier()
  ORDER BY h.xid, h.id LIMIT $3)
)
SELECT t.xid::text AS xid, t.id, t.type, t.from_stage, t.to_stage, t.seq, t.message, t.internal,
  t.person_id, o.order_no, o.customer_id, o.merchandiser_id, m.department
FROM told t LEFT JOIN orders o ON o.id = t.order_id LEFT JOIN people m ON m.id = o.merchandiser_id
ORDER BY t.xid, t.id LIMIT $3
"""
_NEWEST = "SELECT feed_frontier()::text"
_LOST = "SELECT feed_lost($1)"
_PRESENT = f"""
SELECT s.id, s.second_factor, {STANDING} FROM sessions s JOIN people p ON p.id = s.person_id
WHERE s.id = ANY ($1) AND s.revoked_at IS NULL AND s.expires_at > $2 AND NOT p.disabled
"""  # noqa: S608 - composed of constants
_LAST_ID = UUID(int=2**128 - 1)


async def after(tx: Tx, place: Position, limit: int, *, notices: bool = False) -> list[FeedItem]:
    """What comes after a place, oldest first: of orders, and where it is wanted what people were told in the app."""
    rows = await tx.connection.rows(_AFTER, str(place.xid), place.event_id, limit, notices)
    return [_item(row) for row in rows]


async def newest(tx: Tx) -> Position:
    """The place after which nothing has come yet: everything below the oldest running transaction is behind it."""
    return Position(int(await tx.connection.value(_NEWEST)) - 1, _LAST_ID)


async def is_lost(tx: Tx, place: Position) -> bool:
    """Whether the place was told by what ran after the backup that this database was restored from."""
    return bool(await tx.connection.value(_LOST, place.xid + 1))


async def present(tx: Tx, sessions: Sequence[UUID]) -> dict[UUID, Standing]:
    """Which sessions live, each with what its person is and may at this moment."""
    rows = await tx.connection.rows(_PRESENT, list(sessions), tx.now)
    present = {row["id"]: standing_from(row, proven=row["second_factor"]) for row in rows}
    if len(present) < len(sessions):
        present |= await portal_logins.present(tx, sessions)
    return present


def _type(row: Mapping[str, Any]) -> str:
    """A stage is what an event of an order has, and neither a notice nor a message nor a hint."""
    if row["person_id"] is not None:
        return NOTICE_POSTED
    if row["message"]:
        return MESSAGE_POSTED
    return feed_type(row["type"], row["from_stage"], row["to_stage"]) if row["to_stage"] else str(row["type"])


def _item(row: Mapping[str, Any]) -> FeedItem:
    return FeedItem(
        position=Position(int(row["xid"]), row["id"]),
        type=_type(row),
        order_no=row["order_no"] or "",
        version=row["seq"],
        customer_id=row["customer_id"],
        merchandiser_id=row["merchandiser_id"],
        department=row["department"],
        message_id=row["id"] if row["message"] else None,
        internal=row["internal"],
        person_id=row["person_id"],
    )
