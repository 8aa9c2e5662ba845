"""`throughline seed`: the demo factory with two months of orders, in an installation that is still empty."""

from __future__ import annotations

import argparse
import asyncio
import time
from datetime import UTC, datetime

from cli.reach import insist_on_postgres, said_plainly
from cli.stop import Stop
from wiring.settings import load_settings


def describe(parser: argparse.ArgumentParser) -> None:
    """Its one choice."""
    parser.add_argument(
        "--if-empty", action="store_true", help="say nothing where the factory is there already, as `up` asks"
    )


def run(arguments: argparse.Namespace) -> int:
    """Seed what is missing; a seed that was stopped goes on."""
    from cli.demo.seeding import seed

    settings = load_settings()
    if not settings.demo:
        raise Stop("Demo data and demo logins are for a demo installation only; set THROUGHLINE_DEMO=1 for one.")
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    began = time.monotonic()
    with said_plainly():
        made = asyncio.run(seed(settings, datetime.now(UTC), _say))
    if made is not None:
        told = ", ".join(f"{count} {what}" for what, count in made.items())
        _say(f"The demo factory is there 演示工厂已就绪: {told} ({time.monotonic() - began:.1f} s)")
    elif not arguments.if_empty:
        _say("There are orders already; nothing was seeded 已有订单，未写入演示数据 (an empty factory: make clean)")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)
