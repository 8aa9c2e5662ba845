"""What reading records of a foreign system shares: capped answers in time, a pause for one that fails, exact bytes.

Who reads has an HTTP client of its own with few connections, so that one slow system takes nothing from another.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from integrations.calling import Answered, CallFailed, call
from integrations.ports import FetchFailed

TIMEOUT_SECONDS = 20
MAX_ANSWER_BYTES = 8 * 1024 * 1024
CONNECTIONS = 2
FAILURES_BEFORE_PAUSE = 3
PAUSE = timedelta(minutes=1)
_DEFAULT_WAIT = timedelta(seconds=10)
_LONGEST_WAIT_SECONDS = 3600
_DECODER = json.JSONDecoder()
_BLANK = re.compile(r"[ \t\r\n]*")


def own_client() -> httpx.AsyncClient:
    """Connections for one system alone."""
    limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
    return httpx.AsyncClient(follow_redirects=False, limits=limits, timeout=TIMEOUT_SECONDS)


@dataclass(frozen=True, slots=True)
class Answer:
    """A 200 and what came with it. `following` is the address that a Link header calls the next."""

    body: bytes
    headers: Mapping[str, str]
    following: str | None = None


@dataclass
class Reader:
    """Calls one system. After three failures in a row it is left alone for a minute by all who read with this."""

    http: httpx.AsyncClient
    name: str
    clock: Callable[[], datetime]
    _failures: int = 0
    _until: datetime | None = field(default=None, repr=False)

    async def ask(self, method: str, url: str, **more: Any) -> Answer:
        """The answer to a call. Raises FetchFailed; whether trying again may help stands in it."""
        left = self._until - self.clock() if self._until else timedelta(0)
        if left > timedelta(0):
            raise FetchFailed(f"circuit_open: {self.name} failed before", retry_after=left)
        answer = await self._call(method, url, more)
        if answer.status >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise self._broken(f"{self.name} answers HTTP {answer.status}")
        self._failures, self._until = 0, None
        self._judge(answer)
        links = httpx.Response(answer.status, headers=answer.headers).links
        return Answer(answer.body, answer.headers, links.get("next", {}).get("url"))

    async def _call(self, method: str, url: str, more: Mapping[str, Any]) -> Answered:
        limits: dict[str, Any] = {"seconds": TIMEOUT_SECONDS, "most_bytes": MAX_ANSWER_BYTES}
        try:
            return await call(self.http, method, url, **limits, **more)
        except CallFailed as failed:
            if failed.reason == "answer_too_large":
                raise FetchFailed(f"{self.name}: {failed.problem}", final=True, alert=True) from failed
            raise self._broken(f"{self.name} does not answer: {failed.problem}") from failed

    def _broken(self, problem: str) -> FetchFailed:
        self._failures += 1
        if self._failures >= FAILURES_BEFORE_PAUSE:
            self._until = self.clock() + PAUSE
        return FetchFailed(problem)

    def _judge(self, answer: Answered) -> None:
        status = answer.status
        if status == httpx.codes.TOO_MANY_REQUESTS:
            raise FetchFailed(f"{self.name}: too fast", retry_after=_wait(answer.headers.get("retry-after", "")))
        if status in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise FetchFailed(f"{self.name} refuses us: HTTP {status}", final=True, needs_login=True, alert=True)
        if status != httpx.codes.OK:
            raise FetchFailed(f"{self.name} answers HTTP {status}", final=True, alert=True)

    def odd(self, what: str) -> FetchFailed:
        """An answer of another shape is a failure, never 'nothing'."""
        return FetchFailed(f"{self.name} answers something else than {what}")


def _wait(told: str) -> timedelta:
    seconds = float(told) if re.fullmatch(r"\d{1,6}(\.\d{1,3})?", told) else _DEFAULT_WAIT.total_seconds()
    return timedelta(seconds=min(seconds, _LONGEST_WAIT_SECONDS))


def countdown(page: str | None, pages: int) -> str | None:
    """The page after this one where a list that changes is read: the first, then from the last down to the first again.

    A record that leaves the list moves those behind it one place forward, to where we have not been yet.
    """
    if page is None:
        return str(pages) if pages > 1 else None
    return str(int(page) - 1) if int(page) > 1 else None


def cut(body: bytes, *path: str) -> list[tuple[bytes, Any]]:
    """The items of the list at the end of a path of names: the bytes of each as they came, and what they say.

    Raises ValueError where there is no such list. A list that is `null` or missing at its last name is no list.
    """
    text = body.decode()
    try:
        return [(text[begin:end].encode(), value) for begin, end, value in _items(text, _place(text, 0, path))]
    except (IndexError, RecursionError) as error:
        raise ValueError("not JSON") from error


def _place(text: str, at: int, path: tuple[str, ...]) -> int:
    """Where the value at the end of the path begins. Raises ValueError."""
    at = _skip(text, at)
    if not path:
        return at
    if text[at] != "{":
        raise ValueError("not an object")
    at = _skip(text, at + 1)
    while text[at] == '"':
        name, at = _DECODER.raw_decode(text, at)
        at = _skip(text, at)
        if text[at] != ":":
            raise ValueError("not JSON")
        if name == path[0]:
            return _place(text, at + 1, path[1:])
        _, at = _DECODER.raw_decode(text, _skip(text, at + 1))
        at = _skip(text, at)
        at = _skip(text, at + 1) if text[at] == "," else at
    raise ValueError(f"no {path[0]}")


def _items(text: str, at: int) -> Iterator[tuple[int, int, Any]]:
    if text[at] != "[":
        raise ValueError("not a list")
    at = _skip(text, at + 1)
    while text[at] != "]":
        value, end = _DECODER.raw_decode(text, at)
        yield at, end, value
        at = _skip(text, end)
        if text[at] not in ",]":
            raise ValueError("not JSON")
        at = _skip(text, at + 1) if text[at] == "," else at


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    return found.end() if found else at
