"""Reading a JSON body so that nothing a client sends can break what comes after.

Refused here, once for all routes: text that is not UTF-8 or not JSON, a name twice in one object, deep nesting,
NUL characters and lone surrogates (PostgreSQL and UTF-8 hold neither), numbers that are not exact.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from api.validation import field_problem
from domain.refusals.general import FIELD_INVALID, MALFORMED_REQUEST

DEEPEST = 40
_EXACT_BITS = 63
_SHOWN = 20
# Whatever cannot be told from the bytes alone is looked for only where the bytes give reason to.
_SUSPECT = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]|[0-9]{17}")


def parse_json(body: bytes) -> Any:
    """The value. Raises MALFORMED_REQUEST for what cannot be read, FIELD_INVALID for what cannot be kept."""
    text = _text(body)
    try:
        value, suspect = _read(_STRICT, text), _SUSPECT.search(body) is not None
    except _Inexact:
        value, suspect = _read(_LENIENT, text), True
    if body.count(b"[") + body.count(b"{") > DEEPEST and too_deep(value):
        raise MALFORMED_REQUEST(reason=f"JSON > {DEEPEST}")
    if suspect:
        _refuse_faults(value)
    return value


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MALFORMED_REQUEST(reason="UTF-8") from None


class _Inexact(Exception):
    """A number with a fraction or an exponent."""


def _inexact(_: str) -> Any:
    raise _Inexact


def _no_constant(name: str) -> Any:
    raise MALFORMED_REQUEST(reason=f"JSON {name}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refused where a name stands twice: readers would disagree about which one counts."""
    result = dict(pairs)
    if len(result) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise MALFORMED_REQUEST(reason=f"JSON {twice[:60]!a} x 2")
    return result


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_inexact)
_LENIENT = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_constant)


def _read(decoder: json.JSONDecoder, text: str) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        raise MALFORMED_REQUEST(reason=f"JSON {error.lineno}:{error.colno}") from None
    except (RecursionError, ValueError):  # ValueError: a number of more digits than Python reads
        raise MALFORMED_REQUEST(reason="JSON") from None


def _refuse_faults(value: Any) -> None:
    problems = [field_problem(pointer, problem) for pointer, problem in islice(_faults(value, ""), _SHOWN)]
    if problems:
        raise FIELD_INVALID(*problems, summary=", ".join(problem.pointer for problem in problems)[:200])


def too_deep(value: Any) -> bool:
    """Whether it is nested deeper than anything that anybody means."""
    level = [value]
    for _ in range(DEEPEST):
        level = [part for item in level if isinstance(item, dict | list) for part in _parts(item)]
        if not level:
            return False
    return any(isinstance(item, dict | list) for item in level)


def _parts(item: dict[str, Any] | list[Any]) -> Any:
    return item.values() if isinstance(item, dict) else item


def _faults(value: Any, pointer: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, part in value.items():
            if not _clean(name):
                yield pointer or "/", "not_clean_text"
            yield from _faults(part, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _faults(part, f"{pointer}/{index}")
    elif isinstance(value, str):
        if not _clean(value):
            yield pointer or "/", "not_clean_text"
    elif isinstance(value, float) or (isinstance(value, int) and value.bit_length() > _EXACT_BITS):
        yield pointer or "/", "not_exact"


def _clean(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
