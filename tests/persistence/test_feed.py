"""What is told to open screens is told in an order that nothing can slip behind."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from domain.outgoing.feed import BEGINNING
from persistence.tx import Tx
from tests.factory import Factory, an_opening, person
from tests.support.eventually import eventually
from tests.support.frontier import nothing_is_withheld
from usecases.door import use_case
from usecases.orders.open_order import open_order
from usecases.outgoing.read_feed import FeedPage, newest_place, read_feed


@pytest.fixture
async def factory(database: Any) -> AsyncIterator[Factory]:
    made = await Factory.open(database.app_url)
    yield made
    await made.close()


async def told(factory: Factory, after: Any = BEGINNING, limit: int = 100) -> list[Any]:
    await nothing_is_withheld(factory)
    return await told_now(factory, after, limit)


async def told_now(factory: Factory, after: Any, limit: int = 100) -> list[Any]:
    return list(await factory.read(read_feed, FeedPage(after, limit)))


async def test_it_tells_what_happened_in_order_and_only_numbers_and_versions(factory: Factory) -> None:
    order = await factory.an_order()
    await factory.act(order["order_no"], "submit_review", "sales")
    await factory.act(order["order_no"], "hold", "sales")
    assert [item.as_json() for item in await told(factory)] == [
        {"type": "order.opened", "order_no": order["order_no"], "version": 1},
        {"type": "order.stage_changed", "order_no": order["order_no"], "version": 2},
        {"type": "order.changed", "order_no": order["order_no"], "version": 3},
    ]


async def test_pages_meet_without_gap_or_repeat(factory: Factory) -> None:
    for _ in range(7):
        await factory.an_order()
    place, seen = BEGINNING, []
    while page := await told(factory, place, limit=3):
        seen += [item.order_no for item in page]
        place = page[-1].position
    assert seen == [f"SO{100001 + n}" for n in range(7)]


async def waiting(factory: Factory) -> bool:
    async with factory.database.connect() as connection:
        open_ones = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in t%'"
        return bool(await connection.value(open_ones))


@use_case(right="orders.open")
async def open_slowly(tx: Tx, go_on: asyncio.Event) -> str:
    """Open an order, and take one's time before committing."""
    opened = await open_order(tx, an_opening(customer=None))
    await go_on.wait()
    return str(opened["order"]["order_no"])


async def test_what_commits_late_is_told_late_and_never_missed(factory: Factory) -> None:
    early = await factory.read(newest_place, None)
    go_on = asyncio.Event()
    slow = asyncio.create_task(factory.run(open_slowly, go_on, actor=person("sales")))
    await eventually(lambda: waiting(factory))
    quick = await factory.an_order(customer=None)
    assert await told_now(factory, early) == [], "the slow one's event has a smaller number and is still to come"
    place = await factory.read(newest_place, None)
    go_on.set()
    late = await slow
    assert [item.order_no for item in await told(factory, early)] == [late, quick["order_no"]]
    assert [item.order_no for item in await told(factory, place)] == [late, quick["order_no"]]


async def test_a_new_reader_begins_after_everything_that_was(factory: Factory) -> None:
    await factory.an_order()
    await nothing_is_withheld(factory)
    place = await factory.read(newest_place, None)
    assert await told(factory, place) == []
    order = await factory.an_order()
    assert [item.order_no for item in await told(factory, place)] == [order["order_no"]]
