"""What calls to foreign systems share: an answer with a cap and a time limit, and a pause after 'too fast'."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from integrations.ports import SendFailed

TIMEOUT_SECONDS = 15
MAX_ANSWER_BYTES = 256 * 1024


async def post(
    http: httpx.AsyncClient, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None
) -> tuple[int, Mapping[str, Any]]:
    """Status and JSON object of an answer; an empty object where it is none. Raises SendFailed, to be tried again."""
    found = bytearray()
    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            http.stream("POST", url, content=content, headers=dict(headers or {})) as answer,
        ):
            async for chunk in answer.aiter_bytes():
                found += chunk
                if len(found) > MAX_ANSWER_BYTES:
                    raise SendFailed("answer_too_large: more than an answer can be")
    except (httpx.HTTPError, TimeoutError) as error:
        raise SendFailed(f"unreachable: {type(error).__name__}") from error
    try:
        body = json.loads(bytes(found))
    except ValueError:
        body = None
    return answer.status_code, body if isinstance(body, Mapping) else {}


@dataclass
class Pause:
    """Who said 'too fast' is left alone for a while by everybody, not only by the message that was refused."""

    clock: Callable[[], datetime]
    _until: datetime | None = None

    def check(self) -> None:
        """Raises SendFailed while the pause lasts."""
        left = self._until - self.clock() if self._until else timedelta(0)
        if left > timedelta(0):
            raise SendFailed("rate_limited: paused", retry_after=left)

    def note(self, failed: SendFailed) -> SendFailed:
        """Begin a pause where the refusal is about speed; the refusal itself, to be raised."""
        if failed.problem.startswith("rate_limited") and failed.retry_after:
            self._until = self.clock() + failed.retry_after
        return failed


def cut(text: str, most_bytes: int) -> str:
    """The text within so many bytes of UTF-8, never through the middle of a character."""
    encoded = text.encode()
    return text if len(encoded) <= most_bytes else encoded[: most_bytes - 3].decode(errors="ignore") + "…"
