"""The fixtures of tests/api, and no log line per request: there are thousands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from tests.api.support import Api, serve, settings_on
from tests.support.servers import Addresses, TestDatabase


@pytest.fixture(scope="module", autouse=True)
def quiet() -> Iterator[None]:
    """Say only what is wrong."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40), cache_logger_on_first_use=False)
    yield
    structlog.configure(**before)


@pytest.fixture(scope="module")
async def shared(
    module_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory, quiet: None
) -> AsyncIterator[Api]:
    """One installation for the whole matrix."""
    settings = settings_on(module_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data"))
    async with serve(settings) as served:
        yield served
