"""`throughline stock sync`: read the stock of every connected ERP now. `stock try NAME`: what one of them answers."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime
from typing import Any

from cli.reach import insist_on_postgres
from domain.access.actor import system
from usecases.warning.pull_stock import ask_for_stock
from usecases.warning.read_stock import list_sources
from wiring.build import build
from wiring.erp_trial import try_erp
from wiring.logs import logs_beside_the_answer
from wiring.outside import outside_of
from wiring.settings import Settings, SettingsError, load_settings
from workers.relay import Relay

COMMAND_LINE = system("command line")


def describe(parser: argparse.ArgumentParser) -> None:
    """Which ERPs there are is set by the environment; `try` names one of them."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    what.add_parser(
        "sync", help="read the stock now", description="Read the stock of every connected ERP now; needs no worker."
    )
    trial = what.add_parser(
        "try",
        help="try the connection to one ERP",
        description="Sign in to one ERP and read a page of its stock and materials: the raw answers without secrets, "
        "and what they are understood as. Nothing is kept; needs no database.",
    )
    trial.add_argument("name", metavar="NAME", help="as in kingdee, odoo, erpnext, yonsuite, u8")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0 where every ERP that was asked gave what it was asked for, 1 where one did not."""
    logs_beside_the_answer()
    settings = load_settings()
    return _try(settings, arguments.name) if arguments.what == "try" else _sync(settings)


def _sync(settings: Settings) -> int:
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    sources = asyncio.run(_read_all(settings))
    for source in sources:
        print(_line(source))
    return 1 if any(source["problem"] for source in sources) else 0


async def _read_all(settings: Settings) -> list[dict[str, Any]]:
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


def _try(settings: Settings, name: str) -> int:
    if name not in settings.erps:
        raise SettingsError(f"{name} is not connected; connected: {', '.join(settings.erps) or 'none'}.")
    tried = asyncio.run(try_erp(settings, name, lambda: datetime.now(UTC)))
    for one in tried["exchanges"]:
        print(f"{one['method']} {one['url']}: {one['status'] or 'no answer 无应答'}, {one['ms']} ms")
        print(one["answer"] + (" ..." if one["cut"] else ""))
    _print_read("stock 库存", tried["stock"], ("material", "quantity", "row"))
    _print_read("materials 物料", tried["materials"], ("material", "name", "unit", "safety_level", "unit_cost"))
    return 0 if tried["ok"] else 1


def _print_read(what: str, read: dict[str, Any], fields: tuple[str, ...]) -> None:
    """What was understood, a row a line."""
    wrong = read["problem"]
    if wrong:
        print(f"{what}: {wrong['reason']} ({wrong['problem']})")
        return
    print(f"{what}: {len(read['items'])} rows 行{', more 还有' if read['more'] else ''}")
    for row in read["items"]:
        print("  " + "  ".join(f"{field}={row[field]}" for field in fields))
