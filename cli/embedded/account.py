"""Under which account the embedded servers run: PostgreSQL refuses to run as root."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from cli.stop import Stop


class Identity(TypedDict, total=False):
    """The arguments by which `subprocess` drops its rights."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    """Who owns the servers' data and runs their processes; `dropped` when we are root and become someone else."""

    name: str
    uid: int
    gid: int
    dropped: bool

    @property
    def identity(self) -> Identity:
        """Nothing when the account is the one we run as."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.dropped else {}

    def can_enter(self, folder: Path) -> bool:
        """Whether the account can reach what lies in a folder, every folder above it included."""
        if not self.dropped:
            return True
        asked = subprocess.run(["/bin/sh", "-c", 'cd -- "$0"', str(folder)], **self.identity, cwd="/", check=False,
                               capture_output=True)  # fmt: skip
        return asked.returncode == 0

    def own(self, path: Path) -> None:
        """Give a file or folder to the account."""
        if self.dropped:
            os.chown(path, self.uid, self.gid)


def this_account() -> Account:
    """Whoever runs us, as they are."""
    return Account(str(os.geteuid()), os.geteuid(), os.getegid(), dropped=False)


def server_account() -> Account:
    """Who may run PostgreSQL: this user; as root `postgres` where there is such a user, else `nobody`."""
    if os.geteuid() != 0:
        return Account(_own_name(), os.geteuid(), os.getegid(), dropped=False)
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid, dropped=True)
    raise Stop(
        "PostgreSQL does not run as root, and there is no user `nobody` to run it; make one by: useradd postgres."
    )


def _own_name() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        raise Stop(
            f"PostgreSQL needs a name for the user id {os.geteuid()} and /etc/passwd has none; add a line there, "
            "or set THROUGHLINE_DATABASE_URL and THROUGHLINE_REDIS_URL to servers of your own."
        ) from None
