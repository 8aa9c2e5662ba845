"""The functions that a guard may call. Pattern matching is left out: its cost cannot be told from the text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from domain.expressions.guard_types import BOOL, DURATION, INT, STRING, TIMESTAMP, Type

_Overloads = Mapping[tuple[str, ...], Type]
_TEXT_TEST: _Overloads = {("string", "string"): BOOL}
_TIME_PART: _Overloads = {("timestamp",): INT}
_TIME_OR_DURATION_PART: _Overloads = {("timestamp",): INT, ("duration",): INT}
_SIZE: _Overloads = {("string",): INT, ("list",): INT, ("map",): INT}

_FUNCTIONS: Mapping[str, _Overloads] = {
    "size": _SIZE,
    "int": {("int",): INT, ("string",): INT},
    "string": {("int",): STRING, ("string",): STRING, ("timestamp",): STRING},
    "timestamp": {("string",): TIMESTAMP, ("timestamp",): TIMESTAMP},
    "duration": {("string",): DURATION, ("duration",): DURATION},
}
_METHODS: Mapping[str, _Overloads] = {
    "size": _SIZE,
    "contains": _TEXT_TEST,
    "startsWith": _TEXT_TEST,
    "endsWith": _TEXT_TEST,
    "getFullYear": _TIME_PART,
    "getMonth": _TIME_PART,
    "getDate": _TIME_PART,
    "getDayOfMonth": _TIME_PART,
    "getDayOfWeek": _TIME_PART,
    "getDayOfYear": _TIME_PART,
    "getHours": _TIME_OR_DURATION_PART,
    "getMinutes": _TIME_OR_DURATION_PART,
    "getSeconds": _TIME_OR_DURATION_PART,
}


def known(name: str, *, method: bool) -> bool:
    """Whether there is such a function, whatever it takes."""
    return name in (_METHODS if method else _FUNCTIONS)


def result_of(name: str, given: Sequence[Type], *, method: bool) -> Type | None:
    """What the function gives for these arguments (a method's target first), or None where it cannot take them."""
    for wanted, result in (_METHODS if method else _FUNCTIONS).get(name, {}).items():
        if len(wanted) == len(given) and all(
            kind.kind in (needed, "dyn") for kind, needed in zip(given, wanted, strict=True)
        ):
            return result
    return None
