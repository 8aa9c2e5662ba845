"""The data folder: everything of an installation that is not in a foreign database.

pgdata/ redis/      the embedded servers' own files, theirs alone
blobs/ mailbox/     attachments; mail and SMS of a demo
log/                a file for each part, the one before beside it as .1
secrets.json        passwords and keys, made at the first start (0600)
runtime.json        addresses, process ids and settings of what runs now, for tools (0600)
lock                held by the `throughline up` that runs
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO, Any

from cli.embedded.account import Account
from cli.stop import Stop
from wiring.settings import CHECKOUT, PREFIX, data_dir_of

NEEDED_BYTES = 300 * 1024 * 1024
_LOG_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class Secrets:
    """What an installation made up for itself."""

    superuser_password: str
    owner_password: str
    app_password: str
    redis_password: str
    secret_key: str


class Folder:
    """One installation's data folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.pgdata = root / "pgdata"
        self.redis = root / "redis"
        self.copies = root / "bin"
        self._lock: IO[str] | None = None

    def prepare(self, account: Account) -> None:
        """Make the folder; its owner alone reads it, and the servers' account may pass through to its own part."""
        self.root.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711 if account.dropped else 0o700)
        if not account.can_enter(self.root):
            raise Stop(
                f"The servers run as {account.name}, who cannot reach {self.root}; let others pass through the folders "
                "above it (chmod o+x), or set THROUGHLINE_DATA_DIR elsewhere."
            )
        for name in ("blobs", "mailbox", "log"):
            (self.root / name).mkdir(mode=0o700, exist_ok=True)
        if shutil.disk_usage(self.root).free < NEEDED_BYTES:
            raise Stop(
                f"The disk that holds {self.root} is full (under {NEEDED_BYTES // 2**20} MB free); make room, or set "
                "THROUGHLINE_DATA_DIR to another disk."
            )

    def lock(self) -> None:
        """Hold the folder until `unlock` or the end of this process, or say who holds it."""
        file = (self.root / "lock").open("a+")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.close()
            running = self.runtime()
            raise Stop(
                f"Throughline already runs on {self.root} (process {running.get('supervisor', 'unknown')}, "
                f"{running.get('url', 'still starting')}); stop it first, or start a second one with another "
                "THROUGHLINE_DATA_DIR and THROUGHLINE_PORT."
            ) from None
        self._lock = file

    def unlock(self) -> None:
        """Let others have the folder."""
        if self._lock:
            self._lock.close()
            self._lock = None

    def is_held(self) -> bool:
        """Whether a `throughline up` runs on this folder now."""
        try:
            with (self.root / "lock").open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except OSError:
            return True
        return False

    def secrets(self) -> Secrets:
        """The installation's secrets, made when there are none."""
        path = self.root / "secrets.json"
        if not path.exists():
            if self.pgdata.exists():
                raise Stop(f"{path} is missing and the database needs its passwords; restore it, or run `make clean`.")
            made = Secrets(**{field.name: secrets.token_urlsafe(36) for field in fields(Secrets)})
            write_private(path, _json(asdict(made)))
        try:
            return Secrets(**json.loads(path.read_text()))
        except (ValueError, TypeError):
            raise Stop(f"{path} cannot be read; restore it, or run `make clean`.") from None

    def runtime(self) -> dict[str, Any]:
        """What runtime.json says; empty when nothing runs or ran."""
        try:
            found = json.loads((self.root / "runtime.json").read_text())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_runtime(self, content: Mapping[str, Any]) -> None:
        """Replace runtime.json in one step."""
        write_private(self.root / "runtime.json", _json(content))

    def forget_runtime(self) -> None:
        """Nothing runs any more."""
        (self.root / "runtime.json").unlink(missing_ok=True)

    def log_path(self, name: str) -> Path:
        """The log file of one part."""
        return self.root / "log" / f"{name}.log"

    def open_log(self, name: str) -> IO[bytes]:
        """The log of one part, to append to; a large one is put aside first."""
        path = self.log_path(name)
        if path.exists() and path.stat().st_size > _LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")

    def recent_lines(self, name: str, since: int = 0) -> list[str]:
        """The last fifty lines that a part wrote, none from before the byte `since` of its log."""
        try:
            with self.log_path(name).open("rb") as file:
                file.seek(max(since, file.seek(0, os.SEEK_END) - 20_000))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return []
        return [line.strip() for line in lines[-50:] if line.strip()]


def find_folder(environ: Mapping[str, str], account: Account) -> Folder:
    """The data folder.

    Root's servers run as another user: where that user cannot reach the checkout, the data lies under /var/lib, and
    `.throughline` in the checkout points there.
    """
    wanted = data_dir_of(environ)
    if environ.get(f"{PREFIX}DATA_DIR") or wanted.parent != CHECKOUT or account.can_enter(CHECKOUT):
        return Folder(wanted)
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
    elsewhere = Path("/var/lib/throughline") / f"{CHECKOUT.name}-{mark}"
    elsewhere.mkdir(parents=True, exist_ok=True)
    if not wanted.exists():
        (CHECKOUT / ".throughline").symlink_to(elsewhere)
    return Folder((CHECKOUT / ".throughline").resolve())


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, whole or not at all."""
    half = path.with_name(f"{path.name}.half")
    half.unlink(missing_ok=True)
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, indent=2) + "\n"
