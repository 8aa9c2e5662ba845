"""What early warning costs: a whole stock list from an ERP, rules over a million orders, and a provider that refuses.

    python -m bench.warning [--materials 100000] [--orders 1000000] [--alerts 10000] [--only sync|rules|alerts]

(a) An ERP's simulator in a process of its own; its materials, substitutes and stock are read by the worker's relay.
(b) Orders filled in by COPY, one in a hundred of them due by four rules at once; a first look, and a second one.
(c) Four merchandiser's alerts at a time over two levels, every second message refused; a third is taken on.

One process beside a PostgreSQL of the tests (fsync off). Each figure is printed with this process's own CPU.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import httpx
import structlog

from cli.ports import free_port
from integrations.kingdee.client import KingdeeClient, Login
from integrations.kingdee.erp import Kingdee
from tests.factory import Factory
from tests.simulators.kingdee import DATA_CENTRE, PASSWORD, SAMPLES, USER
from tests.support.bills import demo_catalogue
from tests.support.servers import Addresses, Servers, TestDatabase, make_database
from tests.usecases.warning.crowd import Crowd, Made, copy_orders
from tests.usecases.warning.watch import RELAY
from tests.workers.postroom import PostRoom
from usecases.orders.open_order import NewLine
from usecases.products.load_catalogue import load_catalogue
from usecases.warning.pull_stock import ask_in_turn
from usecases.warning.read_stock import list_sources
from usecases.warning.run_rules import list_rule_keys, run_rule
from workers.relay import Relay

GOAL_SYNC, GOAL_RULES = 20.0, 5.0
_SIMULATOR = Path(__file__).resolve().parent.parent / "tests" / "simulators" / "kingdee_simulator.py"
_WAITING = 1_000  # open orders that need materials of the list


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; 0 always, for a missed goal is told and no failure."""
    parser = argparse.ArgumentParser(prog="python -m bench.warning", description=__doc__.partition("\n")[0])
    parser.add_argument("--materials", type=int, default=100_000)
    parser.add_argument("--orders", type=int, default=1_000_000)
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--page-rows", type=int, default=2_000, help="THROUGHLINE_KINGDEE_PAGE_ROWS")
    parser.add_argument("--only", choices=["sync", "rules", "alerts"])
    chosen = parser.parse_args(arguments)
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    asyncio.run(_measured(chosen))
    return 0


async def _measured(chosen: argparse.Namespace) -> None:
    servers = Servers()
    addresses = servers.start()
    try:
        parts: dict[str, Callable[[Factory, TestDatabase], Awaitable[None]]] = {
            "sync": lambda factory, _: _sync(factory, chosen.materials, chosen.page_rows),
            "rules": lambda factory, database: _rules(factory, database, chosen.orders),
            "alerts": lambda factory, database: _alerts(factory, database, chosen.alerts),
        }
        for name, part in parts.items():
            if chosen.only in (None, name):
                async with _factory(addresses, name) as (factory, database):
                    await part(factory, database)
    finally:
        servers.stop()


@asynccontextmanager
async def _factory(addresses: Addresses, name: str) -> AsyncIterator[tuple[Factory, TestDatabase]]:
    database = await make_database(addresses, f"bench_warning_{name}")
    factory = await Factory.open(database.app_url)
    factory.clock = datetime.now(UTC)
    try:
        yield factory, database
    finally:
        await factory.close()


async def _sync(factory: Factory, materials: int, page_rows: int) -> None:
    """The whole list for the first time, and again without a change."""
    with _simulator(materials) as (url, process):
        async with httpx.AsyncClient(limits=httpx.Limits(max_connections=4)) as http:
            client = KingdeeClient(http, url, Login(DATA_CENTRE, USER, PASSWORD), lambda: factory.clock)
            outside = replace(PostRoom().outside(), erps={"kingdee": Kingdee(client, page_rows=page_rows)})
            relay = Relay(factory.door, outside, chance=lambda: 0.0)
            await _need_materials(factory)
            await _pulled(factory, relay, f"(a) {materials:,} materials for the first time")
            factory.later(minutes=10)
            await _pulled(factory, relay, "(a) the same again, nothing changed")
            print(f"    the simulator used {_cpu_of(process.pid):.1f} s of CPU for both", flush=True)


