"""The small loop of a worker process, which needs no Redis.

It looks into the outbox each second or when the bell rings, and runs what is overdue. ARQ's jobs call the same two
things; losing Redis only slows.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from domain.refusals.kinds import Refusal
from workers.relay import TAKE_INSIDE, TAKE_OUTSIDE, Relay
from workers.schedule import Schedule

LOOK_EVERY = timedelta(seconds=1)
# What is caused within a moment is carried out together; nobody notices it, and it halves the work of a busy hour.
GATHER_FOR = timedelta(milliseconds=25)
TICK_EVERY = timedelta(seconds=10)

_log = structlog.stdlib.get_logger("worker")


class Rounds:
    """Goes round until told to stop."""

    def __init__(self, relay: Relay, schedule: Schedule, follow: Callable[[], Awaitable[object]] | None = None) -> None:
        self._relay, self._schedule, self._follow = relay, schedule, follow
        self._look, self._news, self._stop = asyncio.Event(), asyncio.Event(), asyncio.Event()

    def look_now(self) -> None:
        """Something was written: look at once."""
        self._look.set()
        self._news.set()

    def stop(self) -> None:
        """Take nothing new, and end."""
        self._stop.set()
        self.look_now()

    async def run(self) -> None:
        """Go round; returns when told to stop."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._rounds(self._relay_round))
            group.create_task(self._rounds(self._tick_round))
            if self._follow is not None:
                group.create_task(self._rounds(self._news_round))

    async def stopped(self) -> None:
        """Returns when somebody told us to stop."""
        await self._stop.wait()

    async def _rounds(self, go: Callable[[], Awaitable[None]]) -> None:
        while not self._stop.is_set():
            await unbroken(go)

    async def _relay_round(self) -> None:
        self._look.clear()
        taken = await self._relay.turn()
        if taken < TAKE_OUTSIDE:
            await self._wait(self._look, LOOK_EVERY)
        if taken < TAKE_INSIDE:
            await self._wait(self._stop, GATHER_FOR)

    async def _news_round(self) -> None:
        self._news.clear()
        if self._follow is not None:
            await self._follow()
        await self._wait(self._news, LOOK_EVERY)

    async def _tick_round(self) -> None:
        await self._schedule.run_overdue()
        await self._wait(self._stop, TICK_EVERY)

    @staticmethod
    async def _wait(event: asyncio.Event, longest: timedelta) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(longest.total_seconds()):
                await event.wait()


async def unbroken(go: Callable[[], Awaitable[object]]) -> None:
    """Do it, and outlive whatever comes of it: a database that is away comes back."""
    try:
        await go()
    except Refusal as refusal:
        _log.warning("worker_waits", problem=refusal.code)
        await asyncio.sleep(LOOK_EVERY.total_seconds())
    except Exception as error:  # noqa: BLE001 - the worker goes on; the log has it
        _log.error("worker_stumbled", exc_info=error)
        await asyncio.sleep(LOOK_EVERY.total_seconds())
