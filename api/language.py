"""Which of the two languages a client wants to read."""

from __future__ import annotations

from functools import lru_cache

from starlette.requests import HTTPConnection

from domain.text import Language

_LONGEST = 256


def language_of(request: HTTPConnection) -> Language:
    """By Accept-Language; Chinese where nothing, or neither language, is asked for."""
    return _preferred(request.headers.get("accept-language", "")[:_LONGEST])


@lru_cache(maxsize=512)
def _preferred(header: str) -> Language:
    best: dict[str, float] = {}
    for part in header.lower().split(","):
        tag, _, weight = part.partition(";")
        primary = tag.strip().partition("-")[0]
        best[primary] = max(best.get(primary, 0.0), _quality(weight))
    return "en" if best.get("en", 0.0) > max(best.get("zh", 0.0), 0.0) else "zh"


def _quality(weight: str) -> float:
    name, _, value = weight.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        quality = float(value)
    except ValueError:
        return 0.0
    return quality if 0.0 <= quality <= 1.0 else 0.0
