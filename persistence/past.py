"""Closing what a past step caused: it was told, sent and done long ago, so the outbox keeps it as carried out."""

from __future__ import annotations

from persistence.outbox import Claimed
from persistence.tx import Tx

_CLOSE = """
UPDATE outbox SET state = 'done', provider_id = $2, settled_at = $1, settled_by = $3, attempts = 1, tried_since = $1
WHERE created_at = $1 AND state = 'ready'
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


async def close_effects(tx: Tx, provider_id: str) -> list[Claimed]:
    """Mark what was caused at this transaction's instant as carried out by `provider_id`; answers it, oldest first.

    The instant lies in the past, so that nobody else writes at it.
    """
    rows = await tx.connection.rows(_CLOSE, tx.now, provider_id, tx.actor.id)
    return sorted((Claimed(**row) for row in rows), key=lambda effect: effect.id)
