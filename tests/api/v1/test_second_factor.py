"""Second factors of the staff: begun, confirmed, asked for at sign-in, each code good once, and lost."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pyotp
import pytest

from tests.api.support import PASSWORD, Api, bearer, problem

OWN = {"password": PASSWORD}


class App:
    """An authenticator app on the installation's own clock."""

    def __init__(self, api: Api, secret: str) -> None:
        self.api, self.totp = api, pyotp.TOTP(secret)

    def code(self, **later: float) -> str:
        """The code of now; moved on first, so that it is a new one."""
        self.api.clock.later(**(later or {"seconds": 30}))
        return self.totp.at(self.api.clock.now)


async def enrolled(api: Api, login: str = "sales") -> tuple[App, list[str]]:
    """Somebody with a second factor, their app and their recovery codes."""
    begun = await api.post("/me/second-factor", OWN, role=login)
    assert begun.status_code == 201, begun.text
    app = App(api, begun.json()["secret"])
    confirmed = await api.post("/me/second-factor/confirm", {"code": app.code()}, role=login)
    assert confirmed.status_code == 200, confirmed.text
    return app, confirmed.json()["recovery_codes"]


async def signs_in(api: Api, otp: str, login: str = "sales", password: str = PASSWORD) -> httpx.Response:
    return await api.sign_in(login, password, otp=otp)


async def test_signing_in_asks_for_a_code_once_a_factor_is_confirmed(api: Api) -> None:
    begun = await api.post("/me/second-factor", OWN, role="sales")
    assert begun.json()["uri"].startswith("otpauth://totp/Throughline:sales?")
    assert begun.json()["secret"] in begun.json()["uri"]
    assert begun.json()["qr_svg"].startswith("<svg")
    assert (await api.sign_in("sales")).status_code == 200, "not before it is confirmed"
    app = App(api, begun.json()["secret"])
    assert (await api.post("/me/second-factor/confirm", {"code": app.code()}, role="sales")).status_code == 200
    problem(await api.sign_in("sales"), 401, "second_factor_required")
    problem(await signs_in(api, "000000"), 401, "second_factor_invalid")
    assert (await signs_in(api, app.code())).status_code == 200
    assert (await api.sign_in("design")).status_code == 200
    state = (await api.get("/me/second-factor", role="sales")).json()
    assert (state["enabled"], state["recovery_codes_left"], state["required"]) == (True, 10, False)


async def test_whoever_does_not_know_the_password_learns_nothing_of_the_factor(api: Api) -> None:
    await enrolled(api)
    for otp in ("", "000000"):
        problem(await signs_in(api, otp, password="no such password"), 401, "credentials_invalid")


