"""The doorbell: 'something was written, look now', through Redis. Nothing depends on it but speed.

Whoever hears nothing looks by itself a second later. So every failure here is swallowed after one log line, and a ring
costs the caller no more than setting a flag.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from integrations.live.background import background

CHANNEL = "throughline:bell"
_LONGEST_PAUSE_SECONDS = 5.0
_FIRST_PAUSE_SECONDS = 0.1
_RINGS_AT_MOST_EVERY_SECONDS = 0.02

_log = structlog.stdlib.get_logger("bell")
_AWAY = (RedisError, OSError, TimeoutError)


class Bell:
    """Rings for all processes, and is heard by those who listen. `run` does the work until it is cancelled."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._rung = asyncio.Event()
        self._listeners: list[Callable[[], None]] = []

    def ring(self) -> None:
        """Tell everybody, this process too; many rings at once are one."""
        self._rung.set()
        self._tell()

    def on_ring(self, listener: Callable[[], None]) -> None:
        """Call this whenever somebody rang; it must return at once."""
        self._listeners.append(listener)

    async def run(self) -> None:
        """Carry rings out and in until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._forever("send", self._send))
            group.create_task(self._forever("listen", self._listen))

    async def _send(self) -> None:
        while True:
            await self._rung.wait()
            self._rung.clear()
            await self._redis.publish(CHANNEL, b"")
            await asyncio.sleep(_RINGS_AT_MOST_EVERY_SECONDS)

    async def _listen(self) -> None:
        async with self._redis.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.subscribe(CHANNEL)
            # What was rung before we listened is looked for once.
            self._tell()
            async for _ in heard.listen():
                self._tell()

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()

    async def _forever(self, what: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            began = asyncio.get_running_loop().time()
            try:
                await work()
            except _AWAY as error:
                _log.warning("bell_away", what=what, problem=str(error))
            lived = asyncio.get_running_loop().time() - began
            pause = _FIRST_PAUSE_SECONDS if lived > _LONGEST_PAUSE_SECONDS else min(pause * 2, _LONGEST_PAUSE_SECONDS)
            await asyncio.sleep(pause)


@contextlib.asynccontextmanager
async def ringing(bell: Bell) -> AsyncIterator[Bell]:
    """The bell at work for as long as the block lasts."""
    async with background(bell.run()):
        yield bell
