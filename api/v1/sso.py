"""Single sign-on: a browser goes to the issuer and comes back with a code; what it began lies in its own cookie."""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
import structlog
from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import TheActor, TheDoor, TheGate, parts_of, set_cookies
from api.address import address_of
from api.contract import problem_response
from api.keys import TheKey
from api.route import Answer, router
from api.v1.own_account import Ended
from api.v1.types import SafeText, Sent, Shown
from domain.refusals.general import NOT_FOUND
from domain.refusals.kinds import Kind, Refusal
from domain.refusals.people import SSO_NOT_VOUCHED, SSO_STATE_INVALID, SSO_UNAVAILABLE
from integrations.ports import Issuer, IssuerAway, NotVouched
from usecases.people.admit_vouched import Admission
from usecases.people.sso_links import LinkPerson, link_person, list_sso_links, unlink_person

routes = router("auth")

HOME = "/console/"
_MINUTES = 10
_log = structlog.stdlib.get_logger("sso")
_GONE: dict[int | str, dict[str, Any]] = {302: {"description": "Go there 跳转"}, 401: problem_response(401)}
Wanted = Annotated[
    str, Query(max_length=500, pattern=r"^/([^/\\\x00-\x1f][^\\\x00-\x1f]*)?$", description="a path of ours 登录后回到")
]
Given = Annotated[str | None, Query(max_length=4000)]
Subject = Annotated[SafeText, Field(min_length=1, max_length=255, description="the issuer's own name for them")]


class SsoOffer(Shown):
    """Where a browser begins, and what the button says."""

    label: str
    start: str


class SignInMethods(Shown):
    """How people may sign in here."""

    password: bool
    sso: SsoOffer | None


class LinkIn(Sent):
    """Who somebody is at the issuer."""

    subject: Subject


class LinkOut(Shown):
    """A link of somebody to an issuer."""

    issuer: str
    subject: str
    linked_at: str


class Links(Shown):
    """All of them; there are few."""

    items: list[LinkOut]
    next_cursor: None = None


@routes.get("/auth/methods", response_model=SignInMethods)
async def methods(request: Request) -> Any:
    """How people may sign in here. 登录方式。"""
    parts = parts_of(request)
    offered = {"label": parts.settings.sso_label, "start": "/api/v1/auth/sso"} if parts.issuer else None
    return {"password": True, "sso": offered}


