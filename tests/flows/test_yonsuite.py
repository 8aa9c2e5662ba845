"""YonSuite: stock and materials in by the tenant's own field names, illness without harm; it is told nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest

from integrations.ports import ErpFailed
from integrations.yonsuite.client import YonSuiteClient
from integrations.yonsuite.erp import MATERIAL_FIELDS, MATERIAL_PATH, STOCK_FIELDS, STOCK_PATH, Page, YonSuite
from tests.factory import Factory
from tests.flows.erp_house import ILLNESSES, ErpHouse
from tests.simulators.yonsuite import APP_KEY, APP_SECRET, DIRECTORY, TENANT, YonSuiteServer
from tests.workers.postroom import rows

COPPER, RADIATOR = "CU-T16", "RAD-600"
DOMAINS = ("yonyoucloud.com", "diwork.com")


def a_server() -> YonSuiteServer:
    """Three materials on two pages; copper lies in two warehouses, one batch of it in two states that look alike."""
    server = YonSuiteServer()
    for code, name in ((COPPER, "紫铜管"), (RADIATOR, "散热器"), ("HINGE", "铰链")):
        server.materials.append({"id": 1, "code": code, "name": name, "unitName": "米", "safeQty": "500.0"})
    batch = {"org": "1", "product_code": COPPER, "batchno": "B1"}
    server.stock += [
        {**batch, "warehouse": "11", "currentqty": 800.5, "availableqty": 700},
        {**batch, "warehouse": "12", "currentqty": 400, "availableqty": 400},
        {**batch, "warehouse": "12", "currentqty": 50, "availableqty": 50},
        {"org": "1", "product_code": RADIATOR, "warehouse": "11", "currentqty": "3", "availableqty": None},
    ]
    return server


@dataclass
class YonSuiteHouse(ErpHouse):
    """A factory whose ERP is a tenant of YonSuite."""

    server: YonSuiteServer
    client: YonSuiteClient


@pytest.fixture
async def house(database: Any) -> AsyncIterator[YonSuiteHouse]:
    factory = await Factory.open(database.app_url)
    server = a_server()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        clock = lambda: factory.clock  # noqa: E731
        client = YonSuiteClient(http, DIRECTORY, TENANT, APP_KEY, APP_SECRET, clock, DOMAINS)
        yield YonSuiteHouse(factory, "yonsuite", YonSuite(client, page_rows=2), server, client)
    await factory.close()


async def test_stock_and_materials_come_in(house: YonSuiteHouse) -> None:
    assert (await house.pull())["problem"] is None
    assert {sku: held[0] for sku, held in (await house.stock()).items()} == {
        COPPER: Decimal("1250.5"),
        RADIATOR: Decimal(3),
        "HINGE": None,
    }
    assert [asked.get("pageIndex") for asked in house.server.asked] == [1, 2, 1]
    house.factory.later(minutes=10)
    await house.pull()
    assert house.server.asked[3]["beganTime"] < house.factory.clock.strftime("%Y-%m-%d %H:%M:%S")
    assert house.server.signed_in == 1


async def test_fields_filters_and_paths_are_the_tenants(house: YonSuiteHouse) -> None:
    stock = {**STOCK_FIELDS, "quantity": "availableqty"}
    materials = {**MATERIAL_FIELDS, "safety": "safeQty"}
    del house.server.stock[-1]
    house.erp = YonSuite(house.client, Page(STOCK_PATH, stock, {"org": "1"}), Page(MATERIAL_PATH, materials))
    assert (await house.pull())["problem"] is None
    assert (await house.stock())[COPPER] == (Decimal(1150), Decimal(500))
    assert house.server.asked[-1]["org"] == "1"
    house.erp = YonSuite(house.client, Page("/yonbip/scm/nothing", stock))
    house.factory.later(minutes=10)
    assert (await house.pull())["problem"]["reason"] == "unknown_object"
    house.erp = YonSuite(house.client, Page(STOCK_PATH, {**STOCK_FIELDS, "quantity": "qty"}))
    house.factory.later(minutes=10)
    problem = (await house.pull())["problem"]
    assert (problem["reason"], problem["needs_person"]) == ("not_an_api_answer", True)
    assert (await house.stock())[COPPER][0] == Decimal(1150)


async def test_a_bare_list_of_exactly_a_page_is_not_taken_for_everything(house: YonSuiteHouse) -> None:
    house.erp = YonSuite(house.client, page_rows=4)
    assert (await house.pull())["problem"]["reason"] == "answer_may_be_cut"


@pytest.mark.parametrize("fault", ILLNESSES)
async def test_an_ill_server_changes_nothing_but_how_old_the_figures_are(house: YonSuiteHouse, fault: str) -> None:
    first = await house.pull()
    house.server.stock[0]["currentqty"] = 1.0
    # A token that ended is renewed once: it has to end again and again to be an illness.
    await house.is_ill(house.server, first, [fault] * 8)
    assert (await house.stock())[COPPER][0] == Decimal(451)


async def test_what_it_is_not_asked_for_is_refused(house: YonSuiteHouse) -> None:
    for asked in (house.erp.ledger(None, None), house.erp.orders(["SO1"])):
        with pytest.raises(ErpFailed, match="not_done_there"):
            await asked
    assert not await rows(house.factory, "SELECT 1 FROM erp_ledgers")
