from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from usecases.people.tokens import AccessTokens, Claims, RefreshToken, TokenInvalid, derived_key

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
KEY = b"k" * 32
PERSON, SESSION = UUID(int=1), UUID(int=2)
CLAIMS = {
    "iss": "throughline",
    "aud": "throughline-api",
    "sub": str(PERSON),
    "sid": str(SESSION),
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 600,
}
HEADER = {"alg": "HS256", "typ": "JWT", "kid": "a"}
DIGESTS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens({"a": KEY})


def _part(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def forged(header: Any = HEADER, claims: Any = CLAIMS, key: bytes = KEY, digest: str = "sha256") -> str:
    """A token signed by whoever knows `key`; by default exactly as ours are."""
    signed = f"{_part(header)}.{_part(claims)}"
    return f"{signed}.{_part(hmac.digest(key, signed.encode(), digest))}"


def test_what_is_issued_is_read(tokens: AccessTokens) -> None:
    assert tokens.read(tokens.issue(PERSON, SESSION, NOW), NOW) == Claims(PERSON, SESSION)


def test_the_forger_of_these_tests_would_be_believed_with_our_key(tokens: AccessTokens) -> None:
    assert tokens.read(forged(), NOW) == Claims(PERSON, SESSION)


def test_a_token_ends_after_ten_minutes(tokens: AccessTokens) -> None:
    token = tokens.issue(PERSON, SESSION, NOW)
    tokens.read(token, NOW + timedelta(seconds=599))
    with pytest.raises(TokenInvalid):
        tokens.read(token, NOW + timedelta(seconds=600))


def test_a_token_of_the_future_is_not_believed(tokens: AccessTokens) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(tokens.issue(PERSON, SESSION, NOW + timedelta(minutes=5)), NOW)


@pytest.mark.parametrize("algorithm", ["HS384", "HS512"])
def test_another_algorithm_with_our_key_is_refused(tokens: AccessTokens, algorithm: str) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged({**HEADER, "alg": algorithm}, digest=DIGESTS[algorithm]), NOW)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "", "RS256", "hs256", None, 5, ["HS256"]])
def test_no_or_a_strange_algorithm_is_refused(tokens: AccessTokens, algorithm: Any) -> None:
    for token in (forged({**HEADER, "alg": algorithm}), f"{_part({**HEADER, 'alg': algorithm})}.{_part(CLAIMS)}."):
        with pytest.raises(TokenInvalid):
            tokens.read(token, NOW)


def test_a_foreign_key_is_refused(tokens: AccessTokens) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged(key=b"x" * 32), NOW)


def test_a_public_key_in_der_is_no_secret_of_ours(tokens: AccessTokens) -> None:
    public = rsa.generate_private_key(65537, 2048).public_key()
    key = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(TokenInvalid):
        tokens.read(forged(key=key), NOW)


@pytest.mark.parametrize(
    "added",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"jku": "https://evil.example/keys"},
        {"jwk": {"kty": "oct", "k": "eHh4"}},
        {"x5u": "https://evil.example"},
        {"b64": False},
        {"zip": "DEF"},
    ],
)
def test_a_header_that_wants_to_steer_the_reader_is_refused(tokens: AccessTokens, added: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged({**HEADER, **added}), NOW)


@pytest.mark.parametrize("kid", ["b", "", None, 1, ["a"], {"a": 1}, "../a"])
def test_a_key_id_that_is_not_ours_is_refused(tokens: AccessTokens, kid: Any) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged({**HEADER, "kid": kid}), NOW)


@pytest.mark.parametrize("name", list(CLAIMS))
def test_every_claim_is_required(tokens: AccessTokens, name: str) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged(claims={key: value for key, value in CLAIMS.items() if key != name}), NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-api"},
        {"aud": ["another-api"]},
        {"iss": "somebody"},
        {"sub": "sales"},
        {"sub": 1},
        {"sid": None},
        {"exp": "9999999999"},
        {"exp": 9999999999.5},
        {"exp": True},
        {"iat": "yesterday"},
        {"exp": 10**400},
        {"exp": -1},
    ],
)
def test_a_claim_of_another_kind_is_refused(tokens: AccessTokens, changed: dict[str, Any]) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged(claims={**CLAIMS, **changed}), NOW)


@pytest.mark.parametrize("claims", [[], "x", 5, None, b"\xff\xfe", b"[" * 3000])
def test_claims_that_are_no_object_are_refused(tokens: AccessTokens, claims: Any) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged(claims=claims), NOW)


@pytest.mark.parametrize("header", [[], "x", 5, None, b"\xff\xfe", b"[" * 3000, b'{"alg":"HS256"}'])
def test_headers_that_are_no_header_are_refused(tokens: AccessTokens, header: Any) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged(header), NOW)


@pytest.mark.parametrize(
    "text", ["", ".", "..", "a.b", "a.b.c", "a.b.c.d", "é.b.c", "a.b.c\n", " a.b.c", "A" * 9000, "\0", "a.%00.c"]
)
def test_what_is_no_token_is_refused(tokens: AccessTokens, text: str) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(text, NOW)


def test_a_token_over_8_kb_is_refused_before_it_is_read(tokens: AccessTokens) -> None:
    with pytest.raises(TokenInvalid):
        tokens.read(forged(claims={**CLAIMS, "padding": "x" * 8000}), NOW)


@pytest.mark.parametrize("part", [0, 1, 2])
def test_an_altered_token_is_refused(tokens: AccessTokens, part: int) -> None:
    parts = tokens.issue(PERSON, SESSION, NOW).split(".")
    middle = len(parts[part]) // 2
    letter = "A" if parts[part][middle] != "A" else "B"
    parts[part] = parts[part][:middle] + letter + parts[part][middle + 1 :]
    with pytest.raises(TokenInvalid):
        tokens.read(".".join(parts), NOW)


def test_an_older_key_still_reads_and_the_first_one_signs() -> None:
    older = AccessTokens({"a": KEY}).issue(PERSON, SESSION, NOW)
    rotated = AccessTokens({"b": b"n" * 32, "a": KEY})
    assert rotated.read(older, NOW) == Claims(PERSON, SESSION)
    with pytest.raises(TokenInvalid):
        AccessTokens({"a": KEY}).read(rotated.issue(PERSON, SESSION, NOW), NOW)


@pytest.mark.parametrize("keys", [{}, {"a": b""}, {"a": b"k" * 31}, {"a": KEY, "b": b"short"}])
def test_weak_keys_are_refused_at_the_start(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        AccessTokens(keys)


def test_each_use_has_a_key_of_its_own() -> None:
    assert derived_key("s" * 32, "access tokens") != derived_key("s" * 32, "cursors")
    assert derived_key("s" * 32, "cursors") != derived_key("t" * 32, "cursors")


def test_a_refresh_token_is_kept_as_a_hash_and_read_back() -> None:
    token = RefreshToken.fresh(SESSION)
    assert RefreshToken.parse(str(token)) == token
    assert token.hash == hashlib.sha256(token.secret.encode()).hexdigest()
    assert RefreshToken.fresh(SESSION).secret != token.secret


@pytest.mark.parametrize(
    "text", ["", "tlr_", "tlr_" + "0" * 32 + "_short", "x" * 300, "tlr_" + "g" * 32 + "_" + "A" * 43]
)
def test_what_is_no_refresh_token_is_none(text: str) -> None:
    assert RefreshToken.parse(text) is None
