"""What a working installation depends on beside its start: each check answers in words, or raises what to mend."""

from __future__ import annotations

import asyncio
import stat
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.stop import Stop
from cli.tls import Certificates
from wiring.settings import PREFIX, Settings, role_of

_SECONDS = 5.0
_CLOCKS_DIFFER = timedelta(seconds=2)
_WORKER_SILENT = timedelta(minutes=5)
_BACKUP_OLD = timedelta(days=2)
_SHAPE = "SELECT version_num FROM alembic_version"
_NOW = """
SELECT clock_timestamp() AS now, (SELECT max(recorded_at) FROM events) AS newest
"""
_RIGHTS = """
SELECT current_user AS name, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS super,
  has_table_privilege('orders', 'INSERT') AND has_table_privilege('outbox', 'UPDATE') AS writes,
  has_table_privilege('events', 'DELETE') AS rewrites
"""
_WORKER = """
SELECT (SELECT max(finished_at) FROM ticks WHERE name = 'run_rules') AS looked,
  (SELECT count(*) FROM outbox WHERE state = 'ready' AND due_at < clock_timestamp() - interval '5 minutes') AS waiting,
  (SELECT count(*) FROM outbox WHERE state = 'dead') AS dead
"""


class Advice(Exception):
    """Nothing stands in the way, and yet somebody should do what the sentence says."""


def shape(settings: Settings) -> str:
    """The database's shape against the one that this program expects."""
    from cli.commands.migrate import known_revisions
    from wiring.build import newest_migration

    found, wanted = str(_ask(settings, _SHAPE)["version_num"]), newest_migration()
    if found not in known_revisions():
        raise Stop(f"the database was migrated by a newer Throughline ({found}); update this program.")
    if found != wanted:
        raise Stop(f"the database's shape is {found} and this program needs {wanted}; run: throughline migrate")
    return f"{found}, as this program needs it"


def rights(settings: Settings) -> str:
    """The application may add to history and not change it; a role that may do anything guards nothing."""
    found = _ask(settings, _RIGHTS)
    if not found["writes"]:
        raise Stop(
            f"the role {found['name']} of THROUGHLINE_DATABASE_URL lacks rights on the tables; run, with the owner in "
            "THROUGHLINE_MIGRATION_DATABASE_URL: throughline migrate"
        )
    if role_of(settings) is None or found["super"] or found["rewrites"]:
        raise Advice(
            f"the role {found['name']} may change history, as it owns the tables; make one that does not: createuser "
            "throughline_app, name it in THROUGHLINE_DATABASE_URL, the owner in THROUGHLINE_MIGRATION_DATABASE_URL, "
            "and run: throughline migrate"
        )
    return f"{found['name']} may add to history and not change it"


def clock(settings: Settings) -> str:
    """This machine's clock beside the database's, and both beside history."""
    began, found = time.monotonic(), _ask(settings, _NOW)
    took, here = timedelta(seconds=time.monotonic() - began), datetime.now(UTC)
    apart = abs(here - found["now"])
    if apart > _CLOCKS_DIFFER + took:
        raise Stop(
            f"this machine's clock and the database's differ by {apart.total_seconds():.0f} s; let both be set by "
            "NTP: timedatectl set-ntp true"
        )
    if found["newest"] is not None and found["newest"] > here + _CLOCKS_DIFFER:
        behind = (found["newest"] - here).total_seconds()
        raise Stop(f"this machine's clock is {behind:.0f} s behind the newest event; run: timedatectl set-ntp true")
    return f"{here.astimezone(settings.zone):%Y-%m-%d %H:%M} {settings.time_zone}, as the database's"


def storage(settings: Settings) -> str:
    """The file store takes a file."""
    from integrations.blobs.open import open_blobs
    from integrations.ports import BlobsFull

    try:
        asyncio.run(open_blobs(settings.storage_url).check())
    except BlobsFull:
        raise Stop(
            f"the disk of {settings.storage_url} is nearly full and takes no uploads; make room, or set "
            "THROUGHLINE_STORAGE_URL to another disk."
        ) from None
    except (OSError, ValueError) as problem:
        raise Stop(f"{settings.storage_url} takes no file ({problem}); correct THROUGHLINE_STORAGE_URL.") from None
    return f"{settings.storage_url} takes files"


def worker(settings: Settings) -> str:
    """Whether anybody carries effects out, and whether any wait for a person."""
    found = _ask(settings, _WORKER)
    silent = found["looked"] is None or datetime.now(UTC) - found["looked"] > _WORKER_SILENT
    if silent or found["waiting"]:
        since = f"since {found['looked']:%Y-%m-%d %H:%M} UTC" if found["looked"] else "yet"
        raise Advice(
            f"no worker has looked {since}, and {found['waiting']} effects are due; start one: throughline worker"
        )
    if found["dead"]:
        raise Advice(
            f"{found['dead']} effects could not be carried out and wait for an administrator; see: throughline verify"
        )
    return "at work, and nothing waits"


def erps(settings: Settings) -> str:
    """The ERPs that are connected, and whether they can be signed in to. Nobody is called."""
    if settings.erps_lack:
        names = ", ".join(f"{PREFIX}{name.upper()}" for name in settings.erps_lack)
        raise Advice(f"{', '.join(settings.erps)} connected, but {names} not set; nobody can sign in there.")
    return f"{', '.join(settings.erps)} connected; try with: throughline stock try {settings.erps[0]}"


def private(path: Path) -> str:
    """The secrets are their owner's alone."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Stop(f"{path} can be read by others ({mode:o}); run: chmod 600 {path}")
    return f"{path}, its owner's alone"


def backups(root: Path) -> str:
    """How old the newest backup in the usual place is."""
    newest = max((root / "backups").glob("throughline-*Z.tar"), key=lambda path: path.stat().st_mtime, default=None)
    if newest is None:
        raise Advice(f"there is none in {root / 'backups'}; take one: throughline backup (docs/backup.md)")
    age = timedelta(seconds=time.time() - newest.stat().st_mtime)
    if age > _BACKUP_OLD:
        raise Advice(f"the newest is {age.days} days old ({newest.name}); take one: throughline backup")
    return f"{newest.name}, {age.total_seconds() / 3600:.0f} h old"


def certificate(root: Path) -> str:
    """Whether phones will trust the server for another while."""
    made = Certificates(root / "tls")
    if not made.is_fresh(datetime.now(UTC)):
        raise Advice("it ends within a month; the next start of throughline up makes a new one")
    return f"holds for {', '.join(made.names)}"


def _ask(settings: Settings, sql: str) -> Mapping[str, Any]:
    """The row that a question gives, asked as the application."""
    return asyncio.run(_asked(settings.database_url, sql))


async def _asked(url: str, sql: str) -> Mapping[str, Any]:
    import asyncpg

    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=_SECONDS)
    try:
        row = await connection.fetchrow(sql)
    except asyncpg.UndefinedTableError:
        raise Stop("the database is not migrated; run: throughline migrate") from None
    except asyncpg.InsufficientPrivilegeError as refused:
        raise Stop(f"{refused}; run, as the owner: throughline migrate") from None
    finally:
        await connection.close()
    if row is None:
        raise Stop("the database is not migrated; run: throughline migrate")
    return dict(row)
