"""What every test may ask for: a fresh database, a Redis, settings on them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from redis import Redis as RedisClient

from tests.support.servers import (
    PASSWORDS,
    UNLIMITED,
    Addresses,
    Servers,
    TestDatabase,
    apart,
    drop_database,
    make_database,
)
from wiring.settings import Settings, load_settings

# The same examples on every run, so that a red run is red again; `make soak` looks further (HYPOTHESIS_PROFILE=soak).
hypothesis_settings.register_profile(
    "checks", derandomize=True, deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.register_profile(
    "soak", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "checks"))

# With several processes the long ones go first, so that at the end none waits for another's long file.
_LONG = ("contract", "e2e", "rights", "flows", "cli", "api")

_SERVERS: pytest.StashKey[Servers] = pytest.StashKey()
_ADDRESSES: pytest.StashKey[Addresses] = pytest.StashKey()
_numbers = count(1)
_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Order by how long a folder takes; within one, as it was."""
    items.sort(key=lambda item: _LONG.index(folder) if (folder := _folder(item)) in _LONG else len(_LONG))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(_HERE).parts[0]


def pytest_configure_node(node: Any) -> None:
    """With pytest-xdist each process has servers of its own, as the feed waits for the oldest transaction of a cluster.

    Only where the environment names the servers do they share them; the controlling process then prepares them once.
    """
    if os.environ.get("THROUGHLINE_TEST_DATABASE_URL"):
        node.workerinput["servers"] = asdict(_start_once(node.config))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Whoever started the servers stops them."""
    if _SERVERS in config.stash:
        config.stash[_SERVERS].stop()


def _start_once(config: pytest.Config) -> Addresses:
    if _ADDRESSES not in config.stash:
        config.stash[_SERVERS] = Servers()
        config.stash[_ADDRESSES] = config.stash[_SERVERS].start()
    return config.stash[_ADDRESSES]


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Addresses:
    """The PostgreSQL and the Redis of this process."""
    told = getattr(request.config, "workerinput", {}).get("servers")
    return Addresses(**told) if told else _start_once(request.config)


@pytest.fixture
def database(servers: Addresses) -> Iterator[TestDatabase]:
    """A fresh database for one test, migrated and empty."""
    yield from fresh_database(servers)


@pytest.fixture(scope="module")
def module_database(servers: Addresses) -> Iterator[TestDatabase]:
    """A fresh database for the tests of one file together."""
    yield from fresh_database(servers)


def fresh_database(servers: Addresses) -> Iterator[TestDatabase]:
    """A fresh database until the generator is closed, for a fixture of whatever scope."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    made = apart(make_database(servers, name))
    try:
        yield made
    finally:
        apart(drop_database(servers, name))


@pytest.fixture
def redis_url(servers: Addresses) -> str:
    """An empty Redis for one test; each process of the run has a database number of its own."""
    number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    url = f"{servers.redis_url}/{number}"
    with RedisClient.from_url(url) as client:
        client.flushdb()
    return url


@pytest.fixture
def settings(database: TestDatabase, redis_url: str, tmp_path: Path) -> Settings:
    """Settings of a demo installation on this test's database and Redis."""
    return load_settings(
        {
            "THROUGHLINE_DATABASE_URL": database.app_url,
            "THROUGHLINE_MIGRATION_DATABASE_URL": database.owner_url,
            "THROUGHLINE_REDIS_URL": redis_url,
            "THROUGHLINE_SECRET_KEY": PASSWORDS.secret_key,
            "THROUGHLINE_DATA_DIR": str(tmp_path / "data"),
            "THROUGHLINE_DEMO": "1",
            **UNLIMITED,
            "THROUGHLINE_PASSWORD_COST": "minimal",
        }
    )
