"""An installation to be measured in: one API process over ASGI beside a PostgreSQL of the tests, without a network."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.api.support import Api, serve, settings_on
from tests.support.servers import Servers, make_database


@asynccontextmanager
async def a_house(name: str, **settings: Any) -> AsyncIterator[Api]:
    """With a database of this name, gone afterwards; `settings` as the measurement needs them."""
    servers = Servers()
    addresses = servers.start()
    try:
        database = await make_database(addresses, name)
        with tempfile.TemporaryDirectory() as folder:
            async with serve(settings_on(database, f"{addresses.redis_url}/0", Path(folder)), **settings) as api:
                yield api
    finally:
        servers.stop()
