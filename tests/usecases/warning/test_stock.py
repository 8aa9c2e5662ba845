"""Stock that falls turns the right orders red, by every path, and they clear by themselves."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.access.actor import system
from domain.products.article import Article
from domain.products.bill import BillLine
from domain.refusals.kinds import Refusal
from domain.warning.stock import Described
from tests.factory import Factory, person
from usecases.floor.release_order import Release, reserve_material
from usecases.orders.open_order import NewLine
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.follow_orders import follow_orders
from usecases.warning.take_stock import SourceFailed, TakeStock, note_failure, take_stock

RAD, TALL, TOWEL, HEADER, COPPER = "RAD-CU", "RAD-TALL", "TWR-ST", "HEADER", "CU.T"
RED = (
    "SELECT o.order_no, s.material, s.needed, s.short_by FROM shortages s JOIN orders o ON o.id = s.order_id ORDER BY 1"
)


@pytest.fixture
async def house(factory: Factory) -> Factory:
    """A radiator needs 6 m of copper, a tall one as much in its headers, a towel rail none; 50 m has to be there."""
    articles = [Article(sku, sku, "件", "product") for sku in (RAD, TALL, TOWEL)]
    articles += [Article(sku, sku, "件", "material") for sku in (HEADER, COPPER, "ST")]
    bills = [
        BillLine(RAD, 1, COPPER, Decimal(6)),
        BillLine(TALL, 1, HEADER, Decimal(2)),
        BillLine(HEADER, 1, COPPER, Decimal(3)),
        BillLine(TOWEL, 1, "ST", Decimal(1)),
    ]
    await factory.run(load_catalogue, LoadCatalogue(articles, bills), actor=system("tests"))
    await factory.run(follow_orders, None, actor=system("tests"))
    await counted(factory, "100", safety="50")
    return factory


async def counted(factory: Factory, copper: str, *, safety: str | None = None, **more: Any) -> dict[str, Any]:
    described = [Described(COPPER, safety_level=Decimal(safety))] if safety else []
    command = TakeStock("kingdee", factory.clock, {COPPER: Decimal(copper)}, described, **more)
    answer: dict[str, Any] = await factory.run(take_stock, command, actor=system("tests"))
    return answer


async def red(factory: Factory) -> list[tuple[Any, ...]]:
    async with factory.database.connect() as connection:
        return [tuple(row.values()) for row in await connection.rows(RED)]


async def follow(factory: Factory) -> dict[str, Any]:
    total = {"events": 0, "red": 0, "cleared": 0}
    while True:
        turn = await factory.run(follow_orders, None, actor=system("tests"))
        if not turn["events"]:
            return total
        total = {name: total[name] + turn[name] for name in total}


def line(sku: str, quantity: str = "4") -> NewLine:
    return NewLine(sku, Decimal(quantity), Decimal("180.00"), sku=sku, unit="件")


async def test_exactly_the_orders_that_need_it_turn_red_and_clear(house: Factory) -> None:
    needs = [await house.an_order(lines=(line(sku),)) for sku in (RAD, TALL)]
    await house.an_order(lines=(line(TOWEL),))
    house.later(minutes=1)
    assert (await counted(house, "49"))["red"] == 2
    assert await red(house) == [(order["order_no"], COPPER, Decimal(24), Decimal(1)) for order in needs]
    house.later(minutes=1)
    assert (await counted(house, "50"))["cleared"] == 2
    assert await red(house) == []


async def test_an_order_opened_while_it_is_short_is_red(house: Factory) -> None:
    await counted(house, "10")
    opened = await house.an_order(lines=(line(RAD, "1"),))
    assert (await follow(house))["red"] == 1
    assert await red(house) == [(opened["order_no"], COPPER, Decimal(6), Decimal(40))]


async def test_what_another_order_sets_aside_makes_it_short(house: Factory) -> None:
    first = await house.an_order(lines=(line(RAD, "10"),))
    second = await house.an_order(lines=(line(RAD, "1"),))
    await follow(house)
    assert await red(house) == []
    await house.play(first["order_no"], "approve_review")
    await house.run(reserve_material, Release(first["order_no"]), actor=system("relay"))
    await house.act(second["order_no"], "submit_review", "sales")
    await follow(house)
    assert {row[0] for row in await red(house)} >= {second["order_no"]}


@pytest.mark.parametrize("ending", ["cancel", "start_production"])
async def test_an_order_that_starts_or_ends_clears(house: Factory, ending: str) -> None:
    order = await house.an_order(lines=(line(RAD),))
    await counted(house, "10")
    if ending == "cancel":
        await house.act(order["order_no"], "cancel", "sales", payload={"reason": "客户取消"})
    else:
        await house.play(order["order_no"], "start_production")
    assert (await follow(house))["cleared"] == 1
    assert await red(house) == []


async def test_an_older_count_changes_nothing(house: Factory) -> None:
    await house.an_order(lines=(line(RAD),))
    late = TakeStock("kingdee", house.clock, {COPPER: Decimal(5)})
    house.later(minutes=5)
    await counted(house, "80")
    await house.run(take_stock, late, actor=system("tests"))
    assert await red(house) == []


async def test_what_a_whole_count_no_longer_names_is_gone(house: Factory) -> None:
    await house.an_order(lines=(line(RAD),))
    house.later(minutes=1)
    whole = TakeStock("kingdee", house.clock, {"ST": Decimal(9)}, whole=True)
    assert (await house.run(take_stock, whole, actor=system("tests")))["red"] == 1


async def test_a_silent_source_turns_nothing_red(house: Factory) -> None:
    await house.an_order(lines=(line(RAD),))
    await house.run(note_failure, SourceFailed("kingdee", "unreachable", "HTTP 502"), actor=system("tests"))
    assert await red(house) == []


async def test_only_who_keeps_the_stock_may_write_it(house: Factory) -> None:
    with pytest.raises(Refusal, match="right_missing"):
        await house.run(take_stock, TakeStock("x", house.clock, {COPPER: Decimal(0)}), actor=person("sales"))
    assert await house.run(take_stock, TakeStock("x", house.clock), actor=person("warehouse"))
