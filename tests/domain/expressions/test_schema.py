"""Forms: what they accept, what they say about a bad field, and which schemas may be forms at all."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.expressions.schema import MAX_PROBLEMS, FormSchema
from domain.refusals.kinds import Refusal

FORM: dict[str, Any] = {
    "type": "object",
    "required": ["quantity", "carrier"],
    "additionalProperties": False,
    "properties": {
        "quantity": {
            "type": "string",
            "format": "positive-decimal",
            "x-label": {"zh": "数量", "en": "Quantity"},
            "x-unit": "kg",
        },
        "carrier": {"type": "string", "minLength": 2, "maxLength": 10, "x-write": ["warehouse"]},
        "cost": {"type": "string", "format": "decimal", "x-read": ["finance"], "x-write": []},
        "boxes": {"type": "integer", "minimum": 1, "maximum": 9},
        "colour": {"enum": ["red", "grey"]},
        "code": {"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"},
        "at": {"type": "string", "format": "date-time"},
        "day": {"type": "string", "format": "date"},
        "id": {"type": "string", "format": "uuid"},
        "tags": {"type": "array", "maxItems": 2, "uniqueItems": True, "items": {"type": "string"}},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/part"}},
        "either": {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    },
    "dependentRequired": {"boxes": ["code"]},
    "$defs": {"part": {"type": "object", "required": ["line"], "properties": {"line": {"type": "integer"}}}},
}


def found(value: Any, at: str = "") -> dict[str, str]:
    return {p.pointer: p.code for p in FormSchema.compile(FORM).validate(value, at)}


def test_a_good_value_has_no_problems() -> None:
    value = {
        "quantity": "12.50",
        "carrier": "顺丰",
        "boxes": 2,
        "code": "AB12",
        "at": "2026-03-31T08:00:00+08:00",
        "day": "2026-03-31",
        "id": "0190B0A0-7C00-7000-8000-000000000001",
        "tags": ["a", "b"],
        "parts": [{"line": 1}],
        "either": 1,
    }
    assert found(value) == {}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"quantity": "0.00"}, "/quantity", "format"),
        ({"quantity": "-1"}, "/quantity", "format"),
        ({"quantity": "1e5"}, "/quantity", "format"),
        ({"quantity": "１"}, "/quantity", "format"),
        ({"quantity": 1}, "/quantity", "type"),
        ({"quantity": 1.5}, "/quantity", "not_exact"),
        ({"quantity": float("nan")}, "/quantity", "not_exact"),
        ({"carrier": "x"}, "/carrier", "min_length"),
        ({"carrier": "x" * 11}, "/carrier", "max_length"),
        ({"carrier": "x\x00y"}, "/carrier", "text_invalid"),
        ({"carrier": "\ud800"}, "/carrier", "text_invalid"),
        ({"cost": "1.2345678"}, "/cost", "format"),
        ({"boxes": 0, "code": "AB1"}, "/boxes", "minimum"),
        ({"boxes": 10, "code": "AB1"}, "/boxes", "maximum"),
        ({"boxes": True, "code": "AB1"}, "/boxes", "type"),
        ({"boxes": 2**70, "code": "AB1"}, "/boxes", "number_too_large"),
        ({"boxes": 1}, "/code", "required"),
        ({"colour": "blue"}, "/colour", "enum"),
        ({"code": "ab"}, "/code", "pattern"),
        ({"at": "2026-03-31T08:00:00"}, "/at", "format"),
        ({"at": "2026-02-30T08:00:00Z"}, "/at", "format"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "/at", "format"),
        ({"day": "2026-02-30"}, "/day", "format"),
        ({"day": "20260228"}, "/day", "format"),
        ({"id": "0190b0a07c0070008000000000000001"}, "/id", "format"),
        ({"tags": ["a", "a"]}, "/tags", "unique_items"),
        ({"tags": ["a", "b", "c"]}, "/tags", "max_items"),
        ({"tags": ["a", 1]}, "/tags/1", "type"),
        ({"parts": [{"line": 1}, {}]}, "/parts/1/line", "required"),
        ({"either": []}, "/either", "any_of"),
        ({"a/b~c": 1}, "/a~1b~0c", "field_unknown"),
    ],
)
def test_a_bad_field_is_named(change: dict[str, Any], pointer: str, code: str) -> None:
    assert found({"quantity": "1", "carrier": "SF"} | change) == {pointer: code}


def test_all_problems_are_said_at_once_under_the_given_pointer() -> None:
    assert found({"boxes": 0, "nope": 1, "nix": 2}, "/payload") == {
        "/payload/quantity": "required",
        "/payload/carrier": "required",
        "/payload/code": "required",
        "/payload/boxes": "minimum",
        "/payload/nope": "field_unknown",
        "/payload/nix": "field_unknown",
    }


def test_words_carry_the_fields_label_in_both_languages() -> None:
    problems = {p.pointer: p for p in FormSchema.compile(FORM).validate({"carrier": 5, "colour": "x"})}
    assert problems["/quantity"].detail.zh == "数量：必填"
    assert problems["/quantity"].detail.en == "Quantity: is required"
    assert problems["/carrier"].detail.en == "carrier: must be text"
    assert problems["/colour"].detail.zh == "colour：只能是：red、grey"


def test_no_more_than_fifty_problems() -> None:
    form = FormSchema.compile({"additionalProperties": {"type": "integer"}})
    assert len(form.validate({str(n): "x" for n in range(500)})) == MAX_PROBLEMS
    assert len(form.validate({str(n): 1.5 for n in range(500)})) == MAX_PROBLEMS


def test_what_is_too_large_or_too_deep_is_not_judged_at_all() -> None:
    form = FormSchema.compile({})
    deep: Any = 1
    for _ in range(20):
        deep = [deep]
    assert [p.code for p in form.validate({"a": deep})] == ["too_deep"]
    assert [p.code for p in form.validate({"a": [1] * 1001})] == ["too_large"]
    assert [p.code for p in form.validate({"a": "x" * 20_001})] == ["too_large"]
    wide = FormSchema.compile({"properties": {f"p{n}": {"type": "string"} for n in range(300)}})
    assert [p.code for p in wide.validate({"a": [[1] * 100] * 100})] == ["too_large"]
    assert [p.code for p in form.validate([])] == ["type"]
    assert [p.code for p in form.validate({"x" * 201: 1})] == ["text_invalid"]


def test_an_empty_value_needs_no_judging_where_nothing_is_required() -> None:
    assert FormSchema.compile({"properties": {"a": {"type": "string"}}}).validate({}) == []
    assert [p.code for p in FormSchema.compile({"required": ["a"]}).validate({})] == ["required"]
    assert [p.code for p in FormSchema.compile({"minProperties": 1}).validate({})] == ["min_properties"]


def test_fields_carry_labels_units_and_rights() -> None:
    form = FormSchema.compile(FORM)
    quantity = form.fields[0]
    assert (quantity.name, quantity.unit, quantity.required) == ("quantity", "kg", True)
    assert quantity.label is not None
    assert quantity.label.zh == "数量"
    assert "cost" in form.readable({"finance", "sales"})
    assert "cost" not in form.readable({"sales"})
    assert "cost" not in form.writable({"finance"})
    assert "carrier" in form.writable({"warehouse"})
    assert "carrier" not in form.writable(())
    assert "boxes" in form.writable(())


def test_the_order_of_fields_is_kept_and_compiling_again_is_free() -> None:
    form = FormSchema.compile({"properties": {"b": {}, "a": {}}})
    assert [field.name for field in form.fields] == ["b", "a"]
    assert FormSchema.compile({"properties": {"b": {}, "a": {}}}) is form


def _chain(links: int, width: int = 1) -> dict[str, Any]:
    parts: dict[str, Any] = {f"d{n}": {"anyOf": [{"$ref": f"#/$defs/d{n + 1}"}] * width} for n in range(links)}
    return {"$defs": parts | {f"d{links}": {}}, "$ref": "#/$defs/d0"}


def _deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {}
    for _ in range(levels):
        schema = {"properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    ("schema", "pointer"),
    [
        ({"$ref": "http://example.com/schema"}, "/$ref"),
        ({"$ref": "file:///etc/passwd"}, "/$ref"),
        ({"$ref": "#"}, "/$ref"),
        ({"$ref": "#/$defs/none"}, "/$ref"),
        ({"$ref": "#/$defs/a/b", "$defs": {"a": {}}}, "/$ref"),
        ({"$ref": 5}, "/$ref"),
        ({"$id": "http://example.com/"}, "/$id"),
        ({"$schema": "http://json-schema.org/draft-07/schema#"}, "/$schema"),
        ({"$dynamicRef": "#a"}, "/$dynamicRef"),
        ({"$anchor": "a"}, "/$anchor"),
        ({"patternProperties": {"(a+)+$": {}}}, "/patternProperties"),
        ({"unevaluatedProperties": False}, "/unevaluatedProperties"),
        ({"properties": {"a": {"$defs": {}}}}, "/properties/a/$defs"),
        ({"properties": {"a/b": {"typo": 1}}}, "/properties/a~1b/typo"),
        ({"items": {"x-unknown": 1}}, "/items/x-unknown"),
        ({"allOf": [{}, {"nope": 1}]}, "/allOf/1/nope"),
        ({"$defs": {"a": {"nope": 1}}}, "/$defs/a/nope"),
        ({"type": "number"}, "/type"),
        ({"type": ["string", "number"]}, "/type"),
        ({"type": "text"}, "/type"),
        ({"properties": []}, "/properties"),
        ({"properties": {"a": 5}}, "/properties/a"),
        ({"required": "a"}, "/required"),
        ({"minimum": 1.5}, "/minimum"),
        ({"enum": [0.5]}, "/enum/0"),
        ({"format": "email"}, "/format"),
        ({"pattern": "(?=x)"}, "/pattern"),
        ({"pattern": "["}, "/pattern"),
        ({"pattern": r"(\w{50}){50}"}, "/pattern"),
        ({"pattern": "x" * 201}, "/pattern"),
        ({"uniqueItems": True}, "/uniqueItems"),
        ({"uniqueItems": True, "items": {"type": "object"}}, "/uniqueItems"),
        ({"x-label": {"zh": "数量"}}, "/x-label"),
        ({"x-label": {"zh": "数量", "en": " "}}, "/x-label"),
        ({"x-label": "数量"}, "/x-label"),
        ({"x-unit": ""}, "/x-unit"),
        ({"x-read": "sales"}, "/x-read"),
        ({"x-write": [1]}, "/x-write"),
        ({"x-filter": "yes"}, "/x-filter"),
        ({"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, ""),
        ({"$defs": {"a": {"properties": {"b": {"$ref": "#/$defs/a"}}}}, "$ref": "#/$defs/a"}, ""),
        (_chain(20, width=2), ""),
        (_chain(900), ""),
        (_deep(3000), ""),
        ({"properties": {f"p{n}": {"type": "string", "title": "x"} for n in range(999)}}, ""),
        ({"description": "x" * 70_000}, ""),
    ],
)
def test_what_a_form_may_not_be(schema: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        FormSchema.compile(schema)
    assert refused.value.code == "form_invalid"
    assert pointer in {problem.pointer for problem in refused.value.fields}
    assert refused.value.detail.zh
    json.dumps(refused.value.as_json())


def test_nesting_of_schemas_is_bounded() -> None:
    FormSchema.compile(_deep(8))
    with pytest.raises(Refusal):
        FormSchema.compile(_deep(13))


@pytest.mark.parametrize("schema", [[], 5, None, "x", {"a": float("nan")}, {"a": {1, 2}}])
def test_what_is_no_schema(schema: Any) -> None:
    with pytest.raises(Refusal):
        FormSchema.compile(schema)


def test_a_chain_of_definitions_within_bounds_works() -> None:
    assert FormSchema.compile(_chain(9)).validate({"a": 1}) == []


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*FORM["properties"], "other"]), _JSON))
def test_any_value_is_judged_without_falling_over(value: dict[str, Any]) -> None:
    problems = FormSchema.compile(FORM).validate(value)
    assert all(p.detail.zh and p.detail.en for p in problems)


_KEYWORDS = [
    "type",
    "properties",
    "$ref",
    "items",
    "anyOf",
    "pattern",
    "enum",
    "required",
    "x-label",
    "$defs",
    "minimum",
    "if",
]


@given(st.dictionaries(st.sampled_from(_KEYWORDS), st.dictionaries(st.sampled_from(_KEYWORDS), _JSON) | _JSON))
def test_any_schema_is_refused_or_usable(schema: dict[str, Any]) -> None:
    try:
        form = FormSchema.compile(schema)
    except Refusal:
        return
    form.validate({"a": 1})
