"""The published sample data that the demo factory and its play are made of: files of the checkout, read as they are."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from cli.stop import Stop
from wiring.settings import CHECKOUT

FOLDER = CHECKOUT / "tests"


def sample_bytes(name: str) -> bytes:
    """A sample byte for byte, by its name below tests/: signatures fit exactly these."""
    try:
        return (FOLDER / name).read_bytes()
    except FileNotFoundError:
        raise Stop(
            f"{FOLDER / name} is missing; the demo needs the whole checkout: get it again by git, or start without "
            "demo data by: throughline up --quick"
        ) from None


def sample_json(name: str) -> Any:
    """A sample as JSON values; numbers with decimals stay exact."""
    return json.loads(sample_bytes(name), parse_float=Decimal)


@cache
def story(name: str) -> Any:
    """A part of the demo factory's own story."""
    return json.loads((Path(__file__).parent / "data" / f"{name}.json").read_text(encoding="utf-8"))
