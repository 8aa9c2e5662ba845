from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.support import PASSWORD, Api, bearer, problem, serve
from wiring.settings import Settings

OURS = {"origin": "http://127.0.0.1:8000"}
FOREIGN = {"origin": "https://evil.example"}


async def test_signing_in_gives_two_tokens_and_me_says_who(api: Api) -> None:
    answer = await api.sign_in("sales")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    tokens = answer.json()
    assert tokens["token_type"] == "bearer"
    assert tokens["expires_in"] == 600
    me = (await api.http.get("/api/v1/me", headers=bearer(tokens["access_token"]))).json()
    assert me["login"] == "sales"
    assert [role["key"] for role in me["roles"]] == ["sales"]
    assert me["roles"][0]["label"] == {"zh": "销售", "en": "Sales"}
    assert "orders.open" in me["rights"]
    assert "cost" in me["hidden_fields"]
    assert "password" not in str(me)


async def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(api: Api) -> None:
    wrong_password = await api.sign_in("sales", "nope")
    wrong_name = await api.sign_in("nobody", PASSWORD)
    problem(wrong_password, 401, "credentials_invalid")
    assert wrong_name.content == wrong_password.content
    assert wrong_name.headers["www-authenticate"].startswith("Bearer")
    assert _without_ids(wrong_name) == _without_ids(wrong_password)


async def test_who_is_disabled_does_not_get_in(api: Api) -> None:
    await api.sql("UPDATE people SET disabled = true WHERE login = 'sales'")
    problem(await api.sign_in("sales"), 401, "credentials_invalid")


async def test_who_is_disabled_is_out_at_the_next_call(api: Api) -> None:
    headers = await api.as_("sales")
    assert (await api.http.get("/api/v1/me", headers=headers)).status_code == 200
    await api.sql("UPDATE people SET disabled = true WHERE login = 'sales'")
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "session_ended")
    refused = await api.http.post("/api/v1/auth/refresh", json={"refresh_token": _refresh(api, "sales")})
    problem(refused, 401, "session_ended")


async def test_a_change_of_roles_counts_at_the_next_call(api: Api) -> None:
    headers = await api.as_("driver")
    await api.sql("UPDATE people SET roles = '{finance}' WHERE login = 'driver'")
    me = (await api.http.get("/api/v1/me", headers=headers)).json()
    assert "cost" not in me["hidden_fields"]


async def test_an_access_token_lives_ten_minutes(api: Api) -> None:
    headers = await api.as_("sales")
    api.clock.later(minutes=9, seconds=58)
    assert (await api.http.get("/api/v1/me", headers=headers)).status_code == 200
    api.clock.later(seconds=4)
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "unauthenticated")


async def test_refreshing_rotates_both_tokens(api: Api) -> None:
    await api.as_("sales")
    api.clock.later(minutes=11)
    first = _refresh(api, "sales")
    fresh = (await api.http.post("/api/v1/auth/refresh", json={"refresh_token": first})).json()
    assert fresh["refresh_token"] != first
    assert (await api.http.get("/api/v1/me", headers=bearer(fresh["access_token"]))).status_code == 200


async def test_using_a_refresh_token_twice_ends_the_session_for_both_users_of_it(api: Api) -> None:
    await api.as_("sales")
    first = _refresh(api, "sales")
    fresh = (await api.http.post("/api/v1/auth/refresh", json={"refresh_token": first})).json()
    problem(await api.http.post("/api/v1/auth/refresh", json={"refresh_token": first}), 401, "session_ended")
    problem(await api.http.get("/api/v1/me", headers=bearer(fresh["access_token"])), 401, "session_ended")
    again = await api.http.post("/api/v1/auth/refresh", json={"refresh_token": fresh["refresh_token"]})
    problem(again, 401, "session_ended")


async def test_an_invented_refresh_token_ends_nobody_elses_session(api: Api) -> None:
    headers = await api.as_("sales")
    invented = _refresh(api, "sales")[:-43] + "A" * 43
    problem(await api.http.post("/api/v1/auth/refresh", json={"refresh_token": invented}), 401, "session_ended")
    assert (await api.http.get("/api/v1/me", headers=headers)).status_code == 200


async def test_a_session_unused_for_two_weeks_ends(api: Api) -> None:
    await api.as_("sales")
    api.clock.later(days=14, seconds=1)
    refused = await api.http.post("/api/v1/auth/refresh", json={"refresh_token": _refresh(api, "sales")})
    problem(refused, 401, "session_ended")


async def test_a_session_ends_after_ninety_days_however_used(api: Api) -> None:
    await api.as_("sales")
    token = _refresh(api, "sales")
    for _ in range(8):
        api.clock.later(days=11)
        token = (await api.http.post("/api/v1/auth/refresh", json={"refresh_token": token})).json()["refresh_token"]
    api.clock.later(days=3)
    problem(await api.http.post("/api/v1/auth/refresh", json={"refresh_token": token}), 401, "session_ended")


