"""Judges what an issuer signed. The only module that knows joserfc."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from integrations.ports import NotVouched

# Only keys that the issuer alone has can vouch: no HMAC, whose key a public key could be taken for, and never `none`.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "Ed25519", "EdDSA")
LEEWAY = timedelta(minutes=1)
_LONGEST = 64 * 1024
_LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2


class UnknownKey(Exception):
    """Signed by a key that the issuer's set does not have, or not yet."""


def claims_of(
    token: str, keys: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """What the token claims, once all of it holds. Raises NotVouched, UnknownKey."""
    if len(token) > _LONGEST:
        raise NotVouched("the id_token is too long")
    try:
        found = jwt.decode(token, KeySet.import_key_set(dict(keys)), algorithms=ALGORITHMS)  # type: ignore[arg-type]
        _registry(issuer, client_id, now).validate(found.claims)
    except InvalidKeyIdError as error:
        raise UnknownKey(str(error)) from error
    except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise NotVouched(f"the id_token does not hold: {type(error).__name__}") from error
    claims = found.claims
    _check_nonce(claims, nonce)
    _check_party(claims, client_id)
    return claims


def _registry(issuer: str, client_id: str, now: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(now.timestamp()),
        leeway=int(LEEWAY.total_seconds()),
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": client_id},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True},
    )


def _check_nonce(claims: Mapping[str, Any], nonce: str) -> None:
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise NotVouched("the id_token answers another question")
    if not 0 < len(claims["sub"]) <= _LONGEST_SUBJECT:
        raise NotVouched("the id_token names nobody")


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """Made for us: where it is for several, it says that we asked."""
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    party = claims.get("azp")
    if (several and party is None) or party not in (None, client_id):
        raise NotVouched("the id_token was made for another client")
