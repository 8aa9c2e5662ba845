"""The quick starts run as they are written: the pieces of a page, in their order, against what `make run` starts."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.serving import ROOT

DOCS = ROOT / "docs"
# Node runs TypeScript by itself from here on; the page says how older ones do.
STRIPS_TYPES = (22, 18)
COMPILER = "npx --package typescript tsc"


def text_of(page: str) -> str:
    return (DOCS / page).read_text(encoding="utf-8")


def program(page: str, language: str) -> str:
    """The pieces of one language, as a reader copies them."""
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text_of(page), re.MULTILINE | re.DOTALL))


def run(command: list[str], environ: dict[str, str], folder: Path) -> str:
    done = subprocess.run(command, env=environ, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_pages_start_it_as_this_test_does() -> None:
    for page in ("quick-start-python.md", "quick-start-typescript.md"):
        assert re.search(r"^THROUGHLINE_WEBHOOK_ALLOW=127\.0\.0\.1:\d+ make run$", text_of(page), re.MULTILINE)


def test_python_runs_as_written(environ: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "quick_start.py"
    page.write_text(program("quick-start-python.md", "python"), encoding="utf-8")
    told = run([sys.executable, str(page)], environ, tmp_path)
    assert "in_review" in told
    assert told.endswith("done\n")


def test_python_is_typed(tmp_path: Path) -> None:
    page = tmp_path / "quick_start.py"
    page.write_text(program("quick-start-python.md", "python"), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, str(page)]
    run(command, {**os.environ, "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "docs")}, tmp_path)


@pytest.fixture(scope="module")
def node() -> str:
    """The Node that the clients are built with, and beside it, laid, the compiler that they pin."""
    return run([sys.executable, "clients/build.py", "node"], dict(os.environ), ROOT).splitlines()[-1]


def test_typescript_runs_as_written(environ: dict[str, str], node: str, tmp_path: Path) -> None:
    page = tmp_path / "quick-start.mts"
    page.write_text(program("quick-start-typescript.md", "ts"), encoding="utf-8")
    if _version(node) < STRIPS_TYPES:
        run([node, *_compiling()], dict(os.environ), tmp_path)
        page = tmp_path / "quick-start.mjs"
    told = run([node, "--no-warnings", str(page)], environ, tmp_path)
    assert "order.opened, order.stage_changed" in told
    assert told.endswith("done\n")


def _version(node: str) -> tuple[int, int]:
    told = run([node, "-p", "JSON.stringify(process.versions.node)"], dict(os.environ), ROOT)
    major, minor, *_ = json.loads(told).split(".")
    return int(major), int(minor)


def _compiling() -> list[str]:
    """The page's own command for older Nodes, with the compiler that the clients pin."""
    line = re.search(rf"^{COMPILER} (.*)$", text_of("quick-start-typescript.md"), re.MULTILINE)
    assert line is not None
    return [str(ROOT / "clients" / "node_modules" / "typescript" / "bin" / "tsc"), *shlex.split(line[1])]
