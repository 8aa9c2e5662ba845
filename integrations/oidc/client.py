"""Speaks to one OpenID Connect issuer: where people sign in there, and what it vouches for when they come back."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx

from integrations.oidc.id_token import UnknownKey, claims_of
from integrations.ports import IssuerAway, NotVouched, Vouched

TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 1024 * 1024
KEPT_FOR = timedelta(hours=1)
KEYS_AGAIN_AFTER = timedelta(minutes=1)
SCOPES = "openid profile email"
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass
class OidcClient:
    """One issuer, as the settings name it. `http` follows no redirects; `clock` gives aware UTC instants."""

    http: httpx.AsyncClient
    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    clock: Callable[[], datetime]
    _document: Mapping[str, Any] | None = field(default=None, init=False)
    _document_until: datetime | None = field(default=None, init=False)
    _keys: Mapping[str, Any] | None = field(default=None, init=False)
    _keys_at: datetime | None = field(default=None, init=False)

    async def sign_in_url(self, state: str, nonce: str, verifier: str) -> str:
        """Where a browser goes to sign in there. Raises IssuerAway."""
        endpoint = (await self._discovered())["authorization_endpoint"]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": self.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}"

    async def redeem(self, code: str, nonce: str, verifier: str) -> Vouched:
        """Whom the issuer vouches for. Raises IssuerAway, NotVouched."""
        document = await self._discovered()
        answer = await self._post(document, {"code": code, "code_verifier": verifier})
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise NotVouched("the answer has no id_token")
        claims = await self._judged(document, token, nonce)
        return _vouched(self.issuer, claims)

    async def close(self) -> None:
        """Give the connections back."""
        await self.http.aclose()

    async def _judged(self, document: Mapping[str, Any], token: str, nonce: str) -> dict[str, Any]:
        """The claims of a token; a key that is not known yet has the keys fetched again, now and then."""
        now = self.clock()
        expected: dict[str, Any] = {
            "issuer": self.issuer, "client_id": self.client_id, "nonce": nonce, "now": now,
        }  # fmt: skip
        try:
            return claims_of(token, await self._key_set(document, again=False), **expected)
        except UnknownKey:
            pass
        try:
            return claims_of(token, await self._key_set(document, again=True), **expected)
        except UnknownKey as error:
            raise NotVouched("the id_token is signed by an unknown key") from error

    async def _discovered(self) -> Mapping[str, Any]:
        now = self.clock()
        if self._document is None or self._document_until is None or now >= self._document_until:
            document = await self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            self._check(document)
            self._document, self._document_until = document, now + KEPT_FOR
        return self._document

    def _check(self, document: Mapping[str, Any]) -> None:
        if document.get("issuer") != self.issuer:
            raise IssuerAway("its discovery document is of another issuer")
        scheme = urlsplit(self.issuer).scheme
        for name in _NEEDED:
            endpoint = document.get(name)
            if not isinstance(endpoint, str) or urlsplit(endpoint).scheme not in {"https", scheme}:
                raise IssuerAway(f"its discovery document has no usable {name}")

    async def _key_set(self, document: Mapping[str, Any], *, again: bool) -> Mapping[str, Any]:
        now = self.clock()
        age = None if self._keys_at is None else now - self._keys_at
        stale = age is None or age >= KEPT_FOR or (again and age >= KEYS_AGAIN_AFTER)
        if self._keys is None or stale:
            self._keys, self._keys_at = await self._get(document["jwks_uri"]), now
        return self._keys

    async def _post(self, document: Mapping[str, Any], sent: Mapping[str, str]) -> Mapping[str, Any]:
        form = {"grant_type": "authorization_code", "redirect_uri": self.redirect_uri, **sent}
        headers = {"accept": "application/json"}
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if self.client_secret is not None and "client_secret_basic" in methods:
            pair = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
            headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        else:
            secret = {} if self.client_secret is None else {"client_secret": self.client_secret}
            form |= {"client_id": self.client_id, **secret}
        return await self._asked("POST", document["token_endpoint"], data=form, headers=headers)

    async def _get(self, url: str) -> Mapping[str, Any]:
        return await self._asked("GET", url, headers={"accept": "application/json"})

    async def _asked(self, method: str, url: str, **more: Any) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS), self.http.stream(method, url, **more) as answer:
                body = await _capped(answer)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise IssuerAway(f"it does not answer: {type(error).__name__}") from error
        if method == "POST" and answer.status_code in {400, 401, 403}:
            raise NotVouched(f"it does not take the code: {answer.status_code}")
        if answer.status_code != httpx.codes.OK:
            raise IssuerAway(f"it answers {answer.status_code}")
        return _object(body)


async def _capped(answer: httpx.Response) -> bytes:
    body = b""
    async for piece in answer.aiter_bytes():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            raise IssuerAway("it answers more than one may")
    return body


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise IssuerAway("it answers what is no JSON") from error
    if not isinstance(found, dict):
        raise IssuerAway("it answers what is no JSON object")
    return found


def _vouched(issuer: str, claims: Mapping[str, Any]) -> Vouched:
    email = claims.get("email")
    verified = isinstance(email, str) and claims.get("email_verified") is True
    names = [claims.get(name) for name in ("name", "preferred_username", "email")]
    shown = next((name for name in names if isinstance(name, str) and name.strip()), claims["sub"])
    return Vouched(issuer, claims["sub"], shown.strip(), email if verified else None)
