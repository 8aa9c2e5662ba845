"""Forms and extra fields as data: the one module behind which `jsonschema` stands (JSON Schema, draft 2020-12).

A form describes an object. Decimals are texts with the format `decimal`; doubles are refused wherever they stand, as
history is hashed without them. Our own keywords: `x-label` {zh, en}, `x-unit`, `x-read` and `x-write` (role keys;
absent means everybody), `x-show` (screens) and `x-filter`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

from domain.expressions import json_bounds, schema_bounds, schema_words
from domain.expressions.cel import matches
from domain.expressions.json_bounds import pointer
from domain.expressions.patterns import spelled_out
from domain.refusals.kinds import FieldProblem
from domain.refusals.workflows import FORM_INVALID
from domain.text import Text

MAX_PROBLEMS = 50
MAX_WORK = 250_000
"""Parts of the schema times values judged: some seconds at the very worst, far below a millisecond in practice."""
_VALUE_DEPTH = 16
_DECIMAL = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form, as a screen needs it. `read` and `write` are role keys, None for everybody."""

    name: str
    label: Text | None
    unit: str | None
    read: frozenset[str] | None
    write: frozenset[str] | None
    required: bool


class FormSchema:
    """A compiled form; it holds no state and may be used by many at once.

    `takes_nothing` says that the empty object is fine, so that the hot path need not ask.
    """

    __slots__ = ("_validator", "_weight", "fields", "schema", "takes_nothing")

    def __init__(self, schema: Mapping[str, Any], weight: int) -> None:
        self.schema = schema
        self.fields = tuple(_fields(schema))
        self._weight = weight
        self._validator = _Validator(schema, registry=Registry(), format_checker=_FORMATS)
        self.takes_nothing = not any(True for _ in self._validator.iter_errors({}))

    @staticmethod
    def compile(schema: Mapping[str, Any]) -> FormSchema:
        """The form, ready to use; one that was compiled before costs little. Raises FORM_INVALID with pointers."""
        try:
            text = json.dumps(schema, allow_nan=False)
        except (TypeError, ValueError, RecursionError):
            raise _invalid(FieldProblem("", "schema_invalid", Text("不是可用的 JSON", "not usable as JSON"))) from None
        return _compiled(text)

    def validate(self, value: Any, at: str = "") -> list[FieldProblem]:
        """All that is wrong with the value, at most 50 problems; `at` is the pointer of the value itself."""
        if not isinstance(value, Mapping):
            return [FieldProblem(at, "type", schema_words.words("type", "object"))]
        if not value and self.takes_nothing:
            return []
        value = dict(value)  # the library knows no other mapping
        found = list(islice(json_bounds.problems(value, at, _VALUE_DEPTH), MAX_PROBLEMS))
        if found:
            return found
        if json_bounds.count(value) * self._weight > MAX_WORK:
            return [FieldProblem(at, "too_large", Text("内容过多", "there is too much of it"))]
        return _distinct(problem for error in self._validator.iter_errors(value) for problem in _problems(error, at))

    def readable(self, roles: Iterable[str]) -> frozenset[str]:
        """The names of the fields that somebody with these roles may read; `system` may read all."""
        return _open_to(roles, ((field.name, field.read) for field in self.fields))

    def writable(self, roles: Iterable[str]) -> frozenset[str]:
        """The names of the fields that somebody with these roles may write; `system` may write all."""
        return _open_to(roles, ((field.name, field.write) for field in self.fields))


@lru_cache(maxsize=1_024)
def _compiled(text: str) -> FormSchema:
    if len(text) > schema_bounds.MAX_SCHEMA_CHARACTERS:
        raise _invalid(FieldProblem("", "schema_too_large", Text("表单过大", "the form is too large")))
    schema = json.loads(text)
    found = list(islice(json_bounds.problems(schema, "", schema_bounds.MAX_SCHEMA_DEPTH), MAX_PROBLEMS))
    for check in (schema_bounds.bound_problems, schema_bounds.dangling, schema_bounds.weight_problems):
        found = found or check(schema)[:MAX_PROBLEMS]
    found = found or _metaschema_problems(schema)
    if found:
        raise _invalid(*found)
    return FormSchema(schema, schema_bounds.weight(schema))


def _invalid(*problems: FieldProblem) -> Exception:
    zh, en = "；".join(p.detail.zh for p in problems[:3]), "; ".join(p.detail.en for p in problems[:3])
    return FORM_INVALID(*problems, summary={"zh": zh, "en": en})


def _metaschema_problems(schema: Any) -> list[FieldProblem]:
    errors = Draft202012Validator(Draft202012Validator.META_SCHEMA).iter_errors(schema)
    return _distinct(
        FieldProblem(_pointer(error, ""), "schema_invalid", Text("不是合法的 JSON Schema", "not valid as JSON Schema"))
        for error in errors
    )


