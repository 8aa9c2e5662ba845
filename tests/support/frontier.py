"""The feed and the root wait for the oldest transaction of the whole cluster, where other tests' databases are too."""

from __future__ import annotations

from typing import Protocol

from persistence.database import Database
from tests.support.eventually import eventually

_BEHIND = "SELECT coalesce(max(xid) < feed_frontier(), true) FROM events"


class OnDatabase(Protocol):
    """A factory, or an application's parts."""

    @property
    def database(self) -> Database: ...


async def nothing_is_withheld(factory: OnDatabase) -> None:
    """Wait until every event written so far lies below the oldest running transaction."""

    async def behind() -> bool:
        async with factory.database.connect() as connection:
            return bool(await connection.value(_BEHIND))

    await eventually(behind)
