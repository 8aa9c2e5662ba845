"""The embedded Redis (Valkey): its configuration and the command that runs it."""

from __future__ import annotations

from pathlib import Path

from cli.embedded.account import Account
from cli.embedded.binaries import Binary
from cli.folder import write_private

_CONFIGURATION = """\
bind 127.0.0.1
port {port}
dir {folder}
requirepass {password}
daemonize no
appendonly yes
appendfsync everysec
save ""
maxmemory-policy noeviction
"""


class Redis:
    """One folder and the server on it. What is lost with it is a doorbell: the queue itself is in PostgreSQL."""

    def __init__(self, binary: Binary, folder: Path, account: Account, port: int, password: str) -> None:
        self.binary = binary
        self.folder = folder
        self.account = account
        self.port = port
        self.password = password

    def configure(self) -> None:
        """Write its configuration; a file, so that the password does not stand in the list of processes."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        self.account.own(self.folder)
        folder = str(self.folder).replace("\\", "\\\\").replace('"', '\\"')
        path = self.folder / "server.conf"
        write_private(path, _CONFIGURATION.format(port=self.port, folder=f'"{folder}"', password=self.password))
        self.account.own(path)

    def command(self) -> list[str]:
        """The server in the foreground."""
        return [str(self.binary.path), str(self.folder / "server.conf")]

    def url(self) -> str:
        """Its address, password included."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"
