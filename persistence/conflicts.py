"""Reports that wait for a person: decided once, one decision at a time."""

from __future__ import annotations

from uuid import UUID

from persistence.tx import Tx

_LOCK = "SELECT 1 FROM conflicts WHERE id = $1 FOR UPDATE"
_DECIDE = """
UPDATE conflicts SET state = 'resolved', decision = $2, reason = $3, applied_report = $4, decided_by = $5,
  decided_at = $6
WHERE id = $1 AND state = 'open'
"""


async def lock(tx: Tx, conflict_id: UUID) -> None:
    """Hold it until the transaction ends, so that two who decide at once do so one after the other."""
    await tx.connection.rows(_LOCK, conflict_id)


async def decide(tx: Tx, conflict_id: UUID, decision: str, reason: str, applied_report: UUID | None) -> bool:
    """Write what a person decided; False where somebody had decided already."""
    decided = await tx.connection.run(_DECIDE, conflict_id, decision, reason, applied_report, tx.actor.id, tx.now)
    return decided == 1
