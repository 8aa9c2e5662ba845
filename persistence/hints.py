"""What open screens are told beside what happens to an order: that they should read something of it again.

Nothing is kept here that is not kept elsewhere; a hint is forgotten after a day.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from persistence.tx import Tx

_TELL = "INSERT INTO hints (id, order_id, type, number, internal, told_at) VALUES ($1, $2, $3, $4, $5, $6)"
_FORGET = "DELETE FROM hints WHERE id IN (SELECT id FROM hints WHERE told_at < $1 LIMIT $2)"


async def tell(tx: Tx, order_id: UUID, kind: str, number: int, *, internal: bool = False) -> None:
    """Tell those who look at the order; of what is internal, the staff alone."""
    await tx.connection.run(_TELL, tx.new_id(), order_id, kind, number, internal, tx.now)


async def forget_before(tx: Tx, moment: datetime, at_most: int) -> int:
    """Delete some of those told earlier; says how many."""
    return await tx.connection.run(_FORGET, moment, at_most)
