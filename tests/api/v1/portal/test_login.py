from __future__ import annotations

import asyncio
from collections import Counter

import httpx
import pytest
from structlog.testing import capture_logs

from domain.access.throttle import Limit
from domain.portal.codes import ALL_SENT
from tests.api.support import Api, bearer, problem
from tests.support.customers import ELEANOR, a_browser, ask, code_for, mail_to, order_of, redeem, signed_in
from usecases.portal import issue_code

STRANGER = "nobody@example.net"


def shown(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All of an answer but the number of the request."""
    return answer.status_code, answer.content, [pair for pair in answer.headers.items() if pair[0] != "x-request-id"]


def wrong(code: str, by: int = 1) -> str:
    return f"{(int(code) + by) % 10**8:08d}"


async def test_whoever_ordered_signs_in_by_a_mailed_code(api: Api, browser: httpx.AsyncClient) -> None:
    asked = await ask(browser, ELEANOR.upper())
    assert (asked.status_code, asked.json()) == (202, {"expires_in": 600})
    assert (await mail_to(api, ELEANOR))[0]["subject"] == "Your sign-in code"
    code = await code_for(api, ELEANOR)
    answer = await redeem(browser, ELEANOR, f"{code[:4]} {code[4:]}")
    assert answer.status_code == 200
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("tl_portal="))
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    me = await browser.get("/me")
    assert me.json()["email"] == ELEANOR
    assert me.json()["customers"] == [{"name": "Eleanor"}]
    assert me.headers["cache-control"] == "private, no-store"


async def test_neither_code_nor_token_nor_address_is_kept(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, ELEANOR)
    code = await code_for(api, ELEANOR)
    assert await api.sql("SELECT 1 FROM login_codes c WHERE c::text LIKE '%' || $1 || '%'", code) == 0
    await redeem(browser, ELEANOR, code)
    token = browser.cookies["tl_portal"]
    assert await api.sql("SELECT 1 FROM portal_sessions s WHERE s::text LIKE '%' || $1 || '%'", token) == 0
    assert await api.sql("SELECT 1 FROM throttle_counters t WHERE t::text LIKE '%' || $1 || '%'", ELEANOR) == 0


async def test_known_and_unknown_addresses_are_answered_alike(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, "first@example.net")  # the browser gets its mark
    assert shown(await ask(browser, ELEANOR)) == shown(await ask(browser, STRANGER))
    code = await code_for(api, ELEANOR)
    assert await mail_to(api, STRANGER) == []
    many = [[shown(await redeem(browser, email, wrong(code))) for _ in range(7)] for email in (ELEANOR, STRANGER)]
    assert many[0] == many[1]
    counted = "SELECT 1 FROM login_codes WHERE own_tries = 5"
    assert await api.sql(counted) == 2  # on the account of nobody as well


async def test_a_code_is_good_for_one_session_however_many_send_it_at_once(
    api: Api, browser: httpx.AsyncClient
) -> None:
    await ask(browser, ELEANOR)
    code = await code_for(api, ELEANOR)
    answers = await asyncio.gather(*(redeem(browser, ELEANOR, code) for _ in range(100)))
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses[200] == 1
    assert statuses.keys() <= {200, 401, 429}
    assert await api.sql("SELECT 1 FROM portal_sessions") == 1


async def test_a_code_lives_ten_minutes(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, ELEANOR)
    code = await code_for(api, ELEANOR)
    api.clock.later(minutes=10, seconds=1)
    problem(await redeem(browser, ELEANOR, code), 401, "code_invalid")


async def test_a_code_works_in_another_browser_too(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, ELEANOR)
    async with a_browser(api, "203.0.113.9") as phone:
        assert (await redeem(phone, ELEANOR, await code_for(api, ELEANOR))).status_code == 200


async def test_wrong_tries_from_elsewhere_do_not_lock_the_browser_that_asked_out(
    api: Api, browser: httpx.AsyncClient
) -> None:
    await ask(browser, ELEANOR)
    code = await code_for(api, ELEANOR)
    async with a_browser(api) as other:
        await ask(other, STRANGER)  # a mark of its own, and the same address as hers
        for number in range(1, 100):
            assert (await redeem(other, ELEANOR, wrong(code, number))).status_code in {401, 429}
        assert (await redeem(other, ELEANOR, code)).status_code == 429
    assert (await redeem(browser, ELEANOR, code)).status_code == 200


async def test_the_browser_that_asked_has_five_tries(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, ELEANOR)
    code = await code_for(api, ELEANOR)
    for number in range(1, 6):
        problem(await redeem(browser, ELEANOR, wrong(code, number)), 401, "code_invalid")
    problem(await redeem(browser, ELEANOR, code), 401, "code_invalid")


async def test_all_others_together_have_five_even_all_at_once(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, ELEANOR)
    code = await code_for(api, ELEANOR)
    async with a_browser(api, "203.0.113.9") as other:
        await asyncio.gather(*(redeem(other, ELEANOR, wrong(code, number)) for number in range(1, 30)))
        problem(await redeem(other, ELEANOR, code), 401, "code_invalid")
    assert await api.sql("SELECT 1 FROM login_codes WHERE other_tries = 5 AND own_tries = 0") == 1


async def test_an_account_is_sent_five_codes_an_hour_whoever_asks(api: Api) -> None:
    for number in range(20):
        async with a_browser(api, f"10.0.0.{number}") as other:
            assert (await ask(other, ELEANOR)).status_code == 202
    assert len(await mail_to(api, ELEANOR)) == 5
    api.clock.later(hours=1, seconds=1)
    async with a_browser(api) as other:
        await ask(other, ELEANOR)
    assert len(await mail_to(api, ELEANOR)) == 6


async def test_a_flood_of_codes_stops_at_what_may_be_sent_in_all_and_raises_the_alarm(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(issue_code, "ALL_SENT", Limit(ALL_SENT.name, 3, ALL_SENT.window))
    customers = [f"customer{number}@example.com" for number in range(5)]
    for number, email in enumerate(customers):
        await order_of(api, email)
        async with a_browser(api, f"10.0.1.{number}") as other:
            assert (await ask(other, email)).status_code == 202
    with capture_logs() as log:
        await mail_to(api, ELEANOR)
    letters = [letter for letter in await api.parts.mailbox.letters() if letter["to"] in customers]
    assert len([letter for letter in letters if "code" in letter["subject"]]) == 3
    assert [line["event"] for line in log if line.get("alarm")] == ["login_codes_over_cap"] * 2


async def test_a_mail_that_failed_is_tried_again_with_another_code(api: Api, browser: httpx.AsyncClient) -> None:
    await ask(browser, ELEANOR)
    first = await code_for(api, ELEANOR)
    await api.sql("UPDATE outbox SET state = 'ready', lease_until = NULL WHERE kind = 'login_code'")
    second = await code_for(api, ELEANOR)
    assert first != second
    problem(await redeem(browser, ELEANOR, first), 401, "code_invalid")
    assert (await redeem(browser, ELEANOR, second)).status_code == 200


async def test_signing_out_ends_the_session_at_once(api: Api, eleanor: httpx.AsyncClient) -> None:
    token = eleanor.cookies["tl_portal"]
    assert (await eleanor.post("/logout")).status_code == 204
    async with a_browser(api) as thief:
        thief.cookies.set("tl_portal", token)
        problem(await thief.get("/me"), 401, "session_ended")


async def test_signing_out_everywhere_ends_all_sessions(api: Api, eleanor: httpx.AsyncClient) -> None:
    async with a_browser(api) as phone:
        await signed_in(api, phone, ELEANOR)
        assert (await eleanor.post("/logout", json={"everywhere": True})).status_code == 204
        problem(await phone.get("/me"), 401, "session_ended")


async def test_a_session_lives_by_being_used_and_not_for_ever(api: Api, eleanor: httpx.AsyncClient) -> None:
    for _ in range(6):
        api.clock.later(days=13)
        assert (await eleanor.get("/me")).status_code == 200
    api.clock.later(days=13)
    problem(await eleanor.get("/me"), 401, "session_ended")


async def test_an_idle_session_ends(api: Api, eleanor: httpx.AsyncClient) -> None:
    api.clock.later(days=14, seconds=1)
    problem(await eleanor.get("/me"), 401, "session_ended")


async def test_who_is_shut_out_is_out_at_the_next_call_and_gets_no_code(api: Api, eleanor: httpx.AsyncClient) -> None:
    contact = (await api.get(f"/contacts?q={ELEANOR}", role="sales")).json()["items"][0]
    assert (await api.request("DELETE", f"/contacts/{contact['id']}", role="sales")).status_code == 204
    problem(await eleanor.get("/me"), 401, "session_ended")
    before = len(await mail_to(api, ELEANOR))
    await ask(eleanor, ELEANOR)
    assert len(await mail_to(api, ELEANOR)) == before


async def test_staff_tokens_count_nothing_here_and_the_portals_cookie_counts_nothing_there(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    token = (await api.sign_in("admin")).json()["access_token"]
    async with a_browser(api) as staff:
        problem(await staff.get("/me", headers=bearer(token)), 401, "unauthenticated")
        staff.cookies.set("tl_access", token)
        problem(await staff.get("/me"), 401, "unauthenticated")
        staff.cookies.set("tl_portal", token)
        problem(await staff.get("/me"), 401, "session_ended")
    hers = eleanor.cookies["tl_portal"]
    for header in (
        {"cookie": f"tl_portal={hers}"},
        {"cookie": f"tl_access={hers}"},
        {"authorization": f"Bearer {hers}"},
    ):
        api.bare()
        problem(await api.http.get("/api/v1/orders", headers=header), 401, "unauthenticated")


async def test_a_foreign_page_can_neither_ask_nor_sign_in_nor_change(eleanor: httpx.AsyncClient) -> None:
    foreign = {"origin": "https://evil.example"}
    problem(await eleanor.post("/login/code", json={"email": ELEANOR}, headers=foreign), 403, "origin_not_allowed")
    sent = {"email": ELEANOR, "code": "12345678"}
    problem(await eleanor.post("/login", json=sent, headers=foreign), 403, "origin_not_allowed")
    problem(await eleanor.patch("/me", json={"name": "Mallory"}, headers=foreign), 403, "origin_not_allowed")
    problem(await eleanor.post("/logout", headers=foreign), 403, "origin_not_allowed")


async def test_she_changes_her_own_name_and_language(eleanor: httpx.AsyncClient) -> None:
    assert (await eleanor.patch("/me", json={"language": "zh"})).json()["language"] == "zh"
    assert (await eleanor.patch("/me", json={"name": "Eleanor V."})).json()["name"] == "Eleanor V."
    assert (await eleanor.get("/me")).json()["language"] == "zh"


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"email": ELEANOR, "code": "1234567"}, "/code"),
        ({"email": ELEANOR, "code": "1234567a"}, "/code"),
        ({"email": "x", "code": "12345678"}, "/email"),
    ],
)
async def test_what_is_no_code_or_no_address_is_named(
    browser: httpx.AsyncClient, sent: dict[str, str], pointer: str
) -> None:
    body = problem(await browser.post("/login", json=sent), 422, "field_invalid")
    assert body["errors"][0]["pointer"] == pointer
