"""The database itself refuses what must never happen, for the application's own role and for the owner."""

from __future__ import annotations

from typing import Any

import asyncpg
import pytest

from tests.factory import Factory
from usecases.orders.read_orders import verify_history

FORBIDDEN = [
    "UPDATE orders SET stage = 'delivered', category = 'done'",
    "UPDATE orders SET held = true",
    "UPDATE orders SET total = 1",
    "UPDATE orders SET promised_date = '2030-01-01'",
    "UPDATE orders SET version = version + 1",
    "UPDATE order_lines SET quantity = 1",
    "DELETE FROM order_lines",
    "DELETE FROM orders",
    "UPDATE events SET to_stage = 'delivered'",
    "UPDATE events SET canonical = replace(canonical, 'sales', 'quality')",
    "DELETE FROM events",
    "TRUNCATE events CASCADE",
    "UPDATE documents SET body = '{}'",
    "DELETE FROM documents",
    (
        "INSERT INTO events (id, order_id, seq, type, to_stage, held, recorded_at, canonical, prev_hash, hash) "
        "SELECT gen_random_uuid(), order_id, 2, type, 'delivered', held, recorded_at, canonical, hash, hash FROM events"
    ),
]


def plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://")


@pytest.fixture
async def opened(database: Any) -> Any:
    factory = await Factory.open(database.app_url)
    order = await factory.an_order()
    yield factory, order["order_no"]
    await factory.close()


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("role", ["app_url", "owner_url"])
async def test_history_cannot_be_gone_round(database: Any, opened: Any, role: str, statement: str) -> None:
    factory, order_no = opened
    connection = await asyncpg.connect(plain(getattr(database, role)))
    try:
        with pytest.raises(asyncpg.PostgresError):
            await connection.execute(statement)
    finally:
        await connection.close()
    assert (await factory.read(verify_history, order_no))["holds"]


async def test_the_application_may_not_switch_the_guards_off(database: Any, opened: Any) -> None:
    connection = await asyncpg.connect(plain(database.app_url))
    try:
        for statement in ("ALTER TABLE events DISABLE TRIGGER ALL", "SET session_replication_role = replica"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_forged_event_that_fits_its_hash_does_not_move_the_order_alone(database: Any, opened: Any) -> None:
    factory, order_no = opened
    connection = await asyncpg.connect(plain(database.app_url))
    forged = """
    WITH e AS (SELECT *, replace(replace(canonical, '"seq":1', '"seq":2'), id::text, $1) AS text FROM events)
    INSERT INTO events (id, order_id, seq, type, to_stage, held, recorded_at, canonical, prev_hash, hash)
    SELECT $1::uuid, order_id, 2, type, to_stage, held, recorded_at, text, hash,
      encode(sha256(convert_to(hash || E'\\n' || text, 'UTF8')), 'hex') FROM e
    """
    try:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match="without moving the order"):
            await connection.execute(forged.replace("$1", "'01900000-0000-7000-8000-000000000001'"))
    finally:
        await connection.close()
    assert (await factory.read(verify_history, order_no))["events"] == 1
