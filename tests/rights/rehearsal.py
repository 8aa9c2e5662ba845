"""Each request as if it were the first: everything that it does to the database is undone, and what it did is told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from persistence.database import Connection, Database

_WRITTEN = """
SELECT relname, n_tup_ins + n_tup_upd + n_tup_del AS rows FROM pg_stat_xact_user_tables
WHERE n_tup_ins + n_tup_upd + n_tup_del > 0
"""


class Rehearsal:
    """All turns with the database are turns with one connection, in one transaction per request, never committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._driver: Any = None

    @asynccontextmanager
    async def begun(self) -> AsyncIterator[Rehearsal]:
        """Take the connection, and give it back at the end."""
        connect = self._database.connect
        async with connect() as connection:
            self._driver = connection.driver
            self._database.connect = lambda: _Turn(self._driver, self._database.published)  # type: ignore[method-assign,assignment,return-value]
            try:
                yield self
            finally:
                self._database.connect = connect  # type: ignore[method-assign]

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """What happens in the block did not happen."""
        transaction = self._driver.transaction()
        await transaction.start()
        try:
            yield
        finally:
            await transaction.rollback()

    async def touched(self) -> bool:
        """Whether anything was written or locked in this block: a transaction that only reads has no number."""
        return await self._driver.fetchval("SELECT pg_current_xact_id_if_assigned()") is not None

    async def written(self) -> dict[str, int]:
        """How many rows of which table this connection has written so far, undone or not."""
        return {row["relname"]: row["rows"] for row in await self._driver.fetch(_WRITTEN)}


class _Turn:
    """A turn behind a savepoint, so that a failed statement costs this turn alone, as on a connection of its own."""

    def __init__(self, driver: Any, published: dict[tuple[str, str, int], Any]) -> None:
        self._driver, self._published = driver, published

    async def __aenter__(self) -> Connection:
        self._savepoint = self._driver.transaction()
        await self._savepoint.start()
        return Connection(self._driver, self._published)

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if kind is None:
            await self._savepoint.commit()
        else:
            await self._savepoint.rollback()
