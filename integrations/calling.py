"""What calls to foreign systems share: an answer with a cap and a time limit, a pause, and the line to one ERP."""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from integrations.ports import ErpFailed, SendFailed

TIMEOUT_SECONDS = 15
MAX_ANSWER_BYTES = 256 * 1024


class CallFailed(Exception):
    """Nothing usable came. `reason`: unreachable or answer_too_large."""

    def __init__(self, reason: str, problem: str) -> None:
        super().__init__(f"{reason}: {problem}")
        self.reason, self.problem = reason, problem


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer, whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def call(
    http: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    seconds: float = TIMEOUT_SECONDS,
    most_bytes: int = MAX_ANSWER_BYTES,
    **request: Any,
) -> Answered:
    """Call once; `request` is httpx's (content, data, params, headers). Raises CallFailed.

    The time limit holds for the whole call, so that an answer that drips ends too; nobody's answer may fill the memory.
    """
    found = bytearray()
    try:
        async with asyncio.timeout(seconds), http.stream(method, url, **request) as answer:
            async for chunk in answer.aiter_bytes():
                found += chunk
                if len(found) > most_bytes:
                    raise CallFailed("answer_too_large", f"more than {most_bytes} bytes")
    except (httpx.HTTPError, TimeoutError) as error:
        raise CallFailed("unreachable", type(error).__name__) from error
    return Answered(answer.status_code, answer.headers, bytes(found))


async def post(
    http: httpx.AsyncClient, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, Any]]:
    """Status and JSON object of an answer; an empty object where it is none. Raises SendFailed, to be tried again."""
    try:
        answer = await call(http, "POST", url, content=content, headers=dict(headers or {}))
    except CallFailed as failed:
        raise SendFailed(str(failed)) from failed
    try:
        body = json.loads(answer.body)
    except ValueError:
        body = None
    return answer.status, body if isinstance(body, Mapping) else {}


# An ERP that failed so often in a row is left alone for a while; then one call tries whether it is back.
FAILURES_IN_A_ROW = 5
LEFT_ALONE = timedelta(minutes=1)
ERP_SECONDS = 30
ERP_BYTES = 32 * 1024 * 1024
_SERVER_ERROR = 500


@dataclass
class ErpLine:
    """The line to one ERP: connections of its own, a time limit, a size cap, and a rest after repeated failures."""

    http: httpx.AsyncClient
    clock: Callable[[], datetime]
    failures: int = 0
    _last: str = ""
    _until: datetime | None = None

    async def call(self, method: str, url: str, **request: Any) -> Answered:
        """What it answers, with whatever status. Raises ErpFailed."""
        self._check()
        try:
            answer = await call(self.http, method, url, seconds=ERP_SECONDS, most_bytes=ERP_BYTES, **request)
        except CallFailed as failed:
            self._failed(str(failed))
            away = failed.reason == "unreachable"
            raise ErpFailed(failed.reason, failed.problem, retryable=away, alert=not away) from failed
        if answer.status >= _SERVER_ERROR:
            self._failed(f"HTTP {answer.status}")
        else:
            self.failures, self._until = 0, None
        return answer

    def _check(self) -> None:
        if self._until is not None and self.clock() < self._until:
            raise ErpFailed("paused", f"failed {self.failures} times in a row, the last: {self._last}", retryable=True)

    def _failed(self, problem: str) -> None:
        self.failures, self._last = self.failures + 1, problem
        if self.failures >= FAILURES_IN_A_ROW:
            self._until = self.clock() + LEFT_ALONE


# A list changes while it is read: what changed on a page that was read already may be older than what was read last.
READ_AGAIN = timedelta(days=1)


def somewhat_earlier(since: str) -> str:
    """From when on changes are asked for, of when the newest was that was read; what is read twice changes nothing."""
    return (datetime.fromisoformat(since) - READ_AGAIN).isoformat(sep=" ")


def own_connections() -> httpx.AsyncClient:
    """A pool for one ERP alone. HTTP/1.1: in front of some of them HTTP/2 gets refused."""
    return httpx.AsyncClient(http2=False, follow_redirects=False, limits=httpx.Limits(max_connections=4))


@dataclass
class Pause:
    """What a provider takes: at most so many in any such time (`rates`), and nothing for a while after 'too fast'.

    It holds for everybody who sends with it, not only for the message that was refused.
    """

    clock: Callable[[], datetime]
    rates: Sequence[tuple[int, timedelta]] = ()
    _until: datetime | None = None
    _sent: deque[datetime] = field(default_factory=deque)

    def check(self) -> None:
        """Before each send. Raises SendFailed while the pause lasts, or where one more would be too many."""
        now = self.clock()
        waits = [self._until - now] if self._until else []
        waits += [self._sent[-most] + window - now for most, window in self.rates if len(self._sent) >= most]
        if (left := max(waits, default=timedelta(0))) > timedelta(0):
            raise SendFailed("rate_limited: paused", retry_after=left)
        self._sent.append(now)
        while len(self._sent) > max((most for most, _ in self.rates), default=0):
            self._sent.popleft()

    def note(self, failed: SendFailed) -> SendFailed:
        """Begin a pause where the refusal is about speed; the refusal itself, to be raised."""
        if failed.problem.startswith("rate_limited") and failed.retry_after:
            self._until = self.clock() + failed.retry_after
        return failed


def cut(text: str, most_bytes: int) -> str:
    """The text within so many bytes of UTF-8, never through the middle of a character."""
    encoded = text.encode()
    return text if len(encoded) <= most_bytes else encoded[: most_bytes - 3].decode(errors="ignore") + "…"
