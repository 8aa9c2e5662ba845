"""How ERPs are set up, what each is asked for, and what a trial of a connection shows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from integrations.ports import ErpFailed
from tests.simulators.erpnext import KEY, SECRET, ErpNextServer
from tests.simulators.u8 import APP_KEY, APP_SECRET, BOOKS, CALLER, SERVER, U8Server
from tests.simulators.yonsuite import APP_KEY as YON_KEY
from tests.simulators.yonsuite import APP_SECRET as YON_SECRET
from tests.simulators.yonsuite import TENANT, YonSuiteServer
from wiring.erp_settings import DOES
from wiring.erp_trial import try_erp
from wiring.erps import erps_of
from wiring.settings import Settings, SettingsError, load_settings

PLAIN = {"DATABASE_URL": "postgresql://app:secret@db/orders", "REDIS_URL": "redis://cache", "SECRET_KEY": "x" * 32}
ALL = {
    "KINGDEE_URL": "http://kingdee",
    "ODOO_URL": "http://odoo",
    "ERPNEXT_URL": "http://erpnext",
    "ERPNEXT_KEY": KEY,
    "ERPNEXT_SECRET": SECRET,
    "YONSUITE_TENANT": TENANT,
    "YONSUITE_APP_KEY": YON_KEY,
    "YONSUITE_APP_SECRET": YON_SECRET,
    "U8_URL": SERVER,
    "U8_FROM_ACCOUNT": CALLER,
    "U8_TO_ACCOUNT": BOOKS,
    "U8_APP_KEY": APP_KEY,
    "U8_APP_SECRET": APP_SECRET,
}


def installed(**more: str) -> Settings:
    """An installation with every ERP there is."""
    return load_settings({f"THROUGHLINE_{name}": value for name, value in {**PLAIN, **ALL, **more}.items()})


def now() -> datetime:
    return datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


async def tried(name: str, server: Callable[[httpx.Request], httpx.Response], **more: str) -> dict[str, Any]:
    """A trial of one of them, against a stand-in."""
    http = httpx.AsyncClient(transport=httpx.MockTransport(server))
    return await try_erp(installed(**more), name, now, lambda: http)


async def test_what_is_not_asked_of_a_system_is_refused_by_it() -> None:
    erps = erps_of(installed(), now)
    assert set(erps) == set(DOES) == set(installed().erps)
    for name, erp in erps.items():
        for what, asked in (("ledger", erp.ledger(None, None)), ("comparison", erp.orders([]))):
            try:
                await asked
                refused = ""
            except ErpFailed as failed:
                refused = failed.reason
            assert (refused != "not_done_there") == (what in DOES[name]), (name, what)


def test_who_is_read_compared_and_told() -> None:
    settings = installed(U8_WRITES="1", ODOO_WRITES="1")
    assert settings.told_erps == ("odoo", "u8")
    assert settings.ledger_erps == ("kingdee", "odoo", "erpnext")
    assert settings.compared_erps == ("kingdee", "odoo", "erpnext", "u8")


def test_a_field_of_the_tenants_page_is_named_and_a_mistyped_one_refused() -> None:
    settings = installed(YONSUITE_STOCK_FIELDS="quantity=availableqty,row=id")
    assert settings.yonsuite_stock_fields == {"quantity": "availableqty", "row": "id"}
    with pytest.raises(SettingsError, match=r"THROUGHLINE_U8_STOCK_FIELDS names quantitiy, which is none of material"):
        installed(U8_STOCK_FIELDS="quantitiy=qty")
    with pytest.raises(SettingsError, match=r"THROUGHLINE_YONSUITE_STOCK_PATH"):
        installed(YONSUITE_STOCK_PATH="yonbip/scm")


async def test_a_trial_shows_the_raw_answers_and_what_they_are_understood_as() -> None:
    server = U8Server()
    server.rows["currentstock"] = [{"whcode": "1", "invcode": "CU", "qty": "12.50", "stopqty": 2}]
    server.rows["inventory"] = [{"code": "CU", "name": "紫铜管", "main_measure": "m"}]
    found = await tried("u8", server)
    assert (found["source"], found["ok"]) == ("u8", True)
    (row,) = found["stock"]["items"]
    assert (row["material"], row["quantity"]) == ("CU", "10.5")
    assert [one["name"] for one in found["materials"]["items"]] == ["紫铜管"]
    signed_in, stock, materials = found["exchanges"]
    assert json.loads(stock["answer"])["currentstock"][0]["qty"] == "12.50"
    assert "rows_per_page=50" in stock["url"]
    assert (signed_in["status"], materials["cut"]) == (200, False)
    said = json.dumps(found)
    assert "token1" not in said
    assert APP_SECRET not in said


async def test_a_trial_of_a_tenant_shows_where_it_is() -> None:
    server = YonSuiteServer(stock=[{"product_code": "CU", "currentqty": 3}])
    found = await tried("yonsuite", server)
    assert found["ok"]
    assert [one["url"].partition("?")[0].rpartition("/")[2] for one in found["exchanges"]] == [
        "getGatewayAddress",
        "getAccessToken",
        "QueryCurrentStocksByCondition",
        "listproductbycondition",
    ]
    said = json.dumps(found)
    assert "token+1" not in said
    assert "token%2B1" not in said


async def test_a_trial_says_which_field_is_not_there() -> None:
    server = YonSuiteServer(stock=[{"product_code": "CU", "currentqty": 3}])
    found = await tried("yonsuite", server, YONSUITE_STOCK_FIELDS="quantity=availableqty")
    assert not found["ok"]
    assert found["stock"]["problem"] == {
        "reason": "not_an_api_answer",
        "problem": "rows have no field availableqty",
        "needs_person": True,
    }
    assert "currentqty" in found["exchanges"][2]["answer"]
    assert found["materials"]["problem"] is None


@pytest.mark.parametrize(("fault", "reason"), [("drop", "unreachable"), ("html", "not_an_api_answer")])
async def test_a_trial_of_an_ill_server_shows_what_it_is_ill_of(fault: str, reason: str) -> None:
    server = ErpNextServer({"Bin": [], "Item": []}, faults=[fault])
    found = await tried("erpnext", server)
    assert (found["ok"], found["stock"]["problem"]["reason"]) == (False, reason)
    assert found["materials"]["problem"] is None
    assert found["exchanges"][0]["status"] == (None if fault == "drop" else 200)
