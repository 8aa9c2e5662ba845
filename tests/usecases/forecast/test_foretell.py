"""Forecasts on the database: learned from history, written when they change, settled when orders are finished."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from persistence.queries.forecast_board import LateFilter
from persistence.queries.order_board import OrderFilter
from tests.factory import Factory
from tests.support.lived import live
from tests.usecases.warning.watch import RELAY, Watch
from usecases.forecast.learn import learn_from_past
from usecases.forecast.read_forecasts import list_likely_late, read_calibration
from usecases.orders.read_orders import list_orders, read_order
from workers.schedule import foretell_all


async def shown(factory: Factory, order_no: str) -> dict[str, Any] | None:
    forecast: dict[str, Any] | None = (await factory.read(read_order, order_no)).get("forecast")
    return forecast


async def kept(factory: Factory) -> list[dict[str, Any]]:
    async with factory.database.connect() as connection:
        return [dict(row) for row in await connection.rows("SELECT * FROM kept_forecasts ORDER BY made_at, stage")]


async def test_without_history_service_levels_say_and_nobody_is_told_more(factory: Factory) -> None:
    order = await factory.an_order(promised_date=date(2027, 3, 1))
    assert await shown(factory, order["order_no"]) is None
    assert (await foretell_all(factory.door))["changed"] == 1
    forecast = await shown(factory, order["order_no"])
    assert forecast is not None
    assert (forecast["basis"], forecast["confidence"]) == ("service_levels", "low")
    assert forecast["p50"] <= forecast["p80"] <= forecast["p95"]
    assert forecast["late_probability"] < 0.5
    assert [one["stage"] for one in forecast["ahead"]][:3] == ["signed", "in_review", "scheduled"]
    assert forecast["slowest"] == "in_production"


async def test_what_has_not_changed_is_not_written(factory: Factory) -> None:
    order = await factory.an_order()
    await foretell_all(factory.door)
    assert (await foretell_all(factory.door))["changed"] == 0
    await factory.act(order["order_no"], "submit_review", "sales")
    assert (await foretell_all(factory.door))["changed"] == 1


async def test_history_makes_it_the_factorys_own(factory: Factory) -> None:
    await live(factory, orders=20, hours={"in_production": 40})
    learned = await factory.run(learn_from_past, None, actor=RELAY)
    assert learned["stays"] == 20 * 8
    order = await factory.an_order()
    await factory.play(order["order_no"], "start_production")
    await foretell_all(factory.door)
    forecast = await shown(factory, order["order_no"])
    assert forecast is not None
    assert (forecast["basis"], forecast["confidence"]) == ("history", "medium")
    (here, *_) = forecast["ahead"]
    assert here["stage"] == "in_production"
    assert 9 <= here["hours"] <= 17, "forty hours by the clock hold one or two days' work"


async def test_what_was_foretold_is_kept_once_a_stage_and_settled_when_it_is_delivered(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await foretell_all(factory.door)
    await foretell_all(factory.door)
    assert [row["stage"] for row in await kept(factory)] == ["signed"]
    factory.later(hours=1)
    await factory.play(order_no, "start_production")
    await foretell_all(factory.door)
    factory.later(hours=30)
    for action, role in (
        ("completion_reported", "production"),
        ("pass_inspection", "quality"),
        ("dispatch", "warehouse"),
        ("depart", "driver"),
        ("sign_delivery", "driver"),
    ):
        await factory.act(order_no, action, role)
    assert (await foretell_all(factory.door))["settled"] == 1
    rows = await kept(factory)
    assert [(row["stage"], row["delivered"], row["settled_at"]) for row in rows] == [
        ("signed", True, factory.clock),
        ("in_production", True, factory.clock),
    ]
    assert await shown(factory, order_no) is None, "what is delivered has no forecast"
    assert (await factory.run(learn_from_past, None, actor=RELAY))["outcomes"] == 2


async def test_what_is_on_hold_is_not_promised_and_not_compared(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.act(order_no, "hold", "sales", payload={"reason": "等客户"})
    await foretell_all(factory.door)
    forecast = await shown(factory, order_no)
    assert forecast is not None
    assert forecast["confidence"] == "low"
    assert await kept(factory) == []


async def test_the_likely_late_are_listed_before_they_are(factory: Factory) -> None:
    tight = (await factory.an_order(promised_date=date(2026, 11, 27)))["order_no"]
    ample = (await factory.an_order(promised_date=date(2027, 6, 1)))["order_no"]
    undated = (await factory.an_order())["order_no"]
    await foretell_all(factory.door)
    (row,) = await factory.read(list_likely_late, LateFilter())
    assert row["order_no"] == tight
    assert row["forecast"]["late_probability"] >= 0.5
    assert row["forecast"]["slowest"] == "in_production"
    listed = await factory.read(list_orders, OrderFilter(risk="likely_late"))
    assert [one["order_no"] for one in listed] == [tight]
    every = {one["order_no"]: one["forecast"] for one in await factory.read(list_orders, OrderFilter())}
    assert every[ample]["late_probability"] < 0.5
    assert every[undated]["late_probability"] is None
    factory.later(days=10)
    await foretell_all(factory.door)
    assert await factory.read(list_likely_late, LateFilter()) == [], "what is late already is no forecast"


async def test_pages_of_the_likely_late_are_in_order_and_whole(factory: Factory) -> None:
    for day in (25, 26, 27, 28, 29):
        await factory.an_order(promised_date=date(2026, 11, day))
    await foretell_all(factory.door)
    whole = await factory.read(list_likely_late, LateFilter())
    assert len(whole) == 5
    percents = [row["forecast"]["late_probability"] for row in whole]
    assert percents == sorted(percents, reverse=True)
    found: list[str] = []
    wanted = LateFilter(limit=2)
    while rows := await factory.read(list_likely_late, wanted):
        found += [row["order_no"] for row in rows]
        last = rows[-1]
        wanted = LateFilter(after=(round(last["forecast"]["late_probability"] * 100), last["id"]), limit=2)
    assert found == [row["order_no"] for row in whole]


async def test_how_often_it_held_is_counted_in_the_month_of_the_day_that_was_said(factory: Factory) -> None:
    assert await factory.read(read_calibration, None) == {"items": [], "model": None}
    quick = (await factory.an_order())["order_no"]
    await factory.an_order()
    gone = (await factory.an_order())["order_no"]
    await foretell_all(factory.door)
    factory.later(hours=2)
    await factory.play(quick, "sign_delivery")
    await factory.act(gone, "cancel", "management", payload={"reason": "不要了"})
    factory.later(days=200)
    await foretell_all(factory.door)
    await factory.run(learn_from_past, None, actor=RELAY)
    report = await factory.read(read_calibration, None)
    said = sum(month["p80"]["said"] for month in report["items"])
    held = sum(month["p80"]["held"] for month in report["items"])
    assert (said, held) == (2, 1), "one came, one did not, and what was cancelled is not counted"
    assert report["model"]["stays"] > 0


async def test_only_who_may_see_an_order_sees_its_forecast(factory: Factory) -> None:
    await factory.an_order(promised_date=date(2026, 11, 25))
    await foretell_all(factory.door)
    with pytest.raises(Exception, match="right_missing"):
        await factory.read(list_likely_late, LateFilter(), role="driver")


@pytest.fixture
async def watch(factory: Factory) -> Watch:
    made = Watch(factory)
    await made.staff()
    return made


async def test_the_alert_follows_the_forecast_and_its_rules_probability(watch: Watch) -> None:
    order = await watch.an_order_due(in_hours=100)
    rule = {**await watch.rule("forecast_late"), "percent": 50}
    await watch.save(rule)
    await watch.look("forecast_late")
    assert await watch.alerts("forecast_late") == [], "nothing is foretold yet"
    await foretell_all(watch.factory.door)
    await watch.look("forecast_late")
    (alert,) = await watch.alerts("forecast_late")
    assert alert["order_no"] == order["order_no"]
    percent = alert["facts"]["late_percent"]
    assert percent >= 50
    assert alert["text"]["zh"].startswith(f"{percent}% 可能延期")
    await watch.save({**rule, "percent": 99})
    await watch.look("forecast_late")
    assert (await watch.alerts("forecast_late") == []) == (percent < 99)
    await watch.save(rule)
    await watch.promise(order, date(2027, 6, 1))
    await foretell_all(watch.factory.door)
    await watch.look("forecast_late")
    assert await watch.alerts("forecast_late") == [], "it has time again"


async def test_a_rule_may_wait_until_it_has_been_a_risk_for_some_hours(watch: Watch) -> None:
    await watch.an_order_due(in_hours=100)
    await watch.save({**await watch.rule("forecast_late"), "percent": 50, "hours": 24})
    await foretell_all(watch.factory.door)
    await watch.look("forecast_late")
    assert await watch.alerts("forecast_late") == [], "it might pass"
    watch.factory.later(hours=25)
    await foretell_all(watch.factory.door)
    await watch.look("forecast_late")
    assert len(await watch.alerts("forecast_late")) == 1
