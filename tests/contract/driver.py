"""Runs schemathesis as its users do: the command line, against a server at an address."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.serving import PASSWORD

FOLDER = Path(__file__).resolve().parent
# The live stream never ends, so that no answer of it can be read whole; tests/api/v1/test_stream.py is its test.
NEVER_ENDS = ("stream", "portal_stream")
LONGEST_REPORT = 20_000


@dataclass(frozen=True)
class Stock:
    """What there is to be found, by the name of a parameter: a number of an order, an id of a paper."""

    names: Mapping[str, Sequence[str]]

    def toml(self) -> str:
        """Three times out of four a parameter names something that exists."""
        lists = [f"{_named(name)} = {{ values = {list(values)} }}" for name, values in self.names.items()]
        uses = [f'"{name}" = {{ dictionary = "{_named(name)}", probability = 0.75 }}' for name in self.names]
        return "\n".join(["[dictionaries]", *lists, "[parameters]", *uses, ""])


def _named(parameter: str) -> str:
    return parameter.replace(".", "_")


@dataclass(frozen=True)
class Run:
    """One look at every operation: as whom, how far, how often. `login` None is nobody, `seed` None no chance."""

    login: str | None
    phases: str
    examples: int
    seed: int | None = None

    def options(self) -> list[str]:
        """As the command line takes them."""
        chance = ["--generation-deterministic"] if self.seed is None else ["--seed", str(self.seed)]
        filters = [f"--exclude-operation-id={name}" for name in NEVER_ENDS]
        return ["--phases", self.phases, "-n", str(self.examples), *chance, *filters]

    def toml(self) -> str:
        """Signed in by name and password, and anew wherever the session has ended, as signing out ends it."""
        if self.login is None:
            return ""
        return f"""
[auth.dynamic.openapi.bearer]
path = "/api/v1/auth/token"
payload = {{ username = "{self.login}", password = "{PASSWORD}" }}
payload_content_type = "application/x-www-form-urlencoded"
extract_selector = "/access_token"
"""


@dataclass(frozen=True)
class Found:
    """What a run came to: `faults` is empty where everything holds; `cases` is how many requests were judged."""

    faults: str
    cases: int


def fuzz(url: str, stock: Stock, run: Run, folder: Path) -> Found:
    """Everything of one run."""
    config = folder / "schemathesis.toml"
    house = (FOLDER / "schemathesis.toml").read_text(encoding="utf-8")
    config.write_text(house + stock.toml() + run.toml(), encoding="utf-8")
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", config, "run", f"{url}/openapi.json"]
    environ = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.contract.hooks", "PYTHONPATH": str(FOLDER.parent.parent)}
    done = subprocess.run(
        [*map(str, command), "--no-color", *run.options()],
        capture_output=True, text=True, env=environ, cwd=folder, check=False,
    )  # fmt: skip
    counted = re.search(r"(\d+) generated", done.stdout)
    told = (done.stdout + done.stderr)[-LONGEST_REPORT:]
    return Found("" if done.returncode == 0 else told, int(counted[1]) if counted else 0)
