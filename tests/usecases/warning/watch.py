"""A factory under watch: its clock moves by the minute, its rules run, and what is sent is remembered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.access.actor import system
from domain.products.article import Article
from domain.products.bill import BillLine
from domain.warning.stock import Described
from persistence.queries.alert_board import AlertFilter
from tests.factory import Factory, person
from tests.workers.postroom import PostRoom, a_relay, hire
from usecases.orders.edit_order import EditOrder, edit_order
from usecases.orders.open_order import NewLine
from usecases.orders.read_orders import read_order
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.climb_ladder import climb_ladder
from usecases.warning.read_alerts import list_alerts, read_rule
from usecases.warning.run_rules import list_rule_keys, run_rule
from usecases.warning.save_rule import SaveRule, save_rule
from usecases.warning.take_stock import TakeStock, take_stock

RELAY = system("relay")
SHANGHAI = ZoneInfo("Asia/Shanghai")
PROMISED = date(2026, 12, 4)
DUE_AT = datetime(2026, 12, 5, tzinfo=SHANGHAI)
PHONES = {"13900000103": "manager", "13900000105": "president"}


@dataclass
class Watch:
    """What a worker does each minute, done when the test says so."""

    factory: Factory
    post: PostRoom = field(default_factory=PostRoom)

    async def staff(self) -> None:
        """The two people of the article."""
        await hire(self.factory, "wang", "production", phone="13900000103", positions=["production_manager"])
        await hire(self.factory, "chen", "management", phone="13900000105", positions=["vice_president"])

    def later(self, **time: float) -> None:
        self.factory.later(**time)

    async def look(self, *rules: str) -> None:
        """One minute of a worker: rules (these, or all), ladders, and what is to be sent."""
        for key in rules or await self.factory.read(list_rule_keys, None):
            await self.factory.run(run_rule, key, actor=RELAY)
        while (await self.factory.run(climb_ladder, None, actor=RELAY))["due"]:
            pass
        await a_relay(self.factory, self.post).drain()

    async def texts(self) -> list[str]:
        """Who has had how many text messages, after one more look."""
        await self.look()
        return [PHONES[to] for _, to, _ in self.post.sent if to in PHONES]

    def mails(self) -> list[str]:
        """Where mail went."""
        return [to for _, to, _ in self.post.sent if to not in PHONES]

    async def an_order_due(self, *, in_hours: float) -> dict[str, Any]:
        """An order promised for the eleventh day; it is now so many hours before that day ends."""
        self.factory.clock = DUE_AT - timedelta(hours=in_hours)
        return await self.factory.an_order(promised_date=PROMISED)

    async def promise(self, order: dict[str, Any], day: date) -> None:
        """Agree on another day."""
        version = (await self.factory.read(read_order, order["order_no"]))["version"]
        command = EditOrder(order["order_no"], {"promised_date": day}, version)
        await self.factory.run(edit_order, command, actor=person("sales"))

    async def alerts(self, rule: str) -> list[dict[str, Any]]:
        """What is not resolved of one rule."""
        found: list[dict[str, Any]] = await self.factory.read(
            list_alerts, AlertFilter(("open", "acknowledged"), rule=rule)
        )
        return found

    async def rule(self, key: str) -> dict[str, Any]:
        """A rule as it is published."""
        found: dict[str, Any] = await self.factory.read(read_rule, key)
        return found

    async def save(self, rule: dict[str, Any]) -> None:
        await self.factory.run(save_rule, SaveRule(rule["key"], rule))

    async def switch_off(self, key: str) -> None:
        await self.save({**await self.rule(key), "enabled": False})

    async def short_copper(self, orders: int) -> None:
        """So many orders wait for copper, of which too little is there."""
        articles = [Article("RAD", "RAD", "件", "product"), Article("CU.T", "CU.T", "米", "material")]
        bills = [BillLine("RAD", 1, "CU.T", Decimal(6))]
        await self.factory.run(load_catalogue, LoadCatalogue(articles, bills), actor=RELAY)
        for _ in range(orders):
            await self.factory.an_order(lines=(NewLine("RAD", Decimal(1), Decimal(100), sku="RAD"),))
        await self.count_copper("10")

    async def count_copper(self, quantity: str) -> None:
        described = [Described("CU.T", safety_level=Decimal(50))]
        command = TakeStock("tests", None, {"CU.T": Decimal(quantity)}, described)
        await self.factory.run(take_stock, command, actor=RELAY)