@routes.get("/auth/sso", response_class=Response, status_code=302, responses=_GONE)
async def begin_sso(request: Request, return_to: Wanted = HOME) -> Response:
    """Go to the issuer to sign in; `return_to` is where the browser ends up. 单点登录。"""
    issuer = _issuer(request)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    try:
        url = await issuer.sign_in_url(state, nonce, verifier)
    except IssuerAway as problem:
        _log.warning("issuer_away", problem=str(problem))
        raise SSO_UNAVAILABLE() from None
    response = _redirect(url)
    begun = {"state": state, "nonce": nonce, "verifier": verifier, "return_to": return_to, "at": _now(request)}
    response.set_cookie(
        _cookie_name(request), _sealed(request, begun), max_age=_MINUTES * 60, path="/", secure=_is_secure(request),
        httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@routes.get("/auth/sso/callback", response_class=Response, status_code=302, responses=_GONE)
async def end_sso(
    request: Request, gate: TheGate, code: Given = None, state: Given = None, error: Given = None, iss: Given = None
) -> Response:
    """The browser comes back from the issuer, is signed in and sent on, or sent on with `sso_error`. 单点登录返回。"""
    issuer = _issuer(request)
    begun = _opened(request)
    home = begun["return_to"] if begun else HOME
    try:
        response = _redirect(home)
        await _come_in(request, gate, issuer, begun, response, code=code, state=state, error=error, iss=iss)
    except Refusal as refusal:
        response = _redirect(f"{home}{'&' if '?' in home else '?'}{urlencode({'sso_error': refusal.code})}")
    response.delete_cookie(_cookie_name(request), path="/", secure=_is_secure(request), httponly=True)
    return response


@routes.get("/users/{user_id}/sso-links", response_model=Links)
async def get_links(user_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """Who somebody is at the issuer. 单点登录绑定。"""
    return {"items": await door.read(actor, list_sso_links, user_id), "next_cursor": None}


@routes.post("/users/{user_id}/sso-links", status_code=201, response_model=LinkOut)
async def add_link(
    request: Request, user_id: UUID, body: LinkIn, actor: TheActor, door: TheDoor, key: TheKey
) -> Answer:
    """Let the issuer vouch for somebody. 绑定单点登录账号。"""
    settings = parts_of(request).settings
    if settings.sso_issuer is None:
        raise NOT_FOUND()
    command = LinkPerson(user_id, settings.sso_issuer, body.subject)
    outcome = await door.run(actor, link_person, command, key=key)
    return Answer(outcome.answer, 201, replayed=outcome.replayed)


@routes.delete("/users/{user_id}/sso-links", response_model=Ended)
async def drop_links(user_id: UUID, actor: TheActor, door: TheDoor) -> Any:
    """Forget who somebody is at the issuer, and sign them out. 解除单点登录绑定。"""
    return (await door.run(actor, unlink_person, user_id)).answer


async def _come_in(
    request: Request,
    gate: TheGate,
    issuer: Issuer,
    begun: dict[str, Any] | None,
    response: Response,
    *,
    code: str | None,
    state: str | None,
    error: str | None,
    iss: str | None,
) -> None:
    """Raises SSO_STATE_INVALID, SSO_NOT_VOUCHED, SSO_UNAVAILABLE, SSO_PERSON_UNKNOWN."""
    if begun is None or state is None or not hmac.compare_digest(state.encode(), begun["state"].encode()):
        raise SSO_STATE_INVALID()
    settings = parts_of(request).settings
    if error is not None or code is None or iss not in (None, settings.sso_issuer):
        raise _logged(SSO_NOT_VOUCHED, f"came back with {error or 'no code, or from another issuer'}")
    try:
        vouched = await issuer.redeem(code, begun["nonce"], begun["verifier"])
    except NotVouched as problem:
        raise _logged(SSO_NOT_VOUCHED, str(problem)) from None
    except IssuerAway as problem:
        raise _logged(SSO_UNAVAILABLE, str(problem)) from None
    admission = Admission(
        vouched.issuer, vouched.subject, vouched.name, vouched.email, settings.sso_link_by_email, settings.sso_role
    )
    agent = request.headers.get("user-agent")
    set_cookies(request, response, await gate.sign_in_vouched(admission, address_of(request), agent))


def _logged(kind: Kind, problem: str) -> Refusal:
    _log.warning("sso_refused", code=kind.code, problem=problem[:200])
    return kind()


def _issuer(request: Request) -> Issuer:
    found = parts_of(request).issuer
    if found is None:
        raise NOT_FOUND()
    return found


def _redirect(url: str) -> Response:
    return Response(None, 302, {"location": url, "cache-control": "no-store"})


def _sealed(request: Request, begun: dict[str, Any]) -> str:
    text = base64.urlsafe_b64encode(orjson.dumps(begun)).decode()
    return f"{text}.{_mac(request, text)}"


def _opened(request: Request) -> dict[str, Any] | None:
    """What this browser began, not long ago; None where it began nothing."""
    text, _, mac = (request.cookies.get(_cookie_name(request)) or "").partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(request, text).encode()):
        return None
    begun: dict[str, Any] = orjson.loads(base64.urlsafe_b64decode(text))
    return begun if 0 <= _now(request) - begun["at"] <= _MINUTES * 60 else None


def _mac(request: Request, text: str) -> str:
    return hmac.digest(parts_of(request).browser_key, f"sso\n{text}".encode(), "sha256").hex()


def _now(request: Request) -> int:
    return int(parts_of(request).clock().timestamp())


def _cookie_name(request: Request) -> str:
    return "__Host-tl_sso" if _is_secure(request) else "tl_sso"


def _is_secure(request: Request) -> bool:
    return parts_of(request).settings.public_url.startswith("https://")
