"""Two who report at the same instant on two work orders of one order: each is kept, and one of them moves the order.

No luck: the test itself holds the row for which the first of the two waits, and lets go when both have read.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.floor import Phone, Workshop
from tests.support.eventually import eventually

_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_EVENTS = """
SELECT e.action FROM events e JOIN orders o ON o.id = e.order_id
WHERE o.order_no = $1 AND e.action NOT IN ('submit_review', 'approve_review', 'start_production') ORDER BY e.seq
"""
ORDER, WORK = (
    "SELECT 1 FROM orders WHERE order_no = $1 FOR UPDATE",
    "SELECT 1 FROM work_orders WHERE number = $1 FOR UPDATE",
)


@asynccontextmanager
async def held(workshop: Workshop, sql: str, name: str) -> AsyncIterator[None]:
    """Somebody else's transaction that holds a row."""
    async with workshop.factory.database.connect() as connection, connection.driver.transaction():
        await connection.rows(sql, name)
        yield


async def stuck(workshop: Workshop, work: Awaitable[Any], others: int = 0) -> asyncio.Task[Any]:
    """Begin something, and come back when it waits for a row, or has ended without."""
    task = asyncio.ensure_future(work)

    async def waits() -> bool:
        async with workshop.factory.database.connect() as connection:
            return task.done() or int(await connection.value(_WAITING)) > others

    await eventually(waits, 20)
    return task


async def an_order(workshop: Workshop) -> tuple[str, list[str], list[Phone]]:
    """Two work orders of one order and a phone at each; all is made but the last step of each."""
    numbers = await workshop.released("3", "TWR-E5080-B", ("TWR-E5080-B", "2"))
    phones = [await workshop.phone(), await workshop.phone()]
    for phone, number, good in zip(phones, numbers, ("3", "2"), strict=True):
        assert (await workshop.complete(phone, number, "OP50", good))["status"] == "applied"
    return (await workshop.work_order(numbers[0]))["order_no"], numbers, phones


def last(workshop: Workshop, phone: Phone, number: str, good: str) -> Awaitable[dict[str, Any]]:
    """The last step of a work order, reported."""
    return workshop.tell(phone, "complete", {"work_order": number, "operation": "OP95", "good": good})


def rework(workshop: Workshop, phone: Phone, number: str) -> Awaitable[dict[str, Any]]:
    """A piece that has to be welded again."""
    return workshop.tell(phone, "rework", {"work_order": number, "operation": "OP50", "quantity": "1"})


async def actions(workshop: Workshop, order_no: str) -> list[str]:
    async with workshop.factory.database.connect() as connection:
        return [row["action"] for row in await connection.rows(_EVENTS, order_no)]


async def test_of_two_who_finish_the_last_two_operations_one_completes_the_order(workshop: Workshop) -> None:
    order_no, (first, second), (anna, bert) = await an_order(workshop)
    async with held(workshop, ORDER, order_no):
        one = await stuck(workshop, last(workshop, anna, first, "3"))
        other = await stuck(workshop, last(workshop, bert, second, "2"), others=1)
        assert not one.done()
        assert not other.done()
    assert [(await task)["status"] for task in (one, other)] == ["applied", "applied"]
    assert await actions(workshop, order_no) == ["completion_reported"]
    assert [len((await task)["event_ids"]) for task in (one, other)] == [0, 1]
    assert await workshop.stage(first) == "awaiting_qc"


@pytest.mark.parametrize("sent_back_first", [True, False])
async def test_a_piece_that_goes_back_while_another_finishes_keeps_the_order_in_the_workshop(
    workshop: Workshop, sent_back_first: bool
) -> None:
    order_no, (first, second), (anna, bert) = await an_order(workshop)
    assert (await last(workshop, anna, first, "3"))["status"] == "applied"
    workshop.factory.later(minutes=10)
    async with held(workshop, *((WORK, first) if sent_back_first else (ORDER, order_no))):
        back, finish = rework(workshop, anna, first), last(workshop, bert, second, "2")
        one = await stuck(workshop, back if sent_back_first else finish)
        other = await stuck(workshop, finish if sent_back_first else back, others=1)
    assert [(await task)["status"] for task in (one, other)] == ["applied", "applied"]
    # Whoever comes second sees what the first did: the order is not complete yet, or it goes back.
    assert await actions(workshop, order_no) == ([] if sent_back_first else ["completion_reported", "open_rework"])
    assert await workshop.stage(first) == "in_production"
    for operation in ("OP50", "OP95"):
        assert (await workshop.complete(anna, first, operation, "1"))["status"] == "applied"
    assert await workshop.stage(first) == "awaiting_qc"


async def test_two_who_begin_at_the_same_instant_begin_production_once(workshop: Workshop) -> None:
    numbers = await workshop.released("3", "TWR-E5080-B", ("TWR-E5080-B", "2"))
    order_no = (await workshop.work_order(numbers[0]))["order_no"]
    phones = [await workshop.phone(), await workshop.phone()]
    async with held(workshop, ORDER, order_no):
        tasks = [
            await stuck(workshop, workshop.tell(phone, "start", {"work_order": number, "operation": "OP50"}), others)
            for others, (phone, number) in enumerate(zip(phones, numbers, strict=True))
        ]
    assert [(await task)["status"] for task in tasks] == ["applied", "applied"]
    assert [len((await task)["event_ids"]) for task in tasks] == [1, 0]


async def test_two_inspections_that_pass_at_the_same_instant_pass_the_order_once(workshop: Workshop) -> None:
    order_no, numbers, phones = await an_order(workshop)
    for phone, number, good in zip(phones, numbers, ("3", "2"), strict=True):
        assert (await last(workshop, phone, number, good))["status"] == "applied"
    inspectors = [await workshop.phone("quality"), await workshop.phone("quality")]
    async with held(workshop, ORDER, order_no):
        tasks = [
            await stuck(workshop, workshop.tell(phone, "inspect", {"work_order": number, "result": "pass"}), others)
            for others, (phone, number) in enumerate(zip(inspectors, numbers, strict=True))
        ]
    assert [(await task)["status"] for task in tasks] == ["applied", "applied"]
    assert await actions(workshop, order_no) == ["completion_reported", "pass_inspection"]
    assert await workshop.stage(numbers[0]) == "qc_passed"
