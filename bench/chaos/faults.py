"""What goes wrong, and when: decided by the seed before anything happens."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import asyncpg
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bench.chaos.installation import PARTS, Installation

KINDS = (*(f"kill {part}" for part in PARTS), "flush redis", "cut connections", "stall api", "stall postgres")
STALL_SECONDS = 1.5


@dataclass(frozen=True)
class Fault:
    """One thing, so many seconds after the beginning."""

    after: float
    kind: str


def plan(chance: random.Random, seconds: float, every: float) -> list[Fault]:
    """Each kind as often as the others, in an order that nobody knows."""
    faults: list[Fault] = []
    kinds: list[str] = []
    at = every * chance.uniform(0.3, 1)
    while at < seconds:
        kinds = kinds or chance.sample(KINDS, len(KINDS))
        faults.append(Fault(at, kinds.pop()))
        at += every * chance.uniform(0.5, 1.5)
    return faults


@dataclass
class Striker:
    """Carries a plan out. `struck` are the instants (monotonic) and kinds of what really happened."""

    installation: Installation
    struck: list[tuple[float, str]] = field(default_factory=list)

    @property
    def counts(self) -> Counter[str]:
        """How often each kind struck."""
        return Counter(kind for _, kind in self.struck)

    async def strike(self, faults: Sequence[Fault]) -> None:
        """One after the other, each at its time."""
        began = time.monotonic()
        for fault in faults:
            await asyncio.sleep(max(0.0, began + fault.after - time.monotonic()))
            if await self._do(fault.kind):
                self.struck.append((time.monotonic(), fault.kind))

    async def _do(self, kind: str) -> bool:
        verb, _, what = kind.partition(" ")
        match verb:
            case "kill":
                return self.installation.signal(what, signal.SIGKILL)
            case "stall":
                return await self._stall(what)
            case "flush":
                return await self._flush()
            case _:
                return await self._cut_connections()

    async def _stall(self, part: str) -> bool:
        """A part that neither answers nor goes away, as under a full disk or a swapping machine."""
        pid = self.installation.pid_of(part)
        if not self.installation.signal(part, signal.SIGSTOP):
            return False
        await asyncio.sleep(STALL_SECONDS)
        if self.installation.pid_of(part) == pid:
            self.installation.signal(part, signal.SIGCONT)
        return True

    async def _flush(self) -> bool:
        redis = Redis.from_url(self.installation.settings["THROUGHLINE_REDIS_URL"])
        try:
            await redis.flushall()
        except (RedisError, OSError):
            return False
        finally:
            await redis.aclose()
        return True

    async def _cut_connections(self) -> bool:
        """The application's own role may end its own connections, whatever they are doing."""
        try:
            connection = await asyncpg.connect(self.installation.settings["THROUGHLINE_DATABASE_URL"], timeout=2)
            try:
                await connection.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                    "WHERE usename = current_user AND pid <> pg_backend_pid()"
                )
            finally:
                await connection.close(timeout=2)
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False
        return True
