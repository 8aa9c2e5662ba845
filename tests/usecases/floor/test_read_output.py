"""C7: a day's output by person, team, work centre, shift and product, and whose inspections miss how much."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.refusals.kinds import Refusal
from tests.factory import Factory
from tests.floor import Phone, Workshop
from usecases.floor.read_output import OutputDays, read_output

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


@pytest.fixture
async def workshop(database: Any) -> AsyncIterator[Workshop]:
    """A factory of its own, so that its day holds nothing else."""
    factory = await Factory.open(database.app_url)
    yield await Workshop.open(factory)
    await factory.close()


def at(workshop: Workshop, hour: int, day: int = 23) -> None:
    """The clock of the factory."""
    workshop.factory.clock = datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


async def read(workshop: Workshop, by: Any, first: date = MONDAY, last: date | None = None) -> dict[str, Any]:
    found: dict[str, Any] = await workshop.factory.read(read_output, OutputDays(by, first, last), role="management")
    return found


def rows(found: dict[str, Any], *names: str) -> dict[str, tuple[str, ...]]:
    return {item["label"]["zh"]: tuple(item[name] for name in names) for item in found["items"]}


async def test_a_day_is_counted_by_whatever_people_compare(workshop: Workshop) -> None:
    at(workshop, 9)
    first, second = await workshop.released("10", "RAD-CU6012-W", ("TWR-E5080-B", "5"))
    day = await workshop.phone()
    await workshop.complete(day, first, "OP10", "8", scrap="2", scrap_reasons=[
        {"code": "scratch", "quantity": "1"}, {"code": "bent", "quantity": "1"}
    ])  # fmt: skip
    await workshop.complete(day, first, "OP50", "8")
    await workshop.hire("night", "production")
    night = await workshop.phone("night")
    at(workshop, 23)
    await workshop.complete(night, first, "OP95", "5")
    at(workshop, 2, day=24)
    await workshop.complete(night, first, "OP95", "3")
    await workshop.complete(night, second, "OP50", "4")

    by_shift = await read(workshop, "shift")
    assert rows(by_shift, "good", "finished", "scrap") == {"白班": ("16", "0", "2"), "夜班": ("12", "8", "0")}
    assert by_shift["totals"]["finished"] == "8"
    (day_row,) = [item for item in by_shift["items"] if item["key"] == "day"]
    assert day_row["scrap_rate"] == "0.1111"
    lost = [(reason["code"], reason["label"]["zh"], reason["quantity"]) for reason in day_row["scrap_reasons"]]
    assert lost == [("bent", "bent", "1"), ("scratch", "scratch", "1")]
    assert rows(await read(workshop, "person"), "good") == {"测试 night": ("12",), "测试 production": ("16",)}
    centres = await read(workshop, "work_centre")
    assert {item["key"]: item["good"] for item in centres["items"]} == {"开料锯": "8", "焊机": "12", "打包机": "8"}
    products = await read(workshop, "product")
    assert {item["key"]: item["finished"] for item in products["items"]} == {"RAD-CU6012-W": "8", "TWR-E5080-B": "0"}
    assert (await read(workshop, "team"))["items"][0]["label"]["zh"] == "未分班组"
    tuesday = await read(workshop, "shift", date(2026, 11, 24))
    assert tuesday["items"] == []
    assert (await read(workshop, "shift", MONDAY, date(2026, 11, 24)))["items"] == by_shift["items"]


async def inspected(workshop: Workshop, phone: Phone, number: str, result: str) -> None:
    workshop.factory.later(minutes=5)
    told = await workshop.tell(phone, "inspect", {"work_order": number, "result": result})
    assert told["status"] == "applied", told


async def test_a_shift_that_misses_three_times_more_is_seen(workshop: Workshop) -> None:
    at(workshop, 9)
    numbers = [(await workshop.released("1"))[0] for _ in range(12)]
    maker, day = await workshop.phone(), await workshop.phone("quality")
    for number in numbers:
        await workshop.make(maker, number, "1")
    await workshop.hire("night-inspector", "quality")
    night = await workshop.phone("night-inspector")
    at(workshop, 16)
    for number in numbers[:6]:
        await inspected(workshop, day, number, "pass")
    at(workshop, 21)
    for number in numbers[6:]:
        await inspected(workshop, night, number, "pass")
    at(workshop, 10, day=24)
    for number in (numbers[0], *numbers[6:9]):
        order_no = (await workshop.work_order(number))["order_no"]
        for action, role in (("dispatch", "warehouse"), ("depart", "driver"), ("sign_delivery", "driver")):
            await workshop.factory.act(order_no, action, role)
        back = {"lines": [{"line": 1, "quantity": "1"}]}
        await workshop.factory.act(order_no, "receive_return", "warehouse", payload=back)

    quality = (await read(workshop, "shift"))["quality"]
    shown = {
        row["label"]["zh"]: (row["passed"], row["missed"], row["miss_rate"], row["times"]) for row in quality["shifts"]
    }
    assert shown == {"白班": (6, 1, "0.1667", "1.0"), "夜班": (6, 3, "0.5000", "3.0")}
    assert {row["label"]["zh"]: row["missed"] for row in quality["inspectors"]} == {
        "测试 quality": 1,
        "测试 night-inspector": 3,
    }


async def test_what_was_passed_again_after_it_was_mended_is_no_miss(workshop: Workshop) -> None:
    at(workshop, 9)
    (number,) = await workshop.released("1")
    maker, inspector = await workshop.phone(), await workshop.phone("quality")
    await workshop.make(maker, number, "1")
    await inspected(workshop, inspector, number, "fail")
    quality = (await read(workshop, "shift"))["quality"]["shifts"]
    assert [(row["passed"], row["failed"], row["missed"], row["times"]) for row in quality] == [(0, 1, 0, None)]


async def test_it_takes_three_statements_however_much_was_made(workshop: Workshop) -> None:
    at(workshop, 9)
    seen: list[int] = []

    async def counted(tx: Any, asked: Any) -> Any:
        found = await read_output(tx, asked)
        seen.append(tx.connection.statements)
        return found

    counted.terms = read_output.terms  # type: ignore[attr-defined]
    await workshop.factory.read(counted, OutputDays("person"), role="management")
    assert seen == [3]


async def test_days_that_are_no_days_are_refused(workshop: Workshop) -> None:
    with pytest.raises(Refusal) as refused:
        await read(workshop, "shift", MONDAY, MONDAY - timedelta(days=1))
    assert refused.value.fields[0].pointer == "/query/to_date"
