"""Outbound webhooks: who is told what, what they were told, and telling it again."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, found_at, router
from api.v1.types import Flag, Instant, Key, Name, Page, SafeText, Sent, Shown, Whole
from domain.access.actor import Actor
from domain.integrators.webhooks import TYPES
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.refusals.people import RIGHT_MISSING
from domain.text import Text
from integrations.ports import AddressRefused
from usecases.door import Outcome
from usecases.integrators.deliveries import (
    DeliveryPage,
    Named,
    ReplayPeriod,
    list_deliveries,
    read_delivery,
    replay_delivery,
    replay_period,
    send_ping,
)
from usecases.integrators.endpoints import (
    AddEndpoint,
    ChangeEndpoint,
    EndpointPage,
    RotateSecret,
    add_endpoint,
    change_endpoint,
    drop_endpoint,
    list_endpoints,
    pause_endpoint,
    read_endpoint,
    resume_endpoint,
    rotate_secret,
)

routes = router("integrators")

Type = Annotated[str, Field(json_schema_extra={"enum": sorted(TYPES)}, pattern=f"^({'|'.join(sorted(TYPES))})$")]
Types = Annotated[list[Type], Field(min_length=1, max_length=len(TYPES), description="what it is told 订阅的事件")]
Url = Annotated[
    SafeText,
    Field(min_length=1, max_length=2000, examples=["https://crm.example.com/hooks/throughline"], description="https"),
]
FieldRoles = Annotated[list[Key], Field(max_length=20, description="in whose place it reads fields 字段权限所依岗位")]
State = Literal["pending", "delivered", "skipped", "failed"]
# Why an address is refused, in the words of whoever typed it.
_REFUSED = {
    "not_an_address": Text("不是可用的网址", "this is no address that can be called"),
    "not_https": Text("必须是 https 地址", "it must begin with https://"),
    "port_not_allowed": Text("只允许端口 443 与 8443", "only the ports 443 and 8443 are called"),
    "inside_address": Text("不能指向内部网络", "it leads inside the network"),
}


class EndpointIn(Sent):
    """An address to be told what happens."""

    name: Name
    url: Url
    types: Types
    field_roles: FieldRoles = Field(default_factory=list)


class EndpointPatch(Sent):
    """A JSON merge patch: what is not named stays."""

    name: Name = "-"
    url: Url = "-"
    types: Types = Field(default_factory=list)
    field_roles: FieldRoles = Field(default_factory=list)


class SecretRotation(Sent):
    """Both secrets sign for so long."""

    overlap_hours: Annotated[Whole, Field(ge=0, le=30 * 24, description="旧密钥继续签名的小时数")] = 24


class ReplayIn(Sent):
    """A period; `everything`: what was delivered, too."""

    since: Instant
    until: Instant
    everything: Flag = False


class EndpointMaker(Shown):
    """Who made it."""

    id: str
    name: str | None


class EndpointOut(Shown):
    """`pause_reason`: by_person, failing (three days without success) or gone (it answered 410)."""

    id: UUID
    name: str
    url: str
    types: list[str]
    field_roles: list[str]
    created_at: str
    created_by: EndpointMaker
    paused_at: str | None
    pause_reason: Literal["by_person", "failing", "gone"] | None
    failing_since: str | None
    last_success_at: str | None
    secret_number: int
    old_secret_until: str | None


class EndpointMade(EndpointOut):
    """`secret` is told this once; an answer given again for its Idempotency-Key has none."""

    secret: str | None


class AttemptOut(Shown):
    """One call. `status` null: there was no answer, and `problem` says why; `answer` is its first KB."""

    at: str
    status: int | None
    ms: int
    answer: str | None
    problem: str | None


class DeliveryOut(Shown):
    """One thing that an endpoint is told. `attempts` are the newest hundred, the last one first."""

    id: UUID
    message_id: str = Field(description="the `webhook-id`, the same at each attempt")
    type: str
    order_no: str | None
    state: State
    problem: str | None
    created_at: str
    settled_at: str | None
    next_try_at: str | None
    body: dict[str, Any]
    attempts: list[AttemptOut]


class Queued(Shown):
    """How many deliveries are told again."""

    queued: int


@routes.get("/webhook-endpoints", response_model=Page[EndpointOut])
async def find_endpoints(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """Who is told what happens, newest first. 推送地址列表。"""
    before = UUID(page.after[0]) if page.after else None
    rows = await door.read(actor, list_endpoints, EndpointPage(before, page.fetch))
    return page.page(rows, lambda endpoint: [endpoint["id"]])


@routes.post("/webhook-endpoints", status_code=201, response_model=EndpointMade)
@found_at("/api/v1/webhook-endpoints/{id}")
async def create_endpoint(request: Request, body: EndpointIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Let an address be told; only this answer holds its secret. 新建推送地址。"""
    await _judge(request, actor, body.url)
    return _with_secret(request, await door.run(actor, add_endpoint, AddEndpoint(**body.model_dump()), key=key), 201)


