"""What values of settings may be: addresses, lists, pairs, rates; each says in plain words what it must look like."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from domain.access.address import networks_of
from domain.access.pace import Pace

SECRET_KEY_BYTES = 32


def _postgres_url(url: str) -> str:
    """SQLAlchemy's form for asyncpg, from what people paste; libpq's `sslmode` is asyncpg's `ssl`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql", "postgresql+asyncpg"}:
        raise ValueError("must begin with postgresql://, as in postgresql://user:password@host:5432/throughline")
    if not parts.path.strip("/"):
        raise ValueError("names no database; write its name after the last slash")
    _checked_port(url)
    query = [("ssl" if name == "sslmode" else name, value) for name, value in parse_qsl(parts.query)]
    authority = parts.netloc or "localhost"
    return urlunsplit(("postgresql+asyncpg", authority, parts.path, urlencode(query), ""))


def _redis_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise ValueError("must begin with redis://, rediss:// or unix://, as in redis://:password@host:6379/0")
    if parts.scheme != "unix" and not parts.hostname:
        raise ValueError("names no host; write it as in redis://:password@host:6379/0")
    _checked_port(url)
    return url


def _checked_port(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        raise ValueError("has a port that is no number; write @ and / in a password as %40 and %2F") from None


def _storage_url(url: str) -> str:
    if urlsplit(url).scheme not in {"file", "s3"}:
        raise ValueError("must begin with file:// or s3://")
    return url


def _smtp_url(url: str) -> str:
    if urlsplit(url).scheme not in {"smtp", "smtps"} or not urlsplit(url).hostname:
        raise ValueError("must look like smtp://user:password@host:587 (STARTTLS) or smtps://user:password@host:465")
    return url


def _http_url(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname:
        raise ValueError("must look like https://orders.example.com")
    return url.rstrip("/")


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("is no time zone; write one of the tz database, as in Asia/Shanghai")
    return name


def _strong(key: str) -> str:
    if len(key.encode()) < SECRET_KEY_BYTES:
        raise ValueError(f"is shorter than {SECRET_KEY_BYTES} bytes; make one by: openssl rand -base64 48")
    return key


def _listed(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _issuer(url: str) -> str:
    """To the letter as it is given: an issuer's name is compared, and a slash at its end belongs to it."""
    _http_url(url)
    return url


def _networks(texts: tuple[str, ...]) -> tuple[str, ...]:
    try:
        networks_of(texts)
    except ValueError:
        raise ValueError("must be addresses or networks, as in 10.0.0.0/8,192.0.2.7") from None
    return texts


def _pairs(value: object) -> object:
    """`a=1,b=2` as a mapping; what is no pair is left for the type to refuse."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if any(not name.strip() or not text.strip() for name, _, text in pairs):
        raise ValueError("must be written as NAME=VALUE, several with commas between them")
    return {name.strip(): text.strip() for name, _, text in pairs}


def named(*known: str) -> AfterValidator:
    """Pairs whose names are among these alone: one that is mistyped must not be passed over."""

    def check(pairs: dict[str, str]) -> dict[str, str]:
        if unknown := sorted(set(pairs) - set(known)):
            raise ValueError(f"names {', '.join(unknown)}, which is none of {', '.join(known)}")
        return pairs

    return AfterValidator(check)


def _rate(text: str) -> str:
    Pace.parse(text)
    return text


Rate = Annotated[str, AfterValidator(_rate)]
PostgresUrl = Annotated[str, AfterValidator(_postgres_url)]
RedisUrl = Annotated[str, AfterValidator(_redis_url)]
StorageUrl = Annotated[str, AfterValidator(_storage_url)]
SmtpUrl = Annotated[str, AfterValidator(_smtp_url)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
IssuerName = Annotated[str, AfterValidator(_issuer)]
ZoneName = Annotated[str, AfterValidator(_zone)]
SecretKey = Annotated[str, AfterValidator(_strong)]
Secret = Annotated[str | None, Field(repr=False)]
Listed = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Networks = Annotated[tuple[str, ...], BeforeValidator(_listed), AfterValidator(_networks)]
Pairs = Annotated[dict[str, str], BeforeValidator(_pairs)]
