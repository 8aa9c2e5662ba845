"""A customer signs in by a code that is mailed to her, sees who she is signed in as, and signs out."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import EmailStr, Field
from starlette.requests import Request
from starlette.responses import Response

from api.actor import (
    TheCustomer,
    TheDoor,
    ThePortalGate,
    browser_mark,
    clear_portal_cookie,
    cookie,
    refuse_foreign_origin,
    require_same_origin,
    set_portal_cookie,
)
from api.address import address_of
from api.contract import problem_response
from api.keys import TheCustomerKey
from api.route import Answer, dumps, router
from api.v1.portal.answers import private
from api.v1.types import Flag, Name, Sent, Shown
from domain.portal.codes import LIVES
from usecases.portal.contacts import ChangeContact, change_myself
from usecases.portal.gate import Claim
from usecases.portal.sessions import who_am_i

routes = router("portal")

_REFUSED: dict[int | str, dict[str, Any]] = {403: problem_response(403)}
_REFUSED_LOGIN: dict[int | str, dict[str, Any]] = {status: problem_response(status) for status in (401, 403)}
_NO_STORE = {"cache-control": "no-store", "vary": "cookie, accept-language"}

Code = Annotated[
    str, Field(pattern=r"^[0-9]{4}[ -]?[0-9]{4}$", examples=["12345678"], description="8 digits, as mailed 验证码")
]


class CodeWanted(Sent):
    """Where the code goes, if anybody may sign in by this address."""

    email: EmailStr


class CodeSent(Shown):
    """The same for every address: whether anybody may sign in by it is not told."""

    expires_in: int = Field(description="seconds that a code lives")


class Redeeming(Sent):
    """The address and the code that was mailed to it."""

    email: EmailStr
    code: Code


class CustomerName(Shown):
    """One of those for whom the contact speaks."""

    name: str


class PortalMe(Shown):
    """Who is signed in."""

    id: UUID
    email: str
    name: str
    language: Literal["zh", "en"]
    customers: list[CustomerName]


class PortalMePatch(Sent):
    """A JSON merge patch of what one may say about oneself."""

    name: Name = "-"
    language: Literal["zh", "en"] = "zh"


class SignOut(Sent):
    """`everywhere`: on every other device too."""

    everywhere: Flag = False


class SignedIn(Shown):
    """The session is in a cookie that no script can read."""

    signed_in: bool


@routes.post("/portal/login/code", status_code=202, response_model=CodeSent, responses=_REFUSED)
async def request_login_code(request: Request, gate: ThePortalGate, sent: CodeWanted) -> Response:
    """Ask for a code by mail. Every address gets the same answer, after the same work. 获取登录验证码。"""
    refuse_foreign_origin(request)
    response = Response(dumps({"expires_in": LIVES.seconds}), 202, dict(_NO_STORE), "application/json")
    await gate.request_code(sent.email, browser_mark(request, response), address_of(request))
    return response


@routes.post("/portal/login", response_model=SignedIn, responses=_REFUSED_LOGIN)
async def sign_in_by_code(request: Request, gate: ThePortalGate, sent: Redeeming) -> Response:
    """Trade the code for a session. Wrong, used and expired codes, and strangers' addresses, get one answer. 登录。"""
    refuse_foreign_origin(request)
    code = sent.code.replace(" ", "").replace("-", "")
    mark, agent = cookie(request, "portal_browser"), request.headers.get("user-agent")
    token = await gate.sign_in(Claim(sent.email, code, mark, address_of(request), agent))
    response = Response(dumps({"signed_in": True}), 200, dict(_NO_STORE), "application/json")
    set_portal_cookie(request, response, token)
    return response


@routes.post("/portal/logout", status_code=204, response_model=None, responses=_REFUSED)
async def sign_out_of_portal(request: Request, gate: ThePortalGate, sent: SignOut | None = None) -> Response:
    """End this session, or all of one's sessions, at once. 退出。"""
    token = cookie(request, "portal")
    response = Response(status_code=204)
    if token is not None:
        require_same_origin(request)
        await gate.sign_out(token, everywhere=bool(sent and sent.everywhere))
        clear_portal_cookie(request, response)
    return response


@routes.get("/portal/me", response_model=PortalMe)
async def portal_me(door: TheDoor, customer: TheCustomer) -> Answer:
    """Who is signed in, and for which customers. 当前客户。"""
    return private(await door.read(customer, who_am_i, None))


@routes.patch("/portal/me", response_model=PortalMe)
async def change_portal_me(door: TheDoor, customer: TheCustomer, key: TheCustomerKey, sent: PortalMePatch) -> Answer:
    """Be called otherwise, or be written to in the other language. 修改姓名或语言。"""
    said = sent.model_dump(exclude_unset=True)
    command = ChangeContact(UUID(customer.id), said.get("name"), said.get("language"))
    outcome = await door.run(customer, change_myself, command, key=key)
    return private(await door.read(customer, who_am_i, None), replayed=outcome.replayed)