@routes.get("/webhook-endpoints/{endpoint_id}", response_model=EndpointOut)
async def get_endpoint(endpoint_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One endpoint. 一个推送地址。"""
    return await door.read(actor, read_endpoint, endpoint_id)


@routes.patch("/webhook-endpoints/{endpoint_id}", response_model=EndpointOut)
async def patch_endpoint(
    request: Request, endpoint_id: UUID, body: EndpointPatch, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Change an endpoint. 修改推送地址。"""
    changes = body.model_dump(exclude_unset=True)
    if "url" in changes:
        await _judge(request, actor, body.url)
    return answer_of(await door.run(actor, change_endpoint, ChangeEndpoint(endpoint_id, changes), key=key))


@routes.delete("/webhook-endpoints/{endpoint_id}", status_code=204, response_model=None)
async def remove_endpoint(endpoint_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Remove an endpoint; what waits for it is not told. 删除推送地址。"""
    await door.run(actor, drop_endpoint, endpoint_id, key=key)
    return Answer()


@routes.post("/webhook-endpoints/{endpoint_id}/rotate", response_model=EndpointMade)
async def replace_endpoint_secret(
    request: Request, endpoint_id: UUID, body: SecretRotation, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Give it a new secret; both sign until the overlap ends. 更换签名密钥。"""
    command = RotateSecret(endpoint_id, timedelta(hours=body.overlap_hours))
    return _with_secret(request, await door.run(actor, rotate_secret, command, key=key), 200)


@routes.post("/webhook-endpoints/{endpoint_id}/pause", response_model=EndpointOut)
async def pause(endpoint_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Tell it nothing until it is resumed; what it misses can be replayed. 暂停。"""
    return answer_of(await door.run(actor, pause_endpoint, endpoint_id, key=key))


@routes.post("/webhook-endpoints/{endpoint_id}/resume", response_model=EndpointOut)
async def resume(endpoint_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Tell it again what happens from now on. 恢复。"""
    return answer_of(await door.run(actor, resume_endpoint, endpoint_id, key=key))


@routes.post("/webhook-endpoints/{endpoint_id}/test", status_code=202, response_model=DeliveryOut)
async def ping_endpoint(endpoint_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Send a `ping`; what came of it stands in the delivery a moment later. 发送测试。"""
    return answer_of(await door.run(actor, send_ping, endpoint_id, key=key), status=202)


@routes.post("/webhook-endpoints/{endpoint_id}/replay", response_model=Queued)
async def replay_endpoint(endpoint_id: UUID, body: ReplayIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Tell again what failed or was missed in a period, under the same ids; at most ten thousand. 重发一段时间。"""
    return answer_of(await door.run(actor, replay_period, ReplayPeriod(endpoint_id, **body.model_dump()), key=key))


@routes.get("/webhook-endpoints/{endpoint_id}/deliveries", response_model=Page[DeliveryOut])
async def find_deliveries(
    endpoint_id: UUID,
    actor: TheActor,
    door: TheDoor,
    page: ThePage,
    state: State | None = None,
    type: Annotated[Literal["ping"] | Type | None, Query()] = None,  # noqa: A002 - the name in the address
    order_no: Annotated[str | None, Query(max_length=40, pattern=r"^[A-Za-z0-9-]+$")] = None,
    since: Instant | None = None,
    until: Instant | None = None,
) -> Any:
    """What it was told, with every attempt, newest first. 推送记录。"""
    before = UUID(page.after[0]) if page.after else None
    asked = DeliveryPage(endpoint_id, state, before, type, order_no, since, until, page.fetch)
    rows = await door.read(actor, list_deliveries, asked)
    return page.page(rows, lambda delivery: [delivery["id"]])


@routes.get("/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}", response_model=DeliveryOut)
async def get_delivery(endpoint_id: UUID, delivery_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """One delivery. 一条推送。"""
    return await door.read(actor, read_delivery, Named(endpoint_id, delivery_id))


@routes.post("/webhook-endpoints/{endpoint_id}/deliveries/{delivery_id}/replay", response_model=DeliveryOut)
async def replay_one(endpoint_id: UUID, delivery_id: UUID, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Tell it once more, under the same `webhook-id`. 重发一条。"""
    return answer_of(await door.run(actor, replay_delivery, Named(endpoint_id, delivery_id), key=key))


async def _judge(request: Request, actor: Actor, url: str) -> None:
    """Before anything is kept; each call judges anew. Raises RIGHT_MISSING, FIELD_INVALID naming `url`."""
    if not actor.may("integrations.edit"):
        raise RIGHT_MISSING(right="integrations.edit")
    try:
        await parts_of(request).webhooks.check(url)
    except AddressRefused as refused:
        problem = FieldProblem("/url", refused.reason, _REFUSED[refused.reason])
        raise FIELD_INVALID(problem, summary="/url") from None


def _with_secret(request: Request, outcome: Outcome, status: int) -> Answer:
    """The stored answer does not hold the secret, so that it is told only to whoever was first."""
    told = outcome.answer
    secrets = parts_of(request).webhook_secrets
    secret = None if outcome.replayed else secrets.secret(UUID(told["id"]), told["secret_number"])
    return Answer({**told, "secret": secret}, status, replayed=outcome.replayed)
