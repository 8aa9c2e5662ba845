"""Field expressions: total, counted, decimal, and nothing of the library that raises or floats."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from domain.expressions.paths import MAX_LENGTH, Path, PathInvalid, Reader, TooManySteps, compile_path
from domain.expressions.picking import FUNCTIONS
from domain.intake import templates

SCOPE = {
    "item": {"i": 1, "price": "12.50", "num": 3, "name": " Delivery-Date "},
    "order": {
        "rows": [{"i": 0, "x": "1.5"}, {"i": 1, "x": Decimal("2.50")}, {"i": 1, "x": "no"}],
        "tid": 4012345678901234567,
        "options": "颜色:白;尺寸:600:800;",
        "listed": [{"name": "a", "value": 1}, {"name": "", "value": 2}, "odd"],
        "inner": '{"tid": 9007199254740993, "price": 0.10}',
    },
}


def value(text: str, scope: Any = None) -> Any:
    return Reader().value(compile_path(text), SCOPE if scope is None else scope)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("text(order.tid)", "4012345678901234567"),
        ("total(order.rows[].x)", "4.00"),
        ("times(item.price, item.num)", "37.50"),
        ("minus(item.price, '0.5')", "12.00"),
        ("minus(`null`, '0.5')", "-0.5"),
        ("decimal('1,299.00')", "1299.00"),
        ("decimal('１２')", "12"),
        ("decimal('12 pieces')", None),
        ("order.rows[?i == scope().item.i].x", [Decimal("2.50"), "no"]),
        ("at(order.rows, item.i).x", Decimal("2.50")),
        ("at(order.rows, '7')", None),
        ("pairs(order.options, ';', ':')", {"颜色": "白", "尺寸": "600:800"}),
        ("entries(order.listed, 'name', 'value')", {"a": 1}),
        ("json(order.inner).tid", 9007199254740993),
        ("json(order.inner).price", Decimal("0.10")),
        ("json('{')", None),
        ("many(order.rows[0])", [{"i": 0, "x": "1.5"}]),
        ("many(order.nothing)", []),
        ("first('', `null`, `[]`, 'c')", "c"),
        ("join(', ', ['a', '', 'b'])", "a, b"),
        ("plain(item.name)", "deliverydate"),
        ("number_in('banned for 31062 more seconds')", "31062"),
        ("instant('2026-11-20 21:14:05', '+08:00')", "2026-11-20T13:14:05Z"),
        ("instant('2026-11-20T09:12:44-05:00', '+08:00')", "2026-11-20T14:12:44Z"),
        ("instant('2026/11/21 9:05', '+08:00')", "2026-11-21T01:05:00Z"),
        ("instant('soon', '+08:00')", None),
        ("instant_ms(`1795104000000`)", "2026-11-19T16:00:00Z"),
        ("day('2026-11-20T20:00:00Z', '+08:00')", "2026-11-21"),
        ("equal('12', '12.00')", True),
        ("below('9', '10')", True),
        ("below('x', '10')", False),
        ("positive(item.missing)", False),
        ("made_up_of(order.rows, 'x', '4')", [{"i": 0, "x": "1.5"}, {"i": 1, "x": Decimal("2.50")}]),
        ("made_up_of(order.rows, 'x', '3')", []),
        ("contains(order.options, '白')", True),
        ("contains(order.tid, 'x')", False),
        ("length(order.tid)", 0),
        ("order.rows[?x > i].i", [1]),
        ("lookup({a: 'b'}, 'a')", "b"),
    ],
)
def test_functions(text: str, wanted: Any) -> None:
    assert value(text) == wanted


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a.",
        "unknown(a)",
        "to_number(a)",
        "sum(a)",
        "total()",
        "minus(a)",
        "`0.5`",
        "a[?b == `[1.5]`]",
        "!a.b",
        "!a[?b]",
        "a" * (MAX_LENGTH + 1),
        "(" * 60 + "a" + ")" * 60 + ".",
        "a" + ".a" * 990 + "(",
    ],
)
def test_what_does_not_compile(text: str) -> None:
    with pytest.raises(PathInvalid):
        compile_path(text)


def test_deep_nesting_does_not_compile() -> None:
    with pytest.raises(PathInvalid, match="deeper"):
        compile_path("many(" * 60 + "a" + ")" * 60)


def test_steps_are_counted_over_all_expressions_of_a_payload() -> None:
    reader = Reader(max_steps=100)
    path = compile_path("rows[].x")
    reader.value(path, {"rows": [{"x": 1}] * 20})
    with pytest.raises(TooManySteps):
        read_often(reader, path)


def read_often(reader: Reader, path: Path) -> None:
    for _ in range(10):
        reader.value(path, {"rows": [{"x": 1}] * 20})


def test_a_costly_expression_stops_where_it_always_stops() -> None:
    path = compile_path("rows[].rows[].rows[].rows[]")
    deep: Any = 1
    for _ in range(4):
        deep = {"rows": [deep] * 30}
    with pytest.raises(TooManySteps):
        Reader(max_steps=10_000).value(path, deep)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(JSON, min_size=3, max_size=3))
@example("entries", [[{"name": 1}], ["name"], "value"])
@example("spread", [[{"name": [1]}], {"name": 1}, None])
@example("made_up_of", [[{"amount": "1"}], ["amount"], "1"])
def test_every_function_is_total(name: str, arguments: list[Any]) -> None:
    known = FUNCTIONS[name]
    given_names = ", ".join("abc"[: min(known.most, 3)])
    result = value(f"{name}({given_names})", dict(zip("abc", arguments, strict=True)))
    assert not isinstance(result, float)


def test_every_function_has_words_for_authors() -> None:
    readme = resources.files(templates).joinpath("README.md").read_text("utf-8")
    assert [name for name in (*FUNCTIONS, "scope") if f"`{name}(" not in readme] == []


def test_a_scope_is_json_like() -> None:
    assert json.dumps(value("{a: item.name}"))
