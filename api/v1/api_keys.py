"""Keys for other systems: made, replaced and ended by people who may; the secret is told once."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BeforeValidator, Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, found_at, router
from api.v1.types import Instant, Key, Name, Page, Sent, Shown, Whole
from domain.integrators.keys import SCOPES
from usecases.door import Outcome
from usecases.integrators.list_keys import KeyPage, list_keys, read_key
from usecases.integrators.make_key import MakeKey, RotateKey, make_key, revoke_key, rotate_key
from usecases.integrators.tokens import KeyToken

routes = router("integrators")

LIVES = timedelta(days=365)
_HOURS = Annotated[
    Whole, Field(ge=0, le=90 * 24, description="hours that the secret so far stays valid 旧密钥保留小时数")
]
_EXPIRES = "null: until it is revoked; without it in a year 不填为一年，null 为不限"


def _dotted(value: Any) -> Any:
    """`intake:write` is another way to write `intake.write`."""
    return value.replace(":", ".") if isinstance(value, str) else value


Scope = Annotated[str, BeforeValidator(_dotted), Field(max_length=64, json_schema_extra={"enum": sorted(SCOPES)})]
Scopes = Annotated[list[Scope], Field(max_length=len(SCOPES), description="what it may do; none: nothing 权限范围")]
ActingRoles = Annotated[
    list[Key], Field(max_length=20, description="keys of GET roles in which it moves orders 执行订单动作时的岗位")
]
FieldRoles = Annotated[
    list[Key],
    Field(max_length=20, description="in whose place it reads and writes fields such as prices 字段权限所依岗位"),
]


class KeyIn(Sent):
    """A key for one integration. Nothing in it may be wider than what its maker may do."""

    name: Name
    scopes: Scopes = Field(default_factory=list)
    roles: ActingRoles = Field(default_factory=list)
    field_roles: FieldRoles = Field(default_factory=list)
    expires_at: Annotated[Instant | None, Field(description=_EXPIRES)] = None


class RotateIn(Sent):
    """Replace the secret."""

    overlap_hours: _HOURS = 7 * 24
    expires_at: Annotated[Instant | None, Field(description=_EXPIRES)] = None


class SecretOut(Shown):
    """One secret by its prefix. `last_used_at` is exact to five minutes."""

    prefix: str
    created_at: str
    expires_at: str | None
    last_used_at: str | None


class Maker(Shown):
    """Who made it."""

    id: str
    name: str | None


class KeyOut(Shown):
    """A key without its secret; of the two in `secrets` the first is the newest."""

    id: UUID
    name: str
    scopes: list[str]
    roles: list[str]
    field_roles: list[str]
    secrets: list[SecretOut]
    created_at: str
    created_by: Maker
    revoked_at: str | None


class KeyMade(KeyOut):
    """`token` is told this once; an answer given again for its Idempotency-Key has none."""

    token: str | None


@routes.get("/api-keys", response_model=Page[KeyOut])
async def find_keys(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """The keys of other systems, newest first. 密钥列表。"""
    rows = await door.read(actor, list_keys, KeyPage(UUID(page.after[0]) if page.after else None, page.fetch))
    return page.page(rows, lambda key: [key["id"]])


@routes.post("/api-keys", status_code=201, response_model=KeyMade)
@found_at("/api/v1/api-keys/{id}")
async def create_key(request: Request, body: KeyIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Make a key; only this answer holds it. 新建密钥，仅此一次显示。"""
    token = KeyToken.fresh()
    facts = {**body.model_dump(), "expires_at": _expiry(request, body)}
    return _told_once(await door.run(actor, make_key, MakeKey(token=token, **facts), key=key), token, 201)


@routes.get("/api-keys/{key_id}", response_model=KeyOut)
async def get_key(key_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One key. 一个密钥。"""
    return await door.read(actor, read_key, key_id)


@routes.post("/api-keys/{key_id}/rotate", response_model=KeyMade)
async def replace_secret(
    request: Request, key_id: UUID, body: RotateIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Give a key a new secret; the one so far ends after the overlap. 更换密钥，旧的保留一段时间。"""
    token = KeyToken.fresh()
    command = RotateKey(key_id, token, timedelta(hours=body.overlap_hours), _expiry(request, body))
    return _told_once(await door.run(actor, rotate_key, command, key=key), token, 200)


@routes.post("/api-keys/{key_id}/revoke", response_model=KeyOut)
async def end_key(key_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """End a key for good; its next request is refused. 撤销密钥。"""
    outcome = await door.run(actor, revoke_key, key_id, key=key)
    return Answer(outcome.answer, replayed=outcome.replayed)


def _expiry(request: Request, body: KeyIn | RotateIn) -> Any:
    if "expires_at" in body.model_fields_set:
        return body.expires_at
    return parts_of(request).clock() + LIVES


def _told_once(outcome: Outcome, token: KeyToken, status: int) -> Answer:
    """The stored answer does not know the token, so that it is told only to whoever was first."""
    told = None if outcome.replayed else str(token)
    return Answer({**outcome.answer, "token": told}, status, replayed=outcome.replayed)
