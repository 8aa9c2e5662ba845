"""Add somebody to the staff. Whoever calls this has hashed the password already, outside the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from domain.access.roles import ROLES
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import LOGIN_TAKEN
from domain.text import Text
from persistence import people
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.who_am_i import person_view


@dataclass(frozen=True, slots=True)
class AddPerson:
    """`roles` are keys of domain.access.roles; `positions` are a person's offices, such as production manager."""

    login: str
    name: str
    password_hash: str
    roles: Sequence[str]
    email: str | None = None
    phone: str | None = None
    positions: Sequence[str] = ()
    language: Literal["zh", "en"] = "zh"
    id: UUID | None = None


@use_case(right="people.edit")
async def add_person(tx: Tx, command: AddPerson) -> dict[str, Any]:
    """Answers the person. Raises LOGIN_TAKEN, and FIELD_INVALID for a role that does not exist."""
    check_roles(command.roles)
    person = {
        "id": command.id or tx.new_id(),
        "login": command.login,
        "name": command.name,
        "email": command.email,
        "phone": command.phone,
        "roles": set(command.roles),
        "positions": set(command.positions),
        "language": command.language,
        "disabled": False,
        "created_at": tx.now,
    }
    if not await people.add_person(tx, person, command.password_hash):
        raise LOGIN_TAKEN(login=command.login)
    return person_view(person)


def check_roles(roles: Sequence[str]) -> None:
    """Raises FIELD_INVALID naming each role that does not exist."""
    text = Text("没有这个岗位", "there is no such role")
    problems = [
        FieldProblem(f"/roles/{index}", "unknown_reference", text)
        for index, role in enumerate(roles)
        if role not in ROLES
    ]
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))
