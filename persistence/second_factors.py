"""Second factors of the staff: which one counts, and what of it has been spent. Their secrets are kept nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from persistence.tx import Tx

# One that waits to be confirmed takes the place of another that waits, and leaves the one that counts alone.
_BEGIN = """
INSERT INTO second_factors (person_id, confirmed, id, created_at) VALUES ($1, false, $2, $3)
ON CONFLICT (person_id, confirmed) DO UPDATE SET id = excluded.id, created_at = excluded.created_at
"""
_FIND = """
SELECT id, batch, last_step, spent_recovery, created_at FROM second_factors WHERE person_id = $1 AND confirmed = $2
"""
_DROP = "DELETE FROM second_factors WHERE person_id = $1"
_CONFIRM = """
INSERT INTO second_factors (person_id, confirmed, id, created_at, last_step) VALUES ($1, true, $2, $3, $4)
"""
_SPEND_STEP = """
UPDATE second_factors SET last_step = $3
WHERE person_id = $1 AND confirmed AND id = $2 AND (last_step IS NULL OR last_step < $3)
"""
_SPEND_RECOVERY = """
UPDATE second_factors SET spent_recovery = spent_recovery || $4::int
WHERE person_id = $1 AND confirmed AND id = $2 AND batch = $3 AND NOT ($4 = ANY (spent_recovery))
"""
_NEXT_BATCH = """
UPDATE second_factors SET batch = batch + 1, spent_recovery = '{}' WHERE person_id = $1 AND confirmed RETURNING batch
"""


async def begin(tx: Tx, person_id: UUID, factor_id: UUID) -> None:
    """Note a factor that waits for its first code."""
    await tx.connection.run(_BEGIN, person_id, factor_id, tx.now)


async def find(tx: Tx, person_id: UUID, *, confirmed: bool) -> Mapping[str, Any] | None:
    """The factor that counts, or the one that waits; None where there is none."""
    return await tx.connection.row(_FIND, person_id, confirmed)


async def confirm(tx: Tx, person_id: UUID, factor_id: UUID, step: int) -> None:
    """Let the factor count from now on, in place of any other; the step of its first code is spent."""
    await tx.connection.run(_DROP, person_id)
    await tx.connection.run(_CONFIRM, person_id, factor_id, tx.now, step)


async def spend_step(tx: Tx, person_id: UUID, factor_id: UUID, step: int) -> bool:
    """Spend a code by its step; False where it, or a later one, has been used."""
    return await tx.connection.run(_SPEND_STEP, person_id, factor_id, step) == 1


async def spend_recovery(tx: Tx, person_id: UUID, factor_id: UUID, batch: int, number: int) -> bool:
    """Spend a recovery code; False where it has been used, or a new batch replaced it."""
    return await tx.connection.run(_SPEND_RECOVERY, person_id, factor_id, batch, number) == 1


async def next_batch(tx: Tx, person_id: UUID) -> int | None:
    """Replace all recovery codes; the number of the new batch, or None where no factor counts."""
    batch: int | None = await tx.connection.value(_NEXT_BATCH, person_id)
    return batch


async def drop(tx: Tx, person_id: UUID) -> bool:
    """Forget every factor of somebody; False where there was none."""
    return await tx.connection.run(_DROP, person_id) > 0
