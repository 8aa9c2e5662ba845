"""What forecasts cost, and how good they are: a factory that never was, with a past and many open orders.

    python -m bench.forecast [--orders 100000] [--judged 3000] [--only cost|quality]

(a) What it costs: so many open orders and what was delivered in the ten weeks before, a night's learning, three rounds.
(b) How good it is: fewer orders with a past of nine months, of which four thousand forecasts were kept and compared.

Orders and their histories are filled in by COPY from a seeded factory (tests/domain/forecast/plant.py) whose deliveries
are known, so that each forecast can be held against what comes. One process, a PostgreSQL of the tests (fsync off).
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import sys
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from itertools import count, islice
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import structlog
from uuid_utils.compat import uuid7

from bench.warning import timed
from domain.forecast.foretell import Foreteller, Standing, wall_hours
from domain.forecast.model import fit
from domain.warning.builtin import builtin_calendar
from tests.domain.forecast.plant import HOURS, NOW, SERVICE, STANDARD, TIME, Life, instant, lives
from tests.factory import Factory
from tests.support.servers import Addresses, Servers, make_database
from tests.usecases.warning.watch import RELAY
from usecases.forecast.learn import learn_from_past
from usecases.warning.save_rule import save_calendar
from workers.schedule import foretell_all

PRESENT = TIME.hours(NOW)
# Working hours of history.
_SHORT, _LONG = 400.0, 1_500.0
_COMPARED, _KNOWN = 4_000, 6_000
_CATEGORIES = {stage.key: stage.category for stage in STANDARD.stages}
_ORDERS = (
    *("id", "order_no", "channel", "order_type", "currency", "shipping", "tax", "tax_included", "total", "due_at"),
    *("workflow_key", "workflow_version", "stage", "category", "stage_since", "version", "head_hash", "opened_at"),
    "updated_at",
)
_EVENTS = (
    *("id", "order_id", "seq", "type", "action", "from_stage", "to_stage", "held", "recorded_at", "canonical"),
    *("prev_hash", "hash"),
)
_KEPT = (
    "order_id",
    "stage_since",
    "made_at",
    "workflow",
    "stage",
    "p50",
    "p80",
    "p95",
    "hours",
    "settled_at",
    "delivered",
)
_TOLD = "SELECT order_id, p50, p80, p95 FROM forecasts"
Orders = Mapping[UUID, Life]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 always."""
    parser = argparse.ArgumentParser(prog="python -m bench.forecast", description=__doc__.partition("\n")[0])
    parser.add_argument("--orders", type=int, default=100_000, help="open ones of (a)")
    parser.add_argument("--judged", type=int, default=3_000, help="open ones of (b)")
    parser.add_argument("--only", choices=["cost", "quality"])
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_measured(parser.parse_args(arguments)))
    return 0


async def _measured(chosen: argparse.Namespace) -> None:
    servers = Servers()
    addresses = servers.start()
    try:
        if chosen.only in (None, "cost"):
            await _cost(addresses, chosen.orders)
        if chosen.only in (None, "quality"):
            await _quality(addresses, chosen.judged)
    finally:
        servers.stop()


async def _cost(addresses: Addresses, orders: int) -> None:
    every = _made(orders, _SHORT)
    async with _filled(addresses, "bench_forecast_cost", every) as factory:
        print(f"(a) {len(every):,} orders, {orders:,} of them open", flush=True)
        await _learn(factory)
        await _foretell(factory, "for the first time")
        await _foretell(factory, "again at once, when nothing has changed")
        factory.later(minutes=10)
        await _foretell(factory, "ten minutes later")


async def _quality(addresses: Addresses, orders: int) -> None:
    every = _made(orders, _LONG)
    running = {order_id: life for order_id, life in every.items() if life.delivered > PRESENT}
    for compared in (0, _COMPARED):
        async with _filled(addresses, f"bench_forecast_quality_{compared}", every, compared) as factory:
            print(f"(b) {len(every):,} orders, {orders:,} of them open, {compared:,} forecasts compared", flush=True)
            await _learn(factory)
            await _foretell(factory, "for the first time")
            await _hold_to(factory, running)


async def _learn(factory: Factory) -> None:
    with timed("    learn from the past"):
        print(f"    {await factory.run(learn_from_past, None, actor=RELAY)}", flush=True)


async def _foretell(factory: Factory, words: str) -> None:
    with timed(f"    foretell {words}"):
        print(f"    {await foretell_all(factory.door)}", flush=True)


@asynccontextmanager
async def _filled(addresses: Addresses, name: str, every: Orders, compared: int = 0) -> AsyncIterator[Factory]:
    database = await make_database(addresses, name)
    factory = await Factory.open(database.app_url)
    factory.clock = NOW
    try:
        await factory.run(save_calendar, _five_days())
        await _fill(database.superuser_url, every, compared)
        yield factory
    finally:
        await factory.close()


