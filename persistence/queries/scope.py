"""Whose rows a question is about. Every query takes it first, so that none can be asked without deciding it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Scope:
    """`customer_id` None is the whole factory; else only this customer's rows exist.

    A contact of a customer asks the portal's own queries, which take those for whom it speaks; all others tell it
    nothing, because its own id is no customer's.
    """

    customer_id: UUID | None

    @staticmethod
    def of(actor: Actor) -> Scope:
        """A customer sees their own; staff, devices, keys and the system see the factory's."""
        return Scope(UUID(actor.id) if actor.kind == "customer" else None)
