"""`throughline simulate`: a seeded year in a factory that does not exist, and what early warning was worth in it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cli.lent import servers_for
from cli.progress import phase
from cli.reach import insist_on_postgres, said_plainly
from cli.screen import Screen, language_of
from cli.stop import Stop
from domain.text import Text
from wiring.settings import PREFIX, Settings

_HEADS = Text(
    "规则 预警 命中 误报 召回率 准确率 提前小时(25/50/75%)",
    "rule warned foreseen false recall precision hours-before(25/50/75%)",
)
_SETTING_HEADS = Text(
    "概率 预警 命中 误报 召回率 准确率 提前小时(25/50/75%)",
    "at warned foreseen false recall precision hours-before(25/50/75%)",
)
BEGINS = datetime(2025, 1, 5, 16, 0, tzinfo=UTC)  # a Monday's first instant in Shanghai


def describe(parser: argparse.ArgumentParser) -> None:
    """How much of it, and where the figures go."""
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same year (1)")
    parser.add_argument("--orders", type=int, default=6800, help="how many orders come in (6800)")
    parser.add_argument("--days", type=int, default=365, help="within how many days (365)")
    parser.add_argument("--looks", type=int, default=4, help="how often a day rules and forecasts are worked out (4)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there as well")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the installation in this folder")
    parser.add_argument("--lang", choices=("zh", "en"), help="else as the terminal's locale says")


def run(arguments: argparse.Namespace) -> int:
    """Exit status 0; the figures are the answer. It works in an installation of its own, gone afterwards."""
    if arguments.orders < 1 or arguments.days < 1 or not 1 <= arguments.looks <= 24:
        raise Stop("--orders and --days must be 1 or more, --looks 1 to 24.")
    screen = Screen(arguments.lang or language_of(os.environ))
    screen.title(
        f"{screen.of(Text('模拟工厂', 'Simulated factory'))}  seed {arguments.seed}, {arguments.orders} "
        f"{screen.of(Text('张订单', 'orders'))}, {arguments.days} {screen.of(Text('天', 'days'))}"
    )
    with _somewhere(arguments.keep) as environ, servers_for(environ) as (settings, _):
        asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
        figures = _simulated(settings, arguments, screen)
    _show(figures, screen)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n")
        screen.note(str(arguments.json))
    return 0


@contextmanager
def _somewhere(keep: Path | None) -> Iterator[dict[str, str]]:
    """An environment whose installation holds nothing: never the one that is at work here."""
    if keep is not None and keep.exists() and any(keep.iterdir()):
        raise Stop(f"{keep} is not empty; name a folder that is not there yet.")
    given = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX) or name.endswith("_BIN")}
    made = Path(tempfile.mkdtemp(prefix="throughline-simulate-")) if keep is None else keep.expanduser().resolve()
    if keep is None:
        made.chmod(0o711)
    try:
        yield {**given, f"{PREFIX}DATA_DIR": str(made / "data" if keep is None else made)}
    finally:
        if keep is None:
            shutil.rmtree(made, ignore_errors=True)


def _simulated(settings: Settings, arguments: argparse.Namespace, screen: Screen) -> dict[str, Any]:
    from cli.commands.migrate import upgrade
    from cli.simulate.measure import simulate
    from cli.simulate.model import Wish
    from wiring.settings import role_of

    wish = Wish(arguments.seed, arguments.orders, arguments.days, BEGINS, settings.zone)
    upgrade(settings.migration_database_url, role_of(settings))
    began = time.monotonic()
    with phase(screen, Text("模拟", "simulation")) as part, said_plainly():

        def tell(order: int, orders: int, at: datetime) -> None:
            part.at(f"{order}/{orders}  {at.astimezone(settings.zone).date()}")

        figures = asyncio.run(simulate(settings, wish, arguments.looks, tell))
        lived = figures["lived"]
        told = Text(
            f"{lived['steps']} 个步骤，{lived['looks']} 次巡检", f"{lived['steps']} steps, {lived['looks']} looks"
        )
        part.said = screen.of(told)
    return {**figures, "seconds": round(time.monotonic() - began, 1)}


def _show(figures: Mapping[str, Any], screen: Screen) -> None:
    delivered, late = figures["delivered"], figures["late"]
    share = f"{late / delivered:.1%}" if delivered else "-"
    screen.fact(Text("已交付", "delivered"), str(delivered))
    screen.fact(Text("延期", "late"), f"{late} ({share})")
    rows = [screen.of(_HEADS).split(), *([one["rule"], *_worth(one)] for one in figures["rules"])]
    screen.title(screen.of(Text("预警效果", "What early warning was worth")))
    screen.table(rows)
    _show_settings(figures["settings"], screen)


def _show_settings(settings: Sequence[Mapping[str, Any]], screen: Screen) -> None:
    """The plain ones; those with hours, or of begun work alone, are in the file."""
    plain = [one for one in settings if not one["hours"] and not one["begun"]]
    rows = [screen.of(_SETTING_HEADS).split(), *([f"{one['percent']}%", *_worth(one)] for one in plain)]
    screen.title(screen.of(Text("预计延期：换一个概率", "forecast_late at other probabilities")))
    screen.table(rows)


def _worth(one: Mapping[str, Any]) -> list[str]:
    hours = "/".join(f"{hour:.0f}" for hour in one["hours_before"] or ()) or "-"
    cells = (one["warned"], one["foreseen"], one["false_alarms"], _share(one["recall"]), _share(one["precision"]))
    return [*map(str, cells), hours]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.0%}"
