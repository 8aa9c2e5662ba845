"""Who is doing something: a person, a device, a customer, an API key or the system itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

ActorKind = Literal["user", "device", "customer", "key", "system"]
# Whose orders exist for somebody: the factory's, those whose merchandiser is of their department, or is themselves.
OrdersOf = Literal["all", "department", "own"]


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is and may, at one moment: what a request is judged by, and an open stream is compared with.

    Whoever lacks the second factor that their role asks for is nobody in particular, until they have set it up.
    """

    roles: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    orders_of: OrdersOf = "all"
    department: str | None = None
    lacks_second_factor: bool = False
    customer_ids: frozenset[UUID] = frozenset()

    def covers(self, person_id: str, merchandiser_id: UUID | None, department: str | None) -> bool:
        """Whether an order with this merchandiser, of this department, exists for the person who stands so."""
        if self.orders_of == "department":
            return department is not None and department == self.department
        return self.orders_of == "all" or str(merchandiser_id) == person_id


@dataclass(frozen=True, slots=True)
class Actor:
    """The one who acts, with the roles and rights read for this very request.

    `rights` are `<area>.<verb>` names (domain.access.roles); an empty set may do nothing. `roles` hold, beside a role
    that the factory made, the built-in one that it is based on. `customer_ids` are those for whom a contact speaks:
    nothing of anybody else exists for it. `field_roles` are those in whose place an API key reads and writes fields;
    everybody else does so by their own roles.
    """

    kind: ActorKind
    id: str
    name: str
    roles: frozenset[str] = frozenset()
    rights: frozenset[str] = frozenset()
    session_id: UUID | None = None
    positions: frozenset[str] = field(default_factory=frozenset)
    customer_ids: frozenset[UUID] = frozenset()
    orders_of: OrdersOf = "all"
    department: str | None = None
    field_roles: frozenset[str] = frozenset()
    lacks_second_factor: bool = False

    @property
    def standing(self) -> Standing:
        """What this actor was found to be."""
        return Standing(
            self.roles,
            self.rights,
            self.orders_of,
            self.department,
            self.lacks_second_factor,
            self.customer_ids,
        )

    def may(self, right: str) -> bool:
        """Whether this actor holds the right; `admin.all` holds every one."""
        return right in self.rights or "admin.all" in self.rights


def system(name: str, rights: frozenset[str] = frozenset({"admin.all"})) -> Actor:
    """The system acting by itself: a worker, a tick or the command line."""
    return Actor(kind="system", id=name, name=name, roles=frozenset({"system"}), rights=rights)


# Whoever has not said who they are: may ask only what needs no right, and sees only what everybody sees.
NOBODY = Actor(kind="system", id="nobody", name="nobody")
