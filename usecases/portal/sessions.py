"""A customer's sessions: looked up by every request, kept alive by use, ended for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.access.actor import Actor
from domain.access.roles import CUSTOMER_RIGHTS
from domain.refusals.people import SESSION_ENDED
from persistence import contacts, portal_logins
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.portal.contacts import contact_view


@dataclass(frozen=True, slots=True)
class Present:
    """Who asks, and whether it is time to write down that the session is in use."""

    actor: Actor
    to_note: bool


@use_case(right=None)
async def find_customer(tx: Tx, token_hash: str) -> Present:
    """Who acts in this session, for those customers of this moment: one statement. Raises SESSION_ENDED."""
    row = await portal_logins.find_actor(tx, token_hash)
    if row is None:
        raise SESSION_ENDED()
    actor = Actor(
        kind="customer",
        id=str(row["contact_id"]),
        name=row["name"],
        rights=CUSTOMER_RIGHTS,
        session_id=row["id"],
        customer_ids=frozenset(row["customer_ids"]),
    )
    return Present(actor, tx.now - row["used_at"] >= portal_logins.NOTED_EVERY)


@use_case(right="portal.own", one_statement=True, quiet=True)
async def note_use(tx: Tx, session_id: UUID) -> None:
    """The session is in use, and lives on."""
    await portal_logins.note_use(tx, session_id)


@dataclass(frozen=True, slots=True)
class EndSession:
    """`everywhere`: with all other sessions of the same contact."""

    token_hash: str
    everywhere: bool = False


@use_case(right=None)
async def end_session(tx: Tx, command: EndSession) -> dict[str, int]:
    """Answers `{"ended"}`, how many sessions that was; none where it had ended before."""
    return {"ended": await portal_logins.end_session(tx, command.token_hash, everywhere=command.everywhere)}


@use_case(right="portal.own")
async def who_am_i(tx: Tx, _: None) -> dict[str, Any]:
    """The contact itself with those for whom it speaks."""
    row = await contacts.find(tx, Scope(), UUID(tx.actor.id)) if tx.actor.kind == "customer" else None
    if row is None:
        raise SESSION_ENDED()
    known = contact_view(row)
    customers = [{"name": one["company"] or one["name"]} for one in known["customers"]]
    return {**{name: known[name] for name in ("id", "email", "name", "language")}, "customers": customers}
