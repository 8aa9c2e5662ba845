"""The engine: one pool, in autocommit; only the door opens a transaction."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any, cast

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

# A statement that waits longer than this for a row is told so instead of hanging; one that runs longer is a fault.
_SERVER_SETTINGS = {"timezone": "UTC", "lock_timeout": "5s", "statement_timeout": "30s", "jit": "off"}


# asyncpg's Record is read like a mapping and says so nowhere.
Row = Mapping[str, Any]


class Database:
    """The pool of connections to one PostgreSQL database."""

    def __init__(
        self, url: str, *, pool_size: int = 8, application_name: str = "throughline", durable: bool = True
    ) -> None:
        # Not durable: a crash may lose the last moment. Only for work that is begun again until it is complete.
        commits = {} if durable else {"synchronous_commit": "off"}
        self.engine: AsyncEngine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=10,
            pool_reset_on_return=None,
            json_serializer=dump_json,
            connect_args={
                "server_settings": {**_SERVER_SETTINGS, **commits, "application_name": application_name},
                "timeout": 5,
                "command_timeout": 60,
            },
        )
        self.published: dict[tuple[str, str, int], Any] = {}
        event.listen(self.engine.sync_engine, "connect", _prepare_connection)

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Connection]:
        """A pooled connection, in autocommit, given back at the end."""
        async with self.engine.connect() as core:
            driver = await _live_driver(core)
            try:
                yield Connection(core, driver, self.published)
            finally:
                if driver.is_closed() or driver.is_in_transaction():
                    await core.invalidate()

    def pool_figures(self) -> dict[str, float]:
        """How many connections are in use, and how many are kept."""
        pool: Any = self.engine.pool
        return {"pool_in_use": pool.checkedout(), "pool_size": pool.size()}

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class Connection:
    """One connection seen from both sides: SQLAlchemy Core for composed statements, asyncpg for the hot ones."""

    __slots__ = ("core", "driver", "published", "statements")

    def __init__(self, core: AsyncConnection, driver: Any, published: dict[tuple[str, str, int], Any]) -> None:
        self.core = core
        self.published = published
        self.driver: asyncpg.Connection[asyncpg.Record] = driver
        self.statements = 0

    async def row(self, sql: str, *values: Any) -> Row | None:
        """The first row of a statement in asyncpg's `$1` style, or None."""
        self.statements += 1
        return cast("Row | None", await self.driver.fetchrow(sql, *values))

    async def rows(self, sql: str, *values: Any) -> list[Row]:
        """All rows."""
        self.statements += 1
        return cast("list[Row]", await self.driver.fetch(sql, *values))

    async def value(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        self.statements += 1
        return await self.driver.fetchval(sql, *values)

    async def run(self, sql: str, *values: Any) -> int:
        """Execute, and say how many rows it touched."""
        self.statements += 1
        status = await self.driver.execute(sql, *values)
        last = status.rsplit(" ", 1)[-1]
        return int(last) if last.isdigit() else 0


async def _live_driver(core: AsyncConnection) -> Any:
    """The asyncpg connection underneath; one that died while it lay in the pool is replaced."""
    driver: Any = (await core.get_raw_connection()).driver_connection
    if driver.is_closed():
        await core.invalidate()
        driver = (await core.get_raw_connection()).driver_connection
    return driver


def dump_json(value: Any) -> str:
    """JSON text as it is stored: decimals as strings, never floats."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_NON_STR_KEYS).decode()


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is not stored as JSON")


def _prepare_connection(dbapi_connection: Any, _record: Any) -> None:
    dbapi_connection.run_async(_set_codecs)


async def _set_codecs(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """JSON columns come and go as Python values; SQLAlchemy's own text codec is replaced."""
    for name in ("json", "jsonb"):
        binary = name == "jsonb"
        await connection.set_type_codec(
            name,
            encoder=functools.partial(_to_wire, binary),
            decoder=functools.partial(_from_wire, binary),
            schema="pg_catalog",
            format="binary",
        )


def _to_wire(binary: bool, value: Any) -> bytes:
    text = value.encode() if isinstance(value, str) else orjson.dumps(value, default=_encode)
    return b"\x01" + text if binary else text


def _from_wire(binary: bool, data: bytes) -> Any:
    return orjson.loads(data[1:] if binary else data)
