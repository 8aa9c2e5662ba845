"""A4, invariant 3: whoever is to be told is told exactly once, wherever the relay dies on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest

from tests.flows.line import Line
from usecases.door import Door, Outcome
from wiring.outside import outside_of
from workers.relay import Relay

CUSTOMER = {"name": "Eleanor", "email": "e@example.com", "phone": "13900001111"}
LEASE_SECONDS = 61


class Died(BaseException):
    """The process is gone; nothing of it runs any more."""


@dataclass
class Mortal:
    """The door of a process that dies at its n-th use, just before or just after what it does there."""

    door: Door
    dies_at: int
    after: bool
    used: int = 0

    async def run(self, *args: Any, **more: Any) -> Outcome:
        """What the door does, while alive."""
        outcome: Outcome = await self._once(lambda: self.door.run(*args, **more))
        return outcome

    async def read(self, *args: Any) -> Any:
        """The same for questions."""
        return await self._once(lambda: self.door.read(*args))

    async def _once(self, work: Callable[[], Awaitable[Any]]) -> Any:
        self.used += 1
        if self.used > self.dies_at or (self.used == self.dies_at and not self.after):
            raise Died
        answer = await work()
        if self.used >= self.dies_at:
            raise Died
        return answer


async def dies(line: Line, at: int, *, after: bool) -> int:
    """Runs a relay that dies at its n-th use of the door; how often it had used it, less than n if it lived."""
    parts = line.api.parts
    mortal = Mortal(parts.door, at, after)
    relay = Relay(mortal, outside_of(parts.settings, parts.mailbox, parts.clock), chance=lambda: 0.0)  # type: ignore[arg-type]
    with suppress(Died):
        await relay.drain()
    return mortal.used


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_everybody_is_told_once_wherever_the_relay_dies(line: Line, after: bool) -> None:
    deaths, lived = 0, False
    orders: list[str] = []
    while not lived:
        orders.append(await line.opened(customer=CUSTOMER))
        await line.goes_on(orders[-1], until="dispatch")
        lived = await dies(line, deaths + 1, after=after) <= deaths
        deaths += 1
        line.later(seconds=LEASE_SECONDS)
        await line.drain()
    assert deaths > 12, "it died at every use of the door there is"

    assert Counter(await line.notices("quality")) == Counter(("awaiting_qc", order_no) for order_no in orders)
    assert Counter(await line.notices("production")) == Counter(("scheduled", order_no) for order_no in orders)
    letters = Counter((letter["channel"], letter["text"].count("SO")) for letter in await line.letters())
    assert sum(letters.values()) == 2 * len(orders), letters
    assert {channel for channel, _ in letters} == {"email", "sms"}


async def test_a_relay_that_lost_its_lease_does_not_undo_what_the_next_one_did(line: Line) -> None:
    order_no = await line.opened(customer=CUSTOMER)
    await line.goes_on(order_no, until="completion_reported")
    stalled = await dies(line, 1, after=True)
    assert stalled == 1
    assert await line.notices("quality") == []
    line.later(seconds=LEASE_SECONDS)
    await line.drain()
    assert await line.notices("quality") == [("awaiting_qc", order_no)]
    await line.drain()
    assert await line.notices("quality") == [("awaiting_qc", order_no)]
