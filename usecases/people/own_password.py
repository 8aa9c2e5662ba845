"""Change one's own password. Whoever calls this has checked the old one and hashed the new, outside the transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.people import SESSION_ENDED
from persistence import people
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class OwnKept:
    """What the actor's own password is checked against, and the names that a new one must not be made of."""

    password_hash: str
    about: tuple[str | None, ...]


@use_case(right=None)
async def own_password_kept(tx: Tx, _: None) -> OwnKept:
    """Raises SESSION_ENDED where the actor is no person who may come in."""
    row = await people.find_own(tx, UUID(tx.actor.id)) if tx.actor.kind == "user" else None
    if row is None:
        raise SESSION_ENDED()
    return OwnKept(row["password_hash"], (row["login"], row["name"], row["email"]))


@use_case(right=None)
async def change_own_password(tx: Tx, password_hash: str) -> dict[str, Any]:
    """The actor's other sessions end: whoever else knew the old password is out. Answers how many did."""
    person_id = UUID(tx.actor.id)
    await people.set_password(tx, person_id, password_hash)
    ended = await people.end_other_sessions(tx, person_id, tx.actor.session_id, "password_changed")
    return {"sessions_ended": ended}
