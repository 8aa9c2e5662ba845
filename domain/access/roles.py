"""The nine roles of a factory, and what each may do. A right is `<area>.<verb>`, checked at the door.

They are where a factory begins: it edits their rights and makes roles of its own, each based on one of the nine
(persistence/roles.py). Wherever roles are named, in a workflow, a form or the table of fields, a role of its own stands
for the one that it is based on, too; its rights are its own.

Moving an order takes more than a right: the workflow's transition names the roles that may, and `admin.all` is no role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from domain.access.actor import Actor, OrdersOf, Standing
from domain.text import Text

RIGHTS = frozenset(
    {
        "orders.read",
        "orders.open",
        "orders.edit",
        "orders.change",
        "orders.approve_change",
        "floor.report",
        "floor.inspect",
        "floor.plan",
        "shipping.load",
        "shipping.deliver",
        "intake.read",
        "intake.write",
        "intake.review",
        "stock.write",
        "warning.read",
        "warning.act",
        "warning.rules",
        "portal.answer",
        "workflows.edit",
        "workflows.publish",
        "people.read",
        "people.edit",
        "integrations.edit",
        "kpis.read",
        "ledger.write",
        "exports.own",
        "admin.all",
    }
)
# What a customer holds, and no role gives: all that concerns the orders of those for whom the contact speaks.
CUSTOMER_RIGHTS = frozenset({"portal.own"})
_EVERYBODY = frozenset({"orders.read", "exports.own"})


@dataclass(frozen=True, slots=True)
class Role:
    """A role with its name for people and its rights.

    `based_on` is one of the nine, for these themselves; `orders_of` limits whose orders exist for those who have no
    wider role; `second_factor` asks them for one when they sign in. `version` 0 is as it came with the product.
    """

    key: str
    label: Text
    rights: frozenset[str]
    based_on: str
    orders_of: OrdersOf = "all"
    second_factor: bool = False
    version: int = 0

    @property
    def built_in(self) -> bool:
        """Whether it is one of the nine."""
        return self.key == self.based_on

    def as_json(self) -> dict[str, Any]:
        """The role as the API lists it."""
        return {
            "key": self.key,
            "label": self.label.as_json(),
            "rights": sorted(self.rights),
            "based_on": self.based_on,
            "built_in": self.built_in,
            "orders_of": self.orders_of,
            "second_factor": self.second_factor,
            "version": self.version,
        }


def _role(key: str, zh: str, en: str, *rights: str) -> tuple[str, Role]:
    return key, Role(key, Text(zh, en), _EVERYBODY | frozenset(rights), based_on=key)


ROLES: dict[str, Role] = dict(
    [
        _role(
            "sales",
            "销售",
            "Sales",
            *("orders.open", "orders.edit", "orders.change", "intake.read", "intake.write", "intake.review"),
            *("warning.read", "warning.act", "portal.answer", "kpis.read"),
        ),
        _role("design", "设计", "Design", "orders.edit", "orders.change", "warning.read"),
        _role(
            "production",
            "生产",
            "Production",
            *("orders.change", "orders.approve_change", "floor.report", "floor.plan"),
            *("warning.read", "warning.act", "kpis.read"),
        ),
        _role(
            "warehouse",
            "仓库",
            "Warehouse",
            *("floor.report", "shipping.load", "stock.write", "warning.read", "warning.act"),
        ),
        _role(
            "management",
            "管理",
            "Management",
            *("orders.edit", "orders.change", "orders.approve_change", "floor.plan", "intake.read", "intake.review"),
            *("stock.write", "warning.read", "warning.act", "warning.rules", "portal.answer"),
            *("workflows.edit", "workflows.publish", "people.read", "kpis.read"),
        ),
        _role("quality", "质检", "Quality", "floor.report", "floor.inspect", "warning.read", "warning.act"),
        _role("driver", "司机", "Driver", "shipping.deliver"),
        _role("finance", "财务", "Finance", "orders.edit", "intake.read", "warning.read", "kpis.read", "ledger.write"),
        _role("admin", "系统管理员", "Administrator", *RIGHTS),
    ]
)


_UNCHANGED: Mapping[str, Role] = MappingProxyType({})
_WIDTH: tuple[OrdersOf, ...] = ("own", "department", "all")


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """Every right that any of the roles gives as it came with the product; an unknown role gives none."""
    return standing_of(frozenset(roles)).rights


def standing_of(
    held: Collection[str],
    factory: Mapping[str, Role] = _UNCHANGED,
    *,
    orders_of: OrdersOf | None = None,
    department: str | None = None,
    proven: bool = True,
) -> Standing:
    """What somebody with these roles is and may. `factory` has the roles that the factory made or changed.

    `orders_of` is the person's own limit; without one the widest of their roles counts. Whoever administrates is not
    limited, and whoever is limited to a department without having one is limited to themselves. `proven` says whether
    they signed in by a second factor.
    """
    if not proven and any(factory[key].second_factor for key in held if key in factory):
        return Standing(lacks_second_factor=True)
    roles = frozenset(held)
    known = _known(roles, factory) if factory else _as_they_came(roles)
    stands, rights, widest = known
    reach = "all" if "admin.all" in rights else orders_of or widest
    if reach == "department" and department is None:
        reach = "own"
    return Standing(stands, rights, reach, department)


def wider_than(role: Role, actor: Actor) -> bool:
    """Whether the role lets do or see what this actor may not; nobody gives away what is not theirs."""
    if actor.may("admin.all"):
        return False
    return role.based_on not in actor.roles or not role.rights <= actor.rights


_Known = tuple[frozenset[str], frozenset[str], OrdersOf]


@lru_cache(maxsize=1024)
def _as_they_came(held: frozenset[str]) -> _Known:
    return _known(held, _UNCHANGED)


def _known(held: frozenset[str], factory: Mapping[str, Role]) -> _Known:
    roles = [role for key in held if (role := factory.get(key) or ROLES.get(key))]
    rights = frozenset(right for role in roles for right in role.rights)
    widest: OrdersOf = max((role.orders_of for role in roles), key=_WIDTH.index, default="all")
    return held | {role.based_on for role in roles}, rights, widest
