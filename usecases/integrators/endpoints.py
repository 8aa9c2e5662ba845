"""Endpoints of other systems: made, changed, paused and removed by people who may."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.integrators.keys import grant_problems
from domain.integrators.webhooks import TYPES
from domain.orders.events import instant_text
from domain.refusals.general import FIELD_INVALID, NOT_FOUND
from domain.refusals.kinds import FieldProblem
from domain.text import Text
from persistence import webhooks
from persistence.database import Row
from persistence.roles import role_book
from persistence.tx import Tx
from usecases.door import use_case
from usecases.integrators.tell import begin_to_listen

_NOT_YOURS = Text("您自己无权查看这类消息", "you may not read this yourself")


@dataclass(frozen=True, slots=True)
class AddEndpoint:
    """`url` was judged at the edge; it is judged again at each call."""

    name: str
    url: str
    types: Sequence[str]
    field_roles: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class ChangeEndpoint:
    """`changes` holds what becomes different: name, url, types, field_roles."""

    endpoint_id: UUID
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RotateSecret:
    """Both secrets sign for as long as the overlap lasts."""

    endpoint_id: UUID
    overlap: timedelta


@dataclass(frozen=True, slots=True)
class EndpointPage:
    """Endpoints older than `before`, newest first."""

    before: UUID | None
    limit: int


@use_case(right="integrations.edit")
async def list_endpoints(tx: Tx, page: EndpointPage) -> list[dict[str, Any]]:
    """Endpoints, newest first."""
    return [_view(row) for row in await webhooks.list_endpoints(tx, page.before, page.limit)]


@use_case(right="integrations.edit")
async def read_endpoint(tx: Tx, endpoint_id: UUID) -> dict[str, Any]:
    """One endpoint. Raises NOT_FOUND."""
    return await _shown(tx, endpoint_id)


@use_case(right="integrations.edit")
async def add_endpoint(tx: Tx, command: AddEndpoint) -> dict[str, Any]:
    """Answers the endpoint, which hears of what happens from now on. Raises FIELD_INVALID."""
    await _check(tx, command.types, command.field_roles)
    await begin_to_listen(tx)
    endpoint_id = tx.new_id()
    facts = {"types": set(command.types), "field_roles": set(command.field_roles)}
    await webhooks.add(tx, {"id": endpoint_id, "name": command.name, "url": command.url, **facts})
    return await _shown(tx, endpoint_id)


@use_case(right="integrations.edit")
async def change_endpoint(tx: Tx, command: ChangeEndpoint) -> dict[str, Any]:
    """Answers the endpoint. Raises NOT_FOUND, FIELD_INVALID."""
    before = await locked(tx, command.endpoint_id)
    await _check(tx, command.changes.get("types", ()), command.changes.get("field_roles", ()))
    after = {**before, **command.changes}
    await webhooks.change(tx, {**after, "types": set(after["types"]), "field_roles": set(after["field_roles"])})
    return await _shown(tx, command.endpoint_id)


@use_case(right="integrations.edit")
async def drop_endpoint(tx: Tx, endpoint_id: UUID) -> dict[str, Any]:
    """Remove an endpoint; what waited for it is not told. Raises NOT_FOUND."""
    await webhooks.close_waiting(tx, endpoint_id, "endpoint_removed")
    if not await webhooks.drop(tx, endpoint_id):
        raise NOT_FOUND()
    return {}


@use_case(right="integrations.edit")
async def rotate_secret(tx: Tx, command: RotateSecret) -> dict[str, Any]:
    """Answers the endpoint with the number of its new secret. Raises NOT_FOUND."""
    await locked(tx, command.endpoint_id)
    await webhooks.renew_secret(tx, command.endpoint_id, tx.now + command.overlap)
    return await _shown(tx, command.endpoint_id)


@use_case(right="integrations.edit")
async def pause_endpoint(tx: Tx, endpoint_id: UUID) -> dict[str, Any]:
    """Call it no more until it is resumed; what it misses can be replayed. Raises NOT_FOUND."""
    endpoint = await locked(tx, endpoint_id)
    if endpoint["paused_at"] is None:
        await webhooks.pause(tx, endpoint_id, "by_person")
    return await _shown(tx, endpoint_id)


@use_case(right="integrations.edit")
async def resume_endpoint(tx: Tx, endpoint_id: UUID) -> dict[str, Any]:
    """Call it again. Raises NOT_FOUND."""
    await locked(tx, endpoint_id)
    await webhooks.resume(tx, endpoint_id)
    return await _shown(tx, endpoint_id)


async def locked(tx: Tx, endpoint_id: UUID) -> Row:
    """The endpoint as it is until this transaction ends. Raises NOT_FOUND."""
    found = await webhooks.lock(tx, endpoint_id)
    if found is None:
        raise NOT_FOUND()
    return found


async def _shown(tx: Tx, endpoint_id: UUID) -> dict[str, Any]:
    row = await webhooks.find(tx, endpoint_id)
    if row is None:
        raise NOT_FOUND()
    return _view(row)


async def _check(tx: Tx, types: Sequence[str], field_roles: Sequence[str]) -> None:
    """Nobody lets another system hear what they may not read themselves. Raises FIELD_INVALID."""
    problems = grant_problems(tx.actor, await role_book(tx), "/types", field_roles=field_roles)
    problems += [
        FieldProblem(f"/types/{at}", "wider_than_yours", _NOT_YOURS)
        for at, told in enumerate(types)
        if not tx.actor.may(TYPES[told])
    ]
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems))


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    instants = ("created_at", "paused_at", "failing_since", "last_success_at", "old_secret_until")
    return {
        "id": str(row["id"]),
        **{name: row[name] for name in ("name", "url", "types", "field_roles", "secret_number", "pause_reason")},
        **{name: row[name] and instant_text(row[name]) for name in instants},
        "created_by": {"id": row["created_by"], "name": row["maker"]},
    }
