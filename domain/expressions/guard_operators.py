"""What the operators of a guard can take, and what they give."""

from __future__ import annotations

from collections.abc import Mapping

from domain.expressions.guard_types import DURATION, DYN, INT, STRING, TIMESTAMP, Type, agree

_ORDERED = {"int", "string", "timestamp", "duration", "dyn"}
_NEVER_ADDED = {"list", "map", "bool", "null"}
_SUMS: Mapping[tuple[str, str, str], Type] = {
    ("int", "+", "int"): INT,
    ("int", "-", "int"): INT,
    ("string", "+", "string"): STRING,
    ("timestamp", "+", "duration"): TIMESTAMP,
    ("duration", "+", "timestamp"): TIMESTAMP,
    ("timestamp", "-", "duration"): TIMESTAMP,
    ("timestamp", "-", "timestamp"): DURATION,
    ("duration", "+", "duration"): DURATION,
    ("duration", "-", "duration"): DURATION,
}


def comparable(operator: str, first: Type, second: Type) -> bool:
    """Whether the two may stand on the sides of a comparison; lists, maps and booleans have no order."""
    ordered = operator in ("==", "!=") or {first.kind, second.kind} <= _ORDERED
    return ordered and agree(first, second)


def result_of(operator: str, first: Type, second: Type) -> Type | None:
    """What + - * / % give, or None where they cannot take the two. Lists are not joined: it costs their square."""
    kinds = {first.kind, second.kind}
    if operator in ("*", "/", "%"):
        return INT if kinds <= {"int", "dyn"} else None
    if "dyn" in kinds and not kinds & _NEVER_ADDED:
        return INT if "int" in kinds else DYN
    return _SUMS.get((first.kind, operator, second.kind))
