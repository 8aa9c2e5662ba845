"""The engine: one pool, in autocommit; only the door opens a transaction."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

import asyncpg
import orjson
from sqlalchemy import PoolProxiedConnection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

# A statement that waits longer than this for a row is told so instead of hanging; one that runs longer is a fault.
_SERVER_SETTINGS = {"timezone": "UTC", "lock_timeout": "5s", "statement_timeout": "30s", "jit": "off"}


# asyncpg's Record is read like a mapping and says so nowhere.
Row = Mapping[str, Any]


class Database:
    """The pool of connections to one PostgreSQL database."""

    def __init__(
        self, url: str, *, pool_size: int = 16, application_name: str = "throughline", durable: bool = True
    ) -> None:
        # Not durable: a crash may lose the last moment. Only for work that is begun again until it is complete.
        commits = {} if durable else {"synchronous_commit": "off"}
        self.engine: AsyncEngine = create_async_engine(
            url,
            isolation_level="AUTOCOMMIT",
            # No overflow: SQLAlchemy closes such a connection as soon as it is given back, and a new one costs more
            # than ten requests. The one used last is the one whose statements are warm.
            pool_size=pool_size,
            max_overflow=0,
            pool_use_lifo=True,
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

    def connect(self) -> Lease:
        """A pooled connection, in autocommit, given back at the end of an `async with`."""
        return Lease(self.engine, self.published)

    def pool_figures(self) -> dict[str, float]:
        """How many connections are in use, and how many are kept."""
        pool: Any = self.engine.pool
        return {"pool_in_use": pool.checkedout(), "pool_size": pool.size()}

    async def close(self) -> None:
        """Close every connection."""
        await self.engine.dispose()


class Lease:
    """One turn with a pooled connection. SQLAlchemy's own objects around it would cost as much as a small query."""

    __slots__ = ("_driver", "_engine", "_pooled", "_published")

    def __init__(self, engine: AsyncEngine, published: dict[tuple[str, str, int], Any]) -> None:
        self._engine, self._published = engine, published

    async def __aenter__(self) -> Connection:
        await self._take()
        while self._driver.is_closed():
            # It died while it lay in the pool; its place gets a new one.
            self._pooled.invalidate()
            await self._take()
        return Connection(self._driver, self._published)

    async def _take(self) -> None:
        self._pooled: PoolProxiedConnection = await self._engine.raw_connection()
        self._driver: Any = self._pooled.driver_connection

    async def __aexit__(self, _kind: object, error: object, _trace: object) -> None:
        out_of_step = isinstance(error, asyncpg.InternalClientError)
        if out_of_step or self._driver.is_closed() or self._driver.is_in_transaction():
            self._pooled.invalidate()
        else:
            self._pooled.close()


class Connection:
    """One connection, for statements in asyncpg's `$1` style; it counts them."""

    __slots__ = ("driver", "published", "statements")

    def __init__(self, driver: Any, published: dict[tuple[str, str, int], Any]) -> None:
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


def dump_json(value: Any) -> str:
    """JSON text as it is stored: decimals as strings, never floats."""
    return orjson.dumps(value, default=_encode, option=orjson.OPT_NON_STR_KEYS).decode()


def _encode(value: Any) -> Any:
    if isinstance(value, Decimal | UUID):  # asyncpg's ids are a subclass, which orjson does not write by itself
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
