"""What went over a line to a foreign system, for a person to read: addresses and answers as they came, secrets masked.

Only what was asked and what was answered is kept, not what was sent in bodies and headers, where passwords stand.
"""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, cast
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit

import httpx

MOST_BYTES = 8 * 1024
MASK = "***"
_MILLISECONDS = 1000
_SECRET_NAME = re.compile(r"token|secret|passw|session|signature|^sign$", re.IGNORECASE)
# What is shorter is masked by its name alone: it would be found everywhere.
_SHORTEST = 6


@dataclass
class Exchange:
    """One call: its answer's beginning, or None where nothing was answered; `cut` where it went on."""

    method: str
    url: str
    began: float
    status: int | None = None
    ms: int = 0
    answer: bytearray = field(default_factory=bytearray)
    cut: bool = False

    def take(self, chunk: bytes) -> None:
        """What came next of its answer."""
        room = MOST_BYTES - len(self.answer)
        self.answer += chunk[:room]
        self.cut |= len(chunk) > room
        self.ms = _since(self.began)


class _Tee(httpx.AsyncByteStream):
    """A stream that leaves its beginning with the exchange while it is read."""

    def __init__(self, inner: httpx.AsyncByteStream, exchange: Exchange) -> None:
        self._inner, self._exchange = inner, exchange

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._inner:
            self._exchange.take(chunk)
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()


@dataclass
class Recording:
    """Of the calls that one client makes, one after the other. `secrets` are masked wherever they stand."""

    secrets: Collection[str]
    exchanges: list[Exchange] = field(default_factory=list)

    def of(self, http: httpx.AsyncClient) -> httpx.AsyncClient:
        """The client, recorded from now on; its answers come as they are, and not compressed."""
        http.headers["accept-encoding"] = "identity"
        http.event_hooks = {"request": [self._asked], "response": [self._answered]}
        return http

    async def _asked(self, request: httpx.Request) -> None:
        self.exchanges.append(Exchange(request.method, str(request.url), perf_counter()))

    async def _answered(self, response: httpx.Response) -> None:
        exchange = self.exchanges[-1]
        exchange.status, exchange.ms = response.status_code, _since(exchange.began)
        try:
            exchange.take(response.content)  # it came whole, as that of a stand-in does
        except httpx.ResponseNotRead:
            response.stream = _Tee(cast(httpx.AsyncByteStream, response.stream), exchange)

    def shown(self) -> list[dict[str, Any]]:
        """`method`, `url`, `status`, `ms`, `answer`, `cut` of each call, masked."""
        return [
            {
                "method": one.method,
                "url": self.masked(one.url),
                "status": one.status,
                "ms": one.ms,
                "answer": self.masked(one.answer.decode("utf-8", "replace")),
                "cut": one.cut,
            }
            for one in self.exchanges
        ]

    def masked(self, text: str) -> str:
        """The text without what was said to be secret, and without what the calls so far called so."""
        return masked(text, {*self.secrets, *(secret for one in self.exchanges for secret in _secrets_of(one))})


def masked(text: str, secrets: Collection[str]) -> str:
    """The text without any of the secrets, however they are written in it; the longest first."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        forms = {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), json.dumps(secret)[1:-1]}
        for form in sorted(forms, key=len, reverse=True):
            text = text.replace(form, MASK)
    return text


def _secrets_of(exchange: Exchange) -> Iterator[str]:
    """What a call's address and answer call a token, a secret, a session or the like."""
    asked = parse_qsl(urlsplit(exchange.url).query)
    yield from (value for name, value in asked if _SECRET_NAME.search(name) and len(value) >= _SHORTEST)
    try:
        told = json.loads(exchange.answer)
    except ValueError:
        return
    yield from (text for text in _beneath(told, secret=False) if len(text) >= _SHORTEST)


def _beneath(value: Any, *, secret: bool) -> Iterator[str]:
    """Texts that stand under a name that means a secret, however deep."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from _beneath(part, secret=secret or bool(_SECRET_NAME.search(str(name))))
    elif isinstance(value, list):
        for part in value:
            yield from _beneath(part, secret=secret)
    elif secret and isinstance(value, str):
        yield value


def _since(began: float) -> int:
    return int((perf_counter() - began) * _MILLISECONDS)
