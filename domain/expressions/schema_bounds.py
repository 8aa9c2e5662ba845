"""What a form may be made of: an allow-list of JSON Schema 2020-12, and a cost that is known before anything is judged.

Remote references, dynamic scopes and patterns as names are left out; references are local and go in no circle, so that
the size of the schema with every reference written out bounds the work per value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from domain.expressions import patterns
from domain.expressions.cel import matches
from domain.expressions.json_bounds import pointer
from domain.refusals.kinds import FieldProblem
from domain.text import Text

MAX_SCHEMA_CHARACTERS = 65_536
MAX_SCHEMA_DEPTH = 24
MAX_WEIGHT = 2_000
MAX_EXPANDED_DEPTH = 32
DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = ("date", "date-time", "uuid", "decimal", "positive-decimal")
_PATTERN_COST = 2
_ONE = ("items", "additionalProperties", "propertyNames", "not", "if", "then", "else")
_MANY = ("allOf", "anyOf", "oneOf", "prefixItems")
_NAMED = ("properties", "$defs")
_PLAIN = frozenset(
    [
        "enum",
        "const",
        "required",
        "dependentRequired",
        "title",
        "description",
        "default",
        "examples",
        "$comment",
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "minItems",
        "maxItems",
        "minProperties",
        "maxProperties",
    ]
)
_SCALARS = {"string", "integer", "boolean"}

Found = Iterator[FieldProblem]


def bound_problems(schema: Mapping[str, Any]) -> list[FieldProblem]:
    """Every keyword that a form may not hold, and every one of ours that is not well written."""
    return list(_schema_problems(schema, ""))


def weight_problems(schema: Mapping[str, Any]) -> list[FieldProblem]:
    """Whether the schema with every reference written out is too large or without end; `dangling` found nothing."""
    scales = _Scales(schema.get("$defs", {}))
    try:
        size, depth = scales.of(schema)
        defined = sum(scales.of(part)[0] for part in schema.get("$defs", {}).values())
    except RecursionError:
        return [_too_costly()]
    return [] if max(size, defined) <= MAX_WEIGHT and depth <= MAX_EXPANDED_DEPTH else [_too_costly()]


def weight(schema: Mapping[str, Any]) -> int:
    """How many parts the schema has with references written out; patterns count by what compiling them costs."""
    return _Scales(schema.get("$defs", {})).of(schema)[0]


class _Scales:
    """Weighs each definition once; one that is met while it is being weighed goes in a circle."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._known: dict[str, tuple[int, int]] = {}
        self._open: set[str] = set()

    def of(self, schema: Any) -> tuple[int, int]:
        """The weight and the depth."""
        if not isinstance(schema, Mapping):
            return 1, 1
        below = [self.of(part) for _, part in _subschemas(schema, "")]
        if "$ref" in schema:
            below.append(self._definition(schema["$ref"].removeprefix("#/$defs/")))
        own = 1 + len(schema) + _PATTERN_COST * patterns.weight(schema.get("pattern", ""))
        return own + sum(size for size, _ in below), 1 + max((depth for _, depth in below), default=0)

    def _definition(self, name: str) -> tuple[int, int]:
        if name in self._open or len(self._open) > MAX_EXPANDED_DEPTH:
            raise RecursionError(name)
        if name not in self._known:
            self._open.add(name)
            self._known[name] = self.of(self._definitions[name])
            self._open.remove(name)
        return self._known[name]


def _subschemas(schema: Mapping[str, Any], at: str) -> Iterator[tuple[str, Any]]:
    """The schemas directly inside, `$defs` left out, each with its pointer."""
    for keyword in _ONE:
        if keyword in schema:
            yield pointer(at, keyword), schema[keyword]
    for keyword in _MANY:
        yield from ((f"{at}/{keyword}/{index}", below) for index, below in enumerate(schema.get(keyword, ())))
    for name, below in schema.get("properties", {}).items():
        yield pointer(f"{at}/properties", name), below


def _schema_problems(schema: Any, at: str) -> Found:
    if isinstance(schema, bool) and at:
        return
    if not isinstance(schema, Mapping):
        yield _problem(at, "schema_invalid", "这里应为一个模式", "a schema is needed here")
        return
    shape = list(_shape_problems(schema, at))
    yield from shape
    for keyword, value in schema.items():
        yield from _keyword_problems(keyword, value, schema, at)
    if not shape:
        below = [
            *_subschemas(schema, at),
            *((pointer(f"{at}/$defs", n), s) for n, s in schema.get("$defs", {}).items()),
        ]
        for inner, part in below:
            yield from _schema_problems(part, inner)


def _shape_problems(schema: Mapping[str, Any], at: str) -> Found:
    for keyword in (*_MANY, *_NAMED):
        wanted = list if keyword in _MANY else Mapping
        if not isinstance(schema.get(keyword, wanted() if wanted is list else {}), wanted):
            yield _problem(pointer(at, keyword), "schema_invalid", "类型不对", "is of the wrong type")
    if "$defs" in schema and at:
        yield _problem(pointer(at, "$defs"), "schema_invalid", "$defs 只能在最外层", "$defs stands at the top only")


