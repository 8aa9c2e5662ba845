"""A browser in which somebody signed in once has a token of ours for that login, and its tries are counted apart.

The token opens nothing. It is bound to the login, so that it is of no use to guess at another, and goes out only where
people sign in.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from api.actor import parts_of

_PATH = "/api/v1/auth"
_SECONDS = 400 * 24 * 3600  # as long as browsers keep a cookie
_NONCE_CHARACTERS = 22


def known_browser(request: HTTPConnection, login: str) -> str | None:
    """The token of a browser that knows this login; None for any other."""
    nonce, _, mac = (request.cookies.get(_name(request, login)) or "").partition(".")
    if len(nonce) != _NONCE_CHARACTERS or not hmac.compare_digest(mac.encode(), _mac(request, login, nonce).encode()):
        return None
    return nonce


def remember_browser(request: HTTPConnection, response: Response, login: str) -> None:
    """Let the browser know this login from now on."""
    nonce = known_browser(request, login) or secrets.token_urlsafe(16)
    response.set_cookie(
        _name(request, login),
        f"{nonce}.{_mac(request, login, nonce)}",
        max_age=_SECONDS,
        path=_PATH,
        secure=_is_secure(request),
        httponly=True,
        samesite="lax",
    )


def _name(request: HTTPConnection, login: str) -> str:
    named = f"tl_knows_{hashlib.sha256(login.encode()).hexdigest()[:12]}"
    return f"__Secure-{named}" if _is_secure(request) else named


def _mac(request: HTTPConnection, login: str, nonce: str) -> str:
    return hmac.digest(parts_of(request).browser_key, f"{login}\n{nonce}".encode(), "sha256").hex()


def _is_secure(request: HTTPConnection) -> bool:
    return parts_of(request).settings.public_url.startswith("https://")
