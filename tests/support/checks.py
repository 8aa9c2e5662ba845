"""What `make test` runs: every check in turn, all of them even when one fails, and a line at the end that sums up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.browser import find_browser

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parent.parent.parent
LINT = {
    "format": [str(BIN / "ruff"), "format", "--check", "--quiet", "."],
    "lint": [str(BIN / "ruff"), "check", "--quiet", "."],
    "types": [str(BIN / "mypy"), "--no-error-summary"],
    "imports": [str(BIN / "lint-imports"), "--no-logo"],
}
CLIENTS = {
    "clients": [sys.executable, "clients/build.py", "check"],
    "build": [sys.executable, "clients/build.py"],
}
PYTEST = [sys.executable, "-m", "pytest", "--quiet"]
KILLS = [*PYTEST, "-m", "alone and not soak"]
_PROCESSES = ["-n", str(os.cpu_count() or 1), "--dist", "loadfile", "--no-loadscope-reorder"]
TESTS = [*PYTEST, *_PROCESSES, "-m", "not soak and not alone"]
_CAPTURED: Mapping[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}


@dataclass(frozen=True)
class Result:
    """How one check went."""

    name: str
    passed: bool
    seconds: float

    def __str__(self) -> str:
        return f"{self.name} {'passed' if self.passed else 'FAILED'} ({self.seconds:.0f} s)"


def main(arguments: list[str]) -> int:
    """All checks; with `--lint` those without tests; with paths the tests there."""
    if arguments == ["--lint"]:
        results = _in_turn(LINT)
    elif arguments:
        results = _in_turn({"tests": [*PYTEST, *arguments]})
    else:
        results = _everything()
    print("\n" + "; ".join(str(result) for result in results))
    if not arguments:
        browser = "" if find_browser() else "browser journeys (no Chromium: apt-get install chromium), "
        print(f"not run here: {browser}soak (make soak), bench (make bench)")
    passed = all(result.passed for result in results)
    print("make test: all passed" if passed else "make test: FAILED", flush=True)
    return 0 if passed else 1


def _everything() -> list[Result]:
    """The kills mostly wait for leases to run out, so they go beside what needs one core; the tests need both."""
    with ThreadPoolExecutor() as beside:
        kills = beside.submit(_run, "kills", KILLS, quietly=True)
        results = _in_turn({**LINT, **CLIENTS})
        results.append(kills.result())
    return [*results, _run("tests", TESTS)]


def _in_turn(checks: Mapping[str, Sequence[str]]) -> list[Result]:
    return [_run(name, command) for name, command in checks.items()]


def _run(name: str, command: Sequence[str], *, quietly: bool = False) -> Result:
    """Run one check. `quietly`: what it says is shown when it has ended, in one piece."""
    began = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, check=False, **(_CAPTURED if quietly else {}))
    result = Result(name, done.returncode == 0, time.monotonic() - began)
    print(f"{done.stdout or ''}== {result}", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
