"""Types that requests share. Each says in the OpenAPI document exactly what it takes, and takes no more than that."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

Item = TypeVar("Item")

_DECIMAL = re.compile(r"-?[0-9]{1,14}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_YEARS = "^(19[7-9]|2[01][0-9])[0-9]-"


class Sent(BaseModel):
    """What a client sends: a name that is not declared is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Shown(BaseModel):
    """What a client is answered; describes the answer and does not make it."""


def _decimal(value: Any) -> Decimal:
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        raise PydanticCustomError("not_decimal_text", "a decimal number as text")
    return Decimal(value)


def _day(value: Any) -> date:
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return _in_range(day)
    raise PydanticCustomError("not_date", "a date")


def _instant(value: Any) -> datetime:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        try:
            return _in_range(datetime.fromisoformat(_microseconds(value.upper()))).astimezone(UTC)
        except ValueError:
            pass
    raise PydanticCustomError("not_instant", "a time with its offset")


def _microseconds(text: str) -> str:
    return re.sub(r"(\.[0-9]{6})[0-9]+", r"\1", text)


Dated = TypeVar("Dated", bound=date)


def _in_range(value: Dated) -> Dated:
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise PydanticCustomError("out_of_range", "out of range")
    return value


def _clean(value: Any) -> Any:
    if isinstance(value, str) and any(letter < " " and letter not in "\t\n\r" for letter in value):
        raise PydanticCustomError("not_clean_text", "no control characters")
    return value


def _decimal_schema(pattern: str, example: str) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern, "examples": [example]})


_WHOLE_PART = r"[0-9]{1,14}(\.[0-9]{1,6})?$"

# Money and quantities: text, at most 14 digits before the point and 6 after, never a float and never an exponent.
DecimalText = Annotated[Decimal, BeforeValidator(_decimal), _decimal_schema(f"^-?{_WHOLE_PART}", "180.00")]
NotNegative = Annotated[Decimal, Field(ge=0), BeforeValidator(_decimal), _decimal_schema(f"^{_WHOLE_PART}", "180.00")]
Positive = Annotated[
    Decimal,
    Field(gt=0),
    BeforeValidator(_decimal),
    _decimal_schema(rf"^(?=.*[1-9]){_WHOLE_PART}", "28"),
]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(examples=["CNY"], description="ISO 4217")]
Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date", "pattern": _YEARS})]
Instant = Annotated[
    datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time", "pattern": _YEARS})
]
Whole = Annotated[int, Strict(), Field(ge=-(2**31), le=2**31 - 1)]
Flag = Annotated[bool, Strict()]

_NO_CONTROL = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$"
SafeText = Annotated[str, Field(json_schema_extra={"pattern": _NO_CONTROL}), BeforeValidator(_clean)]
Name = Annotated[SafeText, Field(min_length=1, max_length=200)]
Words = Annotated[SafeText, Field(max_length=4000)]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$"), Field(examples=["standard"])]

_PLAIN = ["string", "integer", "boolean", "null"]
Facts = Annotated[
    dict[str, Any],
    Field(max_length=200),
    WithJsonSchema(
        {
            "type": "object",
            "description": "Numbers are whole; decimals are written as text. 小数写成文本。",
            "maxProperties": 200,
            "additionalProperties": {
                "anyOf": [
                    {"type": _PLAIN},
                    {"type": "array", "items": {"type": [*_PLAIN, "object"]}},
                    {"type": "object", "additionalProperties": {"type": [*_PLAIN, "array", "object"]}},
                ]
            },
        }
    ),
]


Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]


class BothLanguages(Shown):
    """A text in both languages."""

    zh: str
    en: str


class Page(Shown, Generic[Item]):
    """A page of a list; `next_cursor` null is the end."""

    items: list[Item]
    next_cursor: str | None
