"""A factory to follow orders through: the whole application, an article list, somebody in each role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api.support import serve, settings_on
from tests.flows.line import Line
from tests.support.servers import Addresses, TestDatabase
from wiring.settings import Settings


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    """An empty order book; everything that happens is proven in the end."""
    async with serve(settings) as api:
        made = Line(api)
        await made.stock_articles()
        yield made
        await made.proves()


@pytest.fixture(scope="module")
async def shared_line(
    module_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Line]:
    """The same for all tests of a file that do not mind each other's orders."""
    async with serve(settings_on(module_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data"))) as api:
        made = Line(api)
        await made.stock_articles()
        yield made
        await made.proves()
