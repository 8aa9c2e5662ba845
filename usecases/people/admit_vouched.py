"""Whom a single sign-on issuer vouches for is one of the staff: who is linked, or known by mail, or is new."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.people import SSO_PERSON_UNKNOWN
from persistence import people, sso_links
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case

# No hash begins so: nobody signs in by a password that was never set.
NO_PASSWORD = "!"  # noqa: S105 - the opposite of one
_LOGIN_CHARACTERS = re.compile(r"[^a-z0-9._-]+")
_LONGEST_LOGIN = 80
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Admission:
    """`subject` is the issuer's own name for them; `email` one that it verified.

    `link_by_email`: somebody of the staff with that address, and no link yet, is who is meant. `role`: who is not known
    becomes one of the staff in this role.
    """

    issuer: str
    subject: str
    name: str
    email: str | None
    link_by_email: bool = False
    role: str | None = None


@use_case(right=None)
async def admit_vouched(tx: Tx, command: Admission) -> UUID:
    """Answers whose session may be opened. Raises SSO_PERSON_UNKNOWN, for whoever is shut out as well."""
    linked = await sso_links.find(tx, command.issuer, command.subject)
    if linked is not None:
        if linked["disabled"]:
            raise SSO_PERSON_UNKNOWN()
        found: UUID = linked["id"]
        return found
    person_id = await _known_by_email(tx, command)
    if person_id is None:
        person_id = await _added(tx, command)
    if not await sso_links.link(tx, command.issuer, command.subject, person_id):
        raise SSO_PERSON_UNKNOWN()
    return person_id


async def _known_by_email(tx: Tx, command: Admission) -> UUID | None:
    if not command.link_by_email or command.email is None:
        return None
    found = await sso_links.unlinked_by_email(tx, command.issuer, command.email)
    return found[0] if len(found) == 1 else None


async def _added(tx: Tx, command: Admission) -> UUID:
    if command.role is None or command.role not in await role_book(tx):
        raise SSO_PERSON_UNKNOWN()
    for suffix in ("", *(f".{number}" for number in range(2, 100))):
        person = _person(tx, command, suffix)
        if await people.add_person(tx, person, NO_PASSWORD):
            found: UUID = person["id"]
            return found
    raise SSO_PERSON_UNKNOWN()


def _person(tx: Tx, command: Admission, suffix: str) -> dict[str, Any]:
    wanted = (command.email or command.name).partition("@")[0].lower()
    login = _LOGIN_CHARACTERS.sub(".", wanted).strip("._-")[:_LONGEST_LOGIN] or "person"
    return {
        "id": tx.new_id(),
        "login": f"{login}{suffix}",
        "name": command.name[:_LONGEST_NAME],
        "email": command.email,
        "phone": None,
        "roles": {command.role},
        "positions": set(),
        "language": "zh",
        "orders_of": None,
        "department": None,
    }
