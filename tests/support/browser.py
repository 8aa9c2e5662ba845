"""The browser of the journeys: found on this machine, else installed where that may be done unasked."""

from __future__ import annotations

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")


@cache
def find_browser() -> str | None:
    """The path of a Chromium; None where there is none and none may be installed."""
    return _found() or (_install() if _may_install() else None)


def _found() -> str | None:
    named = os.environ.get("THROUGHLINE_CHROMIUM")
    paths = [named, *(shutil.which(name) for name in _NAMES), *_of_playwright()]
    return next((path for path in paths if path and Path(path).exists()), None)


def _of_playwright() -> list[str]:
    home = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or "~/.cache/ms-playwright").expanduser()
    return [str(path) for path in sorted(home.glob("chromium-*/chrome-linux*/chrome"), reverse=True)]


def _may_install() -> bool:
    """As root on Debian, or in continuous integration; nobody's own machine is changed unasked."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return bool(shutil.which("apt-get")) and is_root and (Path("/etc/debian_version").exists() or "CI" in os.environ)


def _install() -> str | None:
    for command in (("apt-get", "update", "--quiet"), _INSTALL):
        if subprocess.run(command, capture_output=True, check=False).returncode:
            return None
    return _found()