async def test_a_code_is_good_once_whoever_is_faster(api: Api) -> None:
    app, _ = await enrolled(api)
    code = app.code()
    answers = await asyncio.gather(*(signs_in(api, code) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 7
    problem(await signs_in(api, code), 401, "second_factor_invalid")


async def test_the_code_that_confirmed_is_spent_and_so_is_every_older_one(api: Api) -> None:
    begun = await api.post("/me/second-factor", OWN, role="sales")
    app = App(api, begun.json()["secret"])
    old, now = app.totp.at(api.clock.now), app.code()
    await api.post("/me/second-factor/confirm", {"code": now}, role="sales")
    for code in (now, old):
        problem(await signs_in(api, code), 401, "second_factor_invalid")


@pytest.mark.parametrize(("drift", "status"), [(0, 200), (25, 200), (95, 401), (-30, 200), (-90, 401)])
async def test_a_phone_may_be_half_a_minute_off_and_no_more(api: Api, drift: float, status: int) -> None:
    app, _ = await enrolled(api)
    api.clock.later(minutes=10)
    moment = api.clock.now.timestamp() // 30 * 30 + drift
    api.clock.later(seconds=-(api.clock.now.timestamp() % 30))
    assert (await signs_in(api, app.totp.at(int(moment)))).status_code == status


async def test_recovery_codes_are_good_once_each_and_a_new_batch_replaces_them(api: Api) -> None:
    app, codes = await enrolled(api)
    assert len(set(codes)) == 10
    answers = await asyncio.gather(*(signs_in(api, codes[0]) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 4
    assert (await signs_in(api, codes[1].replace("-", " ").upper())).status_code == 200
    state = (await api.get("/me/second-factor", role="sales")).json()
    assert state["recovery_codes_left"] == 8
    renewed = await api.post("/me/second-factor/recovery-codes", {"code": app.code()}, role="sales")
    assert not set(renewed.json()["recovery_codes"]) & set(codes)
    problem(await signs_in(api, codes[2]), 401, "second_factor_invalid")
    assert (await signs_in(api, renewed.json()["recovery_codes"][0])).status_code == 200


async def test_nothing_that_opens_anything_is_kept(api: Api) -> None:
    headers = {"idempotency-key": "enrol"}
    begun = await api.post("/me/second-factor", OWN, role="sales", headers=headers)
    again = await api.post("/me/second-factor", OWN, role="sales", headers=headers)
    assert begun.content == again.content
    app = App(api, begun.json()["secret"])
    sent = {"code": app.code()}
    confirmed = await api.post("/me/second-factor/confirm", sent, role="sales", headers=headers)
    codes = confirmed.json()["recovery_codes"]
    async with api.parts.database.connect() as connection:
        rows = [dict(row) for row in await connection.rows("SELECT * FROM second_factors")]
        rows += [dict(row) for row in await connection.rows("SELECT * FROM replies")]
    kept = str(rows)
    assert begun.json()["secret"] not in kept
    assert not [code for code in codes if code in kept or code.replace("-", "") in kept]


async def test_guessing_codes_stops_a_stranger_with_the_password_and_not_the_owner(api: Api) -> None:
    app, _ = await enrolled(api)
    form = {"username": "sales", "password": PASSWORD, "session": "cookie", "otp": app.code()}
    mine = await api.http.post("/api/v1/auth/token", data=form, headers={"origin": "http://127.0.0.1:8000"})
    cookie = next(c for c in mine.headers.get_list("set-cookie") if c.startswith("tl_knows")).partition(";")[0]
    answers = [await signs_in(api, f"{n:06}") for n in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    api.http.cookies.clear()
    form["otp"] = app.code()
    headers = {"origin": "http://127.0.0.1:8000", "cookie": cookie}
    assert (await api.http.post("/api/v1/auth/token", data=form, headers=headers)).status_code == 200


async def test_a_factor_begins_with_ones_password_and_ends_with_a_code(api: Api) -> None:
    wrong = await api.post("/me/second-factor", {"password": "not my password"}, role="sales")
    assert problem(wrong, 422, "field_invalid")["errors"][0]["pointer"] == "/password"
    early = await api.post("/me/second-factor/confirm", {"code": "123456"}, role="sales")
    problem(early, 409, "second_factor_not_begun")
    app, _ = await enrolled(api)
    bad = await api.post("/me/second-factor/remove", {"code": "000000"}, role="sales")
    assert problem(bad, 422, "field_invalid")["errors"][0]["pointer"] == "/code"
    assert (await api.post("/me/second-factor/remove", {"code": app.code()}, role="sales")).status_code == 204
    assert (await api.sign_in("sales")).status_code == 200


async def test_a_new_phone_takes_the_place_of_the_old_one_when_it_is_confirmed(api: Api) -> None:
    old, _ = await enrolled(api)
    begun = await api.post("/me/second-factor", OWN, role="sales")
    assert (await signs_in(api, old.code())).status_code == 200
    new = App(api, begun.json()["secret"])
    await api.post("/me/second-factor/confirm", {"code": new.code()}, role="sales")
    problem(await signs_in(api, old.code()), 401, "second_factor_invalid")
    assert (await signs_in(api, new.code())).status_code == 200


async def require(api: Api, role: str) -> None:
    seen = await api.get(f"/roles/{role}", role="admin")
    headers = {"if-match": seen.headers["etag"]}
    changed = await api.request("PATCH", f"/roles/{role}", role="admin", json={"second_factor": True}, headers=headers)
    assert changed.status_code == 200, changed.text


async def test_a_role_may_ask_for_it_and_whoever_has_none_can_do_nothing_but_set_it_up(api: Api) -> None:
    assert (await api.get("/orders", role="sales")).status_code == 200
    await require(api, "sales")
    problem(await api.get("/orders", role="sales"), 403, "second_factor_missing")
    refused = await api.post("/orders", {}, role="sales")
    assert refused.status_code in (403, 422)
    me = (await api.get("/me", role="sales")).json()
    assert me["rights"] == []
    assert (await api.get("/me/second-factor", role="sales")).json()["required"] is True
    app, _ = await enrolled(api)
    assert (await api.get("/orders", role="sales")).status_code == 200
    again = bearer((await signs_in(api, app.code())).json()["access_token"])
    assert (await api.http.get("/api/v1/orders", headers=again)).status_code == 200
    stays = await api.post("/me/second-factor/remove", {"code": app.code()}, role="sales")
    problem(stays, 409, "second_factor_needed")
    assert (await api.get("/orders", role="design")).status_code == 200


async def test_an_administrator_takes_it_off_for_who_lost_it(api: Api) -> None:
    await enrolled(api)
    headers = await api.as_("sales")
    person = (await api.get("/me", role="sales")).json()["id"]
    path = f"/users/{person}/second-factor"
    assert (await api.request("DELETE", path, role="admin")).status_code == 204
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "session_ended")
    assert (await api.sign_in("sales")).status_code == 200
    problem(await api.request("DELETE", path, role="admin"), 404, "not_found")


def test_the_codes_are_those_of_the_standard() -> None:
    """RFC 6238, appendix B, with SHA-1, cut to six digits."""
    from usecases.people.one_time_codes import STEP_SECONDS  # noqa: PLC0415

    totp: Any = pyotp.TOTP("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", interval=STEP_SECONDS)
    assert totp.generate_otp(59 // STEP_SECONDS) == "287082"
