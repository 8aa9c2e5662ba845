"""Who is asking: the one place that authenticates. A bearer token, or the cookies of a browser that came from us."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from api.contract import CUSTOMERS, STAFF, documented
from domain.access.actor import Actor
from domain.refusals.people import ORIGIN_NOT_ALLOWED, UNAUTHENTICATED
from usecases.door import Door
from usecases.people.passwords import Passwords
from usecases.people.sign_in import Gate, Granted
from usecases.portal.codes import fresh_token
from usecases.portal.gate import PortalGate
from wiring.build import Parts

# Where a request keeps who asks, once that is known.
ACTOR = "throughline.actor"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
ACCESS_SECONDS = 600
# Until the session itself ends, which its row in the database says.
PORTAL_SECONDS = 90 * 24 * 3600
REFRESH_SECONDS = 14 * 24 * 3600


def parts_of(request: HTTPConnection) -> Parts:
    """Everything that the application was built from."""
    parts: Parts = request.app.state.parts
    return parts


async def door(request: Request) -> Door:
    """The one door."""
    return parts_of(request).door


async def gate(request: Request) -> Gate:
    """What lets staff in."""
    return parts_of(request).gate


async def portal_gate(request: Request) -> PortalGate:
    """What lets customers in."""
    return parts_of(request).portal_gate


async def passwords(request: Request) -> Passwords:
    """What hashes passwords, outside every transaction."""
    return parts_of(request).passwords


@documented(secured=STAFF)
async def actor(request: Request) -> Actor:
    """Who asks, with the rights of this moment. Raises UNAUTHENTICATED, SESSION_ENDED, ORIGIN_NOT_ALLOWED."""
    known: Actor | None = request.scope.get(ACTOR)
    if known is not None:
        return known
    parts = parts_of(request)
    token = bearer(request)
    if token is None:
        token = cookie(request, "access")
        if token is None:
            raise UNAUTHENTICATED()
        if request.method not in _SAFE_METHODS:
            require_same_origin(request)
    by_key = parts.key_gate.knows(token)
    found = await (parts.key_gate if by_key else parts.gate).actor(token)
    request.scope[ACTOR] = found
    return found


@documented(secured=CUSTOMERS)
async def customer(request: Request) -> Actor:
    """Which customer's contact asks, by the portal's cookie alone: no token of the staff counts here.

    Raises UNAUTHENTICATED, SESSION_ENDED, ORIGIN_NOT_ALLOWED.
    """
    known: Actor | None = request.scope.get(ACTOR)
    if known is not None:
        return known
    token = cookie(request, "portal")
    if token is None:
        raise UNAUTHENTICATED()
    if request.method not in _SAFE_METHODS:
        require_same_origin(request)
    found = await parts_of(request).portal_gate.actor(token)
    request.scope[ACTOR] = found
    return found


def bearer(request: HTTPConnection) -> str | None:
    """The bearer token of a request; empty where another scheme is used, None where nothing is said."""
    header = request.headers.get("authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def require_same_origin(request: HTTPConnection) -> None:
    """Raises ORIGIN_NOT_ALLOWED unless the browser says that one of our own pages sends this."""
    origin = request.headers.get("origin")
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin") or (origin is None and site is None):
        raise ORIGIN_NOT_ALLOWED()
    if origin is not None and not _is_ours(request, origin):
        raise ORIGIN_NOT_ALLOWED()


def refuse_foreign_origin(request: HTTPConnection) -> None:
    """The same for a request that no cookie vouches for: who says nothing is no browser, and may pass."""
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        require_same_origin(request)


def _is_ours(request: HTTPConnection, origin: str) -> bool:
    """By the public address, or by the very host that the request, and so its cookie, was sent to."""
    try:
        given, public = urlsplit(origin), urlsplit(parts_of(request).settings.public_url)
    except ValueError:
        return False
    if given.scheme not in {"http", "https"} or not given.netloc:
        return False
    return (given.scheme, given.netloc) == (public.scheme, public.netloc) or (
        given.netloc == request.headers.get("host")
    )


def cookie(request: HTTPConnection, name: str) -> str | None:
    """The value of one of our cookies: `access`, `refresh`, `portal` or `portal_browser`."""
    return request.cookies.get(_cookie_name(request, name))


def set_cookies(request: HTTPConnection, response: Response, granted: Granted) -> None:
    """Give a browser its session, out of reach of scripts and of other sites."""
    _set_cookie(request, response, "access", granted.access_token, ACCESS_SECONDS)
    _set_cookie(request, response, "refresh", granted.refresh_token, REFRESH_SECONDS)


def set_portal_cookie(request: HTTPConnection, response: Response, token: str) -> None:
    """Give a customer's browser its session."""
    _set_cookie(request, response, "portal", token, PORTAL_SECONDS)


def browser_mark(request: HTTPConnection, response: Response) -> str:
    """What the browser that asks for codes is known by, and nothing else; it gets one where it has none."""
    mark = cookie(request, "portal_browser")
    if mark is None:
        mark = fresh_token()
        _set_cookie(request, response, "portal_browser", mark, PORTAL_SECONDS)
    return mark


def _set_cookie(request: HTTPConnection, response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        _cookie_name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def clear_cookies(request: HTTPConnection, response: Response) -> None:
    """Take it back."""
    for name in ("access", "refresh"):
        _clear_cookie(request, response, name)


def clear_portal_cookie(request: HTTPConnection, response: Response) -> None:
    """Take a customer's session back; the browser keeps its mark."""
    _clear_cookie(request, response, "portal")


def _clear_cookie(request: HTTPConnection, response: Response, name: str) -> None:
    response.delete_cookie(_cookie_name(request, name), path="/", secure=_is_secure(request), httponly=True)


def _cookie_name(request: HTTPConnection, name: str) -> str:
    return f"__Host-tl_{name}" if _is_secure(request) else f"tl_{name}"


def _is_secure(request: HTTPConnection) -> bool:
    return parts_of(request).settings.public_url.startswith("https://")


TheActor = Annotated[Actor, Depends(actor)]
TheDoor = Annotated[Door, Depends(door)]
TheGate = Annotated[Gate, Depends(gate)]
TheCustomer = Annotated[Actor, Depends(customer)]
ThePortalGate = Annotated[PortalGate, Depends(portal_gate)]
ThePasswords = Annotated[Passwords, Depends(passwords)]
