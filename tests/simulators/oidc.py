"""A small OpenID Connect provider that behaves as the standard says, or wrongly in one point where it is told to.

Use it with `httpx.ASGITransport(app=OidcProvider(...))`. It checks what a real one checks: client, redirect address,
PKCE, that a code is redeemed once; `approve` stands for the person who signs in at its own page.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwk, jwt

Scope = MutableMapping[str, Any]
CLIENT_ID, CLIENT_SECRET = "throughline", "a secret: with a colon"


@dataclass
class OidcProvider:
    """`claims` replace those of the next id_token, None taking one away; `lie` names a way to sign it wrongly."""

    issuer: str
    clock: Callable[[], datetime]
    redirect_uri: str
    claims: dict[str, Any] = field(default_factory=dict)
    lie: str = ""
    away: bool = False
    document: dict[str, Any] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.other = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self.codes: dict[str, dict[str, str]] = {}

    def rotate(self) -> None:
        """Sign with a new key from now on."""
        self.key = jwk.RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})

    def approve(self, url: str, subject: str = "s-1", **person: Any) -> str:
        """Somebody signs in at the address that the browser was sent to: the address that it is sent back to."""
        asked = dict(parse_qsl(urlsplit(url).query))
        assert url.startswith(f"{self.issuer}/authorize?")
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT_ID
        assert asked["redirect_uri"] == self.redirect_uri
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        code = secrets.token_urlsafe(16)
        about = {"sub": subject, **person}
        self.codes[code] = {"challenge": asked["code_challenge"], "nonce": asked["nonce"], "about": json.dumps(about)}
        answer = {"code": code, "state": asked["state"], "iss": self.issuer}
        return f"{self.redirect_uri}?{urlencode(answer)}"

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        path = scope["path"].removeprefix(urlsplit(self.issuer).path.rstrip("/"))
        self.calls.append(path)
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        status, answer = self._answer(path, scope, body)
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(answer).encode()})

    def _answer(self, path: str, scope: Scope, body: bytes) -> tuple[int, Any]:
        if self.away:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            return 200, self._document()
        if path == "/jwks":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        if path == "/token":
            return self._token(scope, {name: values[0] for name, values in parse_qs(body.decode()).items()})
        return 404, {}

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "id_token_signing_alg_values_supported": ["RS256"],
            **self.document,
        }

    def _token(self, scope: Scope, form: dict[str, str]) -> tuple[int, Any]:
        begun = self.codes.pop(form.get("code", ""), None)
        if not self._is_client(dict(scope["headers"]), form):
            return 401, {"error": "invalid_client"}
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        if begun is None or begun["challenge"] != challenge.rstrip(b"=").decode():
            return 400, {"error": "invalid_grant"}
        if form.get("redirect_uri") != self.redirect_uri or form.get("grant_type") != "authorization_code":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self._id_token(begun)}

    def _is_client(self, headers: dict[bytes, bytes], form: dict[str, str]) -> bool:
        pair = f"{CLIENT_ID}:a%20secret%3A%20with%20a%20colon".encode()
        basic = headers.get(b"authorization") == b"Basic " + base64.b64encode(pair)
        return basic or (form.get("client_id"), form.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)

    def _id_token(self, begun: dict[str, str]) -> str:
        now = int(self.clock().timestamp())
        told = {"iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": begun["nonce"]}
        told = {**told, **json.loads(begun["about"]), **self.claims}
        claims = {name: value for name, value in told.items() if value is not None}
        header = {"alg": "RS256", "kid": self.key.kid}
        if self.lie in {"none", "hmac"}:
            return self._unsigned(header, claims)
        if self.lie == "unknown":
            return jwt.encode({**header, "kid": "nobody's"}, claims, self.other)
        return jwt.encode(header, claims, self.other if self.lie == "other" else self.key)

    def _unsigned(self, header: dict[str, Any], claims: dict[str, Any]) -> str:
        """Signed by nobody, or with the public key taken for a secret, which everybody has."""
        alg = "none" if self.lie == "none" else "HS256"
        signed = ".".join(_base64(json.dumps(part).encode()) for part in ({**header, "alg": alg}, claims))
        mac = hmac.digest(self.key.as_pem(private=False), signed.encode(), "sha256")
        return f"{signed}.{'' if alg == 'none' else _base64(mac)}"


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
