"""Channels that people add beside the built-in ones: signed by Standard Webhooks, read by a template of their own."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path
from pydantic import Field
from starlette.requests import Request

from api.actor import TheActor, TheDoor, parts_of
from api.keys import TheKey
from api.paging import ThePage
from api.route import Answer, answer_of, router
from api.v1.types import BothLanguages, Name, Page, Sent, Shown, Whole
from usecases.door import Outcome
from usecases.intake.channels import (
    AddChannel,
    ChannelPage,
    RenewChannelSecret,
    add_channel,
    drop_channel,
    list_channels,
    renew_channel_secret,
)
from usecases.intake.overview import Overview, overview
from usecases.intake.reconcile import ask_shops_now, list_polls
from wiring.outside import signed_channels

routes = router("intake")

CHANNEL_KEY = r"^[a-z][a-z0-9_]{0,39}$"
InPath = Annotated[str, Path(pattern=CHANNEL_KEY)]


class ChannelIn(Sent):
    """A channel to be. Its template has the same key."""

    key: Annotated[str, Field(pattern=CHANNEL_KEY, max_length=40, examples=["medusa"])]
    name: Name


class ChannelSecretRotation(Sent):
    """The secret before counts for so long."""

    overlap_hours: Annotated[Whole, Field(ge=0, le=30 * 24, description="旧密钥继续有效的小时数")] = 24


class ChannelMaker(Shown):
    """Who added it."""

    id: str
    name: str | None


class ChannelOut(Shown):
    """`template_version` null: what it delivers is kept, and read when its template is published."""

    id: UUID
    key: str
    name: str
    secret_number: int
    old_secret_until: str | None
    template_version: int | None
    last_received_at: str | None
    created_at: str
    created_by: ChannelMaker


class ChannelMade(ChannelOut):
    """`secret` is told this once; an answer given again for its Idempotency-Key has none."""

    secret: str | None


class ChannelStanding(Shown):
    """`signed`: its sender has a secret here. `refused` counts unproven deliveries of the last 24 hours; `review`,
    `failed` and `kept` what waits for a person, cannot be read, and is still to be read.
    """

    channel: str
    label: BothLanguages
    added: bool
    signed: bool
    template_version: int | None
    last_received_at: str | None
    review: int
    failed: int
    kept: int
    refused: int


class Standing(Shown):
    """Every channel, built in or added, by key."""

    items: list[ChannelStanding]


class PollOut(Shown):
    """`missed` of the `seen` changes of the last window nobody had told of; `problem`: why it cannot be read now."""

    channel: str
    shop: str
    read_until: str | None
    done_at: str | None
    seen: int
    missed: int
    problem: str | None
    problem_at: str | None


class Polls(Shown):
    """Every shop that has been asked."""

    items: list[PollOut]


class ShopsAsked(Shown):
    """How many shops are asked because of this, and how many were being asked already."""

    asked: int
    under_way: int


@routes.get("/intake-channels", response_model=Page[ChannelOut])
async def find_channels(actor: TheActor, door: TheDoor, page: ThePage) -> Any:
    """Channels that people added, by key. 自建渠道列表。"""
    rows = await door.read(actor, list_channels, ChannelPage(page.after[0] if page.after else None, page.fetch))
    return page.page(rows, lambda channel: [channel["key"]])


@routes.post("/intake-channels", status_code=201, response_model=ChannelMade)
async def create_channel(request: Request, body: ChannelIn, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Add a channel that delivers to `hooks/{key}`; only this answer holds its secret. 新建渠道。"""
    command = AddChannel(body.key, body.name, tuple(parts_of(request).senders))
    return _with_secret(request, await door.run(actor, add_channel, command, key=key), 201)


@routes.post("/intake-channels/{channel}/rotate", response_model=ChannelMade)
async def replace_channel_secret(
    request: Request, channel: InPath, body: ChannelSecretRotation, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Give it a new secret; the one before counts until the overlap ends. 更换渠道密钥。"""
    command = RenewChannelSecret(channel, timedelta(hours=body.overlap_hours))
    return _with_secret(request, await door.run(actor, renew_channel_secret, command, key=key), 200)


@routes.delete("/intake-channels/{channel}", status_code=204, response_model=None)
async def remove_channel(channel: InPath, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Take nothing more under its secrets; its template and what it delivered stay. 停用渠道。"""
    await door.run(actor, drop_channel, channel, key=key)
    return Answer()


@routes.get("/intake-overview", response_model=Standing)
async def get_overview(request: Request, actor: TheActor, door: TheDoor) -> Any:
    """All channels at a glance: which are on, what last came, what waits. 渠道概览。"""
    parts = parts_of(request)
    wanted = Overview(tuple(parts.senders), signed_channels(parts.settings))
    return {"items": await door.read(actor, overview, wanted)}


@routes.get("/intake-polls", response_model=Polls)
async def find_polls(actor: TheActor, door: TheDoor) -> Any:
    """How far each shop has been asked for what its channel did not deliver. 补漏进度。"""
    return {"items": await door.read(actor, list_polls, None)}


@routes.post("/intake-polls", status_code=202, response_model=ShopsAsked)
async def ask_now(request: Request, actor: TheActor, door: TheDoor, key: TheKey) -> Answer:
    """Ask every connected shop what changed, now; it is done every ten minutes anyway. 立即补漏。"""
    shops = parts_of(request).settings.polled_shops
    return answer_of(await door.run(actor, ask_shops_now, shops, key=key), status=202)


def _with_secret(request: Request, outcome: Outcome, status: int) -> Answer:
    """The stored answer does not hold the secret, so that it is told only to whoever was first."""
    told = outcome.answer
    secrets = parts_of(request).channel_secrets
    secret = None if outcome.replayed else secrets.secret(UUID(told["id"]), told["secret_number"])
    return Answer({**told, "secret": secret}, status, replayed=outcome.replayed)
