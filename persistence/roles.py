"""The roles that a factory made, and what it changed of the nine that come with the product.

A row's `label` or `rights` that is NULL is as it came; a role of the nine without a row is wholly so. Thus a new
version of the product brings its new rights to every role that the factory left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from domain.access.actor import Standing
from domain.access.roles import ROLES, Role, standing_of
from domain.text import Text
from persistence.tx import Tx

_VALUES = """
jsonb_build_object('label', r.label, 'rights', r.rights, 'based_on', r.based_on, 'orders_of', r.orders_of,
  'second_factor', r.second_factor, 'version', r.version)
"""
# Of a person `p`, in whatever statement they are looked up: what says what they are and may.
STANDING = f"""
p.roles, p.orders_of, p.department,
  (SELECT jsonb_object_agg(r.key, {_VALUES}) FROM roles r WHERE r.key = ANY (p.roles)) AS factory
"""  # noqa: S608 - composed of constants
_BOOK = f"SELECT jsonb_object_agg(r.key, {_VALUES}) FROM roles r"  # noqa: S608 - composed of constants
# Version 0 has no row yet. The row of a role of the nine stays when it is put back, so that no version comes twice.
_SAVE = """
INSERT INTO roles AS r (key, label, rights, based_on, orders_of, second_factor, version)
SELECT $1, $2, $3, $4, $5, $6, $7::int + 1 WHERE $7 = 0 OR EXISTS (SELECT 1 FROM roles WHERE key = $1)
ON CONFLICT (key) DO UPDATE SET label = excluded.label, rights = excluded.rights, orders_of = excluded.orders_of,
  second_factor = excluded.second_factor, version = excluded.version WHERE r.version = $7
"""
# A key or an endpoint that still names it would get whatever is made by that name one day.
_DROP = """
DELETE FROM roles WHERE key = $1 AND version = $2 AND NOT EXISTS (SELECT 1 FROM people WHERE roles @> ARRAY[$1])
  AND NOT EXISTS (SELECT 1 FROM api_keys WHERE $1 = ANY (roles || field_roles) AND revoked_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM webhook_endpoints WHERE $1 = ANY (field_roles))
"""


def stands_as(column: str) -> str:
    """SQL for the roles that a column names, each of the factory's own with the one that it is based on."""
    return f"{column} || ARRAY(SELECT r.based_on FROM roles r WHERE r.key = ANY ({column}))"  # noqa: S608 - a column


def standing_from(row: Mapping[str, Any], *, proven: bool = True) -> Standing:
    """What the person of a row with the columns STANDING is and may; `proven`: their session has a second factor."""
    factory = factory_from(row["factory"])
    return standing_of(row["roles"], factory, orders_of=row["orders_of"], department=row["department"], proven=proven)


def factory_from(stored: Mapping[str, Any] | None) -> dict[str, Role]:
    """The factory's roles by key, from the object that the statements build."""
    return {key: _role(key, values) for key, values in stored.items()} if stored else {}


async def role_book(tx: Tx) -> dict[str, Role]:
    """Every role by its key: the nine in their order, as they stand in this factory, then its own by key."""
    factory = factory_from(await tx.connection.value(_BOOK))
    own = {key: factory[key] for key in sorted(factory) if key not in ROLES}
    return {**{key: factory.get(key, role) for key, role in ROLES.items()}, **own}


async def save_role(tx: Tx, role: Role) -> bool:
    """Write what a role of version `role.version` is from now on; False where it is no longer at that version."""
    came = ROLES.get(role.key)
    label = None if came and came.label == role.label else role.label.as_json()
    rights = None if came and came.rights == role.rights else sorted(role.rights)
    values = (role.key, label, rights, role.based_on, role.orders_of, role.second_factor, role.version)
    return await tx.connection.run(_SAVE, *values) == 1


async def drop_role(tx: Tx, key: str, version: int) -> bool:
    """Remove a role of the factory's own; False where somebody still has it, or it has changed.

    Keys of other systems and endpoints count as somebody.
    """
    return await tx.connection.run(_DROP, key, version) == 1


def _role(key: str, values: Mapping[str, Any]) -> Role:
    came = ROLES.get(key)
    label, rights = values["label"], values["rights"]
    return Role(
        key=key,
        label=Text(**label) if label else came.label if came else Text(key, key),
        rights=frozenset(rights) if rights is not None else came.rights if came else frozenset(),
        based_on=values["based_on"],
        orders_of=values["orders_of"],
        second_factor=values["second_factor"],
        version=values["version"],
    )
