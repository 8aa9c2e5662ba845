"""The feed and the root wait for the oldest transaction of the whole cluster, where other tests' databases are too."""

from __future__ import annotations

from tests.factory import Factory
from tests.support.eventually import eventually

_BEHIND = "SELECT coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) FROM events"


async def nothing_is_withheld(factory: Factory) -> None:
    """Wait until every event written so far lies below the oldest running transaction."""

    async def behind() -> bool:
        async with factory.database.connect() as connection:
            return bool(await connection.value(_BEHIND))

    await eventually(behind)
