"""The whole application over ASGI on a real database, with somebody signed in for each role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api.support import Api, serve, settings_on
from tests.support.servers import Addresses, TestDatabase
from wiring.settings import Settings


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """A fresh installation with the built-in documents and one person per role."""
    async with serve(settings) as served:
        yield served


@pytest.fixture(scope="module")
async def shared(
    module_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Api]:
    """One installation for all tests of a file that do not mind each other's orders."""
    settings = settings_on(module_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data"))
    async with serve(settings) as served:
        yield served
