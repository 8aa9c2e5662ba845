"""A factory that is connected to one ERP, in the words that tests use."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from domain.access.actor import system
from integrations.ports import Erp
from tests.factory import Factory
from tests.support.frontier import nothing_is_withheld
from tests.workers.postroom import PostRoom, rows
from usecases.erp.compare_orders import AskComparison, ask_comparison
from usecases.erp.pull_ledger import ask_for_ledgers
from usecases.erp.tell_orders import queue_orders
from usecases.orders.open_order import NewLine
from usecases.warning.pull_stock import ask_in_turn
from usecases.warning.read_stock import list_sources
from workers.relay import Relay

RELAY = system("relay")
DAY = date(2026, 11, 23)
ILLNESSES = ["html", "garbage", "empty", "half", "drop", "http502", "slow", "expired"]


class Ailing(Protocol):
    """A stand-in for a server that fails when it is told to."""

    faults: list[str]


@dataclass
class ErpHouse:
    """A factory, its ERP, and what the worker does between them."""

    factory: Factory
    name: str
    erp: Erp

    @property
    def relay(self) -> Relay:
        outside = replace(PostRoom().outside(), erps={self.name: self.erp})
        return Relay(self.factory.door, outside, chance=lambda: 0.0)

    async def pull(self) -> dict[str, Any]:
        """What the worker does every ten minutes; what the source says of itself then."""
        await self.factory.run(ask_in_turn, [self.name], actor=RELAY)
        await self.relay.drain()
        (found,) = await self.factory.read(list_sources, None)
        shown: dict[str, Any] = found
        return shown

    async def is_ill(self, server: Ailing, first: dict[str, Any], faults: list[str]) -> None:
        """While it is, stock stays as it was at the `first` pull, with its time and a problem; then it is well."""
        known = await self.stock()
        self.factory.later(minutes=10)
        server.faults = faults
        ill = await self.pull()
        assert await self.stock() == known
        assert (ill["as_of"], ill["problem"] is None) == (first["as_of"], False)
        server.faults = []
        self.factory.later(hours=2)
        assert (await self.pull())["problem"] is None

    async def stock(self) -> dict[str, tuple[Any, Any]]:
        """On hand and safety level by material."""
        found = await rows(self.factory, "SELECT sku, on_hand, safety_level FROM materials")
        return {row["sku"]: (row["on_hand"], row["safety_level"]) for row in found}

    async def begin_to_tell(self) -> None:
        """What happens when the connection is made: every open order is told, and from then on what changes."""
        await nothing_is_withheld(self.factory)
        await self.factory.run(queue_orders, self.name, actor=RELAY)
        await self.relay.drain()

    async def tell(self) -> None:
        """What the worker does each minute, until it rests."""
        await nothing_is_withheld(self.factory)
        while (await self.factory.run(queue_orders, self.name, actor=RELAY))["events"]:
            pass
        await self.relay.drain()

    async def read_ledger(self) -> dict[str, Any]:
        """What the worker does each hour; how the ledger stands then."""
        await self.factory.run(ask_for_ledgers, [self.name], actor=RELAY)
        await self.relay.drain()
        (found,) = await rows(self.factory, "SELECT * FROM erp_ledgers")
        return found

    async def compare(self, day: date = DAY) -> list[str]:
        """What the worker does each night; of which systems a report was begun."""
        asked: list[str] = (await self.factory.run(ask_comparison, AskComparison([self.name], day), actor=RELAY))[
            "asked"
        ]
        await self.relay.drain()
        return asked

    async def differences(self) -> set[tuple[str, str]]:
        """Of the newest whole report."""
        found = await rows(
            self.factory,
            "SELECT kind, subject FROM erp_differences d JOIN erp_reports r USING (run) ORDER BY d.day DESC",
        )
        return {(row["kind"], row["subject"]) for row in found}

    async def order(self, sku: str, quantity: int = 2, price: int = 100, **more: Any) -> str:
        """An order of one line."""
        line = NewLine(f"product {sku}", Decimal(quantity), Decimal(price), sku=sku)
        opened = await self.factory.an_order(lines=(line,), **more)
        number: str = opened["order_no"]
        return number

    async def effects(self, kind: str) -> list[dict[str, Any]]:
        """What stands in the outbox of a kind."""
        sql = "SELECT order_no, state, problem FROM outbox WHERE kind = $1 ORDER BY id"
        return await rows(self.factory, sql, kind)
