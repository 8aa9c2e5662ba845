"""Where channels deliver: check the sender's signature, keep the bytes, answer. The relay reads them later."""

from __future__ import annotations

from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import Field
from starlette.requests import Request

from api.actor import TheDoor, bearer, parts_of
from api.contract import problem_response
from api.route import Answer, router
from api.v1.types import Shown
from domain.access.actor import Actor
from domain.refusals.general import NOT_FOUND
from domain.refusals.intake import SIGNATURE_REFUSED
from integrations.ports import Sender, SignatureRefused
from integrations.standard_webhooks.signature import StandardWebhooksSender
from usecases.door import Door
from usecases.intake.channels import channel_signing
from usecases.intake.keep_payload import (
    KeepPayload,
    KeepRefused,
    keep_payload,
    keep_refused,
    template_published,
)
from usecases.integrators.come_in import KeyGate
from wiring.build import Parts

routes = router("hooks")

# These also take an API key with the scope intake.write in place of a signature.
BY_KEY = frozenset({"taobao", "crm", "export", "project"})
# Youzan takes any answer but 200 with this for a failure, and holds everything back after too many.
YOUZAN_SUCCESS = {"code": 0, "msg": "success"}
_LONGEST_CONTENT_TYPE = 200
_LONGEST_ID = 200
# What proves who somebody is has done its work and is not kept.
_NOT_KEPT = {"authorization", "proxy-authorization", "cookie"}
_BODY = {"schema": {"type": "string", "format": "binary"}}
_DOCUMENTED = {
    "requestBody": {
        "description": "The delivery as the channel sends it, byte for byte 渠道推送的原始内容",
        "required": True,
        "content": {"application/json": {"schema": {}}, "application/xml": _BODY, "*/*": _BODY},
    }
}


class Accepted(Shown):
    """`id` is the intake item; the same for every repeat of one delivery. `code` and `msg` are for Youzan alone."""

    id: str
    status: Literal["kept", "parsed", "review", "ordered", "ignored", "failed"]
    code: Literal[0] | None = Field(default=None, exclude_if=lambda value: value is None)
    msg: Literal["success"] | None = Field(default=None, exclude_if=lambda value: value is None)


@routes.post(
    "/hooks/{channel}",
    status_code=202,
    response_model=Accepted,
    openapi_extra=_DOCUMENTED,
    responses={
        200: {"model": Accepted, "description": "It had been delivered before, or needs no reading 重复或无需解析"},
        202: {"description": "Kept 已保存"},
        401: problem_response(401),
    },
)
async def deliver(
    request: Request, channel: Annotated[str, Path(pattern=r"^[a-z0-9_]{1,40}$")], door: TheDoor
) -> Answer:
    """Deliver to a channel: taobao, shopify, woocommerce, youzan, crm, export or project, signed as each of them signs.

    taobao, crm, export and project also take an API key with the scope `intake.write` (`Authorization: Bearer
    tl_...`); `webhook-id` or `Idempotency-Key` then names the delivery. Any other channel that has a published template
    takes such a key, and one that was added (`POST intake-channels`) its own secret by Standard Webhooks.
    """
    parts = parts_of(request)
    sender = parts.senders.get(channel)
    by_key = channel in BY_KEY or sender is None
    key = await _key(request) if by_key else None
    if sender is None and key and not await door.read(key, template_published, channel):
        raise NOT_FOUND()
    if sender is None and key is None:
        sender = await _added(parts, door, channel)
    body = await request.body()
    content_type = request.headers.get("content-type", "")[:_LONGEST_CONTENT_TYPE]
    headers = {name: value for name, value in request.headers.items() if name not in _NOT_KEPT}
    if key is not None:
        return await _kept(door, key, KeepPayload(channel, body, content_type, headers, _repeat_of(key, request, body)))
    if sender is None:
        raise NOT_FOUND()
    verdict = sender.verify(request.headers, body, parts.clock())
    if isinstance(verdict, SignatureRefused):
        refused = KeepRefused(channel, body, content_type, headers, verdict.reason)
        await door.run(_hook(channel), keep_refused, refused)
        raise SIGNATURE_REFUSED(reason=verdict.reason)
    command = KeepPayload(channel, body, content_type, headers, verdict.dedupe_key, verdict.shop, verdict.ping)
    answer = await _kept(door, _hook(channel), command)
    return Answer({**answer.body, **YOUZAN_SUCCESS}, 200) if channel == "youzan" else answer


async def _added(parts: Parts, door: Door, channel: str) -> Sender | None:
    """Who signs for a channel that people added, by the secrets that count now; None where there is no such channel."""
    found = await door.read(_hook(channel), channel_signing, channel)
    if found is None:
        return None
    channel_id, numbers = found
    return StandardWebhooksSender([parts.channel_secrets.secret(channel_id, number) for number in numbers])


async def _key(request: Request) -> Actor | None:
    """Who delivers by an API key; None where the delivery bears none and is judged by its signature."""
    token = bearer(request)
    if not token or not KeyGate.knows(token):
        return None
    key = await parts_of(request).key_gate.actor(token)
    request.app.state.paces.charge_actor(request, key)
    return key


def _repeat_of(key: Actor, request: Request, body: bytes) -> str:
    """Equal on every repeat: by the id that the sender gives, else by the bytes. No key can take another's ids."""
    given = request.headers.get("webhook-id") or request.headers.get("idempotency-key")
    return f"key:{key.id}:{given[:_LONGEST_ID] if given else sha256(body).hexdigest()}"


async def _kept(door: Door, sender: Actor, command: KeepPayload) -> Answer:
    kept: dict[str, Any] = (await door.run(sender, keep_payload, command)).answer
    return Answer({"id": kept["id"], "status": kept["status"]}, 202 if kept["fresh"] else 200)


def _hook(channel: str) -> Actor:
    """The channel itself: it may deliver, and nothing else."""
    return Actor("system", f"hook:{channel}", channel, rights=frozenset({"intake.write"}))