async def _pulled(factory: Factory, relay: Relay, words: str) -> None:
    with timed(words, GOAL_SYNC):
        await factory.run(ask_in_turn, ["kingdee"], actor=RELAY)
        await relay.drain()
    for source in await factory.read(list_sources, None):
        print(f"    {source['report']}, problem: {source['problem']}", flush=True)


async def _rules(factory: Factory, database: TestDatabase, orders: int) -> None:
    await copy_orders(database.superuser_url, _one_in_a_hundred_due(factory.clock, orders))
    looks = {
        "a look before anything is due": timedelta(days=-50),
        "a first look, which opens all alerts": timedelta(days=50),
        "a second look, which changes nothing": timedelta(minutes=1),
    }
    for words, passed in looks.items():
        factory.clock += passed
        with timed(f"(b) {orders:,} open orders, {orders // 100:,} due: {words}", GOAL_RULES):
            found = [
                (key, await factory.run(run_rule, key, actor=RELAY)) for key in await factory.read(list_rule_keys, None)
            ]
        print("    " + ", ".join(f"{key} {done['due']}" for key, done in found if done["due"]), flush=True)


def _one_in_a_hundred_due(now: datetime, orders: int) -> Iterator[Made]:
    """Past its date, its stage's time and the time in which something should have happened; the others are far off."""
    late = Made(now - timedelta(days=1), now - timedelta(days=40))
    for number in range(orders):
        yield late if number % 100 == 0 else Made(now + timedelta(days=20 + number % 40), now - timedelta(minutes=5))


async def _alerts(factory: Factory, database: TestDatabase, alerts: int) -> None:
    crowd = await Crowd.gather(factory, database.superuser_url, alerts)
    with timed(f"(c) four days of {alerts:,} alerts and a provider that refuses every second message"):
        await crowd.live()
    found = await crowd.alerts()
    acknowledged = sum(alert["state"] == "acknowledged" for alert in found)
    banners = sum(alert["banner"] for alert in found)
    lost = [alert for alert in found if alert["state"] != "acknowledged" and not alert["banner"]]
    twice = len(await crowd.told_twice()) + await crowd.levels_told_twice()
    print(
        f"    {len(found):,} alerts: {acknowledged:,} taken on, {banners:,} with a banner, {len(lost)} neither; "
        f"{crowd.post.refused:,} messages refused, {len(crowd.post.accepted):,} taken, {twice} told twice",
        flush=True,
    )


@contextmanager
def timed(words: str, goal: float | None = None) -> Iterator[None]:
    """Print how long what is done inside takes, with this process's own CPU, and whether a goal was met."""
    load, wall, cpu = os.getloadavg()[0], time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    judged = "" if goal is None else f" (goal {goal:g}: {'met' if wall <= goal else 'missed'})"
    print(f"{words}: {wall:.1f} s{judged}, of it {cpu:.1f} s of our own CPU; load average {load:.1f}", flush=True)


async def _need_materials(factory: Factory) -> None:
    """Orders for the demo's products, so that the count has somebody to turn red."""
    catalogue = demo_catalogue()
    await factory.run(load_catalogue, catalogue, actor=RELAY)
    products = [article.sku for article in catalogue.articles if article.kind == "product"]
    for number in range(_WAITING):
        sku = products[number % len(products)]
        await factory.an_order(lines=(NewLine(sku, Decimal(1), Decimal(100), sku=sku),))


@contextmanager
def _simulator(materials: int) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The ERP in a process of its own, and where it listens."""
    port = free_port()
    options = ["--port", str(port), "--data", str(SAMPLES / "dataset.json"), "--materials", str(materials)]
    process = subprocess.Popen([sys.executable, str(_SIMULATOR), *options], stdout=subprocess.PIPE, text=True)
    try:
        if process.stdout is None or "listening" not in process.stdout.readline():
            raise SystemExit("the simulator did not start")
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.terminate()
        process.wait()


def _cpu_of(process_id: int) -> float:
    """Seconds of CPU that a process has used so far, by Linux."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
