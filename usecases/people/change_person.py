"""Change somebody of the staff: name, roles, whether they may come in, a new password."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.refusals.general import NOT_FOUND
from domain.refusals.people import LAST_ADMINISTRATOR
from persistence import people
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.add_person import check_roles
from usecases.people.who_am_i import person_view


@dataclass(frozen=True, slots=True)
class ChangePerson:
    """`changes` holds what becomes different: name, email, phone, roles, positions, language, disabled."""

    person_id: UUID
    changes: Mapping[str, Any]
    password_hash: str | None = None


@use_case(right="people.edit")
async def change_person(tx: Tx, command: ChangePerson) -> dict[str, Any]:
    """Answers the person. Whoever is shut out, or gets a new password, is signed out everywhere.

    Raises NOT_FOUND, FIELD_INVALID for a role that does not exist, LAST_ADMINISTRATOR where nobody would remain.
    """
    check_roles(command.changes.get("roles", ()))
    administrators = await people.lock_administrators(tx)
    before = await people.lock_person(tx, command.person_id)
    if before is None:
        raise NOT_FOUND()
    after = {**before, **command.changes}
    if administrators == [command.person_id] and (after["disabled"] or "admin" not in after["roles"]):
        raise LAST_ADMINISTRATOR()
    await people.change_person(tx, after, command.password_hash)
    if after["disabled"] or command.password_hash is not None:
        await people.end_all_sessions(tx, command.person_id, "shut_out" if after["disabled"] else "password_changed")
    return person_view(after)
