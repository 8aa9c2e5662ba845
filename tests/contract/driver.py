"""Runs schemathesis as its users do: the command line, against a server at an address."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
# Signing out ends the very session that asks; these are fuzzed by somebody who is nobody.
ENDS_THE_SESSION = ("logout", "revoke_session")
# The live stream never ends, so that no answer of it can be read whole; tests/api/v1/test_stream.py is its test.
NEVER_ENDS = ("stream",)


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
    """One look at every operation: by whom, how far, and how often."""

    token: str | None
    phases: str
    examples: int
    seed: int | None = None
    exclude: Sequence[str] = ENDS_THE_SESSION
    include: Sequence[str] = ()

    def options(self) -> list[str]:
        """As the command line takes them."""
        chance = ["--generation-deterministic"] if self.seed is None else ["--seed", str(self.seed)]
        filters = [f"--exclude-operation-id={name}" for name in (*self.exclude, *NEVER_ENDS) if not self.include]
        filters += [f"--include-operation-id={name}" for name in self.include]
        headers = ["-H", f"Authorization: Bearer {self.token}"] if self.token else []
        return ["--phases", self.phases, "-n", str(self.examples), *chance, *filters, *headers]


def fuzz(url: str, stock: Stock, run: Run, folder: Path) -> str:
    """What it found, as text; empty where everything holds."""
    config = folder / "schemathesis.toml"
    config.write_text((FOLDER / "schemathesis.toml").read_text() + stock.toml(), encoding="utf-8")
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", config, "run", f"{url}/openapi.json"]
    environ = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.contract.hooks", "PYTHONPATH": str(FOLDER.parent.parent)}
    done = subprocess.run(
        [*map(str, command), "--no-color", *run.options()],
        capture_output=True, text=True, env=environ, cwd=folder, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else done.stdout + done.stderr
