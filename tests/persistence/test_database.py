"""The pool: what is given back broken is never lent again."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from persistence.database import Database


@pytest.fixture
async def pool(database: Any) -> AsyncIterator[Database]:
    made = Database(database.app_url, pool_size=1)
    yield made
    await made.close()


async def backend(pool: Database) -> int:
    async with pool.connect() as connection:
        number: int = await connection.value("SELECT pg_backend_pid()")
        return number


async def test_a_connection_serves_many_turns(pool: Database) -> None:
    assert await backend(pool) == await backend(pool)


async def test_a_connection_that_died_in_the_pool_is_replaced(pool: Database, database: Any) -> None:
    async with pool.connect() as connection:
        lost = await connection.value("SELECT pg_backend_pid()")
        died = asyncio.Event()
        connection.driver.add_termination_listener(lambda _: died.set())
    killer = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
    try:
        await killer.execute(f"SELECT pg_terminate_backend({lost})")
    finally:
        await killer.close()
    async with asyncio.timeout(10):
        await died.wait()
    assert await backend(pool) != lost


async def test_an_open_transaction_is_never_handed_on(pool: Database) -> None:
    async with pool.connect() as connection:
        left = await connection.value("SELECT pg_backend_pid()")
        await connection.driver.execute("BEGIN")
    assert await backend(pool) != left


async def test_a_turn_that_fails_gives_its_connection_back(pool: Database) -> None:
    for _ in range(3):
        with pytest.raises(asyncpg.UndefinedTableError):
            async with pool.connect() as connection:
                await connection.value("SELECT 1 FROM nothing")
    assert pool.pool_figures() == {"pool_in_use": 0, "pool_size": 1}