async def test_only_hashes_are_kept(api: Api) -> None:
    await api.as_("sales")
    secret = _refresh(api, "sales")[-43:]
    async with api.parts.database.connect() as connection:
        rows = await connection.rows("SELECT s::text AS row FROM sessions s UNION ALL SELECT p::text FROM people p")
    assert not [row for row in rows if secret in row["row"] or PASSWORD in row["row"]]


async def test_signing_out_ends_the_session_at_once(api: Api) -> None:
    headers = await api.as_("sales")
    assert (await api.http.post("/api/v1/auth/logout", headers=headers)).status_code == 204
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "session_ended")
    refused = await api.http.post("/api/v1/auth/refresh", json={"refresh_token": _refresh(api, "sales")})
    problem(refused, 401, "session_ended")


async def test_signing_out_with_an_expired_access_token_takes_the_refresh_token(api: Api) -> None:
    headers = await api.as_("sales")
    api.clock.later(minutes=11)
    problem(await api.http.post("/api/v1/auth/logout", headers=headers), 401, "unauthenticated")
    sent = {"refresh_token": _refresh(api, "sales")}
    assert (await api.http.post("/api/v1/auth/logout", headers=headers, json=sent)).status_code == 204
    problem(await api.http.post("/api/v1/auth/refresh", json=sent), 401, "session_ended")


async def test_ones_own_sessions_are_listed_and_ended(api: Api) -> None:
    here = await api.as_("sales")
    there = (await api.sign_in("sales")).json()
    items = (await api.http.get("/api/v1/auth/sessions", headers=here)).json()["items"]
    assert [item["current"] for item in items].count(True) == 1
    assert len(items) == 2
    other = next(item["id"] for item in items if not item["current"])
    assert (await api.http.delete(f"/api/v1/auth/sessions/{other}", headers=here)).status_code == 204
    problem(await api.http.get("/api/v1/me", headers=bearer(there["access_token"])), 401, "session_ended")
    problem(await api.http.delete(f"/api/v1/auth/sessions/{other}", headers=here), 404, "not_found")


async def test_nobody_ends_another_persons_session(api: Api) -> None:
    mine, theirs = await api.as_("sales"), await api.as_("admin")
    session = (await api.http.get("/api/v1/me", headers=theirs)).json()["session_id"]
    problem(await api.http.delete(f"/api/v1/auth/sessions/{session}", headers=mine), 404, "not_found")
    assert (await api.http.get("/api/v1/me", headers=theirs)).status_code == 200


async def test_a_browser_gets_cookies_that_no_script_can_read_and_no_tokens(api: Api) -> None:
    answer = await api.sign_in("sales", session="cookie")
    assert answer.json() == {"token_type": "cookie", "expires_in": 600}
    cookies = answer.headers.get_list("set-cookie")
    assert [cookie.partition("=")[0][:8] for cookie in cookies] == ["tl_acces", "tl_refre", "tl_knows"]
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
    assert ["Path=/;" in cookie for cookie in cookies] == [True, True, False]
    assert (await api.http.get("/api/v1/me")).json()["login"] == "sales"


async def test_https_cookies_are_bound_to_the_host_and_to_https(settings: Settings) -> None:
    async with serve(settings, public_url="https://orders.example.com") as api:
        answer = await api.sign_in("sales", session="cookie")
        cookies = answer.headers.get_list("set-cookie")
        assert [cookie.partition("tl_")[0] for cookie in cookies] == ["__Host-", "__Host-", "__Secure-"]
        for cookie in cookies:
            assert "Secure" in cookie
            assert "Domain" not in cookie
        assert answer.headers["strict-transport-security"]


@pytest.mark.parametrize(
    "headers",
    [
        FOREIGN,
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "http://["},
        {"origin": "127.0.0.1:8000"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {**OURS, "sec-fetch-site": "cross-site"},
        {},
    ],
)
async def test_an_unsafe_request_by_cookie_needs_our_own_origin(api: Api, headers: dict[str, str]) -> None:
    await api.sign_in("sales", session="cookie")
    problem(await api.http.post("/api/v1/auth/logout", headers=headers), 403, "origin_not_allowed")
    assert (await api.http.get("/api/v1/me")).status_code == 200


@pytest.mark.parametrize(
    "headers", [OURS, {"sec-fetch-site": "same-origin"}, {**OURS, "sec-fetch-site": "same-origin"}]
)
async def test_our_own_pages_may_write_by_cookie(api: Api, headers: dict[str, str]) -> None:
    await api.sign_in("sales", session="cookie")
    answer = await api.http.post("/api/v1/auth/logout", headers=headers)
    assert answer.status_code == 204
    assert all("Max-Age=0" in cookie for cookie in answer.headers.get_list("set-cookie"))
    problem(await api.http.get("/api/v1/me"), 401, "unauthenticated")


async def test_a_browser_refreshes_by_cookie_from_our_pages_only(api: Api) -> None:
    await api.sign_in("sales", session="cookie")
    problem(await api.http.post("/api/v1/auth/refresh", headers=FOREIGN), 403, "origin_not_allowed")
    answer = await api.http.post("/api/v1/auth/refresh", headers=OURS)
    assert answer.json()["token_type"] == "cookie"
    assert (await api.http.get("/api/v1/me")).status_code == 200


