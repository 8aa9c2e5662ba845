"""What any JSON value must be before it is judged: small enough, without doubles, and text that a database can hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from domain.refusals.kinds import FieldProblem
from domain.text import Text

MAX_VALUES = 10_000
MAX_LIST = 1_000
MAX_TEXT = 20_000
MAX_NAME = 200
_INT64 = range(-(2**63), 2**63)


def pointer(base: str, name: str | int) -> str:
    """One step further down, as RFC 6901 escapes it."""
    return f"{base}/{str(name).replace('~', '~0').replace('/', '~1')}"


def count(value: Any) -> int:
    """How many values it holds, itself included; it must be one that `problems` found nothing wrong with."""
    if isinstance(value, Mapping):
        return 1 + sum(map(count, value.values()))
    if isinstance(value, list | tuple):
        return 1 + sum(map(count, value))
    return 1


def problems(value: Any, at: str, depth: int) -> Iterator[FieldProblem]:
    """What is wrong with the value as JSON of ours, going down at most `depth` levels."""
    if isinstance(value, str):
        yield from _text_problems(value, at)
    elif isinstance(value, Mapping | list | tuple):
        yield from _container_problems(value, at, depth)
    elif isinstance(value, bool) or value is None:
        return
    elif not isinstance(value, int):
        yield _problem(at, "not_exact", '小数请写成文字，如 "12.50"', 'write decimals in quotes, such as "12.50"')
    elif value not in _INT64:
        yield _problem(at, "number_too_large", "数字过大", "the number is too large")


def _container_problems(value: Any, at: str, depth: int) -> Iterator[FieldProblem]:
    if depth == 0:
        yield _problem(at, "too_deep", "嵌套过深", "nested too deeply")
        return
    if len(value) > MAX_LIST:
        yield _problem(at, "too_large", f"超过 {MAX_LIST} 项", f"more than {MAX_LIST} entries")
        return
    for name, item in value.items() if isinstance(value, Mapping) else enumerate(value):
        if isinstance(name, str):
            yield from _name_problems(name, at)
        yield from problems(item, pointer(at, name), depth - 1)


def _name_problems(name: str, at: str) -> Iterator[FieldProblem]:
    if len(name) > MAX_NAME or any(True for _ in _text_problems(name, at)):
        yield _problem(
            at, "text_invalid", "字段名过长或含有无法保存的字符", "a field's name is too long or cannot be stored"
        )


def _text_problems(text: str, at: str) -> Iterator[FieldProblem]:
    if len(text) > MAX_TEXT:
        yield _problem(at, "too_large", f"最多 {MAX_TEXT} 个字符", f"may have at most {MAX_TEXT} characters")
    if "\x00" in text or (not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text)):
        yield _problem(at, "text_invalid", "含有无法保存的字符", "holds a character that cannot be stored")


def _problem(at: str, code: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(at, code, Text(zh, en))
