"""The acceptance data of tests/voice, its scorer, and shorthand for parsing with its catalogue."""

from __future__ import annotations

import importlib.util
import json
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from domain.floor.speech.catalogue import Catalogue
from domain.floor.speech.lexicon import Lexicon, lexicon_of
from domain.floor.speech.parse import parse

FOLDER = Path(__file__).parents[3] / "voice"
NOW = datetime(2026, 3, 11, 9)  # noqa: DTZ001 - the factory's own time
"""A Wednesday."""
CATALOGUE: dict[str, Any] = json.loads((FOLDER / "catalogue.json").read_text("utf-8"))


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    return lexicon_of(Catalogue.from_json(CATALOGUE))


@lru_cache(maxsize=1)
def scorer() -> Any:
    """The module score.py, which is no package of ours."""
    spec = importlib.util.spec_from_file_location("voice_score", FOLDER / "score.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def utterances(name: str = "dev.jsonl") -> list[dict[str, Any]]:
    folder = FOLDER if name == "dev.jsonl" else Path(__file__).parent
    return [json.loads(line) for line in (folder / name).read_text("utf-8").splitlines() if line]


def heard(text: str, words: Lexicon | None = None) -> list[dict[str, Any]]:
    """The commands of a sentence."""
    return list(parse(text, words or lexicon(), NOW).commands)


def verdict(item: dict[str, Any]) -> tuple[str, float]:
    """exact, ask, miss or wrong, and its cost, by the rules of score.py."""
    canon = scorer().Canon(CATALOGUE)
    out, valid = canon.reply({"commands": heard(item["text"])})
    wanted = [item["expected"], *item.get("accept", [])]
    found: tuple[str, float] = min((scorer().judge(canon.reply(e)[0], out, valid) for e in wanted), key=lambda v: v[1])
    return found