async def test_another_site_cannot_sign_a_browser_in(api: Api) -> None:
    form = {"username": "sales", "password": PASSWORD, "session": "cookie"}
    answer = await api.http.post("/api/v1/auth/token", data=form, headers=FOREIGN)
    problem(answer, 403, "origin_not_allowed")
    assert "set-cookie" not in answer.headers


async def test_a_bad_bearer_token_is_not_covered_by_a_good_cookie(api: Api) -> None:
    await api.sign_in("sales", session="cookie")
    problem(await api.http.get("/api/v1/me", headers=bearer("x.y.z")), 401, "unauthenticated")
    problem(await api.http.get("/api/v1/me", headers={"authorization": "Basic c2FsZXM6"}), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"username": "sales"}, "/password"),
        ({"username": "", "password": "x"}, "/username"),
        ({"username": "a\0b", "password": "x"}, "/username"),
        ({"username": "sales", "password": "x" * 257}, "/password"),
        ({"username": "sales", "password": "x", "grant_type": "implicit"}, "/grant_type"),
        ({"username": "sales", "password": "x", "session": "forever"}, "/session"),
    ],
)
async def test_a_form_that_does_not_fit_names_the_field(api: Api, form: dict[str, str], pointer: str) -> None:
    body = problem(await api.http.post("/api/v1/auth/token", data=form), 422, "field_invalid")
    assert [error["pointer"] for error in body["errors"]] == [pointer]


async def test_a_flood_of_logins_is_refused_before_it_takes_the_machine(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api.parts.passwords, "_waiting", 100)
    answer = await api.sign_in("sales")
    problem(answer, 429, "too_many_requests")
    assert int(answer.headers["retry-after"]) > 0


async def test_all_sessions_but_this_one_are_ended_at_once(api: Api) -> None:
    here = await api.as_("sales")
    others = [(await api.sign_in("sales")).json()["access_token"] for _ in range(3)]
    answer = await api.http.delete("/api/v1/auth/sessions", headers=here)
    assert answer.json() == {"ended": 3}
    for token in others:
        problem(await api.http.get("/api/v1/me", headers=bearer(token)), 401, "session_ended")
    assert (await api.http.get("/api/v1/me", headers=here)).status_code == 200


async def test_ones_own_password_is_changed_by_who_knows_it_and_ends_the_other_sessions(api: Api) -> None:
    here = await api.as_("sales")
    elsewhere = (await api.sign_in("sales")).json()["access_token"]
    wanted = {"password": PASSWORD, "new_password": "two horses and a cart"}

    async def change(**changes: str) -> httpx.Response:
        return await api.http.post("/api/v1/me/password", json={**wanted, **changes}, headers=here)

    wrong = problem(await change(password="not my password"), 422, "field_invalid")
    assert wrong["errors"][0]["pointer"] == "/password"
    for bad in ("short", "1234567890", "password1234", "qwertyuiop", "sales-sales-1"):
        refused = problem(await change(new_password=bad), 422, "field_invalid")
        assert refused["errors"][0]["pointer"] == "/new_password"
    assert (await change()).status_code == 204
    problem(await api.http.get("/api/v1/me", headers=bearer(elsewhere)), 401, "session_ended")
    assert (await api.http.get("/api/v1/me", headers=here)).status_code == 200
    problem(await api.sign_in("sales"), 401, "credentials_invalid")
    assert (await api.sign_in("sales", "two horses and a cart")).status_code == 200


async def test_a_password_changed_once_is_told_again_to_whoever_asks_again_with_the_same_key(api: Api) -> None:
    here = {**await api.as_("sales"), "idempotency-key": "my-password-1"}
    sent = {"password": PASSWORD, "new_password": "two horses and a cart"}
    first = await api.http.post("/api/v1/me/password", json=sent, headers=here)
    again = await api.http.post("/api/v1/me/password", json=sent, headers=here)
    assert (first.status_code, again.status_code) == (204, 204)
    assert again.headers["idempotent-replayed"] == "true"
    other = {**sent, "new_password": "three horses and a cart"}
    problem(await api.http.post("/api/v1/me/password", json=other, headers=here), 422, "idempotency_key_reused")
    assert (await api.sign_in("sales", "two horses and a cart")).status_code == 200


async def test_a_borrowed_session_cannot_guess_the_password(api: Api) -> None:
    here = await api.as_("sales")
    sent = {"password": "not my password", "new_password": "two horses and a cart"}
    answers = [await api.http.post("/api/v1/me/password", json=sent, headers=here) for _ in range(12)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429] * 2
    sent["password"] = PASSWORD
    problem(await api.http.post("/api/v1/me/password", json=sent, headers=here), 429, "too_many_tries")


def _refresh(api: Api, role: str) -> str:
    token: str = api.tokens[role]["refresh_token"]
    return token


def _without_ids(answer: httpx.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.headers.items() if name != "x-request-id"}
