"""Roles: what there is, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from domain.access.actor import OrdersOf
from domain.access.roles import RIGHTS, ROLES, Role
from domain.refusals.general import FIELD_INVALID, NOT_FOUND, VERSION_STALE
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import ADMINISTRATES_ALL, ROLE_BUILT_IN, ROLE_IN_USE, ROLE_TAKEN
from domain.text import Text
from persistence import roles
from persistence.tx import Tx
from usecases.door import use_case
from usecases.people.granting import insist_on_own_rights

_EVERYTHING = "admin.all"


@use_case(right=None)
async def list_roles(tx: Tx, _: None) -> list[dict[str, Any]]:
    """Every role: the nine in their order, then the factory's own by key."""
    return [role.as_json() for role in (await roles.role_book(tx)).values()]


@use_case(right=None)
async def read_role(tx: Tx, key: str) -> dict[str, Any]:
    """One role. Raises NOT_FOUND."""
    return (await _known(tx, key)).as_json()


@dataclass(frozen=True, slots=True)
class AddRole:
    """A role of the factory's own. `based_on` is the one of the nine that it stands for where roles are named."""

    key: str
    label: Text
    rights: frozenset[str]
    based_on: str
    orders_of: OrdersOf = "all"
    second_factor: bool = False


@use_case(right="people.edit")
async def add_role(tx: Tx, command: AddRole) -> dict[str, Any]:
    """Answers the role. Raises ROLE_TAKEN, RIGHT_NOT_YOURS, FIELD_INVALID for a right or a basis that is none."""
    if command.based_on not in ROLES:
        text = Text("没有这个内置岗位", "is none of the roles that come with the product")
        raise FIELD_INVALID(FieldProblem("/based_on", "unknown_reference", text), summary="/based_on")
    if command.key in await roles.role_book(tx):
        raise ROLE_TAKEN(key=command.key)
    role = Role(command.key, command.label, command.rights, command.based_on, command.orders_of, command.second_factor)
    _check_rights(role)
    insist_on_own_rights(tx.actor, role.rights)
    await _save(tx, role)
    return replace(role, version=1).as_json()


@dataclass(frozen=True, slots=True)
class ChangeRole:
    """`changes` holds what becomes different: label, rights (None: as they came), orders_of, second_factor."""

    key: str
    changes: Mapping[str, Any]
    expected_version: int


@use_case(right="people.edit")
async def change_role(tx: Tx, command: ChangeRole) -> dict[str, Any]:
    """Answers the role; whoever has it stands differently at their next call.

    Raises NOT_FOUND, VERSION_STALE, FIELD_INVALID for a right that is none, RIGHT_NOT_YOURS, ADMINISTRATES_ALL.
    """
    before = await _known(tx, command.key)
    if before.version != command.expected_version:
        raise VERSION_STALE(version=before.version)
    after = replace(before, **{**command.changes, "rights": _rights_after(before, command.changes)})
    _check_rights(after)
    insist_on_own_rights(tx.actor, after.rights - before.rights)
    await _save(tx, after)
    return replace(after, version=before.version + 1).as_json()


@dataclass(frozen=True, slots=True)
class DropRole:
    """`expected_version` is what If-Match named."""

    key: str
    expected_version: int


@use_case(right="people.edit")
async def drop_role(tx: Tx, command: DropRole) -> dict[str, Any]:
    """Remove a role of the factory's own. Raises NOT_FOUND, VERSION_STALE, ROLE_BUILT_IN, ROLE_IN_USE."""
    role = await _known(tx, command.key)
    if role.built_in:
        raise ROLE_BUILT_IN()
    if role.version != command.expected_version:
        raise VERSION_STALE(version=role.version)
    if not await roles.drop_role(tx, role.key, role.version):
        raise ROLE_IN_USE()
    return {"key": role.key, "dropped": True}


async def _known(tx: Tx, key: str) -> Role:
    role = (await roles.role_book(tx)).get(key)
    if role is None:
        raise NOT_FOUND()
    return role


async def _save(tx: Tx, role: Role) -> None:
    if not await roles.save_role(tx, role):
        raise VERSION_STALE(version="?")


def _rights_after(before: Role, changes: Mapping[str, Any]) -> frozenset[str]:
    wanted = changes.get("rights", before.rights)
    return frozenset(ROLES[before.based_on].rights if wanted is None else wanted)


def _check_rights(role: Role) -> None:
    text = Text("没有这个权限", "there is no such right")
    unknown = sorted(role.rights - RIGHTS)
    if unknown:
        raise FIELD_INVALID(FieldProblem("/rights", "unknown_reference", text), summary=", ".join(unknown))
    if (_EVERYTHING in role.rights) != (role.key == "admin"):
        raise ADMINISTRATES_ALL()
