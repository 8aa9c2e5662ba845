"""`throughline up`, for real: from an empty folder to the first answer, through kills, to a clean stop."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from cli.embedded.account import server_account
from cli.folder import Folder
from cli.installation import Servers
from cli.ports import free_port
from cli.probe import is_ready
from cli.processes import birth_of
from tests.support.servers import TestDatabase, apart

UP = [sys.executable, "-m", "cli", "up", "--quick"]


class Running:
    """A `throughline up` in a folder of its own."""

    def __init__(self, folder: Folder, port: int, **settings: str) -> None:
        self.folder = folder
        self.port = port
        clean = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
        self.environ = {**clean, "THROUGHLINE_DATA_DIR": str(folder.root), "THROUGHLINE_PORT": str(port), **settings}
        self.process = subprocess.Popen(
            UP, env=self.environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def pid_of(self, part: str) -> int | None:
        """The process of a part, if it is this supervisor's."""
        runtime = self.folder.runtime()
        parts = runtime.get("parts", {}) if runtime.get("supervisor") == self.process.pid else {}
        pid: int | None = parts.get(part, {}).get("pid")
        return pid

    def wait_until(self, wanted: Callable[[], Any], what: str) -> None:
        deadline = time.monotonic() + 60
        while not wanted():
            assert self.process.poll() is None, self.process.communicate()[0]
            assert time.monotonic() < deadline, what
            time.sleep(0.05)

    def wait_until_ready(self) -> None:
        self.wait_until(lambda: self.pid_of("worker") and is_ready("127.0.0.1", self.port), "it did not become ready")

    def kill(self, part: str) -> None:
        """Kill a part without a word and wait for the next."""
        before = self.pid_of(part)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        self.wait_until(lambda: self.pid_of(part) not in {before, None}, f"no new {part}")

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        said, _ = self.process.communicate(timeout=60)
        return self.process.returncode, said


@pytest.fixture
def start(folder: Folder) -> Iterator[Callable[..., Running]]:
    """Starts it, as often as it is called."""
    started: list[Running] = []

    def begin(port: int | None = None, **settings: str) -> Running:
        started.append(Running(folder, port or free_port(), **settings))
        return started[-1]

    yield begin
    for running in started:
        running.process.kill()
        running.process.wait()
        if running.process.stdout:
            running.process.stdout.close()


def test_every_part_comes_back_and_the_stop_leaves_nothing(start: Callable[..., Running], folder: Folder) -> None:
    running = start()
    running.wait_until_ready()
    for part in ("worker", "api", "redis", "postgres"):
        running.kill(part)
    running.wait_until_ready()
    assert json.loads((folder.root / "runtime.json").read_text())["supervisor"] == running.process.pid

    second = subprocess.run(UP, env=running.environ, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 2
    assert f"already runs on {folder.root} (process {running.process.pid}" in second.stderr
    assert "Traceback" not in second.stderr

    pids = [running.pid_of(part) for part in ("worker", "api", "redis", "postgres")]
    status, said = running.stop()
    assert status == 0, said
    assert [pid for pid in pids if pid and birth_of(pid)] == []
    assert "Traceback" not in said
    assert not (folder.root / "runtime.json").exists()


def test_the_database_is_the_owners_and_the_application_may_only_use_it(
    start: Callable[..., Running], folder: Folder
) -> None:
    running = start()
    running.wait_until_ready()
    environment = folder.runtime()["environment"]

    async def as_application(statement: str) -> Any:
        connection = await asyncpg.connect(environment["THROUGHLINE_DATABASE_URL"])
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    assert apart(as_application("SELECT current_user")) == "tl_app"
    assert apart(as_application("SELECT count(*) FROM orders")) == 0
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        apart(as_application("CREATE TABLE mine (x int)"))
    assert environment["THROUGHLINE_DEMO"] == "1"
    assert (folder.root / "runtime.json").stat().st_mode & 0o777 == 0o600
    doctor = subprocess.run(
        [sys.executable, "-m", "cli", "doctor"], env=running.environ, capture_output=True, text=True, check=False
    )
    assert doctor.returncode == 0, doctor.stdout
    assert "Throughline runs and is ready" in doctor.stdout


def test_a_killed_supervisor_is_followed_by_another(start: Callable[..., Running]) -> None:
    first = start()
    first.wait_until_ready()
    first.process.kill()
    first.process.communicate()
    second = start(first.port)
    second.wait_until_ready()
    assert second.stop()[0] == 0


def test_servers_of_ones_own_are_used_and_none_is_started(
    start: Callable[..., Running], folder: Folder, database: TestDatabase, redis_url: str
) -> None:
    running = start(
        THROUGHLINE_DATABASE_URL=database.app_url,
        THROUGHLINE_MIGRATION_DATABASE_URL=database.owner_url,
        THROUGHLINE_REDIS_URL=redis_url,
    )
    running.wait_until_ready()
    assert sorted(folder.runtime()["parts"]) == ["api", "worker"]
    assert "THROUGHLINE_DEMO" not in folder.runtime()["environment"]
    assert not folder.pgdata.exists()
    assert running.stop()[0] == 0


def refusal_of(folder: Folder, **settings: str) -> str:
    running = Running(folder, int(settings.pop("port", free_port())), **settings)
    said, _ = running.process.communicate(timeout=60)
    assert running.process.returncode == 2, said
    assert "Traceback" not in said
    return str(said)


def test_a_taken_port_is_said_before_anything_starts(folder: Folder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"Port {port} on 127.0.0.1 is taken" in refusal_of(folder, port=port)
    assert not folder.pgdata.exists()


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"THROUGHLINE_DATABASE_URL": "mysql://h/d"}, "THROUGHLINE_DATABASE_URL must begin with postgresql://"),
        ({"THROUGHLINE_REDIS_URL": "redis://127.0.0.1:1"}, "no Redis answers at 127.0.0.1:1; start it"),
        ({"THROUGHLINE_PG_BIN": "/nowhere"}, "THROUGHLINE_PG_BIN must be a folder with postgres and initdb"),
        ({"THROUGHLINE_HOST": "203.0.113.9"}, "is no address of this machine"),
        ({"THROUGHLINE_PUBLIC_URL": "orders"}, "THROUGHLINE_PUBLIC_URL must look like https://"),
    ],
)
def test_what_cannot_work_is_one_sentence(folder: Folder, settings: dict[str, str], words: str) -> None:
    assert words in refusal_of(folder, **settings)


def test_data_of_another_major_version_is_kept_and_named(folder: Folder) -> None:
    folder.secrets()
    folder.pgdata.mkdir()
    (folder.pgdata / "PG_VERSION").write_text("14\n")
    assert "was made by PostgreSQL 14" in refusal_of(folder)
    assert (folder.pgdata / "PG_VERSION").exists()
    assert Path(folder.root / "secrets.json").exists()


def test_the_demo_is_looked_after_once_for_each_database(folder: Folder) -> None:
    servers = Servers({}, folder, server_account())
    assert not servers.seeded
    servers.note_seeded()
    assert Servers({}, folder, server_account()).seeded
    theirs = {"THROUGHLINE_DATABASE_URL": "postgresql://h/d"}
    assert not Servers(theirs, folder, server_account()).seeded, "another database is asked each time"
