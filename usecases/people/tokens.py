"""The only module that knows python-jose: access tokens, and the opaque tokens that renew them.

An access token is a JWT that names a person and a session, valid for ten minutes and only as long as the session's
row says so. docs/decisions/ has the reasons.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from jose import jwt
from jose.exceptions import JOSEError

ALGORITHM = "HS256"
ISSUER = "throughline"
AUDIENCE = "throughline-api"
LIVES = timedelta(minutes=10)
_LONGEST = 8192
_LEEWAY = timedelta(seconds=60)
_FEWEST_KEY_BYTES = 32
_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADER_NAMES = {"alg", "kid", "typ"}
# jose checks what is required and whose it is. Times are checked by our own clock, so that tests can move it; asking
# jose to require `exp` would make it look at the machine's.
_OPTIONS = {
    "require_iat": True,
    "require_sub": True,
    "require_aud": True,
    "require_iss": True,
    "verify_exp": False,
}


class TokenInvalid(Exception):
    """Not one of ours, or altered, or expired; which of these is nobody's business."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Whom an access token names."""

    person_id: UUID
    session_id: UUID


class AccessTokens:
    """Signs and reads access tokens. `keys` maps key ids to secrets; the first one signs."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        if not keys or min(map(len, keys.values())) < _FEWEST_KEY_BYTES:
            raise ValueError(f"keys that sign tokens have at least {_FEWEST_KEY_BYTES} bytes")
        self._keys = dict(keys)
        self._current = next(iter(keys))
        # A client sends the same token for ten minutes; whether we signed it need not be computed each time.
        self._verified = lru_cache(maxsize=4096)(self._verify)

    @staticmethod
    def from_secret(secret: str) -> AccessTokens:
        """Keys of this use only, derived from the installation's secret; a new secret has a new key id."""
        key = derived_key(secret, "access tokens")
        return AccessTokens({hashlib.sha256(key).hexdigest()[:16]: key})

    def issue(self, person_id: UUID, session_id: UUID, now: datetime) -> str:
        """A token for ten minutes from now."""
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": str(person_id),
            "sid": str(session_id),
            "iat": int(now.timestamp()),
            "exp": int((now + LIVES).timestamp()),
        }
        token: str = jwt.encode(claims, self._keys[self._current], ALGORITHM, headers={"kid": self._current})
        return token

    def read(self, token: str, now: datetime) -> Claims:
        """Whom the token names. Raises TokenInvalid for anything that we did not sign for now."""
        if len(token) > _LONGEST or not _SHAPE.fullmatch(token):
            raise TokenInvalid
        try:
            claims = self._verified(token)
            _check_times(claims, now)
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]))
        except (JOSEError, KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
            raise TokenInvalid from error

    def _verify(self, token: str) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        # Ours have these names and no others; with them go crit, jku, jwk and whatever else could steer a reader.
        if not header.keys() <= _HEADER_NAMES or header["alg"] != ALGORITHM:
            raise TokenInvalid
        key = self._keys.get(header["kid"])
        if key is None:
            raise TokenInvalid
        return jwt.decode(token, key, [ALGORITHM], options=_OPTIONS, audience=AUDIENCE, issuer=ISSUER)


def _check_times(claims: Mapping[str, Any], now: datetime) -> None:
    issued, ends = claims["iat"], claims["exp"]
    if not (type(issued) is int and type(ends) is int):
        raise TokenInvalid
    if issued > (now + _LEEWAY).timestamp() or ends <= now.timestamp() or ends - issued > LIVES.total_seconds():
        raise TokenInvalid


def derived_key(secret: str, use: str) -> bytes:
    """A key of 32 bytes for one use, from which neither the secret nor another use's key can be told."""
    return hmac.digest(secret.encode(), f"throughline/{use}".encode(), "sha256")


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """An opaque token: the session it renews, and 256 random bits that are kept only as a hash."""

    session_id: UUID
    secret: str

    @staticmethod
    def fresh(session_id: UUID) -> RefreshToken:
        """A new one for a session."""
        return RefreshToken(session_id, secrets.token_urlsafe(32))

    @staticmethod
    def parse(text: str) -> RefreshToken | None:
        """What `str` wrote, or None."""
        found = re.fullmatch(r"tlr_([0-9a-f]{32})_([A-Za-z0-9_-]{43})", text)
        return RefreshToken(UUID(found[1]), found[2]) if found else None

    @property
    def hash(self) -> str:
        """What is kept of it. The bits are random, so that a plain hash suffices."""
        return hashlib.sha256(self.secret.encode()).hexdigest()

    def __str__(self) -> str:
        return f"tlr_{self.session_id.hex}_{self.secret}"
