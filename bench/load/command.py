"""The command line of the load bench."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.load.feeds import OPERATIONS
from bench.load.report import report, write_json
from bench.load.run import Plan, Run
from bench.load.servers import Machine

FULL = Plan(sizes=(0, 1_000, 100_000, 1_000_000), compared=100_000, clients=(1, 8, 32), rounds=2, seconds=3)
QUICK = Plan(sizes=(1_000, 100_000), compared=100_000, clients=(8,), rounds=1, seconds=3, sparse=True)


def main(arguments: Sequence[str]) -> int:
    """Measure, print, write bench/results/latest.json; 1 where a request failed or was lost."""
    chosen = _parser().parse_args(arguments)
    plan = _plan(chosen)
    folder = chosen.data or Path(tempfile.mkdtemp(prefix="throughline-bench-"))
    machine = Machine(folder)
    run = Run(machine, plan)
    try:
        print("Starting PostgreSQL and Redis, filling databases, starting the servers ...", flush=True)
        machine.start()
        run.prepare()
        print("Measuring ...", flush=True)
        run.measure()
    finally:
        machine.stop()
        if not chosen.data:
            shutil.rmtree(folder, ignore_errors=True)
    print(report(run))
    write_json(run)
    return int(any(figure.errors or figure.unfinished for figure in run.figures))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.load", description="HTTP load beside pgbench, in one run.")
    parser.add_argument("--quick", action="store_true", help="about two minutes: 1,000 and 100,000 orders, 8 clients")
    parser.add_argument("--sizes", type=_numbers, help="numbers of orders, as in 0,1000,100000")
    parser.add_argument("--clients", type=_numbers, help="as in 1,8,32")
    parser.add_argument("--operations", type=lambda text: tuple(text.split(",")), help=f"of {','.join(OPERATIONS)}")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=int, help="of one slice")
    parser.add_argument("--no-worker", action="store_true", help="nobody carries out effects meanwhile")
    parser.add_argument("--data", type=Path, help="keep the databases here, and use those that are there already")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part.replace("_", "")) for part in text.split(","))


def _plan(chosen: argparse.Namespace) -> Plan:
    plan = QUICK if chosen.quick else FULL
    sizes = chosen.sizes or plan.sizes
    return Plan(
        sizes=sizes,
        compared=plan.compared if plan.compared in sizes else max(sizes),
        clients=chosen.clients or plan.clients,
        rounds=chosen.rounds or plan.rounds,
        seconds=chosen.seconds or plan.seconds,
        operations=chosen.operations or plan.operations,
        sparse=plan.sparse,
        worker=not chosen.no_worker,
    )
