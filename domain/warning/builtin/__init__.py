"""The rules and the calendar that come with the product."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def builtin_rules() -> tuple[dict[str, Any], ...]:
    """Every rule as it is published first; a factory changes them as data."""
    return tuple(_read("rules.json"))


@cache
def builtin_calendar() -> dict[str, Any]:
    """A week of six days, eight hours each, and a quiet night."""
    body: dict[str, Any] = _read("calendar.json")
    return body


def _read(name: str) -> Any:
    return json.loads(files(__name__).joinpath(name).read_text(encoding="utf-8"))
