"""Who is away until when, and who answers meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.tx import Tx

_FIND = """
SELECT a.away_until, a.deputy_id, p.name FROM absences a JOIN people p ON p.id = a.deputy_id
WHERE a.person_id = $1 AND a.away_until > $2
"""
_SET = """
INSERT INTO absences (person_id, deputy_id, away_until, set_at)
SELECT $1, p.id, $3, $4 FROM people p WHERE p.id = $2 AND NOT p.disabled
ON CONFLICT (person_id) DO UPDATE SET deputy_id = excluded.deputy_id, away_until = excluded.away_until,
  set_at = excluded.set_at
"""
_END = "DELETE FROM absences WHERE person_id = $1"
_EXISTS = "SELECT true FROM people WHERE id = $1"


async def find(tx: Tx, person_id: UUID) -> Mapping[str, Any] | None:
    """The present or coming absence of a person."""
    return await tx.connection.row(_FIND, person_id, tx.now)


async def put(tx: Tx, person_id: UUID, deputy_id: UUID, away_until: datetime) -> bool:
    """Write it; False where nobody of that id could stand in."""
    return await tx.connection.run(_SET, person_id, deputy_id, away_until, tx.now) == 1


async def end(tx: Tx, person_id: UUID) -> None:
    """They are back."""
    await tx.connection.run(_END, person_id)


async def is_person(tx: Tx, person_id: UUID) -> bool:
    """Whether there is somebody of that id."""
    return bool(await tx.connection.value(_EXISTS, person_id))
