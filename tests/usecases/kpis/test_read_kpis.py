"""G1: figures that a boss can trust: each is what folding the orders' own events gives, and its list comes to it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from domain.kpis.measures import MEASURES
from domain.kpis.periods import Asked
from domain.refusals.kinds import Refusal
from domain.warning.calendar import parse_calendar
from persistence.queries.kpis import Chosen
from tests.factory import STANDARD_LINE, Factory, person
from tests.floor import Workshop
from usecases.kpis.read_kpis import KpisAsked, RowsAsked, read_kpi_rows, read_kpis

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOVEMBER = Asked(date(2026, 11, 1), date(2026, 11, 30))
HOLDERS = ("sales", "sales", "production", "production", "quality", "warehouse", "driver", "driver", None)


@pytest.fixture
async def factory(database: Any) -> AsyncIterator[Factory]:
    """A factory of its own, so that its month holds nothing else."""
    made = await Factory.open(database.app_url)
    yield made
    await made.close()


async def measures(factory: Factory, days: Asked = NOVEMBER, **chosen: Any) -> dict[str, Any]:
    found = await factory.read(read_kpis, KpisAsked(days, Chosen(**chosen)), role="management")
    return {item["key"]: item for item in found["items"]}


async def rows(factory: Factory, key: str, days: Asked = NOVEMBER, **more: Any) -> list[dict[str, Any]]:
    asked = RowsAsked(key, days, Chosen(), limit=None, **more)
    found: list[dict[str, Any]] = await factory.read(read_kpi_rows, asked, role="management")
    return found


async def events(factory: Factory) -> dict[str, list[dict[str, Any]]]:
    """Every order's events as they stand in the database."""
    found: dict[str, list[dict[str, Any]]] = {}
    async with factory.database.connect() as connection:
        for row in await connection.rows("SELECT body FROM events ORDER BY order_id, seq"):
            found.setdefault(row["body"]["order_no"], []).append(row["body"])
    return found


async def play_a_month(factory: Factory, chance: random.Random, orders: int) -> dict[str, date]:
    """Orders that go their way at any pace, some to the end, some held or cancelled; their promised dates."""
    promised: dict[str, date] = {}
    for _ in range(orders):
        factory.clock = datetime(2026, 11, chance.randint(2, 9), chance.randint(0, 23), tzinfo=SHANGHAI)
        day = factory.clock.date() + timedelta(days=chance.randint(2, 12))
        signed = factory.clock.date() - timedelta(days=chance.randint(0, 5))
        order_no = (await factory.an_order(promised_date=day, signed_date=signed))["order_no"]
        promised[order_no] = day
        for action, role in STANDARD_LINE[: chance.choice((2, 5, 8, 8, 8))]:
            factory.later(minutes=chance.randint(0, 2400))
            if chance.random() < 0.15:
                await factory.act(order_no, "hold", "sales", payload={"reason": "x"})
                factory.later(minutes=chance.randint(1, 600))
                await factory.act(order_no, "release_hold", "sales")
                factory.later(minutes=chance.randint(0, 600))
            await factory.act(order_no, action, role)
        if chance.random() < 0.15:
            try:
                await factory.act(order_no, "cancel", "sales", payload={"reason": "x"})
            except Refusal:
                continue
    factory.clock = datetime(2026, 12, 1, 1, tzinfo=SHANGHAI)
    return promised


