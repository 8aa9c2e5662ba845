"""What recurs, and when it last ran: a row per (name, period), so that nothing runs twice and nothing is forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from persistence.tx import Tx

# The lease of one who died in the middle runs out, and another takes the same period.
_CLAIM = """
INSERT INTO ticks AS t (name, period_start, started_at, lease_until) VALUES ($1, $2, $3, $4)
ON CONFLICT (name, period_start) DO UPDATE SET started_at = excluded.started_at, lease_until = excluded.lease_until
  WHERE t.finished_at IS NULL AND t.lease_until <= excluded.started_at
RETURNING true
"""
_DUE = """
SELECT w.name FROM jsonb_to_recordset($1) AS w(name text, period_start timestamptz)
WHERE NOT EXISTS (SELECT 1 FROM ticks t WHERE t.name = w.name AND t.period_start = w.period_start
  AND (t.finished_at IS NOT NULL OR t.lease_until > $2))
"""
_FINISH = """
UPDATE ticks SET finished_at = $4, result = $5, problem = NULL
WHERE name = $1 AND period_start = $2 AND started_at = $3 AND finished_at IS NULL
"""
_FAIL = """
UPDATE ticks SET lease_until = $4, problem = $5
WHERE name = $1 AND period_start = $2 AND started_at = $3 AND finished_at IS NULL
"""
_FORGET = """
DELETE FROM ticks t WHERE t.period_start < $1
  AND EXISTS (SELECT 1 FROM ticks n WHERE n.name = t.name AND n.period_start > t.period_start)
"""


async def due(tx: Tx, periods: dict[str, datetime]) -> list[str]:
    """Which of these (name to beginning of its present period) nobody has run or is running, in one statement."""
    wanted = [{"name": name, "period_start": start.isoformat()} for name, start in periods.items()]
    return [row["name"] for row in await tx.connection.rows(_DUE, wanted, tx.now)]


async def claim(tx: Tx, name: str, period_start: datetime, lease: timedelta) -> bool:
    """Take one period; False where somebody else has it or it is done."""
    return await tx.connection.value(_CLAIM, name, period_start, tx.now, tx.now + lease) is not None


async def finish(tx: Tx, name: str, period_start: datetime, started_at: datetime, result: Any) -> bool:
    """Done; False where the lease has passed to somebody else."""
    return await tx.connection.run(_FINISH, name, period_start, started_at, tx.now, result) == 1


async def fail(tx: Tx, name: str, period_start: datetime, started_at: datetime, again_at: datetime, why: str) -> bool:
    """Not done; another may take the period from `again_at` on."""
    return await tx.connection.run(_FAIL, name, period_start, started_at, again_at, why) == 1


async def forget_before(tx: Tx, moment: datetime) -> int:
    """Delete periods that began earlier, but never the newest of a name; says how many."""
    return await tx.connection.run(_FORGET, moment)
