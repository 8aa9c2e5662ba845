"""The quick starts run as they are written: the pieces of a page, in their order, against a real installation."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.ports import free_port
from tests.support.serving import serving
from wiring.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
TYPESCRIPT = ROOT / "clients" / "node_modules" / "typescript"
# Node runs TypeScript by itself from here on; older ones need it compiled.
STRIPS_TYPES = (22, 18)
# Only types are taken away: what the page says is what runs.
COMPILE = """
const typescript = require(process.argv[1]);
const fs = require("node:fs");
const options = { module: typescript.ModuleKind.ESNext, target: typescript.ScriptTarget.ES2022 };
const made = typescript.transpileModule(fs.readFileSync(process.argv[2], "utf8"), { compilerOptions: options });
fs.writeFileSync(process.argv[3], made.outputText);
"""


def program(page: str, language: str) -> str:
    """The pieces of one language, as a reader copies them."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return "\n".join(re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


@pytest.fixture
def environ(settings: Settings) -> Iterator[dict[str, str]]:
    """A real API and worker, whose webhooks may reach the reader's program."""
    port = free_port()
    allowed = settings.model_copy(update={"webhook_allow": (f"127.0.0.1:{port}",)})
    with serving(allowed, "worker") as url:
        yield {**os.environ, "THROUGHLINE_URL": url, "QUICK_START_PORT": str(port)}


def run(command: list[str], environ: dict[str, str]) -> str:
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_python_runs_as_written(environ: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "quick_start.py"
    page.write_text(program("quick-start-python.md", "python"), encoding="utf-8")
    told = run([sys.executable, str(page)], environ)
    assert "in_review" in told
    assert told.endswith("done\n")


def test_python_is_typed(tmp_path: Path) -> None:
    page = tmp_path / "quick_start.py"
    page.write_text(program("quick-start-python.md", "python"), encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", os.devnull, str(page)]
    run(command, {**os.environ, "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache" / "docs")})


def test_typescript_runs_as_written(environ: dict[str, str], tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("TypeScript quick start: not run (no Node)")
    page = tmp_path / "quick-start.mts"
    page.write_text(program("quick-start-typescript.md", "ts"), encoding="utf-8")
    if _version(node) < STRIPS_TYPES:
        page = _compiled(node, page)
    told = run([node, "--no-warnings", str(page)], environ)
    assert "order.opened, order.stage_changed" in told
    assert told.endswith("done\n")


def _version(node: str) -> tuple[int, int]:
    major, minor, *_ = json.loads(run([node, "-p", "JSON.stringify(process.versions.node)"], dict(os.environ))).split(
        "."
    )
    return int(major), int(minor)


def _compiled(node: str, page: Path) -> Path:
    if not TYPESCRIPT.exists():
        pytest.skip("TypeScript quick start: not run (this Node needs the compiler of clients/node_modules)")
    made = page.with_suffix(".mjs")
    run([node, "-e", COMPILE, str(TYPESCRIPT), str(page), str(made)], dict(os.environ))
    return made
