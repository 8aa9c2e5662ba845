"""The fields of reports: how each is read from JSON, and how the same rule is told as JSON Schema.

Kept apart from `domain.expressions.schema`, because a call brings a thousand reports and this reads one in some
microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from domain.refusals.kinds import FieldProblem
from domain.text import Text

_DECIMAL = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,6})?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?[0-9]*([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
_NOT_TEXT = Text("应为文本，且不过长", "text of a sensible length is expected")
_NOT_QUANTITY = Text('应为十进制文本，如 "28"', 'a decimal number as text is expected, such as "28"')


class Bad(ValueError):
    """A value that is not what its field takes; `text` says what that is."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Reader(Protocol):
    """Reads one value, or raises Bad."""

    def read(self, value: Any) -> Any: ...

    def schema(self) -> dict[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Words:
    """Text of at most so many characters; nothing that no letter is."""

    longest: int = 200
    shortest: int = 1

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not self.shortest <= len(value) <= self.longest or not keepable(value):
            raise Bad(_NOT_TEXT)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "minLength": self.shortest, "maxLength": self.longest}


@dataclass(frozen=True, slots=True)
class Quantity:
    """A decimal as text: at most 14 digits before the point and 6 after. `least` None is no limit."""

    positive: bool = False
    least: Decimal | None = Decimal(0)

    def read(self, value: Any) -> Decimal:
        if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
            raise Bad(_NOT_QUANTITY)
        number = Decimal(value)
        if (self.positive and number <= 0) or (self.least is not None and number < self.least):
            raise Bad(Text("须大于零", "must be more than nothing") if self.positive else _NOT_QUANTITY)
        return number

    def schema(self) -> dict[str, Any]:
        sign = "-?" if self.least is None else ""
        some = "(?=.*[1-9])" if self.positive else ""
        return {"type": "string", "pattern": rf"^{some}{sign}[0-9]{{1,14}}(\.[0-9]{{1,6}})?$", "examples": ["28"]}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`."""

    least: int = 0
    most: int = 2**31 - 1

    def read(self, value: Any) -> int:
        if type(value) is not int or not self.least <= value <= self.most:
            raise Bad(Text("应为整数", "a whole number is expected"))
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def read(self, value: Any) -> bool:
        if type(value) is not bool:
            raise Bad(Text("应为 true 或 false", "true or false is expected"))
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few words."""

    words: tuple[str, ...]

    def read(self, value: Any) -> str:
        if value not in self.words:
            listed = ", ".join(self.words)
            raise Bad(Text(f"应为其中之一：{listed}", f"one of {listed} is expected"))
        return str(value)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Id:
    """A UUID."""

    def read(self, value: Any) -> UUID:
        try:
            return UUID(value) if isinstance(value, str) and len(value) == 36 else _no_id()
        except ValueError:
            return _no_id()

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


def _no_id() -> UUID:
    raise Bad(Text("应为 UUID", "a UUID is expected"))


@dataclass(frozen=True, slots=True)
class Sha256:
    """The SHA-256 of the bytes of a photo or of a spoken note, as hex."""

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not _SHA256.fullmatch(value):
            raise Bad(Text("应为 SHA-256（小写十六进制）", "a SHA-256 as lower-case hex is expected"))
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": "^[0-9a-f]{64}$"}


@dataclass(frozen=True, slots=True)
class Moment:
    """RFC 3339 with its offset."""

    def read(self, value: Any) -> datetime:
        found = instant(value)
        if found is None:
            raise Bad(Text("应为带时区的时间", "a time with its offset is expected"))
        return found

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


@dataclass(frozen=True, slots=True)
class Many:
    """A list of at most so many."""

    of: Reader
    most: int = 200

    def read(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > self.most:
            raise Bad(Text(f"应为列表，最多 {self.most} 项", f"a list of at most {self.most} is expected"))
        return tuple(self.of.read(item) for item in value)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "maxItems": self.most, "items": self.of.schema()}


@dataclass(frozen=True, slots=True)
class Part:
    """An object of its own. What is not declared is passed over: a newer app may say more."""

    required: Mapping[str, Reader] = field(default_factory=dict)
    optional: Mapping[str, Reader] = field(default_factory=dict)

    def read(self, value: Any) -> dict[str, Any]:
        problems = list(self.problems(value))
        if problems:
            raise Bad(problems[0].detail)
        return self.values(value)

    def values(self, value: Mapping[str, Any]) -> dict[str, Any]:
        """What was read; a field that is null or absent is not there."""
        known = {**self.required, **self.optional}
        return {name: reader.read(value[name]) for name, reader in known.items() if value.get(name) is not None}

    def problems(self, value: Any, pointer: str = "") -> Iterator[FieldProblem]:
        """Everything that is wrong, each with its pointer."""
        if not isinstance(value, dict):
            yield FieldProblem(pointer, "invalid", Text("应为对象", "an object is expected"))
            return
        for name, reader in self.required.items():
            if value.get(name) is None:
                yield FieldProblem(f"{pointer}/{name}", "missing", Text("不能为空", "must not be empty"))
            else:
                yield from _problem(reader, value[name], f"{pointer}/{name}")
        for name, reader in self.optional.items():
            if value.get(name) is not None:
                yield from _problem(reader, value[name], f"{pointer}/{name}")

    def schema(self) -> dict[str, Any]:
        properties = {name: reader.schema() for name, reader in {**self.required, **self.optional}.items()}
        return {"type": "object", "required": list(self.required), "properties": properties}


def _problem(reader: Reader, value: Any, pointer: str) -> Iterator[FieldProblem]:
    try:
        reader.read(value)
    except Bad as bad:
        yield FieldProblem(pointer, "invalid", bad.text)


def instant(value: Any) -> datetime | None:
    """An instant in UTC, or None where the value is none or lies outside of 1970 to 2199."""
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return None
    try:
        found = datetime.fromisoformat(
            value[: match.end(1) if match[1] else 19].upper().replace(" ", "T") + match[2].upper()
        )
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return found if _FIRST <= found < _LAST else None


def keepable(text: str) -> bool:
    """Whether the database can keep it: no NUL and no half of a letter."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)
