"""The embedded PostgreSQL against what was left behind: half-made folders, stale pids, live servers, other versions."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from cli.embedded.account import server_account
from cli.embedded.binaries import find_postgres
from cli.embedded.postgres import SUPERUSER, Postgres
from cli.folder import Folder
from cli.ports import free_port
from cli.processes import spawn
from cli.stop import Stop
from tests.support.servers import PASSWORDS, apart


@pytest.fixture
def postgres(folder: Folder) -> Postgres:
    account = server_account()
    return Postgres(find_postgres(os.environ, account, folder.root / "bin"), folder.pgdata, account, free_port())


@pytest.fixture
def started(postgres: Postgres) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts the server, as often as it is called."""
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (postgres.data.parent / "log" / "postgres.log").open("ab") as log:
            running.append(
                spawn(postgres.command(), environ=os.environ, output=log, account=postgres.account, folder=Path("/"))
            )
        apart(postgres.make_roles(PASSWORDS, patient, seconds=30))
        return running[-1]

    yield start
    for process in running:
        process.send_signal(signal.SIGQUIT)
        process.wait()


def patient() -> None:
    """Nobody wants to stop."""


def initialise(postgres: Postgres) -> None:
    postgres.initialise(PASSWORDS.superuser_password, os.environ, patient)


def test_whoever_stops_the_first_start_leaves_nothing_half_made(postgres: Postgres) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        postgres.initialise("secret", os.environ, interrupted)
    assert not postgres.data.exists()
    assert not list(postgres.data.parent.glob("*.password"))
    initialise(postgres)
    assert (postgres.data / "PG_VERSION").read_text().strip() == str(postgres.binary.major)


def test_data_of_another_major_version_is_refused_with_the_mend(postgres: Postgres) -> None:
    postgres.data.mkdir()
    (postgres.data / "PG_VERSION").write_text("12\n")
    with pytest.raises(Stop, match=r"was made by PostgreSQL 12, and .*set THROUGHLINE_PG_BIN.*`make clean`"):
        initialise(postgres)


def test_a_folder_that_is_no_database_is_refused(postgres: Postgres) -> None:
    postgres.data.mkdir()
    with pytest.raises(Stop, match="is no PostgreSQL data folder"):
        initialise(postgres)


def test_a_pid_that_now_belongs_to_another_program_does_not_stop_us(
    postgres: Postgres, started: Callable[[], subprocess.Popen[bytes]]
) -> None:
    initialise(postgres)
    # A live process of the server's own account: PostgreSQL itself refuses to start beside such a file.
    other = spawn(["/bin/sleep", "600"], environ=os.environ, output=None, account=postgres.account, folder=Path("/"))
    try:
        pid_file = postgres.data / "postmaster.pid"
        pid_file.write_text(f"{other.pid}\n{postgres.data}\n")
        postgres.account.own(pid_file)
        postgres.clear_stale_pid()
        assert started().poll() is None
        assert other.poll() is None, "the other program was none of our business"
    finally:
        other.kill()
        other.wait()


def test_a_live_server_left_behind_is_stopped_in_good_order(
    postgres: Postgres, started: Callable[[], subprocess.Popen[bytes]]
) -> None:
    initialise(postgres)
    left = started()
    postgres.clear_stale_pid()
    assert left.wait(timeout=20) == 0
    assert started().poll() is None


def test_a_killed_server_comes_back_with_what_was_committed(
    postgres: Postgres, started: Callable[[], subprocess.Popen[bytes]]
) -> None:
    initialise(postgres)
    first = started()

    async def run(statement: str) -> object:
        connection = await asyncpg.connect(postgres.url(SUPERUSER, PASSWORDS.superuser_password, "postgres"))
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    apart(run("CREATE TABLE kept AS SELECT 42 AS answer"))
    first.kill()
    first.wait()
    postgres.clear_stale_pid()
    started()
    assert apart(run("SELECT answer FROM kept")) == 42


def test_a_changed_password_is_said_plainly(postgres: Postgres, started: Callable[[], subprocess.Popen[bytes]]) -> None:
    initialise(postgres)
    started()
    with pytest.raises(Stop, match=r"The password in secrets.json does not open the database"):
        apart(postgres.connect("wrong", 5, patient))
