"""The worker as a process of its own, killed where it hurts, with Redis away."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from redis.asyncio import Redis as RedisClient
from redis.exceptions import RedisError

from cli.embedded.account import server_account
from cli.embedded.binaries import find_redis
from cli.embedded.redis import Redis
from cli.ports import free_port
from cli.processes import spawn
from tests.factory import Factory
from tests.simulators.smtp import SmtpSimulator
from tests.support.eventually import eventually
from tests.workers.postroom import Cause, a_mail, cause_effects, hire, rows
from wiring.settings import Settings
from workers.schedule import TICKS
from workers.settings import QUEUE

ROOT = Path(__file__).resolve().parent.parent.parent
NOWHERE = "redis://127.0.0.1:1/0"
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
async def server() -> AsyncIterator[SmtpSimulator]:
    async with SmtpSimulator().running() as running:
        yield running


@pytest.fixture
def start(settings: Settings, server: SmtpSimulator, tmp_path: Path) -> Iterator[Start]:
    """Starts workers that mail through the simulator; whatever still runs at the end is killed."""
    running: list[subprocess.Popen[bytes]] = []
    log = (tmp_path / "worker.log").open("ab")

    def go(**changes: str) -> subprocess.Popen[bytes]:
        environ = {
            **os.environ,
            "THROUGHLINE_DATABASE_URL": settings.database_url,
            "THROUGHLINE_REDIS_URL": settings.redis_url,
            "THROUGHLINE_SECRET_KEY": settings.secret_key,
            "THROUGHLINE_DATA_DIR": str(settings.data_dir),
            "THROUGHLINE_SMTP_URL": server.url,
            "THROUGHLINE_MAIL_FROM": "line@factory.example",
            **changes,
        }
        command = [sys.executable, "-m", "cli", "worker"]
        running.append(subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log))
        return running[-1]

    yield go
    for process in running:
        process.kill()
        process.wait()
    log.close()


class OwnRedis:
    """One server process on one port. Its password is one that has to be quoted in a URL."""

    def __init__(self, folder: Path) -> None:
        account, password = server_account(), "secret%/@password"
        folder.chmod(0o711)
        binary = find_redis(os.environ, account, folder / "bin")
        self._redis = Redis(binary, folder / "data", account, free_port(), password)
        self._redis.configure()
        self.url = f"redis://:{quote(password, safe='')}@127.0.0.1:{self._redis.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Bring it up."""
        with Path(os.devnull).open("wb") as nowhere:
            self._process = spawn(
                self._redis.command(),
                environ=os.environ,
                output=nowhere,
                account=self._redis.account,
                orphaned=signal.SIGKILL,
                folder=Path("/"),
            )

    def kill(self) -> None:
        """As a crash would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    async def sees_a_worker(self) -> bool:
        """Whether an ARQ worker has told this server that it lives."""
        async with RedisClient.from_url(self.url) as client:
            try:
                return bool(await client.keys(f"{QUEUE}:health:*"))
            except RedisError:
                return False


async def mailed(factory: Factory, number: int) -> None:
    for n in range(number):
        person = await hire(factory, f"p{n}", "quality")
        await factory.run(cause_effects, Cause([a_mail(person["id"])]))


async def settled(factory: Factory, sql: str = "SELECT count(*) AS n FROM outbox WHERE state <> 'done'") -> None:
    async def nothing_left() -> bool:
        return not (await rows(factory, sql))[0]["n"]

    await eventually(nothing_left)


async def lease_runs_out(factory: Factory) -> None:
    """A minute passes, for the outbox."""
    await rows(
        factory, "UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'leased' RETURNING id"
    )


@pytest.mark.parametrize("redis", ["there", "away"])
async def test_it_delivers_with_redis_and_without(
    factory: Factory, server: SmtpSimulator, start: Start, redis: str
) -> None:
    start(**({} if redis == "there" else {"THROUGHLINE_REDIS_URL": NOWHERE}))
    await mailed(factory, 5)
    async with asyncio.timeout(60):
        await settled(factory)
        await settled(factory, f"SELECT {len(TICKS)} - count(*) AS n FROM ticks WHERE finished_at IS NOT NULL")
    assert len(server.mails) == 5


async def test_killed_between_sending_and_settling_it_sends_the_same_id_again(
    factory: Factory, server: SmtpSimulator, start: Start
) -> None:
    server.silent = True
    await mailed(factory, 1)
    first = start()
    async with asyncio.timeout(60):
        await server.taken(1)
        first.send_signal(signal.SIGKILL)
        first.wait()
        server.silent = False
        start()
        await asyncio.sleep(1.5)
        assert len(server.mails) == 1, "the lease of the dead one still holds"
        await lease_runs_out(factory)
        await settled(factory)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert len(server.mails) == 2
    (row,) = await rows(factory, "SELECT fence, attempts FROM outbox WHERE channel = 'email'")
    assert row == {"fence": 2, "attempts": 2}


async def test_told_to_stop_it_lets_what_is_under_way_end_and_takes_nothing_new(
    factory: Factory, server: SmtpSimulator, start: Start
) -> None:
    server.silent = True
    await mailed(factory, 1)
    worker = start()
    async with asyncio.timeout(60):
        await server.taken(1)
        worker.send_signal(signal.SIGTERM)
        await asyncio.sleep(0.3)
        server.release()
        assert await asyncio.to_thread(worker.wait) == 0
    assert await rows(factory, "SELECT state FROM outbox WHERE channel = 'email'") == [{"state": "done"}]


async def test_it_outlives_its_connections_to_the_database(
    factory: Factory, server: SmtpSimulator, start: Start, database: Any
) -> None:
    start()
    async with asyncio.timeout(60):
        await mailed(factory, 1)
        await server.taken(1)
        await rows(
            factory,
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'throughline-worker' "
            "AND usename = current_user AND datname = $1",
            database.name,
        )
        person = await hire(factory, "late", "quality")
        await factory.run(cause_effects, Cause([a_mail(person["id"])]))
        await server.taken(2)
        await settled(factory)


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    """A Redis of this test's own, that may be killed; in a folder that the servers' account can reach."""
    with tempfile.TemporaryDirectory() as folder:
        server = OwnRedis(Path(folder))
        server.start()
        yield server
        server.kill()


async def test_killing_redis_costs_neither_work_nor_the_worker_and_its_jobs_come_back(
    factory: Factory, server: SmtpSimulator, start: Start, own_redis: OwnRedis
) -> None:
    worker = start(THROUGHLINE_REDIS_URL=own_redis.url)
    await eventually(own_redis.sees_a_worker)
    own_redis.kill()
    await mailed(factory, 3)
    async with asyncio.timeout(60):
        await settled(factory)
    own_redis.start()
    await eventually(own_redis.sees_a_worker)
    assert worker.poll() is None
    assert len(server.mails) == 3
