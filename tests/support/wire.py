"""A proxy between the application and its database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from bench.chaos.proxy import Proxy


@asynccontextmanager
async def behind(database_url: str, **faults: Any) -> AsyncIterator[tuple[Proxy, str]]:
    """The proxy, and the address of the same database through it."""
    port = urlsplit(database_url).port
    assert port is not None
    async with Proxy(port, **faults).running() as proxy:
        yield proxy, database_url.replace(f":{port}/", f":{proxy.port}/")
