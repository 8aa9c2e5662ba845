"""The embedded PostgreSQL: its first initialisation, the command that runs it, its roles and database."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from cli.embedded.account import Account
from cli.embedded.binaries import Binary
from cli.folder import Secrets, write_private
from cli.processes import command_of, signal_group, spawn
from cli.stop import Stop

if TYPE_CHECKING:
    import asyncpg

SUPERUSER, OWNER, APP, DATABASE = "postgres", "tl_owner", "tl_app", "throughline"
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a checkout's path may be longer than a socket's may be
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "random_page_cost": "1.1",  # solid state disks
    "max_wal_size": "2GB",
    "jit": "off",  # short statements; compiling costs more than it saves
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %u ",
    "log_lock_waits": "on",
    "log_min_duration_statement": "1s",
}


class Postgres:
    """One data folder and the server on it."""

    def __init__(self, binary: Binary, data: Path, account: Account, port: int) -> None:
        self.binary = binary
        self.data = data
        self.account = account
        self.port = port

    def url(self, role: str, password: str, database: str = DATABASE) -> str:
        """The address for one role. Passwords are made of letters that a URL takes as they are."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{database}"

    def command(self, **settings: str) -> list[str]:
        """The server in the foreground; settings here win over those of the house."""
        chosen = {**_SETTINGS, **settings, "port": str(self.port)}
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        return [str(self.binary.path), "-D", str(self.data), *options]

    def initialise(self, password: str, environ: Mapping[str, str], wait: Callable[[], None]) -> None:
        """Make the data folder, unless it is there; an interrupted try leaves nothing half made.

        `wait` is called many times a second meanwhile, and may raise to give up.
        """
        if self.data.exists():
            self._insist_on_version()
            return
        half = self.data.with_name(f"{self.data.name}.new")
        shutil.rmtree(half, ignore_errors=True)
        half.mkdir(mode=0o700)
        self.account.own(half)
        spoken = half.with_suffix(".password")
        write_private(spoken, password)
        self.account.own(spoken)
        try:
            self._run_initdb(half, spoken, environ, wait)
        finally:
            spoken.unlink(missing_ok=True)
        half.rename(self.data)

    def _run_initdb(self, half: Path, spoken: Path, environ: Mapping[str, str], wait: Callable[[], None]) -> None:
        # Since 17 the server brings a locale of its own, so that none of the system's is needed.
        builtin = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        locale = builtin if self.binary.major >= 17 else ["--locale=C.UTF-8"]
        command = [
            str(self.binary.beside("initdb")),
            "-D",
            str(half),
            "-U",
            SUPERUSER,
            "-A",
            "scram-sha-256",
            "-E",
            "UTF8",
        ]
        command += [f"--pwfile={spoken}", "--data-checksums", *locale]
        with tempfile.TemporaryFile() as output:
            process = spawn(
                command, environ=environ, output=output, account=self.account, orphaned=signal.SIGKILL, folder=Path("/")
            )
            try:
                while process.poll() is None:
                    wait()
            finally:
                signal_group(process.pid, signal.SIGKILL)
                process.wait()
            if process.returncode:
                output.seek(0)
                raise Stop(_initdb_failed(output.read().decode(errors="replace")))

    def _insist_on_version(self) -> None:
        try:
            made_by = (self.data / "PG_VERSION").read_text().strip()
        except FileNotFoundError:
            raise Stop(f"{self.data} is no PostgreSQL data folder; move it away, or run `make clean`.") from None
        if made_by != str(self.binary.major):
            raise Stop(
                f"The data in {self.data} was made by PostgreSQL {made_by}, and the server here is "
                f"{self.binary.major}; set THROUGHLINE_PG_BIN to the folder of PostgreSQL {made_by}'s programs, or "
                "remove the data by `make clean`."
            )

    def clear_stale_pid(self, patience_seconds: float = 30) -> None:
        """Make way for a start. We hold the folder's lock, so that a live server on it is one left behind: stop it.

        A pid in postmaster.pid that meanwhile belongs to another program would make PostgreSQL refuse to start.
        """
        path = self.data / "postmaster.pid"
        try:
            pid = int(path.read_text().splitlines()[0])
        except (OSError, ValueError, IndexError):
            return
        deadline = time.monotonic() + patience_seconds
        if self._is_ours(pid):
            os.kill(pid, signal.SIGINT)
            while self._is_ours(pid) and time.monotonic() < deadline:
                time.sleep(0.05)
        if not self._is_ours(pid):
            path.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Whether a process is a server on our data folder."""
        command = command_of(pid)
        return "postgres" in command and str(self.data) in command

    async def connect(self, password: str, seconds: float, wait: Callable[[], None]) -> asyncpg.Connection:
        """A superuser's connection, as soon as the server takes one; recovery after a crash may take its time."""
        import asyncpg

        url, deadline = self.url(SUPERUSER, password, "postgres"), time.monotonic() + seconds
        while True:
            wait()
            try:
                return await asyncpg.connect(url, timeout=5)
            except asyncpg.InvalidPasswordError:
                raise Stop("The password in secrets.json does not open the database; restore the file.") from None
            except (OSError, asyncpg.PostgresError, TimeoutError) as problem:
                if time.monotonic() > deadline:
                    raise Stop(f"PostgreSQL did not become ready in {seconds:.0f} s: {problem}.") from None
            await asyncio.sleep(0.05)

    async def make_roles(self, secrets: Secrets, wait: Callable[[], None], seconds: float = 300) -> None:
        """The owner, the application and the database between them; what is there already stays, passwords are set."""
        connection = await self.connect(secrets.superuser_password, seconds, wait)
        try:
            for role, password in ((OWNER, secrets.owner_password), (APP, secrets.app_password)):
                known = await connection.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", role)
                await connection.execute(f"{'ALTER' if known else 'CREATE'} ROLE {role} LOGIN PASSWORD '{password}'")
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", DATABASE):
                await connection.execute(f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
            await connection.execute(f"REVOKE ALL ON DATABASE {DATABASE} FROM PUBLIC")
            await connection.execute(f"GRANT CONNECT ON DATABASE {DATABASE} TO {APP}")
        finally:
            await connection.close()


def _initdb_failed(output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    told = next((line for line in lines if "error:" in line or "FATAL" in line), lines[-1] if lines else "no word")
    if "No space left" in output:
        return "The disk filled up while the database was made; make room and run this again."
    return f"PostgreSQL could not make its data folder ({told.strip()}); mend this and run it again."
