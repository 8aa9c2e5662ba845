"""Where the CPU of one path goes: py-spy on one process of the product under load, told as text by function.

py-spy is no dependency of the project: have it on the PATH (`pipx install py-spy`).
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

from bench.load import feeds
from bench.load.fill import fill
from bench.load.http import run_slice
from bench.load.servers import HOST, Machine
from wiring.settings import CHECKOUT

_FRAME = re.compile(r"(?P<name>.+) \((?P<file>[^():]+):?(?P<line>\d*)\)$")
_SHOWN = 45


def main() -> int:
    """Load one process with 8 clients and print who used its CPU."""
    parser = argparse.ArgumentParser(prog="python -m bench.load.profile", description=__doc__)
    parser.add_argument("operation", choices=feeds.OPERATIONS)
    parser.add_argument("--size", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--data", type=Path, help="keep the databases here, and use those that are there already")
    chosen = parser.parse_args()
    profiler = shutil.which("py-spy")
    if profiler is None:
        raise SystemExit("py-spy is not on the PATH; get it by: pipx install py-spy")
    folder = chosen.data or Path(tempfile.mkdtemp(prefix="throughline-profile-"))
    machine = Machine(folder)
    try:
        machine.start()
        _profile(machine, chosen.operation, chosen.size, chosen.seconds, profiler, folder / "profile.txt")
    finally:
        machine.stop()
    stacks = (folder / "profile.txt").read_text()
    if not chosen.data:
        shutil.rmtree(folder, ignore_errors=True)
    print(told(stacks))
    return 0


def _profile(machine: Machine, operation: str, size: int, seconds: int, profiler: str, output: Path) -> None:
    site = machine.site(size)
    superuser_url = machine.superuser_url(site.database)
    stock = asyncio.run(fill(dict(site.environ), superuser_url, size))
    machine.serve_product(site, 1)
    target = site.targets["product1"]
    pool = asyncio.run(feeds.standings(superuser_url, stock))
    asked = feeds.product_feeds(operation, 8, feeds.sign_in(target), stock, pool)
    command = [profiler, "record", "--pid", str(machine.pid(target.group)), "--format", "raw", "--rate", "250"]
    command += ["--duration", str(seconds - 2), "--output", str(output)]
    watching = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    tally = asyncio.run(run_slice(HOST, target.port, asked, warm_up=1, window=seconds))
    watching.wait()
    print(f"{operation}: {tally.per_second:.0f}/s, {tally.errors} errors {tally.samples[:1]}")


def told(stacks: str) -> str:
    """Folded stacks as two tables: what each function used itself, and with all that it called."""
    alone: Counter[str] = Counter()
    together: Counter[str] = Counter()
    total = 0
    for line in stacks.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = [_named(frame) for frame in stack.split(";")]
        total += int(count)
        alone[frames[-1]] += int(count)
        for frame in set(frames):
            together[frame] += int(count)
    return "\n".join([*_table("itself", alone, total), "", *_table("with what it calls", together, total)])


def _table(name: str, counted: Counter[str], total: int) -> list[str]:
    rows = [f"{count / total:6.1%}  {frame}" for frame, count in counted.most_common(_SHOWN)]
    return [f"Share of samples, {name}:", *rows]


def _named(frame: str) -> str:
    """Function and file, without the line, and without where this machine keeps things."""
    found = _FRAME.match(frame)
    if not found:
        return frame
    file = found["file"].removeprefix(f"{CHECKOUT}/")
    return f"{found['name']} ({re.sub(r'^.*/(site-packages|lib/python3[^/]*)/', '', file)})"


if __name__ == "__main__":
    sys.exit(main())
