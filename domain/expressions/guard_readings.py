"""Which values a guard reads, and picking exactly those out of what it is given.

Turning Python values into the library's costs about two microseconds each and every use of a list copies it, so only
what is read is handed over, and how much that may be is bounded here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any

from domain.expressions.guard_problems import GuardError
from domain.text import Text

MAX_LIST = 200
MAX_VALUES = 1_000
MAX_TEXT = 4_000
MAX_VALUE_DEPTH = 8
_INT64 = range(-(2**63), 2**63)
ITEM = "*"
"""The segment of a path that stands for every item of a list."""

Path = tuple[str, ...]


class Shape(IntEnum):
    """How much a place in a guard can take; of several readings of one value the strictest holds."""

    PRESENCE = 0
    ANY = 1
    SCALARS = 2
    SCALAR = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """One value that a guard reads: `("order", "lines", "*", "sku")`."""

    path: Path
    shape: Shape = Shape.ANY


@dataclass(slots=True)
class _Branch:
    shape: Shape | None = None
    below: dict[str, _Branch] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return self.shape is not None and (self.shape > Shape.PRESENCE or not self.below)


class Picker:
    """Picks what the readings name. Raises GuardError where a value is not one that a guard can take."""

    def __init__(self, readings: Iterable[Reading]) -> None:
        self._root = _Branch()
        for reading in readings:
            branch = self._root
            for segment in reading.path:
                branch = branch.below.setdefault(segment, _Branch())
            branch.shape = max(reading.shape, branch.shape or Shape.PRESENCE)

    def pick(self, context: Mapping[str, Any]) -> dict[str, Any]:
        """The part of the context that the guard sees."""
        count = _Count()
        return {
            root: _picked(branch, context[root], count) for root, branch in self._root.below.items() if root in context
        }


class _Count:
    """Counts values and refuses more than MAX_VALUES of them."""

    __slots__ = ("values",)

    def __init__(self) -> None:
        self.values = 0

    def one(self) -> None:
        self.values += 1
        if self.values > MAX_VALUES:
            raise _refused(f"数据过多，上限 {MAX_VALUES} 个值", f"it reads more than {MAX_VALUES} values")


def _picked(branch: _Branch, value: Any, count: _Count) -> Any:
    count.one()
    if branch.whole:
        taken = _SHAPES[branch.shape or Shape.PRESENCE](value, count)
        return (
            taken
            if branch.shape is not Shape.SCALARS or not isinstance(value, Mapping)
            else taken | _named(branch, value, count)
        )
    if isinstance(value, Mapping):
        return _named(branch, value, count)
    if isinstance(value, list | tuple):
        inner = branch.below.get(ITEM)
        return [_picked(inner, item, count) for item in _short(value)] if inner else []
    return _scalar(value)


def _named(branch: _Branch, value: Mapping[str, Any], count: _Count) -> dict[str, Any]:
    if ITEM in branch.below:
        raise _refused("这里应为列表", "a list is needed here")
    return {name: _picked(inner, value[name], count) for name, inner in branch.below.items() if name in value}


def _any(value: Any, count: _Count, depth: int = 0) -> Any:
    if depth > MAX_VALUE_DEPTH:
        raise _refused("数据嵌套过深", "the data is nested too deeply")
    if isinstance(value, Mapping):
        return {_key(name): _counted(item, count, depth) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_counted(item, count, depth) for item in _short(value)]
    return _scalar(value)


def _counted(value: Any, count: _Count, depth: int) -> Any:
    count.one()
    return _any(value, count, depth + 1)


def _scalars(value: Any, count: _Count) -> Any:
    if isinstance(value, Mapping):
        return dict.fromkeys(_short([_key(name) for name in value]), True)
    if isinstance(value, list | tuple):
        for _ in _short(value):
            count.one()
        return [_scalar(item) for item in value]
    return _scalar(value)


def _short(values: Any) -> Any:
    if len(values) > MAX_LIST:
        raise _refused(f"列表超过 {MAX_LIST} 项", f"a list has more than {MAX_LIST} items")
    return values


def _key(name: Any) -> str:
    if not isinstance(name, str):
        raise _refused("键名必须是文字", "a key is not text")
    return _text(name)


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, int) and value in _INT64:
        return int(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    name = type(value).__name__
    raise _refused(f"不能用于条件的数据类型（{name}）", f"a value of type {name} cannot be used here")


def _text(value: str) -> str:
    if len(value) > MAX_TEXT:
        raise _refused(f"文字超过 {MAX_TEXT} 个字符", f"a text is longer than {MAX_TEXT} characters")
    return str(value)


def _refused(zh: str, en: str) -> GuardError:
    return GuardError(Text(zh, en))


_SHAPES: Mapping[Shape, Callable[[Any, _Count], Any]] = {
    Shape.PRESENCE: lambda _value, _count: True,
    Shape.ANY: _any,
    Shape.SCALARS: _scalars,
    Shape.SCALAR: lambda value, _count: _scalar(value),
}
