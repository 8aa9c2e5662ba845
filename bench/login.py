"""Whether time tells a known address of mail, or a known login, from one that nobody has.

    python -m bench.login [--accounts 400]

Known and unknown are asked in a shuffled order, five times each, each time from another address. What is told is the
AUC: how often a known one took longer than an unknown one; 0.5 is a coin, and 0.48 to 0.52 is the goal.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import time
from bisect import bisect_left, bisect_right
from collections.abc import Awaitable, Callable, Sequence
from itertools import count
from statistics import median

import structlog

from bench.house import a_house
from domain.access.actor import system
from tests.api.support import BASE, Api
from tests.support.customers import a_browser, ask, order_of, redeem, relay_of
from usecases.people.add_person import AddPerson, add_person

TIMES = 5
WRONG = "00000000"
_numbers = count(1)
Call = Callable[[Api, str, str], Awaitable[float]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench.login", description=__doc__.partition("\n")[0])
    parser.add_argument("--accounts", type=int, default=400, help="known ones, and as many unknown ones")
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_measured(parser.parse_args(arguments).accounts))
    return 0


async def _measured(accounts: int) -> None:
    async with a_house("bench_login", password_cost="full") as api:
        known, unknown = [[f"{word}{n}@example.com" for n in range(accounts)] for word in ("hold", "free")]
        for email in known:
            await order_of(api, email)
        print(f"{accounts} known and {accounts} unknown; load average {os.getloadavg()[0]:.1f}", flush=True)
        await _compared(api, "asking for a code", _ask, known, unknown)
        await relay_of(api).drain()
        await _compared(api, "trying a wrong code", _try, known, unknown)
        few = max(1, accounts // 10)
        await _hire(api, known[:few])
        await _compared(api, "a wrong password of the staff", _sign_in, known[:few], unknown[:few])


async def _compared(api: Api, what: str, call: Call, known: Sequence[str], unknown: Sequence[str]) -> None:
    turns = [(email, email in set(known)) for email in (*known, *unknown)] * TIMES
    random.Random(20261124).shuffle(turns)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for email, is_known in turns:
        seconds[is_known].append(await call(api, email, _address()))
    area = auc(seconds[True], seconds[False])
    middle = ", ".join(
        f"{median(seconds[kind]) * 1e3:.2f} ms {word}" for kind, word in ((True, "known"), (False, "not"))
    )
    met = "met" if 0.48 <= area <= 0.52 else "MISSED"
    print(f"{what:32} {len(turns):6,} AUC {area:.3f} (goal 0.48 to 0.52: {met}); {middle}", flush=True)


async def _ask(api: Api, email: str, address: str) -> float:
    async with a_browser(api, address) as browser:
        began = time.perf_counter()
        await ask(browser, email)
        return time.perf_counter() - began


async def _try(api: Api, email: str, address: str) -> float:
    async with a_browser(api, address) as browser:
        began = time.perf_counter()
        await redeem(browser, email, WRONG)
        return time.perf_counter() - began


async def _sign_in(api: Api, email: str, address: str) -> float:
    async with a_browser(api, address) as browser:
        began = time.perf_counter()
        await browser.post(f"{BASE}/api/v1/auth/token", data={"username": email, "password": "not it"})
        return time.perf_counter() - began


async def _hire(api: Api, logins: Sequence[str]) -> None:
    hashed = await api.parts.passwords.hash("a password of the bench")
    for login in logins:
        await api.parts.door.run(system("bench"), add_person, AddPerson(login, login, hashed, ("sales",)))


def _address() -> str:
    """Another one each time, so that no limit of an address is met."""
    number = next(_numbers)
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def auc(ones: Sequence[float], others: Sequence[float]) -> float:
    """How often one of the `ones` is larger than one of the `others`; ties count half."""
    ranked = sorted(others)
    wins = sum(bisect_left(ranked, one) + bisect_right(ranked, one) for one in ones)
    return wins / 2 / len(ones) / len(others)


if __name__ == "__main__":
    sys.exit(main())
