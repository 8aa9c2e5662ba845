"""Badges of the staff: each question and each change is one statement."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from persistence.database import Row
from persistence.tx import Tx

_LIVE = """
SELECT b.number, b.person_id, b.issued_at, b.issued_by, m.name AS issuer, p.login, p.name, p.roles, p.disabled
FROM badges b JOIN people p ON p.id = b.person_id LEFT JOIN people m ON m.id::text = b.issued_by
WHERE b.revoked_at IS NULL
"""
_OF_PEOPLE = f"{_LIVE} AND b.person_id = ANY ($1) ORDER BY p.name, p.login"
_OF_NUMBER = f"{_LIVE} AND b.number = $1 AND NOT p.disabled"
_ISSUE = "INSERT INTO badges (person_id, issued_at, issued_by) VALUES ($1, $2, $3)"
_REVOKE = "UPDATE badges SET revoked_at = $2, revoked_by = $3 WHERE person_id = $1 AND revoked_at IS NULL"


async def of_people(tx: Tx, people: Sequence[UUID]) -> list[Row]:
    """The badges that these people have now, by name."""
    return await tx.connection.rows(_OF_PEOPLE, list(people))


async def of_number(tx: Tx, number: int) -> Row | None:
    """The badge of this number with whose it is; None where it was revoked, or they may not come in."""
    return await tx.connection.row(_OF_NUMBER, number)


async def issue(tx: Tx, person_id: UUID) -> None:
    """Give somebody a badge, who has none."""
    await tx.connection.run(_ISSUE, person_id, tx.now, tx.actor.id)


async def revoke(tx: Tx, person_id: UUID) -> bool:
    """Somebody's badge counts no more; False where they have none."""
    return await tx.connection.run(_REVOKE, person_id, tx.now, tx.actor.id) == 1
