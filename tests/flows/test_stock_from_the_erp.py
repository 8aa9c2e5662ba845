"""Stock comes from the ERP, orders turn red and clear; an ERP that is ill changes nothing but 'stock as of'."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from domain.access.actor import system
from domain.warning.substitutes import Substitute
from integrations.kingdee.client import KingdeeClient, Login
from integrations.kingdee.erp import Kingdee
from integrations.kingdee.signature import Application
from persistence.queries.alert_board import AlertFilter
from tests.factory import Factory
from tests.simulators.kingdee import APP_ID, APP_SECRET, DATA_CENTRE, PASSWORD, USER, KingdeeServer, kingdee_server
from tests.support.bills import DEMO, demo_catalogue
from tests.workers.postroom import PostRoom
from usecases.orders.open_order import NewLine
from usecases.products.load_catalogue import load_catalogue
from usecases.warning.pull_stock import ask_in_turn
from usecases.warning.read_alerts import list_alerts
from usecases.warning.read_stock import InsteadOf, compare_substitutes, list_sources
from usecases.warning.replace_substitutes import ReplaceSubstitutes, replace_substitutes
from usecases.warning.run_rules import run_rule
from workers.relay import Relay

COPPER = "CU.T.1608"
RELAY = system("relay")
ILL = ["http500", "http502", "html", "garbage", "empty", "drop", "rate_limit", "response_error", "waf", "no_permission"]


@dataclass
class House:
    """A factory that makes radiators and cupboards, connected to an ERP."""

    factory: Factory
    server: KingdeeServer
    erp: Kingdee

    @property
    def relay(self) -> Relay:
        outside = replace(PostRoom().outside(), erps={"kingdee": self.erp})
        return Relay(self.factory.door, outside, chance=lambda: 0.0)

    async def pull(self) -> None:
        """What the worker does every ten minutes, until it rests."""
        await self.factory.run(ask_in_turn, ["kingdee"], actor=RELAY)
        await self.relay.drain()

    async def red(self) -> set[str]:
        """The orders that are red now."""
        async with self.factory.database.connect() as connection:
            sql = "SELECT DISTINCT o.order_no FROM shortages s JOIN orders o ON o.id = s.order_id"
            return {row["order_no"] for row in await connection.rows(sql)}

    async def stock(self) -> list[tuple[Any, ...]]:
        """Everything that is known of materials."""
        async with self.factory.database.connect() as connection:
            sql = "SELECT sku, on_hand, safety_level, short_since FROM materials ORDER BY sku"
            return [tuple(row.values()) for row in await connection.rows(sql)]

    async def source(self) -> dict[str, Any]:
        (found,) = await self.factory.read(list_sources, None)
        shown: dict[str, Any] = found
        return shown

    async def order(self, sku: str) -> str:
        line = NewLine(sku, Decimal(1), Decimal(100), sku=sku)
        number: str = (await self.factory.an_order(lines=(line,)))["order_no"]
        return number


@pytest.fixture(scope="module")
def server() -> Iterator[KingdeeServer]:
    with kingdee_server() as made:
        yield made


@pytest.fixture
async def house(database: Any, server: KingdeeServer) -> AsyncIterator[House]:
    server.control("reset")
    factory = await Factory.open(database.app_url)
    await factory.run(load_catalogue, demo_catalogue(), actor=RELAY)
    async with httpx.AsyncClient() as http:
        client = KingdeeClient(http, server.url, Login(DATA_CENTRE, USER, PASSWORD), lambda: factory.clock)
        yield House(factory, server, Kingdee(client, page_rows=100))
    await factory.close()


async def test_copper_below_its_safety_level_turns_exactly_the_right_orders_red(house: House) -> None:
    needs = {await house.order(sku) for sku in ("RAD-CU6010-W", "RAD-CU6012-W")}
    for sku in ("RAD-CU1808-W", "CAB-WD2024-OAK", "LMP-PD30-WRM"):
        await house.order(sku)
    await house.pull()
    before = await house.red()
    house.factory.later(minutes=10)
    house.server.control("stock", material=COPPER, qty=1)
    await house.pull()
    assert await house.red() - before == needs - before
    assert needs <= await house.red()
    await house.factory.run(run_rule, "material_short", actor=RELAY)
    alerts = await house.factory.read(list_alerts, AlertFilter(("open",), rule="material_short"))
    assert COPPER in {alert["subject"] for alert in alerts}
    house.factory.later(minutes=10)
    house.server.control("reset")
    await house.pull()
    assert await house.red() == before


async def test_alternatives_of_the_erp_and_of_the_house_are_compared(house: House) -> None:
    order = await house.order("RAD-CU6010-W")
    await house.pull()
    demo = json.loads((DEMO / "substitutes.json").read_text(encoding="utf-8"))
    own = [Substitute(row["material"], row["use"], Decimal(row["ratio"]), 3, note=row["note"]) for row in demo]
    await house.factory.run(replace_substitutes, ReplaceSubstitutes("house", own), actor=RELAY)
    compared = await house.factory.read(compare_substitutes, InsteadOf(COPPER, order))
    rows = {row["material"]: row for row in compared["items"]}
    assert list(rows) == ["CU.T.1610", "CU.T.1607", "AL.T.RD25"]
    costs = {row["material"]: Decimal(row["unit_cost"]) for row in compared["items"]}
    copper = Decimal(compared["material"]["unit_cost"])
    aluminium = rows["AL.T.RD25"]
    each = costs["AL.T.RD25"] * Decimal("0.17") - copper
    assert Decimal(aluminium["unit_cost_difference"]) == each.quantize(Decimal("0.000001"))
    assert Decimal(aluminium["order_cost_difference"]) == (each * Decimal("6.2")).quantize(Decimal("0.000001"))
    assert (aluminium["quantity"], aluminium["available"]) == ("1.054", "96")


@pytest.mark.parametrize(
    ("fault", "call"),
    [*((fault, 0) for fault in ILL), ("garbage", 2), ("http502", 3), ("drop", 4), ("no_permission", 4)],
)
async def test_an_erp_that_is_ill_changes_nothing_but_how_old_the_figures_are(
    house: House, fault: str, call: int
) -> None:
    await house.order("RAD-CU6010-W")
    await house.pull()
    known, told, red = await house.stock(), await house.source(), await house.red()
    house.factory.later(minutes=10)
    house.server.control("stock", material=COPPER, qty=1)
    house.server.control("faults", next=[""] * call + [fault] * 40)
    await house.pull()
    now = await house.source()
    assert (await house.stock(), await house.red()) == (known, red)
    assert (now["as_of"], now["problem"] is None) == (told["as_of"], False)
    house.server.control("faults", next=[])
    house.factory.later(hours=2)
    await house.pull()
    assert (await house.source())["problem"] is None
    assert await house.stock() != known


async def test_a_session_that_is_lost_is_renewed_once(house: House) -> None:
    await house.pull()
    house.server.control("expire")
    house.factory.later(minutes=10)
    await house.pull()
    assert (await house.source())["problem"] is None


async def test_a_wrong_password_is_tried_once(house: House) -> None:
    house.erp.client.access = Login(DATA_CENTRE, USER, "wrong")
    for _ in range(4):
        await house.pull()
        house.factory.later(minutes=10)
    problem = (await house.source())["problem"]
    assert (problem["reason"], problem["needs_person"]) == ("login_refused", True)
    assert sum("ValidateUser" in name and count for name, count in house.server.state()["calls"].items()) == 1


async def test_an_application_signs_each_call(house: House) -> None:
    house.erp.client.access = Application(APP_ID, APP_SECRET, DATA_CENTRE, USER)
    await house.pull()
    assert (await house.source())["problem"] is None
    assert len(await house.stock()) > 180


async def test_a_reader_that_dies_goes_on_where_it_stopped(house: House) -> None:
    await house.factory.run(ask_in_turn, ["kingdee"], actor=RELAY)
    for _ in range(3):
        relay = house.relay
        await relay.turn()
        for task in list(relay._tasks):
            await task
    house.factory.later(minutes=2)
    await house.relay.drain()
    assert (await house.source())["report"]["counted"] == 188
