"""Whoever guesses at codes comes in never, from however many addresses, and soon costs next to nothing."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator

import httpx
import pytest

from tests.api.support import Api, an_order
from tests.support.customers import ELEANOR, a_browser, ask, mail_to, redeem
from tests.support.serving import PASSWORD, serving
from wiring.build import build
from wiring.settings import Settings

GUESSERS = 8
TRIED_TOO_OFTEN = "SELECT 1 FROM login_codes WHERE own_tries > 5 OR other_tries > 5"


def guess(number: int) -> str:
    """The code that is tried at this turn; no two are the same."""
    return f"{number * 7919 % 10**8:08d}"


def addresses(number: int) -> str:
    """What a guesser says of where it comes from: invented first, then the one that the proxy saw."""
    return f"198.51.100.{number % 250}, 10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


async def test_guesses_through_any_number_of_addresses_open_nothing(api: Api) -> None:
    statuses: Counter[int] = Counter()
    for number in range(150):
        async with a_browser(api, addresses(number).rpartition(" ")[2]) as guesser:
            guesser.headers["x-forwarded-for"] = f"198.51.100.{number}"
            if number % 50 == 0:
                await ask(guesser, ELEANOR)
                await mail_to(api, ELEANOR)
            statuses[(await redeem(guesser, ELEANOR, guess(number))).status_code] += 1
    assert statuses.keys() == {401, 429}
    assert await api.sql("SELECT 1 FROM portal_sessions") == 0
    assert await api.sql(TRIED_TOO_OFTEN) == 0


async def test_a_guess_that_is_not_looked_at_any_more_writes_nothing(api: Api, browser: httpx.AsyncClient) -> None:
    statuses = [(await redeem(browser, ELEANOR, guess(number))).status_code for number in range(70)]
    assert statuses == [401] * 60 + [429] * 10
    assert await api.sql("SELECT 1 FROM throttle_counters WHERE taken > 60") == 0
    again = await redeem(browser, ELEANOR, guess(71))
    assert 3500 < int(again.headers["retry-after"]) <= 24 * 3600


@pytest.mark.soak
async def test_a_hundred_thousand_guesses_over_the_network_open_nothing(settings: Settings) -> None:
    """With a proxy that is trusted, so that each guess does come from an address of its own, and forged ones before."""
    behind = settings.model_copy(update={"trusted_proxies": ("127.0.0.1",)})
    with serving(behind, "worker") as url:
        await _buy(url)
        numbers = iter(range(100_000))
        statuses = sum(
            await asyncio.gather(*(_guess_on(url, numbers, keeps_mark=at % 2 == 0) for at in range(GUESSERS))),
            Counter[int](),
        )
    assert statuses.total() == 100_000
    assert statuses.keys() == {401, 429}
    # Codes were there to be guessed; by the end they have expired.
    assert await _count(behind, "SELECT 1 FROM outbox WHERE kind = 'login_code' AND state = 'done'") == 5
    assert await _count(behind, TRIED_TOO_OFTEN) == 0
    assert await _count(behind, "SELECT 1 FROM portal_sessions") == 0


async def _buy(url: str) -> None:
    """Eleanor orders something, so that there is somebody to be taken for."""
    async with httpx.AsyncClient(base_url=f"{url}/api/v1") as sales:
        form = {"username": "sales", "password": PASSWORD}
        token = (await sales.post("/auth/token", data=form)).json()["access_token"]
        customer = {"name": "Eleanor", "email": ELEANOR, "external_id": "C-1"}
        body = an_order(customer=customer)
        answer = await sales.post("/orders", json=body, headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 201, answer.text


async def _guess_on(url: str, numbers: Iterator[int], *, keeps_mark: bool) -> Counter[int]:
    """Guess by one connection until the numbers are used up, and have codes sent meanwhile; how it was answered.

    Whoever keeps the mark of a browser that asked has five tries of its own on the code.
    """
    statuses: Counter[int] = Counter()
    async with httpx.AsyncClient(base_url=f"{url}/api/v1/portal", headers={"origin": url}, timeout=30) as guesser:
        for number in numbers:
            guesser.headers["x-forwarded-for"] = addresses(number)
            if number % 500 == 0:
                assert (await ask(guesser, ELEANOR)).status_code == 202
            if not keeps_mark:
                guesser.cookies.clear()
            statuses[(await redeem(guesser, ELEANOR, guess(number))).status_code] += 1
    return statuses


async def _count(settings: Settings, statement: str) -> int:
    parts = build(settings)
    try:
        async with parts.database.connect() as connection:
            return await connection.run(statement)
    finally:
        await parts.redis.aclose()
        await parts.database.close()
