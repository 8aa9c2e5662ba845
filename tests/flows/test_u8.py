"""U8: stock and materials in by pages, orders out once though answers get lost and adds take their time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import httpx
import pytest

from integrations.u8.books import Terms
from integrations.u8.client import Access, U8Client
from integrations.u8.erp import U8
from tests.factory import Factory
from tests.flows.erp_house import ILLNESSES, RELAY, ErpHouse
from tests.simulators.u8 import APP_KEY, APP_SECRET, BOOKS, CALLER, SERVER, U8Server
from tests.workers.postroom import rows
from usecases.outgoing.dead_letters import retry_effect

COPPER, RADIATOR = "CU-T16", "RAD-600"


def a_server() -> U8Server:
    """Three articles on two pages; copper in two warehouses, some of it frozen."""
    server = U8Server()
    for code, name, changed in (
        (COPPER, "紫铜管", "2026-11-20 08:00:00"),
        (RADIATOR, "散热器", "2026-11-21"),
        ("X", "", ""),
    ):
        server.rows["inventory"].append(
            {"code": code, "name": name, "specs": "16", "main_measure": "m", "ModifyDate": changed}
        )
    for warehouse, code, quantity, frozen in (
        ("1", COPPER, 1250.5, 0),
        ("2", COPPER, "100", "40"),
        ("1", RADIATOR, 3, None),
    ):
        server.rows["currentstock"].append(
            {"whcode": warehouse, "invcode": code, "batch": "", "qty": quantity, "stopqty": frozen}
        )
    server.rows["customer"].append({"code": "C1", "name": "别的公司"})
    return server


@dataclass
class U8House(ErpHouse):
    """A factory whose ERP is U8."""

    server: U8Server

    def orders(self) -> list[dict[str, Any]]:
        """The sales orders there."""
        return self.server.rows["saleorder"]


@pytest.fixture
async def house(database: Any) -> AsyncIterator[U8House]:
    factory = await Factory.open(database.app_url)
    server = a_server()
    async with httpx.AsyncClient(transport=httpx.MockTransport(server)) as http:
        access = Access(CALLER, BOOKS, APP_KEY, APP_SECRET)
        client = U8Client(http, SERVER, access, lambda: factory.clock, waits=(0, 0))
        yield U8House(factory, "u8", U8(client, page_rows=2, terms=Terms("C0", "D1", "1")), server)
    await factory.close()


async def test_stock_and_materials_come_in(house: U8House) -> None:
    assert (await house.pull())["problem"] is None
    assert {sku: held[0] for sku, held in (await house.stock()).items()} == {
        COPPER: Decimal("1310.5"),
        RADIATOR: Decimal(3),
        "X": None,
    }
    (until,) = await rows(house.factory, "SELECT materials_until FROM stock_sources")
    assert until["materials_until"] == "2026-11-21"


@pytest.mark.parametrize("fault", ILLNESSES)
async def test_an_ill_server_changes_nothing_but_how_old_the_figures_are(house: U8House, fault: str) -> None:
    first = await house.pull()
    house.server.rows["currentstock"][0]["qty"] = 1.0
    await house.is_ill(house.server, first, [fault] * 8)
    assert (await house.stock())[COPPER][0] == Decimal(61)


@pytest.mark.parametrize("lost", [["", "", "commit_then_drop"], ["", "", "", "commit_then_drop"], ["expired"]])
async def test_an_order_is_told_once_whatever_answers_get_lost(house: U8House, lost: list[str]) -> None:
    await house.begin_to_tell()
    number = await house.order(RADIATOR, quantity=5)
    house.server.faults = lost
    await house.tell()
    house.factory.later(minutes=5)
    await house.tell()
    (order,) = house.orders()
    assert (order["code"], order["custcode"], order["deptcode"], order["sum"]) == (number, "C0", "D1", 500)
    await house.factory.play(number, "dispatch")
    await house.tell()
    await house.factory.act(number, "depart", "driver")
    await house.tell()
    assert (len(house.orders()), len(house.server.trades)) == (1, 1)
    assert {row["state"] for row in await house.effects("tell_erp")} == {"done"}


async def test_an_order_that_takes_its_time_is_asked_for_under_the_same_trade_number(house: U8House) -> None:
    house.server.slowness = 5
    await house.begin_to_tell()
    number = await house.order(RADIATOR)
    await house.tell()
    assert not house.orders()
    (waiting,) = await house.effects("tell_erp")
    assert (waiting["state"], waiting["problem"].partition(":")[0]) == ("ready", "under_way")
    for _ in range(3):
        house.factory.later(hours=1)
        await house.tell()
    assert [order["code"] for order in house.orders()] == [number]
    assert len(house.server.trades) == 1


async def test_what_is_refused_says_why_and_is_told_anew_when_a_person_wants(house: U8House) -> None:
    await house.begin_to_tell()
    number = await house.order("NOT.THERE")
    await house.tell()
    (refused,) = await house.effects("tell_erp")
    assert (refused["state"], refused["problem"]) == ("dead", "refused: -1 存货 NOT.THERE 不存在")
    house.server.rows["inventory"].append({"code": "NOT.THERE", "name": ""})
    (dead,) = await rows(house.factory, "SELECT id FROM outbox WHERE state = 'dead'")
    house.factory.later(minutes=5)
    await house.factory.run(retry_effect, dead["id"], actor=RELAY)
    await house.tell()
    assert [order["code"] for order in house.orders()] == [number]
    assert len(house.server.trades) == 2


async def test_sums_are_compared_with_what_it_has(house: U8House) -> None:
    await house.begin_to_tell()
    numbers = [await house.order(RADIATOR) for _ in range(3)]
    await house.tell()
    house.orders().append({"code": "SO100002-X", "sum": 1})
    house.orders().sort(key=lambda order: order["code"])
    house.orders()[0]["sum"] = 180
    house.orders()[1]["currency"] = "美元"
    del house.orders()[3]
    house.factory.later(hours=2)
    await house.compare()
    assert await house.differences() == {
        ("sum_differs", numbers[0]),
        ("currency_differs", numbers[1]),
        ("order_missing", numbers[2]),
    }


async def test_the_parts_of_an_order_are_found_whatever_the_order_of_its_database(house: U8House) -> None:
    house.server.hyphens_apart = True
    house.server.rows["saleorder"] = [{"code": code, "sum": "5.00"} for code in ("SO1", "SO1-2", "SO2", "SO3")]
    found = await house.erp.orders(["SO1", "SO1-2", "SO2", "SO4"])
    amounts = {number: list(there.amounts) for number, there in found.items()}
    assert amounts == {number: [Decimal(5)] for number in ("SO1", "SO1-2", "SO2")}
    assert await house.erp.orders([]) == {}
