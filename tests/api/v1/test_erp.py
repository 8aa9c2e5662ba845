"""ERPs over HTTP: how current each connection is, and the daily reports, for finance and administrators."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from domain.access.actor import system
from domain.erp.differences import Difference
from persistence import erp
from persistence.tx import Tx
from tests.api.support import Api, problem
from usecases.door import use_case
from usecases.erp.compare_orders import AskComparison, ask_comparison
from usecases.erp.pull_ledger import note_silent_ledger
from usecases.warning.take_stock import SourceFailed

DAY = date(2026, 11, 24)
FOUND = [Difference("order_missing", f"SO10000{n}", "200.00 CNY", None) for n in range(3)]
WORKER = system("tests")


@use_case(right="admin.all")
async def make_report(tx: Tx, found: list[Difference]) -> None:
    """A report as the worker makes it."""
    run = tx.new_id()
    await erp.add_differences(tx, "kingdee", DAY, run, found)
    await erp.finish_report(tx, "kingdee", DAY, run, 40)


@pytest.fixture
async def reported(api: Api) -> Api:
    """An installation with one report."""
    await api.parts.door.run(WORKER, ask_comparison, AskComparison(["kingdee"], DAY))
    await api.parts.door.run(WORKER, make_report, [*FOUND, Difference("sum_differs", "SO2", "1.00 CNY", "2.00 CNY")])
    return api


async def read(api: Api, query: str = "") -> dict[str, Any]:
    answer = await api.get(f"/erp/reports/kingdee/{DAY}{query}", role="finance")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_finance_reads_where_the_erp_and_this_house_disagree(reported: Api) -> None:
    (listed,) = (await reported.get("/erp/reports", role="finance")).json()["items"]
    assert (listed["source"], listed["day"], listed["compared"]) == ("kingdee", "2026-11-24", 40)
    assert [(row["kind"], row["number"]) for row in listed["counts"]] == [("order_missing", 3), ("sum_differs", 1)]
    whole = await read(reported)
    assert [row["subject"] for row in whole["items"]] == ["SO100000", "SO100001", "SO100002", "SO2"]
    assert whole["items"][-1]["words"] == {"zh": "金额不同", "en": "the sum differs"}
    only = await read(reported, "?kind=sum_differs")
    assert [(row["here"], row["there"]) for row in only["items"]] == [("1.00 CNY", "2.00 CNY")]
    first = await read(reported, "?limit=3")
    rest = await read(reported, f"?limit=3&cursor={first['next_cursor']}")
    assert [row["subject"] for row in rest["items"]] == ["SO2"]


async def test_a_report_that_is_made_again_takes_the_place_of_the_one_before(reported: Api) -> None:
    await reported.parts.door.run(WORKER, make_report, FOUND[:1])
    assert [row["subject"] for row in (await read(reported))["items"]] == ["SO100000"]


async def test_there_is_no_report_of_a_day_that_nobody_reported(reported: Api) -> None:
    answer = await reported.get("/erp/reports/kingdee/2026-11-23", role="finance")
    problem(answer, 404, "not_found")
    for day in ("24.11.2026", "2026-13-01"):
        problem(await reported.get(f"/erp/reports/kingdee/{day}", role="finance"), 422, "field_invalid")


async def test_reports_are_for_those_who_see_the_ledger(reported: Api) -> None:
    for path in ("/erp/reports", "/erp/systems", f"/erp/reports/kingdee/{DAY}"):
        assert (await reported.get(path, role="admin")).status_code == 200
        problem(await reported.get(path, role="production"), 403, "right_missing")


async def test_a_connection_says_why_nothing_newer_came(reported: Api) -> None:
    failed = SourceFailed("kingdee", "login_refused", "用户名或密码错误", needs_person=True)
    await reported.parts.door.run(WORKER, note_silent_ledger, failed)
    (shown,) = (await reported.get("/erp/systems", role="finance")).json()["items"]
    assert (shown["source"], shown["connected"], shown["waiting"], shown["refused"]) == ("kingdee", False, 0, 0)
    assert (shown["ledger"]["as_of"], shown["ledger"]["problem"]["needs_person"]) == (None, True)


async def test_without_an_erp_nothing_can_be_compared(api: Api) -> None:
    problem(await api.post("/erp/reports", {}, role="finance"), 409, "no_stock_source")


async def test_a_connection_is_tried_by_administrators(api: Api) -> None:
    problem(await api.post("/erp/systems/kingdee/try", {}, role="admin"), 409, "no_stock_source")
    settings = api.parts.settings.model_copy(update={"kingdee_url": "http://127.0.0.1:9"})
    object.__setattr__(api.parts, "settings", settings)
    found = (await api.post("/erp/systems/kingdee/try", {}, role="admin")).json()
    assert (found["ok"], found["stock"]["problem"]["reason"]) == (False, "unreachable")
    assert found["exchanges"][0]["status"] is None
    problem(await api.post("/erp/systems/odoo/try", {}, role="admin"), 404, "not_found")
    problem(await api.post("/erp/systems/kingdee/try", {}, role="finance"), 403, "right_missing")
    (shown,) = (await api.get("/erp/systems", role="finance")).json()["items"]
    assert (shown["source"], shown["does"]) == ("kingdee", ["comparison", "ledger", "orders", "shipments"])
