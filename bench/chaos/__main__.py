"""`python -m bench.chaos --seed N --minutes M`: kills, cuts and stalls under work, and the proof afterwards."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys

from bench.chaos.installation import installed
from bench.chaos.run import Plan, run


def main(arguments: list[str]) -> int:
    """0 where everything that was acknowledged is there once; the seed makes it happen again, as far as time allows."""
    asked = _parser().parse_args(arguments)
    chosen = Plan(asked.seed, asked.minutes * 60, asked.every, asked.clients)
    print(f"seed {chosen.seed}, {chosen.seconds:.0f} s, a fault each {chosen.every:g} s", flush=True)
    with installed(keep=asked.keep) as installation:
        if asked.keep:
            print(f"kept: {installation.folder.root}", flush=True)
        outcome = asyncio.run(run(installation, chosen))
    print(json.dumps(outcome.figures, indent=2, ensure_ascii=False))
    for violation in outcome.violations:
        print(f"VIOLATION {violation}")
    print("nothing lost, nothing doubled" if not outcome.violations else f"{len(outcome.violations)} violations")
    return 1 if outcome.violations else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--every", type=float, default=5.0, help="seconds between faults, on average")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="leave the data folder for a look")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
