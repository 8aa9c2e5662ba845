"""What a form says about a bad field, in both languages, by the keyword of JSON Schema that refused it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from domain.text import Text

_TYPES = {
    "string": Text("文字", "text"),
    "integer": Text("整数", "a whole number"),
    "boolean": Text("是或否", "true or false"),
    "array": Text("列表", "a list"),
    "object": Text("一组字段", "an object"),
    "null": Text("空", "empty"),
}
_FORMATS = {
    "date": Text("应为日期，如 2026-03-31", "must be a date such as 2026-03-31"),
    "date-time": Text(
        "应为带时区的时间，如 2026-03-31T08:00:00Z", "must be a time with its zone such as 2026-03-31T08:00:00Z"
    ),
    "uuid": Text("应为 UUID", "must be a UUID"),
    "decimal": Text('应为小数文字，如 "12.50"', 'must be a decimal in quotes such as "12.50"'),
    "positive-decimal": Text(
        '应为大于零的小数文字，如 "12.50"', 'must be a decimal above zero in quotes such as "12.50"'
    ),
}
_Words = Callable[[Any], Text]
_SHAPES: Mapping[str, Text] = {
    "anyOf": Text("不符合任何一种允许的写法", "fits none of the allowed shapes"),
    "oneOf": Text("应恰好符合一种允许的写法", "must fit exactly one of the allowed shapes"),
    "not": Text("这种内容不允许", "is of a shape that is not allowed"),
    "uniqueItems": Text("有重复项", "holds the same item twice"),
    "pattern": Text("格式不符", "is not written as it should be"),
}


def _limit(zh: str, en: str) -> _Words:
    return lambda value: Text(zh.format(value), en.format(value))


_LIMITS: Mapping[str, _Words] = {
    "minimum": _limit("不能小于 {}", "must be at least {}"),
    "maximum": _limit("不能大于 {}", "must be at most {}"),
    "exclusiveMinimum": _limit("必须大于 {}", "must be more than {}"),
    "exclusiveMaximum": _limit("必须小于 {}", "must be less than {}"),
    "multipleOf": _limit("必须是 {} 的倍数", "must be a multiple of {}"),
    "minLength": _limit("至少 {} 个字符", "needs at least {} characters"),
    "maxLength": _limit("最多 {} 个字符", "may have at most {} characters"),
    "minItems": _limit("至少 {} 项", "needs at least {} items"),
    "maxItems": _limit("最多 {} 项", "may have at most {} items"),
    "minProperties": _limit("至少 {} 个字段", "needs at least {} fields"),
    "maxProperties": _limit("最多 {} 个字段", "may have at most {} fields"),
    "const": _limit("必须是 {}", "must be {}"),
}
REQUIRED = Text("必填", "is required")
UNKNOWN = Text("没有这个字段", "is not a field here")
_OTHER = Text("不符合要求", "is not valid")


def words(keyword: str, wanted: Any) -> Text:
    """The words for one refused value; `wanted` is what the keyword asked for."""
    if keyword in _LIMITS:
        return _LIMITS[keyword](wanted)
    if keyword == "type":
        return _of_types(wanted if isinstance(wanted, list) else [wanted])
    if keyword == "enum":
        return _choices(wanted)
    if keyword == "format":
        return _FORMATS.get(wanted, _OTHER)
    return _SHAPES.get(keyword, _OTHER)


def labelled(label: Any, name: str, text: Text) -> Text:
    """The words with the field's own label in front, or its name where it has none."""
    zh, en = (label["zh"], label["en"]) if isinstance(label, Mapping) else (name, name)
    return Text(f"{zh}：{text.zh}", f"{en}: {text.en}") if name else text


def _of_types(names: Iterable[str]) -> Text:
    known = [_TYPES.get(name, Text(name, name)) for name in names]
    return Text("应为" + "或".join(t.zh for t in known), "must be " + " or ".join(t.en for t in known))


def _choices(values: list[Any]) -> Text:
    shown = [str(value) for value in values[:10]] + (["…"] if len(values) > 10 else [])
    return Text("只能是：" + "、".join(shown), "must be one of: " + ", ".join(shown))
