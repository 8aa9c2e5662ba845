"""`throughline stock sync`: read the stock of every connected ERP now, and say what came of it."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from cli.reach import insist_on_postgres
from domain.access.actor import system
from usecases.warning.pull_stock import ask_for_stock
from usecases.warning.read_stock import list_sources
from wiring.build import build
from wiring.logs import logs_beside_the_answer
from wiring.outside import outside_of
from wiring.settings import Settings, load_settings
from workers.relay import Relay

COMMAND_LINE = system("command line")


def describe(parser: argparse.ArgumentParser) -> None:
    """`stock sync` takes no arguments: which ERPs there are is set by the environment."""
    parser.add_subparsers(dest="what", metavar="WHAT", required=True).add_parser(
        "sync", help="read the stock now", description="Read the stock of every connected ERP now; needs no worker."
    )


def run(_arguments: argparse.Namespace) -> int:
    """Exit status 0 where every ERP gave its whole list, 1 where one did not."""
    logs_beside_the_answer()
    settings = load_settings()
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    sources = asyncio.run(_sync(settings))
    for source in sources:
        print(_line(source))
    return 1 if any(source["problem"] for source in sources) else 0


async def _sync(settings: Settings) -> list[dict[str, Any]]:
    """Ask, and be the worker that carries it out, beside whichever others there are."""
    parts = build(settings, application="stock-sync")
    async with parts.running():
        await parts.door.run(COMMAND_LINE, ask_for_stock, settings.erps)
        await Relay(parts.door, outside_of(settings, parts.mailbox, parts.clock)).drain()
        known: list[dict[str, Any]] = await parts.door.read(COMMAND_LINE, list_sources, None)
    return [source for source in known if source["source"] in settings.erps]


def _line(source: dict[str, Any]) -> str:
    """One ERP: until when its stock is known, and what is wrong, where something is."""
    wrong = source["problem"]
    said = f"{wrong['reason']} ({wrong['problem']}); " if wrong else ""
    return f"{source['source']}: {said}stock as of 库存时间 {source['as_of'] or 'never 从未'}"
