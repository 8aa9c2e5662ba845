"""The headers that make a repeated or a late write harmless: Idempotency-Key and If-Match."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Annotated, Any

from fastapi import Depends
from starlette.requests import Request

from api.actor import TheActor, TheCustomer, parts_of
from api.contract import documented
from api.route import FORM
from domain.access.actor import Actor
from domain.refusals.general import IDEMPOTENCY_KEY_INVALID, IF_MATCH_REQUIRED, MALFORMED_REQUEST
from usecases.door import Key

_VISIBLE = re.compile(r"[\x21-\x7e]{1,255}")
_TAG = re.compile(r'(W/)?"([\x21\x23-\x7e]*)"')
_NO_VERSION = -1  # an ETag that we never gave: no order stands at it
_PIECE_BYTES = 256 * 1024


def _header(name: str, words: str, schema: dict[str, Any], *, required: bool = False) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": required, "description": words, "schema": schema}


_IDEMPOTENCY: dict[str, Any] = {
    "parameter": _header(
        "Idempotency-Key",
        "A repeated key gives the first answer again, for 30 days; with another body it is refused. "
        "重复的键得到首次的答复，保留 30 天。",
        {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    ),
    "answer_header": ("Idempotent-Replayed", "`true` where the answer was given before"),
}


@documented(**_IDEMPOTENCY)
async def idempotency_key(request: Request, actor: TheActor) -> Key | None:
    """The key of this attempt, scoped to actor, method and route. Raises IDEMPOTENCY_KEY_INVALID."""
    return await _key_of(request, actor)


@documented(**_IDEMPOTENCY)
async def customer_key(request: Request, actor: TheCustomer) -> Key | None:
    """The same for a customer."""
    return await _key_of(request, actor)


async def _key_of(request: Request, actor: Actor) -> Key | None:
    text = request.headers.get("idempotency-key")
    if text is None:
        return None
    if not _VISIBLE.fullmatch(text):
        raise IDEMPOTENCY_KEY_INVALID()
    route = request.scope["route"].path_format
    fingerprint = await _fingerprint(request, parts_of(request).fingerprint_key)
    return Key(f"{actor.kind}:{actor.id} {request.method} {route}", text, fingerprint)


async def _fingerprint(request: Request, key: bytes) -> str:
    """A hash of what is asked, from which a password in it cannot be guessed."""
    asked = f"{request.method}\n{request.scope['path']}\n".encode() + request.scope["query_string"] + b"\n"
    digest = hmac.new(key, asked, "sha256")
    if request.scope.get(FORM):
        await _add_form(digest, request)
    else:
        digest.update(await request.body())
    return digest.hexdigest()


async def _add_form(digest: hmac.HMAC, request: Request) -> None:
    """By what the form says and not by how it is written: a boundary is chosen anew for each attempt.

    FastAPI has read the form before this; files lie on disk and are not read into memory whole.
    """
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            digest.update(repr((name, value)).encode())
            continue
        digest.update(repr((name, value.filename, value.content_type)).encode())
        content = hashlib.sha256()
        while piece := await value.read(_PIECE_BYTES):
            content.update(piece)
        await value.seek(0)
        digest.update(content.digest())


_VERSION_SCHEMA = {"type": "string", "pattern": '^"[0-9]+"$', "examples": ['"7"']}


@documented(parameter=_header("If-Match", "The ETag of the version that the caller saw 所依据的版本", _VERSION_SCHEMA))
async def if_match(request: Request) -> int | None:
    """The version that the caller saw, or None where they do not say. Raises MALFORMED_REQUEST."""
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    return _version(header)


@documented(
    parameter=_header(
        "If-Match", "The ETag of the version that the caller saw 所依据的版本", _VERSION_SCHEMA, required=True
    )
)
async def if_match_required(request: Request) -> int:
    """The version that the caller saw. Raises IF_MATCH_REQUIRED where they do not say, MALFORMED_REQUEST."""
    header = request.headers.get("if-match")
    if header is None or header.strip() == "*":
        raise IF_MATCH_REQUIRED()
    return _version(header)


def _version(header: str) -> int:
    tag = _TAG.fullmatch(header.strip())
    if tag is None:
        raise MALFORMED_REQUEST(reason="If-Match")
    # A weak tag never fits a write, by RFC 9110.
    return int(tag[2]) if tag[1] is None and tag[2].isdecimal() and len(tag[2]) < 10 else _NO_VERSION


TheCustomerKey = Annotated[Key | None, Depends(customer_key)]
TheKey = Annotated[Key | None, Depends(idempotency_key)]
IfMatch = Annotated[int | None, Depends(if_match)]
IfMatchRequired = Annotated[int, Depends(if_match_required)]
