"""Add somebody to the staff. Whoever calls this has hashed the password already, outside the transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from domain.access.actor import OrdersOf
from domain.refusals.people import LOGIN_TAKEN
from persistence import people
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.granting import insist_on_known, insist_on_own_roles
from usecases.people.who_am_i import person_view


@dataclass(frozen=True, slots=True)
class AddPerson:
    """`roles` are keys of roles; `positions` are a person's offices, such as production manager.

    `orders_of` limits whose orders exist for them, where their roles do not: those of their `department`, or their own.
    """

    login: str
    name: str
    password_hash: str
    roles: Sequence[str]
    email: str | None = None
    phone: str | None = None
    positions: Sequence[str] = ()
    language: Literal["zh", "en"] = "zh"
    orders_of: OrdersOf | None = None
    department: str | None = None
    id: UUID | None = None


@use_case(right="people.edit")
async def add_person(tx: Tx, command: AddPerson) -> dict[str, Any]:
    """Answers the person. Raises LOGIN_TAKEN, FIELD_INVALID for a role that does not exist, ROLE_NOT_YOURS."""
    book = await role_book(tx)
    insist_on_known(command.roles, book)
    insist_on_own_roles(tx.actor, command.roles, book)
    person = {
        "id": command.id or tx.new_id(),
        "login": command.login,
        "name": command.name,
        "email": command.email,
        "phone": command.phone,
        "roles": set(command.roles),
        "positions": set(command.positions),
        "language": command.language,
        "orders_of": command.orders_of,
        "department": command.department,
        "disabled": False,
        "created_at": tx.now,
        "version": 1,
    }
    if not await people.add_person(tx, person, command.password_hash):
        raise LOGIN_TAKEN(login=command.login)
    return person_view(person, book)
