"""Who of the staff is who at a single sign-on issuer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from persistence.tx import Tx

_FIND = """
SELECT p.id, p.disabled FROM sso_links l JOIN people p ON p.id = l.person_id WHERE l.issuer = $1 AND l.subject = $2
"""
_BY_EMAIL = """
SELECT p.id FROM people p WHERE lower(p.email) = lower($2) AND NOT p.disabled
  AND NOT EXISTS (SELECT 1 FROM sso_links l WHERE l.person_id = p.id AND l.issuer = $1)
FOR UPDATE OF p
"""
_LINK = """
INSERT INTO sso_links (issuer, subject, person_id, linked_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_OF_PERSON = "SELECT issuer, subject, linked_at FROM sso_links WHERE person_id = $1 ORDER BY issuer LIMIT 20"
_UNLINK = "DELETE FROM sso_links WHERE person_id = $1"


async def find(tx: Tx, issuer: str, subject: str) -> Mapping[str, Any] | None:
    """Who is meant by an issuer's own name, and whether they are shut out; None for nobody."""
    return await tx.connection.row(_FIND, issuer, subject)


async def unlinked_by_email(tx: Tx, issuer: str, email: str) -> list[UUID]:
    """Who has this mail address and no link to the issuer yet; locked until this transaction ends."""
    return [row["id"] for row in await tx.connection.rows(_BY_EMAIL, issuer, email)]


async def link(tx: Tx, issuer: str, subject: str, person_id: UUID) -> bool:
    """Note who somebody is; False where they, or the issuer's name, are linked already."""
    return await tx.connection.run(_LINK, issuer, subject, person_id, tx.now) == 1


async def of_person(tx: Tx, person_id: UUID) -> list[Mapping[str, Any]]:
    """Where somebody is linked."""
    return list(await tx.connection.rows(_OF_PERSON, person_id))


async def unlink(tx: Tx, person_id: UUID) -> int:
    """Forget every link of somebody; says how many there were."""
    return await tx.connection.run(_UNLINK, person_id)
