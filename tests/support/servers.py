"""One PostgreSQL and one Redis for a process that runs tests, and a fresh database in milliseconds.

Without `THROUGHLINE_TEST_DATABASE_URL` (a superuser's) and `THROUGHLINE_TEST_REDIS_URL` the embedded servers are
started in a temporary folder. Durability is off: what a crash must not lose is tried by tests that start servers of
their own.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from redis import Redis as RedisClient
from redis.exceptions import RedisError

from cli.commands.migrate import upgrade
from cli.embedded.account import server_account
from cli.embedded.binaries import find_postgres, find_redis
from cli.embedded.postgres import APP, OWNER, SUPERUSER, Postgres
from cli.embedded.redis import Redis
from cli.folder import Secrets
from cli.ports import free_port
from cli.processes import spawn

PASSWORDS = Secrets("test-superuser", "test-owner", "test-app", "test-redis", "test-secret-key-of-more-than-32-bytes")
# Tests ask faster than anybody would; what limits do is the matter of tests/api/test_pace.py.
UNLIMITED = {f"THROUGHLINE_RATE_{of}": "off" for of in ("PEOPLE", "KEYS", "ADDRESSES")}
T = TypeVar("T")
TEMPLATE = "throughline_template"
_UNSAFE_BUT_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "max_wal_size": "512MB",
    "autovacuum": "off",
    "log_min_duration_statement": "-1",
}
_ROOM = 4 * 1024**3


@dataclass(frozen=True)
class Addresses:
    """Where the servers are; plain `postgresql://` of a superuser, and Redis without a database number."""

    superuser_url: str
    redis_url: str


@dataclass(frozen=True)
class TestDatabase:
    """One fresh, migrated database. The URLs are in SQLAlchemy's form for asyncpg."""

    __test__ = False

    name: str
    app_url: str
    owner_url: str
    superuser_url: str


def _in_memory() -> str | None:
    """A folder in memory where there is room; a copy of the template is some nine hundred files, most of them empty."""
    shared = Path("/dev/shm")
    fits = shared.is_dir() and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free >= _ROOM
    return str(shared) if fits else None


class Servers:
    """The embedded servers of one process."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="throughline-tests-", dir=_in_memory()))
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self) -> Addresses:
        """Start what the environment does not name, and make the template with all migrations."""
        addresses = Addresses(
            os.environ.get("THROUGHLINE_TEST_DATABASE_URL") or self._start_postgres(),
            os.environ.get("THROUGHLINE_TEST_REDIS_URL") or self._start_redis(),
        )
        apart(make_template(addresses.superuser_url))
        return addresses

    def stop(self) -> None:
        """End them at once; nothing in them is worth keeping."""
        for process in self.processes:
            process.send_signal(signal.SIGQUIT if "postgres" in str(process.args) else signal.SIGKILL)
        for process in self.processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _start_postgres(self) -> str:
        account = server_account()
        self.folder.chmod(0o711)
        binary = find_postgres(os.environ, account, self.folder / "bin")
        postgres = Postgres(binary, self.folder / "pgdata", account, free_port())
        postgres.initialise(PASSWORDS.superuser_password, os.environ, lambda: time.sleep(0.01))
        with (self.folder / "postgres.log").open("wb") as log:
            command = postgres.command(**_UNSAFE_BUT_FAST)
            self.processes.append(
                spawn(
                    command, environ=os.environ, output=log, account=account, orphaned=signal.SIGQUIT, folder=Path("/")
                )
            )
        apart(postgres.make_roles(PASSWORDS, lambda: time.sleep(0.01), seconds=60))
        return postgres.url(SUPERUSER, PASSWORDS.superuser_password, "postgres")

    def _start_redis(self) -> str:
        account = server_account()
        self.folder.chmod(0o711)
        binary = find_redis(os.environ, account, self.folder / "bin")
        redis = Redis(binary, self.folder / "redis", account, free_port(), PASSWORDS.redis_password)
        redis.configure()
        with (self.folder / "redis.log").open("wb") as log:
            self.processes.append(
                spawn(
                    redis.command(), environ=os.environ, output=log, account=account, orphaned=signal.SIGKILL,
                    folder=Path("/"),
                )
            )  # fmt: skip
        _wait_for_redis(redis.url())
        return redis.url().rsplit("/", 1)[0]


async def make_template(superuser_url: str) -> None:
    """The roles, and an empty database with every migration, to copy from; left over from another run, it goes."""
    connection = await asyncpg.connect(superuser_url)
    try:
        for role, password in ((OWNER, PASSWORDS.owner_password), (APP, PASSWORDS.app_password)):
            known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
            await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {role} LOGIN PASSWORD '{password}'")
        await connection.execute(f"DROP DATABASE IF EXISTS {TEMPLATE} WITH (FORCE)")
        await connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER {OWNER}")
        await connection.execute(f"REVOKE ALL ON DATABASE {TEMPLATE} FROM PUBLIC")
        owner_url = with_role(superuser_url, TEMPLATE, OWNER, PASSWORDS.owner_password)
        await asyncio.to_thread(upgrade, owner_url, APP)
    finally:
        await connection.close()


async def make_database(addresses: Addresses, name: str, template: str = TEMPLATE) -> TestDatabase:
    """A fresh copy of the template."""
    connection = await asyncpg.connect(addresses.superuser_url)
    try:
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {template} OWNER {OWNER}')
        await connection.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        await connection.execute(f'GRANT CONNECT ON DATABASE "{name}" TO {APP}')
    finally:
        await connection.close()
    return TestDatabase(
        name,
        app_url=with_role(addresses.superuser_url, name, APP, PASSWORDS.app_password),
        owner_url=with_role(addresses.superuser_url, name, OWNER, PASSWORDS.owner_password),
        superuser_url=with_role(addresses.superuser_url, name),
    )


async def drop_database(addresses: Addresses, name: str) -> None:
    """Remove it, whoever is still connected."""
    connection = await asyncpg.connect(addresses.superuser_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    finally:
        await connection.close()


def with_role(url: str, database: str, role: str | None = None, password: str = "") -> str:
    """The same server's URL for another database and role, in SQLAlchemy's form for asyncpg."""
    parts = urlsplit(url)
    credentials, _, place = parts.netloc.rpartition("@")
    netloc = f"{role}:{password}@{place}" if role else f"{credentials}@{place}"
    return urlunsplit(("postgresql+asyncpg", netloc, f"/{database}", parts.query, ""))


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread of its own, away from the event loop of the tests."""
    with ThreadPoolExecutor(1) as executor:
        return executor.submit(asyncio.run, work).result()


def _wait_for_redis(url: str) -> None:
    deadline = time.monotonic() + 20
    with RedisClient.from_url(url) as client:
        while True:
            try:
                client.ping()
            except RedisError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
