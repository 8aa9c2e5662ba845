"""Make a key for another system, replace its secret, or end it. Only people do this; no key makes keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.integrators.keys import grant_problems
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.integrators import KEY_REVOKED
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import api_keys
from persistence.api_keys import NewSecret
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.integrators.key_view import shown
from usecases.integrators.tokens import KeyToken


@dataclass(frozen=True, slots=True)
class MakeKey:
    """`token` is made at the edge, so that no stored answer ever holds it. `expires_at` None: until revoked."""

    name: str
    token: KeyToken
    scopes: Sequence[str] = ()
    roles: Sequence[str] = ()
    field_roles: Sequence[str] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RotateKey:
    """The secret so far stays valid for `overlap`, beside the new one."""

    key_id: UUID
    token: KeyToken
    overlap: timedelta
    expires_at: datetime | None = None


@use_case(right="integrations.edit")
async def make_key(tx: Tx, command: MakeKey) -> dict[str, Any]:
    """Answers the key. Raises FIELD_INVALID naming each scope and role that its maker may not grant."""
    granted = {"scopes": command.scopes, "roles": command.roles, "field_roles": command.field_roles}
    problems = grant_problems(tx.actor, await role_book(tx), **granted) + _expiry_problems(tx, command.expires_at)
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))
    key_id = tx.new_id()
    key = {"id": key_id, "name": command.name, **{name: set(value) for name, value in granted.items()}}
    await api_keys.add(tx, key, _kept(command.token, command.expires_at))
    return await shown(tx, key_id)


@use_case(right="integrations.edit")
async def rotate_key(tx: Tx, command: RotateKey) -> dict[str, Any]:
    """Answers the key with its new prefix. Raises NOT_FOUND, KEY_REVOKED, FIELD_INVALID."""
    problems = _expiry_problems(tx, command.expires_at)
    if problems:
        raise FIELD_INVALID(*problems, summary=problems[0].pointer)
    locked = await api_keys.lock(tx, command.key_id)
    if locked is None:
        raise NOT_FOUND()
    if locked["revoked_at"] is not None:
        raise KEY_REVOKED()
    secret = _kept(command.token, command.expires_at)
    await api_keys.replace_secret(tx, command.key_id, secret, tx.now + command.overlap)
    return await shown(tx, command.key_id)


@use_case(right="integrations.edit")
async def revoke_key(tx: Tx, key_id: UUID) -> dict[str, Any]:
    """Answers the key, whose next request is refused. A second time changes nothing. Raises NOT_FOUND."""
    await api_keys.revoke(tx, key_id)
    return await shown(tx, key_id)


def _kept(token: KeyToken, expires_at: datetime | None) -> NewSecret:
    return NewSecret(token.prefix, token.hash, expires_at)


def _expiry_problems(tx: Tx, expires_at: datetime | None) -> list[FieldProblem]:
    if expires_at is None or expires_at > tx.now:
        return []
    return [FieldProblem("/expires_at", "in_the_past", Text("有效期已过", "this is in the past"))]
