from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.pace import KNOWN_AT_ONCE, Paces
from domain.access.pace import Pace
from tests.api.support import Api, bearer, problem, serve
from wiring.settings import Settings, SettingsError, load_settings


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """An installation of little patience: three requests a minute for people, two for keys and for strangers."""
    async with serve(settings, rate_people="3/60", rate_keys="2/60", rate_addresses="2/60") as served:
        yield served


async def test_every_answer_says_how_much_is_left(api: Api) -> None:
    headers = await api.as_("sales")
    told = [(await api.http.get("/api/v1/orders", headers=headers)).headers for _ in range(4)]
    assert {each["ratelimit-policy"] for each in told} == {'"people";q=3;w=60'}
    assert [each["ratelimit"] for each in told] == [
        '"people";r=2;t=20', '"people";r=1;t=40', '"people";r=0;t=60', '"people";r=0;t=60'
    ]  # fmt: skip


async def test_who_asks_too_fast_is_told_when_to_come_back_and_nobody_else_is(api: Api) -> None:
    hasty, other = await api.as_("sales"), await api.as_("design")
    for _ in range(3):
        assert (await api.http.get("/api/v1/orders", headers=hasty)).status_code == 200
    refused = await api.http.get("/api/v1/orders", headers=hasty)
    problem(refused, 429, "too_many_requests")
    assert 1 <= int(refused.headers["retry-after"]) <= 20
    assert (await api.http.get("/api/v1/orders", headers=other)).status_code == 200


async def test_a_key_has_a_limit_of_its_own(api: Api) -> None:
    made = (await api.post("/api-keys", {"name": "BI", "scopes": ["orders.read"]}, role="admin")).json()
    asked = [await api.http.get("/api/v1/orders", headers=bearer(made["token"])) for _ in range(3)]
    assert [answer.status_code for answer in asked] == [200, 200, 429]
    assert asked[0].headers["ratelimit-policy"] == '"keys";q=2;w=60'


async def test_a_key_that_delivers_is_charged_as_a_key(api: Api) -> None:
    made = (await api.post("/api-keys", {"name": "CRM", "scopes": ["intake.write"]}, role="admin")).json()
    answer = await api.http.post("/api/v1/hooks/crm", content=b"{}", headers=bearer(made["token"]))
    assert answer.headers["ratelimit-policy"] == '"keys";q=2;w=60'


async def test_a_stranger_is_limited_by_address_and_who_is_signed_in_there_is_not(api: Api) -> None:
    known = bearer((await api.sign_in("sales")).json()["access_token"])
    wrong: dict[str, Any] = {"headers": bearer("tl_" + "a" * 12 + "_" + "b" * 43)}
    statuses = [(await api.http.get("/api/v1/orders", **wrong)).status_code for _ in range(3)]
    assert statuses == [401, 429, 429]
    problem(await api.http.post("/api/v1/hooks/crm", content=b"{}"), 429, "too_many_requests")
    assert (await api.http.get("/api/v1/orders", headers=known)).status_code == 200


async def test_a_forged_address_is_the_same_address(api: Api) -> None:
    told = [await api.http.get("/api/v1/orders", headers={"x-forwarded-for": f"203.0.113.{n}"}) for n in range(3)]
    assert [answer.status_code for answer in told] == [401, 401, 429]


async def test_a_limit_may_be_off(settings: Settings) -> None:
    async with serve(settings, rate_people="off") as api:
        answer = await api.get("/orders", role="sales")
        assert "ratelimit" not in answer.headers


def test_a_limit_that_is_none_is_refused_with_its_name(settings: Settings) -> None:
    environ = {
        "THROUGHLINE_DATABASE_URL": settings.database_url,
        "THROUGHLINE_REDIS_URL": settings.redis_url,
        "THROUGHLINE_SECRET_KEY": settings.secret_key,
        "THROUGHLINE_RATE_KEYS": "fast",
    }
    with pytest.raises(SettingsError, match="THROUGHLINE_RATE_KEYS must be REQUESTS/SECONDS, as in 600/60, or off"):
        load_settings(environ)


def test_memory_is_bounded_however_many_come() -> None:
    paces = Paces({"addresses": Pace(1, 60)}, clock=lambda: 1.0)
    for number in range(KNOWN_AT_ONCE + 500):
        paces._take(Pace(1, 60), ("addresses", str(number)))
    assert len(paces._full_at) == KNOWN_AT_ONCE
