"""What a sales day costs: webhooks of a shop, each five times in random order, a fifth of all deliveries forged.

    python -m bench.intake [--webhooks 10000] [--clients 50] [--processes 2]

The product as it runs in production, its worker beside it, PostgreSQL with fsync. Each client waits for its answer
before it sends again. Proves that there is one order for each webhook and none of a forger, and exits with 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg

from bench.load.servers import HOST, Machine, Site
from domain.access.actor import system
from tests.flows.line import article
from tests.support.senders import sample, signed
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.workflows.install_builtin import install_builtin
from wiring.build import build
from wiring.settings import DEMO_SECRETS, PREFIX, load_settings

TIMES, FORGED_OF_ALL = 5, 0.2
FIRST_NUMBER, SEED = 7_000_000_000_000, 20261124
GOAL_P99_SECONDS = 1.0
_READING_SECONDS = 900


@dataclass(frozen=True)
class Delivery:
    """One request as it goes over the wire, and what it has to be answered with."""

    request: bytes
    allowed: tuple[int, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by the exit status whether everything held."""
    parser = argparse.ArgumentParser(prog="python -m bench.intake", description=__doc__.partition("\n")[0])
    parser.add_argument("--webhooks", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="bench_intake_") as folder:
        Path(folder).chmod(0o755)
        machine = Machine(Path(folder))
        try:
            return _measured(machine, chosen.webhooks, chosen.clients, chosen.processes)
        finally:
            machine.stop()


def _measured(machine: Machine, webhooks: int, clients: int, processes: int) -> int:
    machine.start()
    site = machine.site(0)
    site.environ = {**site.environ, f"{PREFIX}SHOPIFY_SECRET": DEMO_SECRETS["shopify_secret"]}
    asyncio.run(_furnish(site))
    machine.serve_product(site, processes)
    machine.start_worker(site)
    deck = _deck(webhooks)
    print(f"{len(deck)} deliveries of {webhooks} webhooks; load average {os.getloadavg()[0]:.1f}", flush=True)
    return asyncio.run(_run(machine, site, deck, webhooks, clients, processes))


async def _furnish(site: Site) -> None:
    """The built-in documents and the articles that the shop sells."""
    parts = build(load_settings(site.environ))
    rows = json.loads(sample("catalog.json"))["articles"]
    await parts.door.run(system("bench"), install_builtin, None)
    await parts.door.run(system("bench"), load_catalogue, LoadCatalogue([article(row) for row in rows]))
    await parts.redis.aclose()
    await parts.database.close()


def _deck(webhooks: int) -> list[Delivery]:
    chance = random.Random(SEED)
    bodies = [_order(number) for number in range(webhooks)]
    true = [_delivery(body, body, f"w-{number}", (200, 202)) for number, body in enumerate(bodies)]
    share = round(webhooks * TIMES * FORGED_OF_ALL / (1 - FORGED_OF_ALL))
    forged = [_forged(bodies[n % webhooks], n) for n in range(share)]
    deck = true * TIMES + forged
    chance.shuffle(deck)
    return deck


def _order(number: int) -> bytes:
    """A certain order under a number of its own, of a customer of its own."""
    document: dict[str, Any] = json.loads(sample("shopify/orders_create_china_address.json"))
    document |= {"id": FIRST_NUMBER + number, "name": f"#{number}"}
    phone = f"+86 139 {number // 10_000:04} {number % 10_000:04}"
    for part in ("customer", "shipping_address", "billing_address"):
        if document.get(part):
            document[part]["phone"] = phone
    document["customer"] |= {"id": FIRST_NUMBER + number, "email": f"c{number}@example.com"}
    return json.dumps(document, ensure_ascii=False).encode()


def _forged(body: bytes, number: int) -> Delivery:
    """A cheaper price under the signature, and half of the time under the id, of a true one."""
    altered = body.replace(b"4280.00", b"1.00")
    return _delivery(altered, body, f"w-{number}" if number % 2 else f"forged-{number}", (401,))


def _delivery(body: bytes, signed_body: bytes, delivery_id: str, allowed: tuple[int, ...]) -> Delivery:
    headers = signed("shopify", signed_body, delivery_id, datetime.now(UTC))
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = ["POST /api/v1/hooks/shopify HTTP/1.1", f"host: {HOST}", f"content-length: {len(body)}", *lines, "", ""]
    return Delivery("\r\n".join(head).encode() + body, allowed)


async def _run(machine: Machine, site: Site, deck: list[Delivery], webhooks: int, clients: int, processes: int) -> int:
    waits: list[float] = []
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    began = time.perf_counter()
    port = site.targets[f"product{processes}"].port
    upcoming = iter(deck)
    await asyncio.gather(*(_client(port, upcoming, waits, statuses, wrong) for _ in range(clients)))
    sent_in = time.perf_counter() - began
    found = await _read(machine, site)
    read_in = time.perf_counter() - began
    machine.insist_all_alive()
    waits.sort()
    p99 = waits[int(len(waits) * 0.99)]
    print(
        f"answered: {dict(sorted(statuses.items()))} in {sent_in:.1f} s, {len(deck) / sent_in:.0f} a second", flush=True
    )
    print(f"p50 {waits[len(waits) // 2] * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, longest {waits[-1] * 1000:.0f} ms")
    print(f"{found['orders']} orders of {found['numbers']} numbers, {found['cheap']} of a forger")
    print(f"all read {read_in:.1f} s after the first delivery; load average {os.getloadavg()[0]:.1f}", flush=True)
    held = not wrong and found == {"orders": webhooks, "numbers": webhooks, "cheap": 0, "items": webhooks}
    print("as promised" if held and p99 < GOAL_P99_SECONDS else f"MISSED: {found}, p99 {p99:.2f} s, {wrong[:5]}")
    return 0 if held and p99 < GOAL_P99_SECONDS else 1


async def _client(port: int, deck: Any, waits: list[float], statuses: Counter[int], wrong: list[str]) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    for delivery in deck:
        began = time.perf_counter()
        writer.write(delivery.request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        body = await reader.readexactly(int(length.partition(b":")[2]))
        waits.append(time.perf_counter() - began)
        status = int(head.split(b" ", 2)[1])
        statuses[status] += 1
        if status not in delivery.allowed:
            wrong.append(f"{status} {body[:200].decode(errors='replace')}")
    writer.close()


async def _read(machine: Machine, site: Site) -> dict[str, int]:
    """What there is when nothing that was kept waits to be read any more."""
    connection = await asyncpg.connect(machine.superuser_url(site.database))
    try:
        async with asyncio.timeout(_READING_SECONDS):
            while await connection.fetchval("SELECT count(*) FROM payloads WHERE status = 'kept'"):  # noqa: ASYNC110 - another process reads
                await asyncio.sleep(0.5)
        row = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM orders) AS orders,"
            " (SELECT count(DISTINCT external_id) FROM orders) AS numbers,"
            " (SELECT count(*) FROM orders WHERE total < 1000) AS cheap,"
            " (SELECT count(*) FROM payloads WHERE authentic AND status = 'ordered') AS items"
        )
    finally:
        await connection.close()
    return dict(row)


if __name__ == "__main__":
    sys.exit(main())
