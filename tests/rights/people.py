"""Everybody who asks: nine roles, one whose orders are none, customers, keys of one scope each, and nobody."""

from __future__ import annotations

from uuid import UUID

from domain.access.actor import Actor
from domain.access.roles import ROLES, rights_of
from tests.api.support import bearer
from tests.rights.asking import Identity
from tests.rights.stock import EVERYTHING, House

NOBODY_S = frozenset[str]()


async def everybody(house: House) -> list[Identity]:
    """In the order of the columns."""
    staff = [await _staff(house, role, (role,)) for role in ROLES]
    limited = await _staff(house, "limited", ("sales",))
    return [
        *staff,
        Identity(limited.name, limited.headers, limited.actor, frozenset({"house"})),
        Identity("customer", house.cookies["eleanor"], _customer(), frozenset({"eleanor"})),
        Identity("other_customer", house.cookies["jonas"], _customer(), frozenset({"jonas"})),
        Identity("nobody", {}, None, NOBODY_S),
        *[await _key(house, scope) for scope in _scopes(house)],
        await _staff(house, EVERYTHING, tuple(ROLES)),
    ]


async def _staff(house: House, login: str, roles: tuple[str, ...]) -> Identity:
    return Identity(login, await house.api.as_(login), Actor("user", login, login, frozenset(roles), rights_of(roles)))


def _customer() -> Actor:
    return Actor("customer", "c", "c", customer_ids=frozenset({UUID(int=0)}))


def _scopes(house: House) -> list[str]:
    """None, and each that a key can have, once there are keys."""
    shape = house.api.app.openapi()["components"]["schemas"].get("KeyIn")
    return ["", *shape["properties"]["scopes"]["items"]["enum"]] if shape else []


async def _key(house: House, scope: str) -> Identity:
    """A key of this scope alone, or of none; it stands in nobody's place for fields."""
    made = await house.does("POST", "/api-keys", json={"name": scope or "none", "scopes": [scope] if scope else []})
    house.stock.setdefault("key_id", made["id"])
    return Identity(f"key:{scope or 'none'}", bearer(made["token"]), Actor("key", made["id"], scope))
