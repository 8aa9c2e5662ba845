"""What pydantic finds wrong with a request, in stable codes and in both languages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from domain.refusals.general import FIELD_INVALID, FIELD_UNKNOWN
from domain.refusals.kinds import FieldProblem, Refusal
from domain.text import Text

# pydantic's type -> our code and words; {placeholders} are pydantic's own context.
_KNOWN: dict[str, tuple[str, Text]] = {
    "missing": ("required", Text("必填", "is required")),
    "extra_forbidden": ("field_unknown", Text("没有这个字段", "there is no such field")),
    "string_type": ("not_text", Text("应为文本", "must be text")),
    "string_too_short": ("too_short", Text("至少 {min_length} 个字符", "needs at least {min_length} characters")),
    "string_too_long": ("too_long", Text("最多 {max_length} 个字符", "takes at most {max_length} characters")),
    "string_pattern_mismatch": ("wrong_form", Text("格式不对：{pattern}", "does not have the form {pattern}")),
    "int_type": ("not_whole", Text("应为整数", "must be a whole number")),
    "int_parsing": ("not_whole", Text("应为整数", "must be a whole number")),
    "int_parsing_size": ("out_of_range", Text("数字过大", "is too large a number")),
    "int_from_float": ("not_whole", Text("应为整数", "must be a whole number")),
    "bool_type": ("not_boolean", Text("应为 true 或 false", "must be true or false")),
    "bool_parsing": ("not_boolean", Text("应为 true 或 false", "must be true or false")),
    "greater_than": ("out_of_range", Text("须大于 {gt}", "must be greater than {gt}")),
    "greater_than_equal": ("out_of_range", Text("不得小于 {ge}", "must be at least {ge}")),
    "less_than": ("out_of_range", Text("须小于 {lt}", "must be less than {lt}")),
    "less_than_equal": ("out_of_range", Text("不得大于 {le}", "must be at most {le}")),
    "list_type": ("not_list", Text("应为列表", "must be a list")),
    "too_short": ("too_few", Text("至少 {min_length} 项", "needs at least {min_length} entries")),
    "too_long": ("too_many", Text("最多 {max_length} 项", "takes at most {max_length} entries")),
    "dict_type": ("not_object", Text("应为对象", "must be an object")),
    "model_type": ("not_object", Text("应为对象", "must be an object")),
    "model_attributes_type": ("not_object", Text("应为对象", "must be an object")),
    "literal_error": ("not_listed", Text("应为以下之一：{expected}", "must be one of {expected}")),
    "enum": ("not_listed", Text("应为以下之一：{expected}", "must be one of {expected}")),
    "uuid_type": ("not_id", Text("应为 UUID", "must be a UUID")),
    "uuid_parsing": ("not_id", Text("应为 UUID", "must be a UUID")),
    "not_decimal_text": (
        "not_decimal_text",
        Text(
            '应为十进制数文本，整数部分最多 14 位，小数最多 6 位，如 "180.00"',
            'must be a decimal number as text, at most 14 digits and 6 decimals, such as "180.00"',
        ),
    ),
    "not_date": ("not_date", Text("应为日期，如 2026-11-21", "must be a date such as 2026-11-21")),
    "not_instant": (
        "not_instant",
        Text(
            "应为带时区的时间，如 2026-11-21T08:00:00Z", "must be a time with its offset such as 2026-11-21T08:00:00Z"
        ),
    ),
    "not_clean_text": ("not_clean_text", Text("含有不允许的字符", "holds characters that are not allowed")),
    "not_exact": (
        "not_exact",
        Text(
            "数字须为 64 位以内的整数；小数请写成文本", "a number must be whole and fit 64 bits; write decimals as text"
        ),
    ),
    "text_or_alternatives": (
        "text_or_alternatives",
        Text("text 与 alternatives 只能且必须给一个", "needs either text or alternatives, and not both"),
    ),
    "out_of_range": ("out_of_range", Text("超出允许范围", "is out of range")),
}
# A pattern that does nothing but list words is told as the list that it is.
_LISTING = re.compile(r"\^\(([\w.|-]+)\)\$")
_OTHER = ("invalid", Text("不符合要求", "is not valid"))
_SHOWN = 20
_LONGEST_SUMMARY = 200


def refusal_of(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    """The errors of one request as one refusal; only unknown fields make it `field_unknown`."""
    fields = [_field(error) for error in errors[:_SHOWN]]
    names = ", ".join(field.pointer for field in fields)[:_LONGEST_SUMMARY]
    if all(field.code == "field_unknown" for field in fields):
        return FIELD_UNKNOWN(*fields, names=names)
    return FIELD_INVALID(*fields, summary=names)


def field_problem(pointer: str, known: str, **context: Any) -> FieldProblem:
    """One bad field in the words of the table."""
    code, text = _KNOWN.get(known, _OTHER)
    return FieldProblem(pointer, code, text.fill(context))


def pointer_of(location: Sequence[Any]) -> str:
    """A JSON pointer: into the body, or `/query/limit`, `/path/order_no`, `/header/if-match` for the rest."""
    parts = location[1:] if location and location[0] == "body" else location
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _field(error: Mapping[str, Any]) -> FieldProblem:
    known, context = error["type"], error.get("ctx") or {}
    if listed := _LISTING.fullmatch(str(context.get("pattern", ""))):
        known, context = "enum", {"expected": ", ".join(listed[1].split("|"))}
    return field_problem(pointer_of(error["loc"]), known, **context)
