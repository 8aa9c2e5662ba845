"""The nine roles of a factory, and what each may do. A right is `<area>.<verb>`, checked at the door.

Moving an order takes more than a right: the workflow's transition names the roles that may, and `admin.all` is no role.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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
        "warning.read",
        "warning.act",
        "warning.rules",
        "portal.answer",
        "workflows.edit",
        "workflows.publish",
        "people.read",
        "people.edit",
        "kpis.read",
        "exports.own",
        "admin.all",
    }
)
# What a customer holds, and no role gives: all that concerns the orders of those for whom the contact speaks.
CUSTOMER_RIGHTS = frozenset({"portal.own"})
_EVERYBODY = frozenset({"orders.read", "exports.own"})


@dataclass(frozen=True, slots=True)
class Role:
    """A role with its name for people and its rights."""

    key: str
    label: Text
    rights: frozenset[str]

    def as_json(self) -> dict[str, Any]:
        """The role as the API lists it."""
        return {"key": self.key, "label": self.label.as_json(), "rights": sorted(self.rights)}


def _role(key: str, zh: str, en: str, *rights: str) -> tuple[str, Role]:
    return key, Role(key, Text(zh, en), _EVERYBODY | frozenset(rights))


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
        _role("warehouse", "仓库", "Warehouse", "floor.report", "shipping.load", "warning.read", "warning.act"),
        _role(
            "management",
            "管理",
            "Management",
            *("orders.edit", "orders.change", "orders.approve_change", "floor.plan", "intake.read", "intake.review"),
            *("warning.read", "warning.act", "warning.rules", "portal.answer"),
            *("workflows.edit", "workflows.publish", "people.read", "kpis.read"),
        ),
        _role("quality", "质检", "Quality", "floor.report", "floor.inspect", "warning.read", "warning.act"),
        _role("driver", "司机", "Driver", "shipping.deliver"),
        _role("finance", "财务", "Finance", "orders.edit", "intake.read", "warning.read", "kpis.read"),
        _role("admin", "系统管理员", "Administrator", *RIGHTS),
    ]
)


def rights_of(roles: Iterable[str]) -> frozenset[str]:
    """Every right that any of the roles gives; an unknown role gives none."""
    return _rights_of(frozenset(roles))


@lru_cache(maxsize=1024)
def _rights_of(roles: frozenset[str]) -> frozenset[str]:
    return frozenset(right for role in roles if role in ROLES for right in ROLES[role].rights)
