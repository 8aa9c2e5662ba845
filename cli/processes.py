"""Processes of ours: started so that none outlives its supervisor, and recognised again after a restart."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from cli.embedded.account import Account

_PR_SET_PDEATHSIG = 1
# Loaded before any fork: after it, nothing may be imported.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def spawn(
    command: Sequence[str | Path],
    *,
    environ: Mapping[str, str],
    output: IO[bytes] | None,
    account: Account | None = None,
    orphaned: signal.Signals = signal.SIGTERM,
    folder: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that Ctrl-C reaches the supervisor alone; no `output`: it shares ours.

    When the supervisor dies without a word the child gets the signal `orphaned` (on Linux; macOS has nothing alike, so
    that the next start looks for what was left behind).
    """
    return subprocess.Popen(
        [str(part) for part in command],
        env=dict(environ),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        # Runs after the change of user, which would clear the signal again.
        preexec_fn=_follow_parent(orphaned),  # noqa: PLW1509  (this process has one thread)
        **(account.identity if account else {}),
    )


def _follow_parent(orphaned: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    parent, prctl, number = os.getpid(), _LIBC.prctl, int(orphaned)

    def follow() -> None:
        prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return follow


def birth_of(pid: int) -> str | None:
    """When a process began, as its system tells it: with the pid, this names one process for good. None: no such."""
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # The second field is the program's name in brackets, and may itself hold brackets and blanks.
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if fields[0] == "Z" else fields[19]
    return _ask_ps(pid, "lstart=") or None


def command_of(pid: int) -> str:
    """The command line of a process; empty when there is none."""
    if not Path("/proc/self/stat").exists():
        return _ask_ps(pid, "command=")
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _ask_ps(pid: int, what: str) -> str:
    asked = subprocess.run(["/bin/ps", "-o", what, "-p", str(pid)], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def signal_group(pid: int, number: signal.Signals) -> None:
    """Signal a child and what it started; nothing happens when they are gone."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def end_leftover(pid: int, birth: str, *, patience_seconds: float) -> None:
    """End a process that a killed supervisor left behind: asked first, and killed when it does not listen."""
    deadline = time.monotonic() + patience_seconds
    if birth_of(pid) == birth:
        signal_group(pid, signal.SIGINT)
    while birth_of(pid) == birth:
        if time.monotonic() > deadline:
            signal_group(pid, signal.SIGKILL)
        time.sleep(0.05)
