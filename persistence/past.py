"""Closing what a past step caused: it was told, sent and done long ago, so the outbox keeps it as carried out."""

from __future__ import annotations

from uuid import UUID

from persistence.outbox import Claimed
from persistence.tx import Tx

_CLOSE = """
UPDATE outbox SET state = 'done', provider_id = $2, settled_at = $3, settled_by = $4, attempts = 1, tried_since = $3
WHERE event_id = $1 AND state = 'ready'
RETURNING id, event_id, order_no, kind, channel, recipient, body, fence, attempts, tried_since, due_at
"""
_STANDING = """
SELECT EXISTS (SELECT 1 FROM replies WHERE scope = $1 AND key = 'begin') AS begun,
  EXISTS (SELECT 1 FROM replies WHERE scope = $1 AND key = 'complete') AS complete,
  EXISTS (SELECT 1 FROM orders) AS in_use
"""


async def standing(tx: Tx, scope: str) -> dict[str, bool]:
    """Whether the keys `begin` and `complete` of a scope are answered, and whether there is any order."""
    row = await tx.connection.row(_STANDING, scope)
    return dict(row or {})


async def close_effects(tx: Tx, event_id: UUID, provider_id: str) -> list[Claimed]:
    """Mark what one event causes as carried out by `provider_id`; answers what it was, oldest first."""
    rows = await tx.connection.rows(_CLOSE, event_id, provider_id, tx.now, tx.actor.id)
    return sorted((Claimed(**row) for row in rows), key=lambda effect: effect.id)
