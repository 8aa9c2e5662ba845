"""`throughline voice`: reads a sentence a line on standard input, writes what was understood as a line of JSON."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cli.reach import insist_on_postgres, said_plainly
from cli.stop import Stop
from wiring.settings import Settings, load_settings

if TYPE_CHECKING:
    from domain.floor.speech.lexicon import Lexicon

CATALOGUE, NOW = "VOICE_CATALOGUE", "VOICE_NOW"


def describe(parser: argparse.ArgumentParser) -> None:
    """It takes no arguments; two variables stand in for the factory's own names and for the time."""
    parser.epilog = (
        f"{CATALOGUE}: a JSON file with the names to listen for, instead of the factory's own. "
        f"{NOW}: the time to count from, as in 2026-03-11T09:00, instead of now."
    )


def run(_arguments: argparse.Namespace) -> int:
    """Answer every line as soon as it has come, until the input ends."""
    from domain.floor.speech.parse import parse

    lexicon, now = _lexicon(), _clock()
    for line in sys.stdin:
        heard = parse(line.strip(), lexicon, now())
        answer = {"commands": list(heard.commands), "confidence": heard.confidence}
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    return 0


def _lexicon() -> Lexicon:
    path = os.environ.get(CATALOGUE)
    return _from_file(Path(path)) if path else _from_factory(load_settings())


def _from_file(path: Path) -> Lexicon:
    from domain.floor.speech.catalogue import Catalogue
    from domain.floor.speech.lexicon import lexicon_of

    try:
        return lexicon_of(Catalogue.from_json(json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, KeyError, TypeError, ArithmeticError) as problem:
        raise Stop(f"{CATALOGUE}: {path} is no catalogue ({problem!r}).") from None


def _from_factory(settings: Settings) -> Lexicon:
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    with said_plainly():
        return asyncio.run(_read(settings))


async def _read(settings: Settings) -> Lexicon:
    from domain.access.actor import system
    from usecases.floor.hear_speech import spoken_names
    from wiring.build import build

    parts = build(settings, application="voice")
    async with parts.running():
        found: Lexicon = await parts.door.read(system("command line"), spoken_names, None)
        return found


def _clock() -> Callable[[], datetime]:
    given = os.environ.get(NOW)
    if not given:
        zone = load_settings().zone
        return lambda: datetime.now(zone).replace(tzinfo=None)
    try:
        fixed = datetime.fromisoformat(given).replace(tzinfo=None)
    except ValueError:
        raise Stop(f"{NOW}: {given!r} is no time; write one as in 2026-03-11T09:00.") from None
    return lambda: fixed
