"""Forecasts over HTTP: on the order, in lists, as a list of the likely late, and before the customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.api.support import Api, an_order, problem
from tests.support.customers import ELEANOR, a_customer, order_of
from workers.schedule import foretell_all


async def due_in(api: Api, days: int | None) -> str:
    """An order that is promised for so many days from now."""
    day = days and (api.clock() + timedelta(days=days)).date().isoformat()
    number: str = (await api.post("/orders", an_order(promised_date=day), role="sales")).json()["order_no"]
    return number


@pytest.fixture
async def numbers(api: Api) -> dict[str, str]:
    """One order that can hardly be in time, one that has all the time, and one that nothing was promised of."""
    found = {"tight": await due_in(api, 3), "ample": await due_in(api, 200), "undated": await due_in(api, None)}
    await foretell_all(api.parts.door)
    return found


async def get(api: Api, path: str, role: str = "sales") -> Any:
    answer = await api.get(path, role=role)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_order_shows_when_it_comes_and_why(api: Api, numbers: dict[str, str]) -> None:
    forecast = (await get(api, f"/orders/{numbers['tight']}"))["forecast"]
    assert forecast["p50"] <= forecast["p80"] <= forecast["p95"]
    assert forecast["late_probability"] > 0.5
    assert (forecast["confidence"], forecast["basis"]) == ("low", "service_levels")
    assert next(one["stage"] for one in forecast["ahead"]) == "signed"
    assert {"zh", "en"} <= set(forecast["ahead"][0]["label"])
    assert (await get(api, f"/orders/{numbers['undated']}"))["forecast"]["late_probability"] is None


async def test_a_browser_is_not_told_that_nothing_is_new(api: Api, numbers: dict[str, str]) -> None:
    """The ETag is the order's version, which does not move with its forecast."""
    answer = await api.get(f"/orders/{numbers['tight']}", role="sales")
    assert answer.headers["cache-control"] == "no-store"


async def test_the_list_finds_the_likely_late(api: Api, numbers: dict[str, str]) -> None:
    rows = (await get(api, "/orders?risk=likely_late"))["items"]
    assert [row["order_no"] for row in rows] == [numbers["tight"]]
    assert rows[0]["forecast"]["late_probability"] > 0.5


async def test_the_likely_late_come_with_what_takes_the_time(api: Api, numbers: dict[str, str]) -> None:
    page = await get(api, "/forecasts/late", "management")
    (row,) = page["items"]
    assert (row["order_no"], row["forecast"]["slowest"]) == (numbers["tight"], "in_production")
    assert page["next_cursor"] is None
    every = await get(api, "/forecasts/late?percent=30&limit=1", "management")
    assert len(every["items"]) == 1
    refused = await api.get("/forecasts/late?percent=10", role="management")
    problem(refused, 422, "field_invalid")


async def test_how_far_it_can_be_trusted_is_told(api: Api, numbers: dict[str, str]) -> None:
    assert await get(api, "/forecasts/calibration", "management") == {"items": [], "model": None}
    api.clock.later(days=200)
    api.tokens.clear()
    months = (await get(api, "/forecasts/calibration", "management"))["items"]
    assert sum(month["p80"]["said"] for month in months) == 3
    assert sum(month["p80"]["held"] for month in months) == 0, "none of them came"


async def test_a_customer_is_told_no_more_than_is_known(api: Api) -> None:
    day = (api.clock() + timedelta(days=3)).date().isoformat()
    order_no = (await order_of(api, ELEANOR, promised_date=day))["order_no"]
    await foretell_all(api.parts.door)
    async with a_customer(api, ELEANOR) as eleanor:
        own = await one(eleanor, order_no)
        assert own["expected"] == {"date": day, "basis": "agreed"}, "what was agreed stays agreed"
        forecast = own["forecast"]
        assert (forecast["confidence"], forecast["from"], forecast["by"]) == ("low", None, None)
        assert forecast["about"]["part"] in ("early", "middle", "late")
        assert "late_probability" not in str(own)
        assert {stop["expected"] for stop in own["line"]} == {None}
        await sure(api)
        own = await one(eleanor, order_no)
        assert own["forecast"]["from"] <= own["forecast"]["by"]
        assert own["forecast"]["about"] is None
        days = [stop["expected"] for stop in own["line"]]
        assert days[0] is None
        assert days[1:] == sorted(days[1:])
        assert days[-1] == own["forecast"]["from"]
        held = {"action": "hold", "payload": {"reason": "等客户"}}
        await api.post(f"/orders/{order_no}/actions", held, role="sales")
        assert (await one(eleanor, order_no))["forecast"] is None


async def test_where_nothing_was_promised_the_forecast_is_expected(api: Api) -> None:
    order_no = (await order_of(api, ELEANOR, promised_date=None))["order_no"]
    await foretell_all(api.parts.door)
    async with a_customer(api, ELEANOR) as eleanor:
        assert (await one(eleanor, order_no))["expected"] == {"date": None, "basis": None}
        await sure(api)
        own = await one(eleanor, order_no)
        assert own["expected"] == {"date": own["forecast"]["by"], "basis": "forecast"}
        rows = (await eleanor.get("/orders")).json()["items"]
        assert rows[0]["expected"]["basis"] == "forecast"


async def one(customer: httpx.AsyncClient, order_no: str) -> Any:
    answer = await customer.get(f"/orders/{order_no}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def sure(api: Api) -> None:
    """As if the factory had a long history."""
    async with api.parts.database.connect() as connection:
        await connection.run("UPDATE forecasts SET confidence = 'high'")
