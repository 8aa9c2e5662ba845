"""`throughline doctor`: look for what would stand in the way of a start, and say the mend."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from cli import checkup
from cli.embedded.binaries import find_postgres, find_redis
from cli.folder import NEEDED_BYTES, Folder, find_folder
from cli.installation import account_for
from cli.ports import insist_on
from cli.probe import is_ready, local_address
from cli.reach import insist_on_postgres, insist_on_redis
from cli.stop import Stop, sentence_of
from wiring.settings import PREFIX, Settings, SettingsError, data_dir_of, load_settings

# Read by the command line and by the tests; all others are fields of Settings.
_OTHERS = {"PG_BIN", "REDIS_BIN", "TEST_DATABASE_URL", "TEST_REDIS_URL"}


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `look` is fine, and yet somebody should do something."""

    name: str
    state: Literal["ok", "look", "mend"]
    words: str


def describe(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments."""


def run(_arguments: argparse.Namespace) -> int:
    """Print a line for each thing looked at; 1 when something stands in the way."""
    findings = examine(os.environ)
    for finding in findings:
        print(f"{_MARKS[finding.state]}  {finding.name}: {finding.words}")
    return 1 if any(finding.state == "mend" for finding in findings) else 0


_MARKS = {"ok": "ok  ", "look": "look", "mend": "MEND"}


def examine(environ: Mapping[str, str]) -> list[Finding]:
    """Everything that a start depends on, seen from this environment; no data is touched."""
    held = Folder(data_dir_of(environ)).is_held()
    checks: list[tuple[str, Callable[[], str]]] = [
        ("Python", lambda: f"{sys.version.split()[0]} ({sys.executable})"),
        ("settings", lambda: _settings(environ)),
        ("data folder", lambda: _folder(environ)),
    ]
    if environ.get(f"{PREFIX}DATABASE_URL"):
        checks.append(("database", lambda: _database(load_settings(environ))))
    else:
        checks.append(("database", lambda: _embedded_postgres(environ)))
    if environ.get(f"{PREFIX}REDIS_URL"):
        checks.append(("Redis", lambda: _redis(load_settings(environ))))
    else:
        checks.append(("Redis", lambda: _embedded_redis(environ)))
    checks.append(("HTTP", lambda: _running(load_settings(environ)) if held else _port(environ)))
    findings = [_find(name, check) for name, check in checks]
    reached = all(finding.state != "mend" for finding in findings if finding.name in {"settings", "database"})
    return findings + [_find(name, check) for name, check in _further(environ, reached=reached)]


def _further(environ: Mapping[str, str], *, reached: bool) -> Iterator[tuple[str, Callable[[], str]]]:
    """What it depends on to go on working, as far as it is there: `reached` says that a named database answers."""
    root = data_dir_of(environ)
    if reached:
        settings = load_settings({**_STAND_INS, **environ})
        if environ.get(f"{PREFIX}DATABASE_URL"):
            yield "shape", lambda: checkup.shape(settings)
            yield "rights", lambda: checkup.rights(settings)
            yield "clock", lambda: checkup.clock(settings)
            yield "storage", lambda: checkup.storage(settings)
            yield "worker", lambda: checkup.worker(settings)
        if settings.erps:
            yield "ERP", lambda: checkup.erps(settings)
    if (root / "secrets.json").exists():
        yield "secrets", lambda: checkup.private(root / "secrets.json")
    if (root / "tls" / "server.crt").exists():
        yield "certificate", lambda: checkup.certificate(root)
    if root.exists():
        yield "backups", lambda: checkup.backups(root)


def _find(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, "ok", check())
    except checkup.Advice as advice:
        return Finding(name, "look", str(advice))
    except (Stop, SettingsError) as reason:
        return Finding(name, "mend", str(reason))
    except OSError as problem:
        return Finding(name, "mend", sentence_of(problem))


def _settings(environ: Mapping[str, str]) -> str:
    known = {*(field.upper() for field in Settings.model_fields), *_OTHERS}
    given = [name.removeprefix(PREFIX) for name in environ if name.startswith(PREFIX)]
    for name in given:
        meant = [] if name in known else difflib.get_close_matches(name, known, n=1, cutoff=0.8)
        if meant:
            raise Stop(f"{PREFIX}{name} is no setting; {PREFIX}{meant[0]} is probably meant.")
    # What `up` makes up for itself need not be set here.
    load_settings({**_STAND_INS, **{name: value for name, value in environ.items() if value}})
    return f"{len(given)} set, all readable"


_STAND_INS = {
    f"{PREFIX}DATABASE_URL": "postgresql://localhost/throughline",
    f"{PREFIX}REDIS_URL": "redis://localhost",
    f"{PREFIX}SECRET_KEY": "-" * 32,
}


def _folder(environ: Mapping[str, str]) -> str:
    root = data_dir_of(environ)
    above = next(folder for folder in (root, *root.parents) if folder.exists())
    if not os.access(above, os.W_OK):
        raise Stop(f"{above} cannot be written by this user; mend its permissions, or set THROUGHLINE_DATA_DIR.")
    free = shutil.disk_usage(above).free
    if free < NEEDED_BYTES:
        raise Stop(f"the disk of {root} is full ({free // 2**20} MB free); make room, or set THROUGHLINE_DATA_DIR.")
    return f"{root} ({free // 2**20} MB free)"


def _embedded_postgres(environ: Mapping[str, str]) -> str:
    account = account_for(environ)
    folder = find_folder(environ, account)
    binary = find_postgres(environ, account, folder.copies)
    made_by = folder.pgdata / "PG_VERSION"
    if made_by.exists() and made_by.read_text().strip() != str(binary.major):
        raise Stop(
            f"the data was made by PostgreSQL {made_by.read_text().strip()} and the server here is {binary.major}; set "
            "THROUGHLINE_PG_BIN to the folder of the former's programs."
        )
    return f"embedded PostgreSQL {binary.major} ({binary.path}), run as {account.name}"


def _embedded_redis(environ: Mapping[str, str]) -> str:
    account = account_for(environ)
    binary = find_redis(environ, account, find_folder(environ, account).copies)
    return f"embedded Redis ({binary.path})"


def _database(settings: Settings) -> str:
    asyncio.run(insist_on_postgres(settings.database_url, f"{PREFIX}DATABASE_URL"))
    asyncio.run(insist_on_postgres(settings.migration_database_url, f"{PREFIX}MIGRATION_DATABASE_URL"))
    return "answers, for the application and for the owner"


def _redis(settings: Settings) -> str:
    asyncio.run(insist_on_redis(settings.redis_url))
    return "answers"


def _port(environ: Mapping[str, str]) -> str:
    settings = load_settings({**_STAND_INS, **environ})
    insist_on(settings.host, settings.port)
    return f"{settings.host}:{settings.port} is free"


def _running(settings: Settings) -> str:
    host, port = local_address(settings)
    if not is_ready(host, port):
        raise Stop(f"Throughline runs, but {settings.public_url}/readyz does not say that it is ready; see its log.")
    return f"Throughline runs and is ready at {settings.public_url}"