def _five_days() -> dict[str, Any]:
    """The hours that the seeded factory works."""
    body = builtin_calendar()
    return {**body, "week": {day: spans for day, spans in body["week"].items() if day != "sat"}}


def _made(running: int, hours: float) -> dict[UUID, Life]:
    """Orders that were opened evenly over the last working hours, until so many of them are not delivered yet."""
    found: dict[UUID, Life] = {}
    for seed in count(1):
        for life in lives(seed, 5_000, PRESENT - hours, PRESENT):
            found[uuid7()] = life
            running -= life.delivered > PRESENT
            if running == 0:
                return found
    raise AssertionError


async def _fill(superuser_url: str, every: Orders, compared: int) -> None:
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""))
    try:
        await connection.execute("SET session_replication_role = replica")
        await _copy(connection, "orders", _ORDERS, (_order(n, *one) for n, one in enumerate(every.items(), 100_001)))
        await _copy(connection, "events", _EVENTS, (event for one in every.items() for event in _events(*one)))
        await _copy(connection, "kept_forecasts", _KEPT, _kept(every, compared))
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _copy(connection: Any, table: str, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    await connection.copy_records_to_table(table, records=rows, columns=columns)


def _order(number: int, order_id: UUID, life: Life) -> tuple[Any, ...]:
    stage, since = life.at(PRESENT) if life.delivered > PRESENT else ("delivered", life.delivered)
    opened, since_at = instant(life.opened), instant(since)
    return (
        *(
            order_id,
            f"SO{number}",
            "manual",
            life.order_type,
            "CNY",
            0,
            0,
            True,
            100,
            instant(life.opened + life.promised),
        ),
        *("standard", 1, stage, _CATEGORIES[stage], since_at, 1, "", opened, since_at),
    )


def _events(order_id: UUID, life: Life) -> Iterator[tuple[Any, ...]]:
    before, digest = None, ""
    for seq, (stage, hour) in enumerate([*life.steps, ("delivered", life.delivered)], 1):
        if hour > PRESENT:
            return
        event_id = uuid7()
        canonical = orjson.dumps({"id": str(event_id), "seq": seq, "to": stage, "held": False}).decode()
        previous, digest = digest, hashlib.sha256(f"{digest}\n{canonical}".encode()).hexdigest()
        yield event_id, order_id, seq, "moved", "x", before, stage, False, instant(hour), canonical, previous, digest
        before = stage


def _kept(every: Orders, number: int) -> Iterator[tuple[Any, ...]]:
    """What would have been foretold in each stage, by what was known two months ago."""
    early = PRESENT - _LONG / 4
    known = islice(every.values(), _KNOWN)
    foreteller = Foreteller(fit([stay for life in known for stay in life.stays(early)], SERVICE))
    stays = ((one, life, *step) for one, life in every.items() for step in life.steps if early < step[1] <= PRESENT)
    for order_id, life, stage, since in islice(stays, number):
        at, due = instant(since), instant(life.opened + life.promised)
        said = foreteller.foretell(STANDARD, Standing(stage, life.order_type, instant(life.opened), at, due), TIME, at)
        if said is not None:
            told = (said.p50, said.p80, said.p95, wall_hours(said.kept, TIME, at))
            came = (instant(life.delivered), True) if life.delivered <= PRESENT else (None, None)
            yield order_id, at, at, "standard", stage, *told, *came


async def _hold_to(factory: Factory, running: Orders) -> None:
    """How often it held, and by how much it is better than medians along the line."""
    async with factory.database.connect() as connection:
        told = {row["order_id"]: row for row in await connection.rows(_TOLD)}
    shares = []
    ours = theirs = 0.0
    for name, level in (("p50", 0.5), ("p80", 0.8), ("p95", 0.95)):
        held = sum(instant(life.delivered) <= told[one][name] for one, life in running.items())
        shares.append(f"{name} held for {100 * held / len(running):.1f} %")
        ours += sum(_pinball(TIME.hours(told[one][name]), life.delivered, level) for one, life in running.items())
        theirs += sum(_pinball(_by_medians(life), life.delivered, level) for life in running.values())
    print(f"    {', '.join(shares)}; pinball loss {ours / theirs:.2f} of the medians'", flush=True)


def _pinball(said: float, came: float, level: float) -> float:
    return max(level * (came - said), (level - 1) * (came - said))


def _by_medians(life: Life) -> float:
    stage, since = life.at(PRESENT)
    ahead = list(HOURS)[list(HOURS).index(stage) + 1 :]
    return max(since + HOURS[stage][0], PRESENT) + sum(HOURS[one][0] for one in ahead)


if __name__ == "__main__":
    sys.exit(main())
