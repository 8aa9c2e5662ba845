"""What is measured against: the product as it runs in production, the minimal app, and the PostgreSQL under both.

Everything lives in a folder of its own. PostgreSQL is as `throughline up` starts it, durable, with more memory.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from bench.load.cpu import Account
from cli.commands.migrate import upgrade
from cli.embedded.account import server_account
from cli.embedded.postgres import APP, OWNER, SUPERUSER
from cli.folder import Folder
from cli.installation import Servers
from cli.ports import free_port
from cli.probe import status_of
from cli.supervisor import Part, Supervisor
from wiring.settings import PREFIX, load_settings

HOST = "127.0.0.1"
# What is measured is the work, by few callers who ask more than anybody would.
UNLIMITED = {f"{PREFIX}RATE_{of}": "off" for of in ("PEOPLE", "KEYS", "ADDRESSES")}
_READY_SECONDS = 60
_MORE_MEMORY = {
    "shared_buffers": "1GB",
    "effective_cache_size": "4GB",
    "max_wal_size": "8GB",
    "maintenance_work_mem": "512MB",
    "max_connections": "400",
}
_MUST_BE_ON = ("fsync", "synchronous_commit", "full_page_writes")


@dataclass(frozen=True)
class Target:
    """One HTTP server under test; `group` is what its CPU is booked under."""

    name: str
    port: int
    group: str


@dataclass
class Site:
    """One database of a given size and the servers on it."""

    size: int
    database: str
    environ: Mapping[str, str]
    targets: dict[str, Target] = field(default_factory=dict)

    @property
    def app_url(self) -> str:
        """The application's role, in SQLAlchemy's form for asyncpg."""
        return load_settings(self.environ).database_url


class Machine:
    """The servers of one run, and the books of their CPU."""

    def __init__(self, folder: Path) -> None:
        self.account = server_account()
        self.folder = Folder(folder)
        self.folder.prepare(self.account)
        self.servers = Servers({}, self.folder, self.account)
        self.supervisor = Supervisor(self.folder, print)
        self.cpu = Account()
        self.sites: dict[int, Site] = {}

    def start(self) -> None:
        """PostgreSQL and Redis, seen to be durable."""
        postgres = self.servers.postgres
        assert postgres is not None
        plain = postgres.command
        postgres.command = lambda **_: plain(**_MORE_MEMORY)  # type: ignore[method-assign]
        environ = {**os.environ, **self.servers.environment({}), **UNLIMITED}
        self.servers.start(self.supervisor, environ, load_settings(environ))
        for part in self.supervisor.parts:
            self._book(part.name)
        asyncio.run(self._insist_on_durability())

    def site(self, size: int) -> Site:
        """The site of a size; its database is made and migrated where it is not there."""
        if size not in self.sites:
            name = f"bench_{size}"
            asyncio.run(self._make_database(name))
            environ = {**self.servers.environment({}), **UNLIMITED}
            for variable in (f"{PREFIX}DATABASE_URL", f"{PREFIX}MIGRATION_DATABASE_URL"):
                environ[variable] = _with_database(environ[variable], name)
            settings = load_settings(environ)
            upgrade(settings.migration_database_url, APP)
            self.sites[size] = Site(size, name, environ)
        return self.sites[size]

    def superuser_url(self, database: str) -> str:
        """The superuser's address of one database, as asyncpg and pgbench take it."""
        assert self.servers.postgres is not None
        return self.servers.postgres.url(SUPERUSER, self.servers.secrets.superuser_password, database)

    def serve_product(self, site: Site, processes: int) -> None:
        """The product's API with this many processes, as `throughline api` runs it."""
        port = free_port()
        environ = {
            **os.environ,
            **site.environ,
            f"{PREFIX}PORT": str(port),
            f"{PREFIX}API_PROCESSES": str(processes),
        }
        self._serve(site, f"product{processes}", port, [sys.executable, "-m", "cli", "api"], environ)

    def serve_minimal(self, site: Site, processes: int = 2) -> None:
        """The minimal app."""
        port = free_port()
        environ = {**os.environ, "MINIMAL_DATABASE_URL": site.app_url.replace("+asyncpg", "")}
        command = [sys.executable, "-m", "uvicorn", "bench.load.minimal_app:app", "--host", HOST, "--port", str(port)]
        command += ["--workers", str(processes), "--no-access-log", "--log-level", "warning"]
        self._serve(site, "minimal", port, command, environ, path="/healthz")

    def start_worker(self, site: Site) -> str:
        """The product's worker on one site; answers the name of its part."""
        name = f"worker_{site.size}"
        environ = {**os.environ, **site.environ}
        self.supervisor.start(Part(name, [sys.executable, "-m", "cli", "worker"], environ))
        self._book(name)
        return name

    def stop(self) -> None:
        """Stop everything."""
        self.supervisor.stop_all()

    def pid(self, name: str) -> int:
        """The process of a part."""
        return self.cpu.roots[name]

    def insist_all_alive(self) -> None:
        """A server that died and was not noticed would make its competitor look fast."""
        dead = [part.name for part in self.supervisor.parts if not part.alive]
        if dead:
            raise SystemExit(f"{dead[0]} died: {self.supervisor.last_words(self._part(dead[0]))}")

    def _serve(
        self, site: Site, name: str, port: int, command: list[str], environ: Mapping[str, str], path: str = "/readyz"
    ) -> None:
        group = f"{name}_{site.size}"
        part = self.supervisor.start(Part(group, command, environ))
        deadline = time.monotonic() + _READY_SECONDS
        while status_of(HOST, port, path) != 200:
            self.supervisor.wait_for(part)
            if time.monotonic() > deadline:
                raise SystemExit(f"{group} did not get ready: {self.supervisor.last_words(part)}")
        self._book(group)
        site.targets[name] = Target(name, port, group)

    def _part(self, name: str) -> Part:
        return next(part for part in self.supervisor.parts if part.name == name)

    def _book(self, name: str) -> None:
        process = self._part(name).process
        assert process is not None
        self.cpu.roots[name] = process.pid

    async def _make_database(self, name: str) -> None:
        connection = await asyncpg.connect(self.superuser_url("postgres"))
        try:
            if not await connection.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                await connection.execute(f"CREATE DATABASE {name} OWNER {OWNER}")
                await connection.execute(f"GRANT CONNECT ON DATABASE {name} TO {APP}")
        finally:
            await connection.close()

    async def _insist_on_durability(self) -> None:
        connection = await asyncpg.connect(self.superuser_url("postgres"))
        try:
            for setting in _MUST_BE_ON:
                if await connection.fetchval(f"SHOW {setting}") != "on":
                    raise SystemExit(f"{setting} is off: figures without durability say nothing")
        finally:
            await connection.close()


def _with_database(url: str, database: str) -> str:
    return urlsplit(url)._replace(path=f"/{database}").geturl()
