"""How a migration meets the database: as the owner, one at a time, and never waiting long for a lock.

`throughline migrate` and the tests say which database and which role by `config.attributes["url"]` (the owner's, with
asyncpg) and `["app_role"]` (who is granted what the application needs; None where the owner is the application too).
Without them, as under the `alembic` command, the settings say it.
"""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from persistence.tables import metadata
from wiring.settings import load_settings, role_of

# Any number, the same for all: two nodes that start together migrate one after the other.
ONE_AT_A_TIME = 0x7468726F7567
PATIENCE = "120s"  # for the other node's migration to end
LOCK_TIMEOUT = "5s"  # for a table in use; better refused and tried again than everyone waiting behind us


def run() -> None:
    """Migrate, or print the SQL when asked for that (`alembic upgrade head --sql`)."""
    attributes = context.config.attributes
    if "url" not in attributes:
        settings = load_settings()
        attributes["url"] = settings.migration_database_url
        attributes["app_role"] = role_of(settings)
    if context.is_offline_mode():
        context.configure(dialect_name="postgresql", literal_binds=True, target_metadata=metadata)
        with context.begin_transaction():
            context.run_migrations()
    else:
        asyncio.run(_run_online(attributes["url"]))


async def _run_online(url: str) -> None:
    engine = create_async_engine(url, poolclass=pool.NullPool, connect_args={"timeout": 10})
    try:
        async with engine.connect() as connection:
            await connection.execute(text(f"SET lock_timeout = '{PATIENCE}'"))
            await connection.execute(text(f"SELECT pg_advisory_lock({ONE_AT_A_TIME})"))
            await connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
            await connection.commit()
            await connection.run_sync(_migrate)
    finally:
        await engine.dispose()


def _migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


run()
