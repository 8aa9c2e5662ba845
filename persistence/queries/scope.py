"""Whose rows a question is about. Every query takes it first, so that none can be asked without deciding it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Scope:
    """What exists for somebody: every one that is not None leaves only its own; none is the whole factory.

    A contact of a customer asks the portal's own queries, which take those for whom it speaks; all others tell it
    nothing, because its own id is no customer's.

    Of a customer; of the merchandiser that somebody is; of a department, whose members are the merchandisers.
    """

    customer_id: UUID | None = None
    merchandiser_id: UUID | None = None
    department: str | None = None

    @staticmethod
    def of(actor: Actor) -> Scope:
        """Customers see their own, staff what they are limited to; devices, keys and the system see the factory's."""
        if actor.kind == "customer":
            return Scope(customer_id=UUID(actor.id))
        if actor.kind != "user" or actor.orders_of == "all":
            return Scope()
        if actor.orders_of == "department" and actor.department is not None:
            return Scope(department=actor.department)
        return Scope(merchandiser_id=UUID(actor.id))

    @property
    def values(self) -> tuple[UUID | None, UUID | None, str | None]:
        """What the three numbers of `within` stand for."""
        return self.customer_id, self.merchandiser_id, self.department


def within(first: int, order: str = "o") -> str:
    """SQL that is true of an order inside the scope whose `values` are the parameters from number `first` on."""
    customer, merchandiser, department = (f"${number}" for number in range(first, first + 3))
    of_department = f"SELECT id FROM people WHERE department = {department}"  # noqa: S608 - the number of a parameter
    return (
        f"({customer}::uuid IS NULL OR {order}.customer_id = {customer}) "
        f"AND ({merchandiser}::uuid IS NULL OR {order}.merchandiser_id = {merchandiser}) "
        f"AND ({department}::text IS NULL OR {order}.merchandiser_id IN ({of_department}))"
    )


def everywhere(first: int) -> str:
    """SQL that is true where the scope whose values begin there is the whole factory."""
    return f"(${first}::uuid IS NULL AND ${first + 1}::uuid IS NULL AND ${first + 2}::text IS NULL)"
