"""Migrations on an empty database: by two nodes at once, again, and what is said when they cannot be."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import asyncpg
import pytest

from cli.commands.migrate import upgrade
from cli.embedded.postgres import APP
from cli.stop import Stop
from tests.support.servers import Addresses, TestDatabase, apart, drop_database, make_database


@pytest.fixture
def empty(servers: Addresses) -> Iterator[TestDatabase]:
    """A database without any table."""
    made = apart(make_database(servers, "test_empty", template="template0"))
    yield made
    apart(drop_database(servers, made.name))


async def run(url: str, statement: str) -> Any:
    connection = await asyncpg.connect(url.replace("+asyncpg", ""))
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def test_two_nodes_may_migrate_at_once_and_again(empty: TestDatabase) -> None:
    script = "import sys; from cli.commands.migrate import upgrade; upgrade(sys.argv[1], sys.argv[2])"
    nodes = [subprocess.Popen([sys.executable, "-c", script, empty.owner_url, APP]) for _ in range(2)]
    assert [node.wait(timeout=60) for node in nodes] == [0, 0]
    upgrade(empty.owner_url, APP)
    assert apart(run(empty.app_url, "SELECT count(*) FROM orders")) == 0
    assert apart(run(empty.app_url, "SELECT count(*) FROM alembic_version")) == 1


def test_a_newer_database_is_left_alone(database: TestDatabase) -> None:
    apart(run(database.owner_url, "UPDATE alembic_version SET version_num = 'of_next_year'"))
    with pytest.raises(Stop, match="was migrated by a newer Throughline; update the program first"):
        upgrade(database.owner_url, APP)
    assert apart(run(database.owner_url, "SELECT version_num FROM alembic_version")) == "of_next_year"


def test_who_may_not_migrate_is_told_who_may(empty: TestDatabase) -> None:
    with pytest.raises(Stop, match="the user of THROUGHLINE_MIGRATION_DATABASE_URL must own it"):
        upgrade(empty.app_url, None)


def test_a_failed_migration_leaves_everything_as_it_was(empty: TestDatabase) -> None:
    apart(run(empty.owner_url, "CREATE TABLE outbox (mine int)"))
    with pytest.raises(Stop, match=r"could not be migrated, and is as it was before: .*outbox.* already exists"):
        upgrade(empty.owner_url, APP)
    assert apart(run(empty.owner_url, "SELECT to_regclass('orders')")) is None


def test_a_table_in_use_is_waited_for_no_longer_than_it_should(empty: TestDatabase) -> None:
    upgrade(empty.owner_url, APP)

    async def migrate_while_held() -> None:
        holder = await asyncpg.connect(empty.owner_url.replace("+asyncpg", ""))
        try:
            await holder.execute("BEGIN; LOCK TABLE alembic_version IN ACCESS EXCLUSIVE MODE")
            await asyncio.to_thread(upgrade, empty.owner_url, APP)
        finally:
            await holder.close()

    with pytest.raises(Stop, match="a table is in use; try again in a quiet moment"):
        apart(migrate_while_held())
