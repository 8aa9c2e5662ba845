"""A `throughline up` of its own in a temporary folder, durable as ever, whose parts can be killed by name."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cli.embedded.account import server_account
from cli.folder import Folder
from cli.ports import free_port
from cli.probe import is_ready

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = ("api", "worker", "postgres", "redis")
PATIENCE_SECONDS = 120.0


class Installation:
    """One supervisor with its four parts, on the demo factory."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.port = free_port()
        clean = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
        self.environ = {
            **clean,
            "THROUGHLINE_DATA_DIR": str(folder.root),
            "THROUGHLINE_PORT": str(self.port),
            "THROUGHLINE_PASSWORD_COST": "minimal",
            "THROUGHLINE_LOG_LEVEL": "warning",
            **dict.fromkeys(("THROUGHLINE_RATE_PEOPLE", "THROUGHLINE_RATE_KEYS", "THROUGHLINE_RATE_ADDRESSES"), "off"),
        }
        self.said = folder.root.parent / "up.log"
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                self._ourselves("up"), cwd=ROOT, env=self.environ, stdout=said, stderr=subprocess.STDOUT
            )

    @property
    def url(self) -> str:
        """Where the API answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """The environment of the parts: addresses and passwords of the servers."""
        found: dict[str, str] = self.folder.runtime()["environment"]
        return found

    def pid_of(self, part: str) -> int | None:
        """The process of a part, if it is there."""
        runtime = self.folder.runtime()
        parts = runtime.get("parts", {}) if runtime.get("supervisor") == self.process.pid else {}
        pid: int | None = parts.get(part, {}).get("pid")
        return pid

    def wait_until_ready(self) -> None:
        """Until the API says so and the worker has been started."""
        self.wait_until(lambda: bool(self.pid_of("worker")) and is_ready("127.0.0.1", self.port), "ready")

    def wait_until(self, wanted: Callable[[], bool], what: str) -> None:
        """Raises RuntimeError with what the supervisor said, where it takes too long."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not wanted():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"not {what}: {self.said.read_text(errors='replace')[-2000:]}")
            time.sleep(0.1)

    def signal(self, part: str, number: signal.Signals) -> bool:
        """Send a signal to a part alone, not to what it has started; False where it is just not there."""
        pid = self.pid_of(part)
        if pid is None:
            return False
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return False
        return True

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """A subcommand of `throughline` on this installation, to its end."""
        environ = {**self.environ, **self.settings}
        return subprocess.run(
            self._ourselves(*words), cwd=ROOT, env=environ, capture_output=True, text=True, check=False
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The same, without waiting."""
        environ = {**self.environ, **self.settings}
        return subprocess.Popen(
            self._ourselves(*words), cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def verify(self) -> dict[str, Any]:
        """What `throughline verify` says."""
        done = self.run("verify", "--json")
        try:
            found: dict[str, Any] = json.loads(done.stdout)
        except ValueError:
            raise RuntimeError(f"verify: {done.stdout}{done.stderr}") from None
        return found

    def stop(self) -> None:
        """Ctrl-C, and then not asked again."""
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    @staticmethod
    def _ourselves(*words: str) -> list[str]:
        return [sys.executable, "-m", "cli", *words]


@contextmanager
def installed(*, keep: bool = False) -> Iterator[Installation]:
    """A fresh one, ready; gone afterwards unless it is to be kept for a look."""
    root = Path(tempfile.mkdtemp(prefix="throughline-chaos-"))
    root.chmod(0o711)
    folder = Folder(root / "data")
    folder.prepare(server_account())
    installation = Installation(folder)
    try:
        installation.wait_until_ready()
        yield installation
    finally:
        installation.stop()
        if not keep:
            shutil.rmtree(root, ignore_errors=True)
