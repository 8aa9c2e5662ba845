"""Reads JSON strictly: every unknown, missing or mistyped key is noted with its pointer, and reading goes on."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from domain.expressions.json_bounds import pointer
from domain.refusals.kinds import FieldProblem
from domain.text import Text

T = TypeVar("T")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,63}")
_REFERENCE = re.compile(r"[a-z][a-z0-9_]{0,63}@[1-9][0-9]{0,5}")
_MISSING: Final[Any] = object()
MAX_TEXT = 500
_REQUIRED = Text("缺少此字段", "is required")


@dataclass(frozen=True, slots=True)
class Shape:
    """What a value must be, in words, and what stands in for one that is not so that reading can go on."""

    fits: Callable[[Any], bool]
    wanted: Text
    blank: Any


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= MAX_TEXT


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and -1_000_000 <= value <= 1_000_000


KEY = Shape(
    lambda value: isinstance(value, str) and _KEY.fullmatch(value) is not None,
    Text("应为小写字母开头的标识，如 in_review", "must be a name such as in_review"),
    "",
)
FREE_KEY = Shape(lambda value: _is_text(value) and 0 < len(value) <= 100, Text("应为标识", "must be a key"), "")
REFERENCE = Shape(
    lambda value: isinstance(value, str) and _REFERENCE.fullmatch(value) is not None,
    Text("应写作 名称@版本，如 inspect@1", "must be name@version such as inspect@1"),
    None,
)
TEXT = Shape(_is_text, Text("应为文字", "must be text"), "")
GUARD = Shape(lambda value: isinstance(value, str), Text("应为条件文字", "must be the text of a guard"), None)
FLAG = Shape(lambda value: isinstance(value, bool), Text("应为是或否", "must be true or false"), False)
WHOLE = Shape(_is_whole, Text("应为整数", "must be a whole number"), 0)
COUNT = Shape(
    lambda value: _is_whole(value) and value >= 1, Text("应为大于零的整数", "must be a whole number above zero"), 1
)


def choice(names: Collection[str]) -> Shape:
    """One of these names."""
    shown = "、".join(names), ", ".join(names)
    wanted = Text(f"只能是：{shown[0]}", f"must be one of: {shown[1]}")
    return Shape(lambda value: isinstance(value, str) and value in names, wanted, next(iter(names)))


def misfit(value: Any, shape: Shape) -> tuple[str, Text]:
    """Code and words for a value that does not fit; one that nobody has chosen yet is missing, not misspelt."""
    return ("required", _REQUIRED) if value == "" else ("type", shape.wanted)


class Reader:
    """One JSON object while it is read. Problems of all readers of a document go into one list."""

    def __init__(self, value: Any, at: str, problems: list[FieldProblem], names: Collection[str]) -> None:
        self.at, self._problems = at, problems
        self._value: Mapping[str, Any] = value if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.say("", "type", Text("应为一组字段", "must be an object"))
        for name in self._value:
            if name not in names:
                self.say(str(name), "field_unknown", Text("没有这个字段", "is not a field here"))

    def say(self, name: str, code: str, detail: Text) -> None:
        """Note a problem of one field, or of the object itself for the empty name."""
        self._problems.append(FieldProblem(pointer(self.at, name) if name else self.at, code, detail))

    def one(self, name: str, shape: Shape, default: Any = _MISSING) -> Any:
        """A single value; null counts as absent where there is a default."""
        value = self._value.get(name, _MISSING)
        if value is _MISSING or (value is None and default is not _MISSING):
            return self._absent(name, shape.blank, default)
        if shape.fits(value):
            return value
        self.say(name, *misfit(value, shape))
        return shape.blank

    def many(self, name: str, read: Callable[[Any, str], T], most: int, default: Any = _MISSING) -> tuple[T, ...]:
        """A list, each item read with its own pointer."""
        value = self._value.get(name, _MISSING)
        if value is _MISSING:
            return tuple(self._absent(name, (), default))
        if not isinstance(value, list | tuple):
            self.say(name, "type", Text("应为列表", "must be a list"))
            return ()
        if len(value) > most:
            self.say(name, "too_large", Text(f"最多 {most} 项", f"may have at most {most} items"))
            return ()
        at = pointer(self.at, name)
        return tuple(read(item, pointer(at, index)) for index, item in enumerate(value))

    def keys(self, name: str, most: int) -> tuple[str, ...]:
        """A list of keys."""
        return self.many(name, self._key, most)

    def label(self, name: str, default: Text | None = None) -> Text:
        """A text in both languages; what is left empty is for validation to say."""
        if default is not None and self._value.get(name) is None:
            return default
        value = self._value.get(name, _MISSING)
        return self._label(self._absent(name, {}, _MISSING) if value is _MISSING else value, pointer(self.at, name))

    def optional_label(self, name: str) -> Text | None:
        """A text in both languages, or None where there is none."""
        return None if self._value.get(name) is None else self.label(name)

    def has(self, name: str) -> bool:
        """Whether the key is there at all."""
        return name in self._value

    def entries(self, name: str, names: Collection[str]) -> list[tuple[str, Any, str]]:
        """The entries of an object inside whose keys are given: name, value, pointer."""
        at = pointer(self.at, name)
        value = self._value.get(name, {})
        Reader(value, at, self._problems, names)
        return [(key, value[key], pointer(at, key)) for key in names if isinstance(value, Mapping) and key in value]

    def _absent(self, name: str, blank: Any, default: Any) -> Any:
        if default is not _MISSING:
            return default
        self.say(name, "required", _REQUIRED)
        return blank

    def _key(self, value: Any, at: str) -> str:
        if KEY.fits(value):
            return str(value)
        self._problems.append(FieldProblem(at, *misfit(value, KEY)))
        return ""

    def _label(self, value: Any, at: str) -> Text:
        reader = Reader(value, at, self._problems, ("zh", "en"))
        return Text(reader.one("zh", TEXT, ""), reader.one("en", TEXT, ""))
