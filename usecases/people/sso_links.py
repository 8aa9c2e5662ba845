"""Who somebody is at the single sign-on issuer, set and forgotten by an administrator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.people import SSO_LINK_TAKEN
from persistence import people, sso_links
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.granting import insist_on_rank


@use_case(right="people.read")
async def list_sso_links(tx: Tx, person_id: UUID) -> list[dict[str, Any]]:
    """Where somebody is linked. Raises NOT_FOUND."""
    if await people.find_person(tx, person_id) is None:
        raise NOT_FOUND()
    return [{**row, "linked_at": instant_text(row["linked_at"])} for row in await sso_links.of_person(tx, person_id)]


@dataclass(frozen=True, slots=True)
class LinkPerson:
    """`subject` is the issuer's own name for them."""

    person_id: UUID
    issuer: str
    subject: str


@use_case(right="people.edit")
async def link_person(tx: Tx, command: LinkPerson) -> dict[str, Any]:
    """Let the issuer vouch for somebody. Raises NOT_FOUND, PERSON_OUTRANKS, SSO_LINK_TAKEN."""
    await _insist(tx, command.person_id)
    if not await sso_links.link(tx, command.issuer, command.subject, command.person_id):
        raise SSO_LINK_TAKEN()
    return {"issuer": command.issuer, "subject": command.subject, "linked_at": instant_text(tx.now)}


@use_case(right="people.edit")
async def unlink_person(tx: Tx, person_id: UUID) -> dict[str, Any]:
    """Forget who somebody is there, and sign them out. Raises NOT_FOUND, PERSON_OUTRANKS."""
    await _insist(tx, person_id)
    if not await sso_links.unlink(tx, person_id):
        raise NOT_FOUND()
    return {"ended": await people.end_all_sessions(tx, person_id, "sso_unlinked")}


async def _insist(tx: Tx, person_id: UUID) -> None:
    person = await people.lock_person(tx, person_id)
    if person is None:
        raise NOT_FOUND()
    insist_on_rank(tx.actor, person["roles"], await role_book(tx))