_RIGHTS = ("x-read", "x-write")
_OWN_FIELD = re.compile("/properties/[^/]+")


def _keyword_problems(keyword: str, value: Any, schema: Mapping[str, Any], at: str) -> Found:
    if keyword in _RIGHTS and not _OWN_FIELD.fullmatch(at):
        words = "只能写在表单自己的字段上", "stands on the form's own fields only, where it is enforced"
        yield _problem(pointer(at, keyword), "right_misplaced", *words)
    if keyword in _CHECKED:
        yield from (
            _problem(pointer(at, keyword), "schema_invalid", *said) for said in _CHECKED[keyword](value, schema)
        )
    elif keyword == "$ref":
        yield from _reference_problems(value, at)
    elif keyword not in _PLAIN and keyword not in (*_ONE, *_MANY, *_NAMED):
        yield _problem(pointer(at, keyword), "keyword_unknown", "不支持这个关键字", "this keyword is not supported")


def _reference_problems(value: Any, at: str) -> Found:
    if not isinstance(value, str) or not value.startswith("#/$defs/") or "/" in value.removeprefix("#/$defs/"):
        yield _problem(pointer(at, "$ref"), "reference_invalid", "只能引用 #/$defs/ 下的定义", "refer to #/$defs/ only")


def dangling(schema: Mapping[str, Any]) -> list[FieldProblem]:
    """References to definitions that are not there."""
    names = schema.get("$defs", {})
    return [
        _problem(pointer(at, "$ref"), "reference_invalid", "没有这个定义", "there is no such definition")
        for at, part in _every(schema, "")
        if "$ref" in part and part["$ref"].removeprefix("#/$defs/") not in names
    ]


def _every(schema: Any, at: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if isinstance(schema, Mapping):
        yield at, schema
        definitions = ((pointer(f"{at}/$defs", name), part) for name, part in schema.get("$defs", {}).items())
        for inner, part in [*_subschemas(schema, at), *definitions]:
            yield from _every(part, inner)


Said = Iterator[tuple[str, str]]


def _pattern(value: Any, _schema: Mapping[str, Any]) -> Said:
    if (
        not isinstance(value, str)
        or len(value) > patterns.MAX_CHARACTERS
        or patterns.weight(value) > patterns.MAX_WEIGHT
    ):
        yield "表达式过长或过于复杂", "the pattern is too long or too complex"
        return
    try:
        matches(patterns.spelled_out(value), "")
    except ValueError:
        yield "不是可用的正则表达式", "not a usable pattern (no look-around, no back references)"


def _format(value: Any, _schema: Mapping[str, Any]) -> Said:
    if value not in FORMATS:
        yield "格式只能是：" + "、".join(FORMATS), "must be one of " + ", ".join(FORMATS)


def _unique(value: Any, schema: Mapping[str, Any]) -> Said:
    items = schema.get("items")
    if value is True and not (isinstance(items, Mapping) and items.get("type") in _SCALARS):
        yield "只能用于文字、整数或是否的列表", "only for lists of text, whole numbers or booleans"


def _label(value: Any, _schema: Mapping[str, Any]) -> Said:
    filled = isinstance(value, Mapping) and set(value) == {"zh", "en"}
    if not filled or not all(isinstance(v, str) and v.strip() for v in value.values()):
        yield "须有中文和英文", "needs zh and en"


def _roles(value: Any, _schema: Mapping[str, Any]) -> Said:
    if not isinstance(value, list) or not all(isinstance(role, str) for role in value):
        yield "应为角色列表", "must be a list of roles"


def _text(value: Any, _schema: Mapping[str, Any]) -> Said:
    if not isinstance(value, str) or not value.strip():
        yield "应为文字", "must be text"


def _flag(value: Any, _schema: Mapping[str, Any]) -> Said:
    if not isinstance(value, bool):
        yield "应为是或否", "must be true or false"


def _dialect(value: Any, _schema: Mapping[str, Any]) -> Said:
    if value != DIALECT:
        yield "只支持 2020-12 版", "only draft 2020-12 is supported"


def _type(value: Any, _schema: Mapping[str, Any]) -> Said:
    if "number" in (value if isinstance(value, list) else [value]):
        yield "小数请用文字加 decimal 格式，整数用 integer", "use text with the format decimal, or integer"


_CHECKED: Mapping[str, Callable[[Any, Mapping[str, Any]], Said]] = {
    "type": _type,
    "$schema": _dialect,
    "pattern": _pattern,
    "format": _format,
    "uniqueItems": _unique,
    "x-label": _label,
    "x-unit": _text,
    "x-read": _roles,
    "x-write": _roles,
    "x-show": _roles,
    "x-filter": _flag,
}


def _too_costly() -> FieldProblem:
    return _problem(
        "", "schema_too_large", "表单过大或引用成环", "the form is too large, or its references go in a circle"
    )


def _problem(at: str, code: str, zh: str, en: str) -> FieldProblem:
    return FieldProblem(at, code, Text(zh, en))
