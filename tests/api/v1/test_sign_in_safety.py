"""Guessing passwords: strangers are stopped, alike for every name, and the owner still comes in."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.api.support import PASSWORD, Api, problem, serve
from wiring.settings import Settings

WRONG = "no such password"
OURS = {"origin": "http://127.0.0.1:8000"}


async def attempt(
    api: Api, login: str, password: str = WRONG, *, cookie: str = "", headers: dict[str, str] | None = None, **form: str
) -> httpx.Response:
    api.http.cookies.clear()
    sent = {**OURS, **({"cookie": cookie} if cookie else {}), **(headers or {})}
    return await api.http.post(
        "/api/v1/auth/token", data={"username": login, "password": password, **form}, headers=sent
    )


async def known_browser(api: Api, login: str) -> str:
    """The cookie of a browser in which somebody signed in once."""
    answer = await attempt(api, login, PASSWORD, session="cookie")
    assert answer.status_code == 200, answer.text
    found: str = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("tl_knows")).partition(";")[0]
    return found


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, Any]]:
    headers = {name: value for name, value in answer.headers.items() if name != "x-request-id"}
    return answer.status_code, answer.content, headers


async def test_strangers_are_stopped_and_the_owner_comes_in_from_a_browser_of_their_own(api: Api) -> None:
    mine = await known_browser(api, "sales")
    answers = [await attempt(api, "sales") for _ in range(22)]
    assert [answer.status_code for answer in answers] == [401] * 20 + [429] * 2
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
    problem(await attempt(api, "sales", PASSWORD), 429, "too_many_tries")
    assert (await attempt(api, "sales", PASSWORD, cookie=mine)).status_code == 200
    assert (await attempt(api, "design", PASSWORD)).status_code == 200
    api.clock.later(hours=1)
    assert (await attempt(api, "sales", PASSWORD)).status_code == 200


async def test_nobody_learns_from_the_limits_whether_a_name_exists(api: Api) -> None:
    known = [await attempt(api, "sales") for _ in range(21)]
    unknown = [await attempt(api, "nobody") for _ in range(21)]
    assert [told(answer) for answer in known] == [told(answer) for answer in unknown]


async def test_guesses_side_by_side_do_not_slip_through_together(api: Api) -> None:
    answers = await asyncio.gather(*(attempt(api, "sales") for _ in range(60)))
    assert [answer.status_code for answer in answers].count(401) == 20


async def test_who_is_right_is_not_counted(api: Api) -> None:
    for _ in range(25):
        assert (await attempt(api, "sales", PASSWORD)).status_code == 200


async def test_a_browser_that_knows_the_way_may_not_guess_for_ever(api: Api) -> None:
    mine, another = await known_browser(api, "sales"), await known_browser(api, "sales")
    answers = [await attempt(api, "sales", cookie=mine) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert (await attempt(api, "sales", PASSWORD, cookie=another)).status_code == 200


@pytest.mark.parametrize("how", ["another's", "altered", "invented"])
async def test_a_token_that_is_not_of_this_login_makes_nobody_known(api: Api, how: str) -> None:
    name, _, value = (await known_browser(api, "sales")).partition("=")
    theirs = (await known_browser(api, "design")).partition("=")[2]
    nonce, _, mac = value.partition(".")
    # The first character, as the last one holds two bits and is often the same again.
    altered = f"{'B' if nonce[0] == 'A' else 'A'}{nonce[1:]}.{mac}"
    forged = {"another's": theirs, "altered": altered, "invented": f"{'A' * 22}.{'0' * 64}"}[how]
    for _ in range(20):
        await attempt(api, "sales", cookie=f"{name}={forged}")
    problem(await attempt(api, "sales", PASSWORD, cookie=f"{name}={forged}"), 429, "too_many_tries")
    assert (await attempt(api, "sales", PASSWORD, cookie=f"{name}={value}")).status_code == 200


async def test_one_address_tries_so_many_accounts_and_no_forged_header_makes_it_another(settings: Settings) -> None:
    async with serve(settings, sign_in_tries_per_address=6) as api:
        mine = await known_browser(api, "sales")
        forged = [{"x-forwarded-for": f"198.51.100.{n}", "forwarded": f"for=198.51.100.{n}"} for n in range(8)]
        answers = [await attempt(api, f"somebody{n}", headers=headers) for n, headers in enumerate(forged)]
        assert [answer.status_code for answer in answers] == [401] * 6 + [429] * 2
        problem(await attempt(api, "design", PASSWORD), 429, "too_many_tries")
        assert (await attempt(api, "sales", PASSWORD, cookie=mine)).status_code == 200


async def test_behind_a_trusted_proxy_each_client_is_counted_by_itself(settings: Settings) -> None:
    async with serve(settings, sign_in_tries_per_address=3, trusted_proxies=("127.0.0.0/8",)) as api:
        forged = [{"x-forwarded-for": f"6.6.6.{n}, 198.51.100.1"} for n in range(4)]
        answers = [await attempt(api, f"somebody{n}", headers=headers) for n, headers in enumerate(forged)]
        assert [answer.status_code for answer in answers] == [401] * 3 + [429]
        assert (await attempt(api, "sales", PASSWORD, headers={"x-forwarded-for": "198.51.100.2"})).status_code == 200
