"""One installation on this machine: which servers it brings itself, and the environment its parts run in."""

from __future__ import annotations

import asyncio
import functools
import signal
from collections.abc import Mapping
from pathlib import Path

from cli.embedded.account import Account, server_account, this_account
from cli.embedded.binaries import find_postgres, find_redis
from cli.embedded.postgres import APP, OWNER, Postgres
from cli.embedded.redis import Redis
from cli.folder import Folder, Secrets
from cli.ports import free_port
from cli.reach import insist_on_postgres, insist_on_redis
from cli.supervisor import Part, Supervisor
from wiring.settings import PREFIX, Settings


class Servers:
    """PostgreSQL and Redis: those that the settings name, and our own for what they leave open."""

    def __init__(self, environ: Mapping[str, str], folder: Folder, account: Account) -> None:
        self.folder = folder
        self.account = account
        self.secrets: Secrets = folder.secrets()
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None
        if not environ.get(f"{PREFIX}DATABASE_URL"):
            binary = find_postgres(environ, account, folder.copies)
            self.postgres = Postgres(binary, folder.pgdata, account, free_port())
        if not environ.get(f"{PREFIX}REDIS_URL"):
            found = find_redis(environ, account, folder.copies)
            self.redis = Redis(found, folder.redis, account, free_port(), self.secrets.redis_password)

    def environment(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The settings that follow from the servers we bring; a demo comes with our own database only."""
        settings = {
            "SECRET_KEY": self.secrets.secret_key,
        }
        if self.postgres:
            settings["DATABASE_URL"] = self.postgres.url(APP, self.secrets.app_password)
            settings["MIGRATION_DATABASE_URL"] = self.postgres.url(OWNER, self.secrets.owner_password)
            settings["DEMO"] = "1"
        if self.redis:
            settings["REDIS_URL"] = self.redis.url()
        given = {name: value for name, value in environ.items() if name.startswith(PREFIX) and value}
        ours = {PREFIX + name: value for name, value in settings.items()}
        return {**ours, **given, f"{PREFIX}DATA_DIR": str(self.folder.root)}

    def start(self, supervisor: Supervisor, environ: Mapping[str, str], settings: Settings) -> None:
        """Start ours until they answer; make sure that the others do."""
        if self.redis:
            self.redis.configure()
            supervisor.start(self._redis_part(self.redis, environ))
        else:
            asyncio.run(insist_on_redis(settings.redis_url))
        if self.postgres:
            if not self.folder.pgdata.exists():
                self._seed_note.unlink(missing_ok=True)
            self.postgres.clear_stale_pid()
            self.postgres.initialise(self.secrets.superuser_password, environ, supervisor.pause)
            part = supervisor.start(self._postgres_part(self.postgres, environ))
            wait = functools.partial(supervisor.wait_for, part)
            asyncio.run(self.postgres.make_roles(self.secrets, wait))
        else:
            asyncio.run(insist_on_postgres(settings.database_url, f"{PREFIX}DATABASE_URL"))

    @property
    def seeded(self) -> bool:
        """Whether our own database is known to hold the demo factory; to ask a database takes a process of its own."""
        return self.postgres is not None and self._seed_note.exists()

    def note_seeded(self) -> None:
        """Remember it, beside the data and for as long as the data is there."""
        if self.postgres:
            self._seed_note.touch()

    @property
    def _seed_note(self) -> Path:
        return self.folder.root / "seeded"

    def _redis_part(self, redis: Redis, environ: Mapping[str, str]) -> Part:
        return Part(
            "redis",
            redis.command(),
            environ,
            account=self.account,
            folder=Path("/"),
            is_server=True,
            address={"host": "127.0.0.1", "port": redis.port},
        )

    def _postgres_part(self, postgres: Postgres, environ: Mapping[str, str]) -> Part:
        return Part(
            "postgres",
            postgres.command(),
            environ,
            account=self.account,
            folder=Path("/"),
            is_server=True,
            before_start=postgres.clear_stale_pid,
            # PostgreSQL's fast shutdown: it rolls back what is open and waits for nobody.
            stop_signal=signal.SIGINT,
            orphaned=signal.SIGINT,
            grace_seconds=30,
            address={"host": "127.0.0.1", "port": postgres.port},
        )

    def __str__(self) -> str:
        postgres = f"PostgreSQL {self.postgres.binary.major}" if self.postgres else "PostgreSQL (yours)"
        return f"{postgres} and {'Redis' if self.redis else 'Redis (yours)'}"


def account_for(environ: Mapping[str, str]) -> Account:
    """Who runs the servers that we bring; whoever runs us, when we bring none."""
    foreign = environ.get(f"{PREFIX}DATABASE_URL") and environ.get(f"{PREFIX}REDIS_URL")
    return this_account() if foreign else server_account()
