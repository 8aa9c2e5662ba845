"""What a reader of the pages has before them: `make run`, on a port and in a data folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from cli.ports import free_port
from cli.probe import is_ready
from tests.support.serving import ROOT

READY_SECONDS = 180


@pytest.fixture(scope="module")
def environ() -> Iterator[dict[str, str]]:
    """Where it answers, and where the reader's program may be called; stopped as by Ctrl-C.

    It takes seconds, for the demo factory is made: the pages sign in as its people.
    """
    port, receiver = free_port(), free_port()
    # As root, the servers belong to somebody else, who must reach the folder.
    folder = Path(tempfile.mkdtemp(prefix="throughline-docs-"))
    folder.chmod(0o711)
    log = folder / "make.log"
    with log.open("wb") as output:
        running = subprocess.Popen(
            ["make", "run"],
            cwd=ROOT,
            env=_settings(port, receiver, folder / "data"),
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(running, port, log)
        yield {**os.environ, "THROUGHLINE_URL": f"http://127.0.0.1:{port}", "QUICK_START_PORT": str(receiver)}
        _stop(running)
        assert running.returncode is not None, log.read_text(errors="replace")
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _settings(port: int, receiver: int, data: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
    return {
        **clean,
        "PYTHON": sys.executable,  # the Python that the environment of these tests was laid for
        "THROUGHLINE_PORT": str(port),
        "THROUGHLINE_DATA_DIR": str(data),
        "THROUGHLINE_WEBHOOK_ALLOW": f"127.0.0.1:{receiver}",
    }


def _wait_until_ready(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready("127.0.0.1", port):
        assert running.poll() is None, log.read_text(errors="replace")
        assert time.monotonic() < deadline, log.read_text(errors="replace")
        time.sleep(0.1)


def _stop(running: subprocess.Popen[bytes]) -> None:
    os.killpg(running.pid, signal.SIGINT)
    with suppress(subprocess.TimeoutExpired):
        running.wait(timeout=60)