async def test_the_figures_are_what_folding_the_events_gives(factory: Factory) -> None:
    promised = await play_a_month(factory, random.Random(7), 14)
    histories = await events(factory)
    found = await measures(factory)

    days, on_time, late = [], 0, 0
    for order_no, told in histories.items():
        ended = told[-1] if told[-1]["to"] in ("delivered", "cancelled") else None
        day = datetime.fromisoformat(ended["occurred_at"]).astimezone(SHANGHAI).date() if ended else None
        if ended and ended["to"] == "delivered" and day:
            days.append((day - await signed_on(factory, order_no)).days)
        if ended and day and day <= promised[order_no]:
            on_time += ended["to"] == "delivered"
        else:
            late += 1
    assert late
    assert on_time
    cycle = found["fulfilment_cycle"]
    assert (cycle["n"], cycle["value"]) == (len(days), str(sorted(days)[(len(days) + 1) // 2 - 1]))
    punctual = found["on_time_share"]
    assert (punctual["numerator"], punctual["denominator"]) == (str(on_time), str(on_time + late))

    waits = [wait for told in histories.values() for wait in naive_waits(told)]
    waiting = found["handover_waiting"]
    people = {(e["actor"]["id"], day_of(e["recorded_at"])) for told in histories.values() for e in told}
    assert waiting["n"] == len(waits)
    assert waiting["denominator"] == str(len(people))
    assert abs(Decimal(waiting["numerator"]) - sum(waits, Decimal(0))) < Decimal("0.01") * len(waits)


async def signed_on(factory: Factory, order_no: str) -> date:
    async with factory.database.connect() as connection:
        found: date = await connection.value("SELECT signed_date FROM orders WHERE order_no = $1", order_no)
    return found


def day_of(instant: str) -> date:
    return datetime.fromisoformat(instant).astimezone(SHANGHAI).date()


STAGES = dict(
    zip(
        ("signed", "in_review", "scheduled", "in_production", "awaiting_qc", "qc_passed", "shipped", "in_transit"),
        HOLDERS,
        strict=False,
    )
)
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat")}
CALENDAR = parse_calendar({"week": WEEK}, SHANGHAI)


def naive_waits(told: list[dict[str, Any]]) -> list[Decimal]:
    """Working hours that each handover of one order waited, minute by minute."""
    found = []
    for place in range(1, len(told)):
        arrival, before = told[place], told[place - 1]
        to, came = STAGES.get(arrival["to"]), STAGES.get(before["to"])
        if to is None or to == came:
            continue
        minutes, minute = 0, datetime.fromisoformat(arrival["recorded_at"]).astimezone(SHANGHAI)
        for now, then in zip(told[place:], told[place + 1 :], strict=False):
            until = datetime.fromisoformat(then["recorded_at"]).astimezone(SHANGHAI)
            while minute < until:
                minutes += not now["held"] and works(minute)
                minute += timedelta(minutes=1)
            if then["to"] != arrival["to"] or then["actor"]["role"] == to:
                if then["to"] != "cancelled":
                    found.append(Decimal(minutes) / 60)
                break
    return found


def works(minute: datetime) -> bool:
    return any(begins <= minute.time() < ends for begins, ends in CALENDAR.spans(minute.date()))


async def test_every_list_comes_to_its_figure_and_pages_without_gaps(factory: Factory) -> None:
    await play_a_month(factory, random.Random(3), 6)
    found = await measures(factory)
    for key, measure in found.items():
        listed = await rows(factory, key)
        assert len(listed) == measure["n"], key
        assert sum(day["n"] for day in measure["days"]) == measure["n"], key
        if measure["kind"] == "share":
            assert sum(row["counted"] for row in listed) == int(measure["numerator"]), key
        if measure["kind"] == "ratio":
            total = sum((Decimal(row["value"]) for row in listed), Decimal(0))
            assert total == Decimal(measure["numerator"]), key
        for part in measure["parts"]:
            assert len(await rows(factory, key, part=part["key"])) == part["n"], key
    whole = await rows(factory, "handover_waiting")
    first = whole[2]
    after = (datetime.fromisoformat(first["at"]), first["id"])
    asked = RowsAsked("handover_waiting", NOVEMBER, Chosen(), after=after, limit=3)
    assert await factory.read(read_kpi_rows, asked, role="management") == whole[3:6]


async def test_what_the_workshop_made_and_missed(database: Any) -> None:
    factory = await Factory.open(database.app_url)
    workshop = await Workshop.open(factory)
    factory.clock = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
    first, second = await workshop.released("1"), await workshop.released("1")
    maker, inspector = await workshop.phone(), await workshop.phone("quality")
    for number in (*first, *second):
        await workshop.make(maker, number, "1")
        factory.later(minutes=5)
        assert (await workshop.tell(inspector, "inspect", {"work_order": number, "result": "pass"}))[
            "status"
        ] == "applied"
    order_no = (await workshop.work_order(first[0]))["order_no"]
    for action, role in (("dispatch", "warehouse"), ("depart", "driver"), ("sign_delivery", "driver")):
        await factory.act(order_no, action, role)
    factory.later(minutes=5)
    await factory.act(order_no, "receive_return", "warehouse", payload={"lines": [{"line": 1, "quantity": "1"}]})

    found = await measures(factory, Asked(date(2026, 11, 22), date(2026, 11, 24)))
    made = found["output_per_day"]
    # Sunday nobody works, Tuesday has not come.
    assert (made["value"], made["numerator"], made["denominator"], made["n"]) == ("2", "2", "1", 2)
    missed = found["qc_miss_rate"]
    assert (missed["value"], missed["numerator"], missed["denominator"]) == ("0.5", "1", "2")
    assert [(part["label"]["zh"], part["value"]) for part in missed["parts"]] == [("白班", "0.5")]
    assert found["fulfilment_cycle"]["value"] == "0"
    nobodys = await measures(factory, Asked(date(2026, 11, 22), date(2026, 11, 24)), team="焊接")
    assert {key: item["n"] for key, item in nobodys.items()} == dict.fromkeys(MEASURES, 0)
    await factory.close()


async def test_two_periods_stand_side_by_side(factory: Factory) -> None:
    for month, takes in ((10, 20), (11, 5)):
        factory.clock = datetime(2026, month, 2, 9, tzinfo=SHANGHAI)
        order_no = (await factory.an_order(signed_date=factory.clock.date()))["order_no"]
        factory.later(days=takes)
        await factory.play(order_no, "sign_delivery")
    factory.clock = datetime(2026, 12, 1, 9, tzinfo=SHANGHAI)
    october = Asked(NOVEMBER.first, NOVEMBER.last, date(2026, 10, 1), date(2026, 10, 31))
    cycle = (await measures(factory, october))["fulfilment_cycle"]
    assert (cycle["value"], cycle["comparison"]["value"]) == ("5", "20")
    assert cycle["difference"] == {"absolute": "-15", "relative": "-0.75", "verdict": "better"}
    assert len(cycle["days"]) == 30
    assert len(cycle["comparison_days"]) == 31
    assert next(day for day in cycle["days"] if day["n"])["date"] == "2026-11-07"
    assert (await measures(factory, october, order_type="custom_furniture"))["fulfilment_cycle"]["value"] is None


async def test_it_issues_as_many_statements_whatever_there_is_to_count(factory: Factory) -> None:
    async def issued() -> int:
        seen: list[int] = []
        await factory.read(_counting(seen), KpisAsked(NOVEMBER, Chosen()), role="management")
        return seen[0]

    await issued()
    few = await issued()
    await play_a_month(factory, random.Random(5), 4)
    assert await issued() == few
    assert few <= 10


def _counting(seen: list[int]) -> Callable[..., Any]:
    async def counted(tx: Any, asked: Any) -> Any:
        found = await read_kpis(tx, asked)
        seen.append(tx.connection.statements)
        return found

    counted.terms = read_kpis.terms  # type: ignore[attr-defined]
    return counted


async def test_whoever_is_limited_to_their_orders_counts_those(factory: Factory) -> None:
    await factory.play((await factory.an_order())["order_no"], "sign_delivery")
    factory.later(days=2)
    month = Asked(date(2026, 11, 1), date(2026, 11, 30))
    narrow = replace(person("sales"), orders_of="own")
    found = await factory.door.read(narrow, read_kpis, KpisAsked(month, Chosen()))
    assert all(item["n"] == 0 for item in found["items"])
