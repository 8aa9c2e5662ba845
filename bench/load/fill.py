"""Fills a database: staff by the product's use cases, orders by COPY, and the minimal app's tables from those."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
from uuid_utils.compat import uuid7

from bench.load import factory
from bench.load.factory import COLUMNS, FIRST_NUMBER, Plan
from domain.access.actor import system
from domain.access.roles import ROLES
from persistence.database import Database
from usecases.door import Door
from usecases.orders.read_orders import verify_history
from usecases.people.add_person import AddPerson, add_person
from usecases.people.passwords import Passwords
from usecases.workflows.install_builtin import install_builtin
from wiring.settings import load_settings

PASSWORD = "throughline-bench"
LOGIN = "bench"
# May open, move and inspect, and may not read costs: so that every answer is stripped, as most people's are.
BENCH_ROLES = ("sales", "production", "quality")
MINIMAL_TOKEN = "minimal-token-of-the-bench"
_CHUNK = 2_500
_SAMPLE = 200
_SCHEMA = Path(__file__).with_name("minimal_schema.sql")
_SYSTEM = system("bench")


@dataclass(frozen=True)
class Stock:
    """What a filled database holds: `total` orders from `SO100001` on, of which the last `pool` are acted upon."""

    total: int
    pool: int

    @property
    def pool_first(self) -> int:
        """The number of the first order of the pool."""
        return FIRST_NUMBER + self.total - self.pool


async def fill(environ: dict[str, str], superuser_url: str, size: int) -> Stock:
    """Fill an empty database, unless it was filled before; a sample of the histories is verified by the product."""
    database = Database(load_settings(environ).database_url, application_name="throughline-bench")
    door = Door(database, lambda: datetime.now(UTC), uuid7, ZoneInfo("Asia/Shanghai"))
    connection = await asyncpg.connect(superuser_url)
    try:
        plan = Plan(max(size, 8 * factory.GROUP), datetime.now(UTC) - timedelta(hours=1), (uuid7(),))
        if not await connection.fetchval("SELECT EXISTS (SELECT 1 FROM orders)"):
            merchandisers = await _add_staff(door)
            plan = Plan(plan.total, plan.until, merchandisers)
            await _copy_orders(connection, plan)
            await _make_minimal(connection)
            await connection.execute("VACUUM ANALYZE")
        await _verify_sample(door, plan.total)
    finally:
        await connection.close()
        await database.close()
    return Stock(plan.total, plan.pool)


async def _add_staff(door: Door) -> tuple[UUID, ...]:
    """One person for each role, and the one as whom the bench signs in; answers those of sales."""
    await door.run(_SYSTEM, install_builtin, None)
    password = await Passwords().hash(PASSWORD)
    people: list[tuple[str, Sequence[str]]] = [(role, (role,)) for role in ROLES]
    sellers = []
    for login, roles in [*people, (LOGIN, BENCH_ROLES)]:
        added = await door.run(_SYSTEM, add_person, AddPerson(login, login, password, roles))
        sellers += [UUID(added.answer["id"])] if "sales" in roles else []
    return tuple(sellers)


async def _copy_orders(connection: asyncpg.Connection[asyncpg.Record], plan: Plan) -> None:
    """Triggers are off, as a restore would have them: what they would have said of a sample is asked afterwards.

    The check that each event's hash fits its text stays on.
    """
    began = time.monotonic()
    await connection.execute("SET session_replication_role = replica; SET synchronous_commit = off")
    indexes = await connection.fetch(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'order_search' AND indexdef LIKE '%USING gin%'"
    )
    for index in indexes:
        await connection.execute(f"DROP INDEX {index['indexname']}")
    await _copy(connection, "customers", factory.customers(plan))
    async for rows in _chunks(plan):
        for table, text in rows.items():
            await _copy(connection, table, text)
    for index in indexes:
        await connection.execute(index["indexdef"])
    await connection.execute(f"SELECT setval('order_numbers', {FIRST_NUMBER + plan.total - 1})")
    await connection.execute("RESET session_replication_role; RESET synchronous_commit")
    print(f"  {plan.total:,} orders made in {time.monotonic() - began:.0f} s", flush=True)


async def _chunks(plan: Plan) -> AsyncIterator[dict[str, bytes]]:
    """The orders, made by two processes ahead of the copying."""
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(2) as pool:
        waiting: list[asyncio.Future[dict[str, bytes]]] = []
        for start in range(0, plan.total, _CHUNK):
            stop = min(start + _CHUNK, plan.total)
            waiting.append(loop.run_in_executor(pool, factory.chunk, plan, start, stop))
            if len(waiting) > 4:
                yield await waiting.pop(0)
        for chunk in waiting:
            yield await chunk


async def _copy(connection: asyncpg.Connection[asyncpg.Record], table: str, text: bytes) -> None:
    async def source() -> AsyncIterator[bytes]:
        yield text

    await connection.copy_to_table(table, columns=COLUMNS[table].split(), source=source())


async def _make_minimal(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    for statement in _SCHEMA.read_text().split(";\n"):
        if statement.strip():
            await connection.execute(statement)
    digest = hashlib.sha256(MINIMAL_TOKEN.encode()).hexdigest()
    await connection.execute(
        "INSERT INTO minimal.tokens VALUES ($1, $2, $3, now() + interval '10 days')",
        digest,
        uuid7(),
        ["orders.read", "orders.open"],
    )


async def _verify_sample(door: Door, total: int) -> None:
    """The product's own proof, on a sample that always holds the newest and the oldest order."""
    places = {0, total - 1, *(random.randrange(total) for _ in range(_SAMPLE))}
    for place in places:
        verdict = await door.read(_SYSTEM, verify_history, f"SO{FIRST_NUMBER + place}")
        if not verdict["holds"]:
            raise SystemExit(f"the histories that the bench made do not hold: {verdict}")
