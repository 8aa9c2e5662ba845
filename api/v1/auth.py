"""Staff sign in, stay signed in, see who they are and where else they are signed in, and sign out."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Form
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import (
    ACCESS_SECONDS,
    TheActor,
    TheDoor,
    TheGate,
    actor,
    clear_cookies,
    cookie,
    refuse_foreign_origin,
    require_same_origin,
    set_cookies,
)
from api.address import address_of
from api.contract import problem_response
from api.known_browser import known_browser, remember_browser
from api.route import Answer, dumps, hidden_of, router
from api.v1.roles import OrdersOf
from api.v1.types import BothLanguages, Key, Name, SafeText, Sent, Shown
from domain.refusals.kinds import Refusal
from domain.refusals.people import SESSION_ENDED
from usecases.people.sessions import end_session, list_sessions, sign_out
from usecases.people.sign_in import Credentials, Granted
from usecases.people.who_am_i import who_am_i

routes = router("auth")
# These ask nobody who is there, and refuse all the same.
_REFUSED: dict[int | str, dict[str, Any]] = {status: problem_response(status) for status in (401, 403)}


class SignIn(Sent):
    """OAuth2's password form. `session=cookie` is for browsers: the tokens go into cookies that no script can read."""

    username: Name
    password: Annotated[SafeText, Field(min_length=1, max_length=256, json_schema_extra={"format": "password"})]
    grant_type: Literal["password", ""] = "password"
    scope: Annotated[SafeText, Field(max_length=1000, description="not used 不使用")] = ""
    client_id: Annotated[SafeText, Field(max_length=200, description="not used 不使用")] = ""
    client_secret: Annotated[SafeText, Field(max_length=200, description="not used 不使用")] = ""
    session: Literal["token", "cookie"] = "token"
    otp: Annotated[
        SafeText, Field(max_length=40, description="a code of the second factor, once asked for 两步验证码")
    ] = ""


class Refresh(Sent):
    """The refresh token given last; browsers send theirs as a cookie and nothing here."""

    refresh_token: Annotated[SafeText, Field(min_length=1, max_length=200)] | None = None


class Tokens(Shown):
    """`token_type` is `cookie`, without tokens, where they went into cookies."""

    token_type: Literal["bearer", "cookie"]
    expires_in: int = Field(description="seconds that the access token lives")
    access_token: str | None = None
    refresh_token: str | None = Field(default=None, description="good for one use; a second use ends the session")


class RoleShown(Shown):
    """A role by its name."""

    key: Key
    label: BothLanguages


class Me(Shown):
    """The person who asks. `hidden_fields` never reach them; `rights` are checked anew at each request.

    `unwritable_fields` are those of an order that they are refused to write, whatever their rights; `field_roles` are
    the roles by which documents open or close their fields to them (`x-read`, `x-write`).
    """

    id: UUID
    login: str
    name: str
    email: str | None
    phone: str | None
    language: Literal["zh", "en"]
    disabled: bool
    roles: list[RoleShown]
    positions: list[str]
    orders_of: OrdersOf
    department: str | None
    created_at: str
    version: int
    rights: list[str]
    hidden_fields: list[str]
    field_roles: list[str]
    unwritable_fields: list[str]
    features: list[str] = Field(description="of those that not everybody has, as `GET features` lists them")
    session_id: UUID


class SessionShown(Shown):
    """A place where one is signed in."""

    id: UUID
    current: bool
    user_agent: str | None
    address: str | None
    second_factor: bool = Field(description="whether it was opened by a second factor")
    created_at: str
    refreshed_at: str
    expires_at: str


class Sessions(Shown):
    """At most 200, the one used last first."""

    items: list[SessionShown]
    next_cursor: None = None


@routes.post("/auth/token", response_model=Tokens, responses=_REFUSED)
async def sign_in(request: Request, gate: TheGate, form: Annotated[SignIn, Form()]) -> Response:
    """Sign in by name and password. A wrong name and a wrong password get the same answer. 登录。

    Whoever has a second factor is answered `second_factor_required`, and sends the form again with `otp`.
    """
    in_cookies = form.session == "cookie"
    if in_cookies:
        refuse_foreign_origin(request)
    claimed = Credentials(
        form.username,
        form.password,
        form.otp.strip() or None,
        address_of(request),
        known_browser(request, form.username),
        request.headers.get("user-agent"),
    )
    response = _granted(request, await gate.sign_in(claimed), in_cookies=in_cookies)
    if in_cookies:
        remember_browser(request, response, form.username)
    return response


@routes.post("/auth/refresh", response_model=Tokens, responses=_REFUSED)
async def refresh(request: Request, gate: TheGate, sent: Refresh | None = None) -> Response:
    """Trade a refresh token for the next two; the one sent is spent, and its second use ends the session. 刷新。"""
    told = sent.refresh_token if sent else None
    granted = await gate.refresh(told or _refresh_cookie(request))
    return _granted(request, granted, in_cookies=told is None)


@routes.post("/auth/logout", status_code=204, response_model=None, responses=_REFUSED)
async def logout(request: Request, gate: TheGate, door: TheDoor, sent: Refresh | None = None) -> Response:
    """End this session at once, by its access or its refresh token. 退出。"""
    told = sent.refresh_token if sent else None
    try:
        who = await actor(request)
    except Refusal as refusal:
        if told is None and cookie(request, "refresh") is None:
            raise refusal from None
        await gate.sign_out(told or _refresh_cookie(request))
    else:
        await door.run(who, sign_out, None)
    response = Response(status_code=204)
    clear_cookies(request, response)
    return response


@routes.get("/me", response_model=Me)
async def me(request: Request, door: TheDoor, actor: TheActor) -> Any:
    """Who asks, with roles, rights and the fields they never see. 当前用户。"""
    return {**await door.read(actor, who_am_i, None), "hidden_fields": hidden_of(request)}


@routes.get("/auth/sessions", response_model=Sessions)
async def sessions(door: TheDoor, actor: TheActor) -> Any:
    """Where the caller is signed in. 本人的登录。"""
    return {"items": await door.read(actor, list_sessions, None), "next_cursor": None}


@routes.delete("/auth/sessions/{session_id}", status_code=204, response_model=None)
async def revoke_session(door: TheDoor, actor: TheActor, session_id: UUID) -> Answer:
    """End one of the caller's sessions, such as the one on a lost phone. 结束一处登录。"""
    await door.run(actor, end_session, session_id)
    return Answer()


def _refresh_cookie(request: Request) -> str:
    """The browser's refresh token. Raises SESSION_ENDED where it has none."""
    token = cookie(request, "refresh")
    if token is None:
        raise SESSION_ENDED()
    require_same_origin(request)
    return token


def _granted(request: Request, granted: Granted, *, in_cookies: bool) -> Response:
    told: dict[str, Any] = {"token_type": "cookie" if in_cookies else "bearer", "expires_in": ACCESS_SECONDS}
    if not in_cookies:
        told |= {"access_token": granted.access_token, "refresh_token": granted.refresh_token}
    response = Response(dumps(told), 200, {"cache-control": "no-store"}, "application/json")
    if in_cookies:
        set_cookies(request, response, granted)
    return response
