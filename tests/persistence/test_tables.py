"""The tables that the code describes are those that the migrations make."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine

from persistence.tables import metadata
from persistence.tables.types import TransactionId

COLUMNS = """
SELECT table_name, column_name, is_nullable FROM information_schema.columns
WHERE table_schema = 'public' AND table_name <> 'alembic_version'
"""
ischema_names["xid8"] = TransactionId


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_server_default": False})
    return list(compare_metadata(context, metadata))


async def test_migrations_and_tables_agree(database: Any) -> None:
    engine = create_async_engine(database.owner_url)
    try:
        async with engine.connect() as connection:
            assert await connection.run_sync(differences) == []
    finally:
        await engine.dispose()


async def test_every_column_that_is_written_down_has_the_type_and_null_rule_of_the_database(database: Any) -> None:
    engine = create_async_engine(database.owner_url)
    try:
        async with engine.connect() as connection:
            rows = (await connection.execute(text(COLUMNS))).mappings().all()
            found = {(row["table_name"], row["column_name"]): row["is_nullable"] == "YES" for row in rows}
    finally:
        await engine.dispose()
    said = {
        (table.name, column.name): bool(column.nullable) for table in metadata.sorted_tables for column in table.columns
    }
    assert found == said