def _fields(schema: Mapping[str, Any]) -> Iterator[FormField]:
    for name, part in schema.get("properties", {}).items():
        own = part if isinstance(part, Mapping) else {}
        yield FormField(
            name=name,
            label=Text(**own["x-label"]) if "x-label" in own else None,
            unit=own.get("x-unit"),
            read=frozenset(own["x-read"]) if "x-read" in own else None,
            write=frozenset(own["x-write"]) if "x-write" in own else None,
            required=name in schema.get("required", ()),
        )


def _open_to(roles: Iterable[str], fields: Iterable[tuple[str, frozenset[str] | None]]) -> frozenset[str]:
    held = frozenset(roles)
    return frozenset(name for name, wanted in fields if wanted is None or wanted & held or "system" in held)


# -- from the library's errors to ours ------------------------------------------------------------------------------


def _distinct(found: Iterable[FieldProblem]) -> list[FieldProblem]:
    by_place: dict[tuple[str, str], FieldProblem] = {}
    for problem in found:
        by_place.setdefault((problem.pointer, problem.code), problem)
        if len(by_place) == MAX_PROBLEMS:
            break
    return list(by_place.values())


def _problems(error: ValidationError, base: str) -> Iterator[FieldProblem]:
    at, keyword = _pointer(error, base), str(error.validator)
    part = error.schema if isinstance(error.schema, Mapping) else {}
    if keyword in _OF_NAMES:
        code, text = _OF_NAMES[keyword]
        for name in _NAMES[keyword](error.validator_value, error.instance, part):
            label = part.get("properties", {}).get(name, {})
            label = label.get("x-label") if isinstance(label, Mapping) else None
            yield FieldProblem(pointer(at, name), code, schema_words.labelled(label, name, text))
        return
    name = str(error.absolute_path[-1]) if error.absolute_path else ""
    text = schema_words.words(keyword, error.validator_value)
    yield FieldProblem(at, _code(keyword), schema_words.labelled(part.get("x-label"), name, text))


def _pointer(error: ValidationError, base: str) -> str:
    at = base
    for step in error.absolute_path:
        at = pointer(at, step)
    return at


def _code(keyword: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", keyword).lower()


def _missing(wanted: Any, instance: Any, _schema: Mapping[str, Any]) -> list[str]:
    return [name for name in wanted if name not in instance]


def _missing_together(wanted: Any, instance: Any, _schema: Mapping[str, Any]) -> list[str]:
    return [name for given, names in wanted.items() if given in instance for name in names if name not in instance]


def _surplus(_wanted: Any, instance: Any, schema: Mapping[str, Any]) -> list[str]:
    return [name for name in instance if name not in schema.get("properties", {})]


_OF_NAMES = {
    "required": ("required", schema_words.REQUIRED),
    "dependentRequired": ("required", schema_words.REQUIRED),
    "additionalProperties": ("field_unknown", schema_words.UNKNOWN),
}
_NAMES: Mapping[str, Callable[[Any, Any, Mapping[str, Any]], list[str]]] = {
    "required": _missing,
    "dependentRequired": _missing_together,
    "additionalProperties": _surplus,
}


# -- patterns and formats -------------------------------------------------------------------------------------------


def _check_pattern(_validator: Any, pattern: str, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not matches(spelled_out(pattern), instance):
        yield ValidationError("does not match")


_Validator = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _check_pattern}
)
_FORMATS = FormatChecker(formats=())


def _format(name: str) -> Callable[[Callable[[str], bool]], Callable[[str], bool]]:
    def declare(check: Callable[[str], bool]) -> Callable[[str], bool]:
        _FORMATS.checks(name, raises=(ValueError, OverflowError))(
            lambda value: not isinstance(value, str) or check(value)
        )
        return check

    return declare


@_format("date")
def _is_date(value: str) -> bool:
    return _DATE.fullmatch(value) is not None and date.fromisoformat(value) is not None


@_format("date-time")
def _is_instant(value: str) -> bool:
    return _INSTANT.fullmatch(value) is not None and datetime.fromisoformat(value.upper()).astimezone(UTC) is not None


@_format("uuid")
def _is_uuid(value: str) -> bool:
    return str(UUID(value)) == value.lower()


@_format("decimal")
def _is_decimal(value: str) -> bool:
    return _DECIMAL.fullmatch(value) is not None


@_format("positive-decimal")
def _is_positive_decimal(value: str) -> bool:
    return _is_decimal(value) and not value.startswith("-") and value.strip("0.") != ""
