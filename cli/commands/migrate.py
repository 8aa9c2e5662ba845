"""`throughline migrate`: bring the database's shape up to date; safe to run on every node at once."""

from __future__ import annotations

import argparse
import asyncio
import io
import re
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

import migrations
from cli.reach import insist_on_postgres
from cli.stop import Stop
from domain.access.actor import system
from usecases.workflows.install_builtin import install_builtin
from wiring.build import build
from wiring.settings import Settings, load_settings, role_of


def describe(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: all is set by the environment."""


def run(_arguments: argparse.Namespace) -> int:
    """Migrate as the owner, granting to the application's role."""
    settings = load_settings()
    asyncio.run(insist_on_postgres(settings.migration_database_url, "THROUGHLINE_MIGRATION_DATABASE_URL"))
    upgrade(settings.migration_database_url, role_of(settings))
    asyncio.run(publish_builtin(settings))
    print("The database's shape is up to date.")
    return 0


async def publish_builtin(settings: Settings) -> None:
    """The workflows, forms and order types that come with this version, where they are not there yet."""
    parts = build(settings, application="migrate")
    async with parts.running():
        await parts.door.run(system("migrate"), install_builtin, None)


def upgrade(url: str, app_role: str | None, revision: str = "head") -> None:
    """Run the migrations on a database; `url` is the owner's, in SQLAlchemy's form for asyncpg."""
    try:
        command.upgrade(configuration(url, app_role), revision)
    except CommandError as problem:
        if "Can't locate revision" in str(problem):
            raise Stop("This database was migrated by a newer Throughline; update the program first.") from None
        raise
    except DBAPIError as problem:
        raise Stop(f"The database could not be migrated, and is as it was before: {_told(problem.orig)}") from None


def known_revisions() -> set[str]:
    """Every migration that this program knows."""
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    return {script.revision for script in scripts.walk_revisions()}


def grants_up_to(revision: str, app_role: str) -> list[str]:
    """What the migrations up to one grant to a role, as SQL statements without their semicolons."""
    written = io.StringIO()
    config = configuration("", app_role)
    config.output_buffer = written
    command.upgrade(config, revision, sql=True)
    return re.findall(r"^GRANT [^;]+", written.getvalue(), re.MULTILINE)


def configuration(url: str, app_role: str | None) -> Config:
    """Alembic's configuration without its file, for a database and the role that is granted what it needs."""
    config = Config(attributes={"url": url, "app_role": app_role})
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return config


def _told(problem: BaseException | None) -> str:
    """The database's reason, with the mend where it has a usual one; the codes are PostgreSQL's SQLSTATE."""
    told = str(problem).splitlines()[0].rpartition("'>: ")[2]
    mends = {
        "55P03": "a table is in use; try again in a quiet moment, or stop the program that holds it.",
        "42501": f"the user of THROUGHLINE_MIGRATION_DATABASE_URL must own it ({told}).",
        "53100": "its disk is full; make room and run this again.",
    }
    return mends.get(getattr(problem, "sqlstate", ""), f"{told}.")
