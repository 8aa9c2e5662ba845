"""Change somebody of the staff: name, roles, whether they may come in, a new password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.general import NOT_FOUND, VERSION_STALE
from domain.refusals.people import LAST_ADMINISTRATOR
from persistence import people
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.granting import insist_on_known, insist_on_own_roles, insist_on_rank
from usecases.people.who_am_i import person_view


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """`changes` holds what becomes different: name, email, phone, roles, positions, language, disabled, and so on.

    `expected_version` is what If-Match named.
    """

    person_id: UUID
    changes: Mapping[str, Any]
    password_hash: str | None = None
    expected_version: int | None = None


@use_case(right="people.edit")
async def change_person(tx: Tx, command: ChangePerson) -> dict[str, Any]:
    """Answers the person. Whoever is shut out, or gets a new password, is signed out everywhere.

    Raises NOT_FOUND, VERSION_STALE, FIELD_INVALID for a role that does not exist, ROLE_NOT_YOURS, PERSON_OUTRANKS,
    LAST_ADMINISTRATOR where nobody would remain.
    """
    book = await role_book(tx)
    insist_on_known(command.changes.get("roles", ()), book)
    administrators = await people.lock_administrators(tx)
    before = await people.lock_person(tx, command.person_id)
    if before is None:
        raise NOT_FOUND()
    if command.expected_version not in (None, before["version"]):
        raise VERSION_STALE(version=before["version"])
    after = {**before, **command.changes, "version": before["version"] + 1}
    insist_on_rank(tx.actor, before["roles"], book)
    insist_on_own_roles(tx.actor, set(after["roles"]) - set(before["roles"]), book)
    if administrators == [command.person_id] and (after["disabled"] or "admin" not in after["roles"]):
        raise LAST_ADMINISTRATOR()
    await people.change_person(tx, after, command.password_hash)
    if after["disabled"] or command.password_hash is not None:
        await people.end_all_sessions(tx, command.person_id, "shut_out" if after["disabled"] else "password_changed")
    return person_view(after, book)
