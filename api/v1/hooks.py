"""Where channels deliver: check the sender's signature, keep the bytes, answer. The relay reads them later."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from starlette.requests import Request

from api.actor import TheDoor, parts_of
from api.contract import problem_response
from api.route import Answer, router
from api.v1.types import Shown
from domain.access.actor import Actor
from domain.refusals.general import NOT_FOUND
from domain.refusals.intake import SIGNATURE_REFUSED
from integrations.ports import SignatureRefused
from usecases.intake.keep_payload import KeepPayload, KeepRefused, keep_payload, keep_refused

routes = router("hooks")

_LONGEST_CONTENT_TYPE = 200
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
    """`id` is the intake item; the same for every repeat of one delivery."""

    id: str
    status: Literal["kept", "parsed", "review", "ordered", "ignored", "failed"]


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
    """Deliver to a channel: taobao, shopify, crm, export or project, signed as each of them signs."""
    parts = parts_of(request)
    sender = parts.senders.get(channel)
    if sender is None:
        raise NOT_FOUND()
    body = await request.body()
    content_type = request.headers.get("content-type", "")[:_LONGEST_CONTENT_TYPE]
    headers = {name: value for name, value in request.headers.items() if name not in _NOT_KEPT}
    verdict = sender.verify(request.headers, body, parts.clock())
    if isinstance(verdict, SignatureRefused):
        refused = KeepRefused(channel, body, content_type, headers, verdict.reason)
        await door.run(_hook(channel), keep_refused, refused)
        raise SIGNATURE_REFUSED(reason=verdict.reason)
    command = KeepPayload(channel, body, content_type, headers, verdict.dedupe_key, verdict.shop)
    kept: dict[str, Any] = (await door.run(_hook(channel), keep_payload, command)).answer
    return Answer({"id": kept["id"], "status": kept["status"]}, 202 if kept["fresh"] else 200)


def _hook(channel: str) -> Actor:
    """The channel itself: it may deliver, and nothing else."""
    return Actor("system", f"hook:{channel}", channel, rights=frozenset({"intake.write"}))
