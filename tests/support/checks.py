"""What `make test` runs: every check in turn, all of them even when one fails, and a line at the end that sums up."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

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
        checks = dict(LINT)
    elif arguments:
        checks = {"tests": [*PYTEST, *arguments]}
    else:
        together = [
            "-n",
            str(os.cpu_count() or 1),
            "--dist",
            "loadfile",
            "--no-loadscope-reorder",
            "-m",
            "not soak and not alone",
        ]
        checks = {**LINT, **CLIENTS, "tests": [*PYTEST, *together], "kills": [*PYTEST, "-m", "alone and not soak"]}
    results = [_run(name, command) for name, command in checks.items()]
    print("\n" + "; ".join(str(result) for result in results))
    if not arguments:
        browser = "" if find_browser() else "browser journeys (no Chromium: apt-get install chromium), "
        print(f"not run here: {browser}soak (make soak), bench (make bench)")
    passed = all(result.passed for result in results)
    print("make test: all passed" if passed else "make test: FAILED", flush=True)
    return 0 if passed else 1


def _run(name: str, command: list[str]) -> Result:
    began = time.monotonic()
    status = subprocess.run(command, cwd=ROOT, check=False).returncode
    result = Result(name, status == 0, time.monotonic() - began)
    print(f"== {result}", flush=True)
    return result


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
