"""Guards: what they can say, what is found when they are validated, and what they answer when data is missing."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.expressions import cel
from domain.expressions.cel import Guard, GuardError, GuardInvalid, compile_guard, guard_problems
from domain.expressions.guard_types import BOOL, DYN, INT, OPEN_MAP, STRING, TIMESTAMP, list_of, map_of

ROOTS = {
    "order": map_of(
        {
            "total_minor": INT,
            "skus": list_of(STRING),
            "opened_at": TIMESTAMP,
            "extension": OPEN_MAP,
            "held": BOOL,
            "currency": STRING,
        }
    ),
    "payload": DYN,
    "facts": map_of({"now": TIMESTAMP}),
    "actor": map_of({"roles": list_of(STRING)}),
}
CONTEXT = {
    "order": {
        "total_minor": 500,
        "skus": ["A03", "B01"],
        "opened_at": datetime(2026, 1, 1, tzinfo=UTC),
        "extension": {"glass_colour": "grey", "site": {"city": "佛山"}},
        "held": False,
        "currency": "CNY",
    },
    "payload": {"reason": "late", "lines": [{"line": 1, "sku": "A03"}, {"line": 2, "sku": "C07"}], "urgent": True},
    "facts": {"now": datetime(2026, 1, 3, tzinfo=UTC)},
    "actor": {"roles": ["sales"]},
}


@pytest.mark.parametrize(
    ("source", "holds"),
    [
        ("order.total_minor <= 5000000", True),
        ("order.total_minor + 1 > 501", False),
        ("!order.held && order.currency == 'CNY'", True),
        ("facts.now - order.opened_at > duration('24h')", True),
        ("order.opened_at + duration('72h') <= facts.now", False),
        ("order.opened_at.getFullYear() == 2026", True),
        ("'sales' in actor.roles || 'management' in actor.roles", True),
        ("order.skus.all(s, s.startsWith('A'))", False),
        ("order.skus.exists(s, s == 'B01')", True),
        ("payload.lines.filter(l, l.line > 1).size() == 1", True),
        ("payload.lines.all(l, l.sku in order.skus)", False),
        ("payload.lines.map(l, l.sku)[0] == 'A03'", True),
        ("payload.lines[1].sku == 'C07'", True),
        ("has(payload.urgent) && payload.urgent", True),
        ("has(payload.missing) && payload.missing", False),
        ("'urgent' in payload && payload.urgent", True),
        ("order.extension.site.city == '佛山'", True),
        ("order.extension['glass_colour'] == \"grey\"", True),
        ("(order.held ? 1 : 2) == 2", True),
        ("[1, 2, 3,][2] == 3 && {'a': 1,}.a == 1", True),
        ("size(order.skus) == 2 // counted", True),
        ("r'\\' == '\\\\'", True),
        ("order.total_minor % 7 * 2 / 3 - -1 >= 0", True),
        ("string(order.total_minor) + 'x' == '500x'", True),
        ("payload == null", False),
    ],
)
def test_answers(source: str, holds: bool) -> None:
    assert guard_problems(source, ROOTS) == ()
    assert compile_guard(source).holds(CONTEXT) is holds


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "guard_syntax"),
        ("   // nothing", "guard_syntax"),
        ("true &&", "guard_syntax"),
        ("order.total_minor = 1", "guard_syntax"),
        ("true)", "guard_syntax"),
        ("a[", "guard_syntax"),
        ("b'x' == b'x'", "guard_syntax"),
        ("has(order)", "guard_syntax"),
        ("order.in == 1", "guard_syntax"),
        ("while", "guard_syntax"),
        ("in", "guard_syntax"),
        ("9999999999999999999999 > 1", "guard_syntax"),
        ("'\\q' == 'q'", "guard_syntax"),
        ("订单 == 1", "guard_syntax"),
        ("order.total_minor > 1.5", "guard_number"),
        ("order.total_minor > 1e3", "guard_number"),
        ("order.total_minor > .5", "guard_number"),
        ("order.total_minor > 1u", "guard_number"),
        ("orders.total_minor > 1", "guard_name_unknown"),
        ("order.totl_minor > 1", "guard_name_unknown"),
        ("order['totl_minor'] > 1", "guard_name_unknown"),
        ("now() > facts.now", "guard_function_unknown"),
        ("'a'.matches('a+')", "guard_function_unknown"),
        ("order.currency.lowerAscii() == 'cny'", "guard_function_unknown"),
        ("double(order.total_minor) > facts.now", "guard_function_unknown"),
        ("order.total_minor", "guard_type"),
        ("order.currency", "guard_type"),
        ("order", "guard_type"),
        ("order.total_minor == 'x'", "guard_type"),
        ("order.total_minor && true", "guard_type"),
        ("!order.total_minor", "guard_type"),
        ("-order.currency == 'x'", "guard_type"),
        ("order.held < true", "guard_type"),
        ("order.total_minor + order.held > 1", "guard_type"),
        ("order.skus + order.skus == order.skus", "guard_type"),
        ("order.skus.total > 1", "guard_type"),
        ("order.currency[0] == 'C'", "guard_type"),
        ("order.skus['a'] == 'C'", "guard_type"),
        ("order[order.currency] == 1", "guard_type"),
        ("1 in order.skus", "guard_type"),
        ("'a' in order.currency", "guard_type"),
        ("size(order.total_minor) > 1", "guard_type"),
        ("order.currency.contains(1)", "guard_type"),
        ("order.currency.all(c, true)", "guard_type"),
        ("{1: 2} == {1: 2}", "guard_type"),
        ("1 ? true : false", "guard_type"),
        ("order.skus.all(s, order.skus.exists(t, t == s))", "guard_macro"),
        ("order.skus.all(s, true) || order.skus.exists(s, true)", "guard_macro"),
        ("order.skus.all(s)", "guard_macro"),
        ("order.skus.all(1, true)", "guard_macro"),
        ("order.skus.all(order, true)", "guard_macro"),
        ("order.skus.all(s, size(order.skus) > 1)", "guard_macro"),
        ("order.skus.map(s, order.skus).size() > 1", "guard_macro"),
        ("order.skus.map(s, [s, s]).size() > 1", "guard_macro"),
        ("order.skus.all(s, " + " && ".join(["s == s"] * 40) + ")", "guard_too_long"),
        ("order.skus.all(s, " + " && ".join(["s in order.skus"] * 5) + ")", "guard_too_long"),
        ("+".join(["order.currency"] * 10) + " == ''", "guard_too_long"),
        ("order.currency == '" + "x" * 2000 + "'", "guard_too_long"),
        ("(" * 33 + "true" + ")" * 33, "guard_too_deep"),
        ("!" * 33 + "true", "guard_too_deep"),
        ("payload" + ".a" * 40, "guard_too_deep"),
        ("true ? true : " * 40 + "true", "guard_too_deep"),
    ],
)
def test_mistakes_are_found_when_it_is_validated(source: str, code: str) -> None:
    assert code in {problem.code for problem in guard_problems(source, ROOTS)}


def test_all_mistakes_are_said_at_once_with_their_place_and_in_both_languages() -> None:
    problems = guard_problems("order.nope > 1 && nothing.x == 2 && order.held == 3", ROOTS)
    assert [(p.code, p.at) for p in problems] == [
        ("guard_name_unknown", 0),
        ("guard_name_unknown", 18),
        ("guard_type", 50),
    ]
    assert all(p.detail.zh and p.detail.en for p in problems)


@pytest.mark.parametrize(
    ("source", "payload", "reason"),
    [
        ("payload.missing == 1", {}, "a value is missing: missing"),
        ("payload.a.b == 1", {"a": 5}, "a value is not of the type that is needed"),
        ("payload.a > 1", {"a": "x"}, "a value is not of the type that is needed"),
        ("payload.a", {"a": 1}, "the condition is neither true nor false"),
        ("payload.a", {"a": None}, "the condition is neither true nor false"),
        ("payload.a / payload.b == 1", {"a": 1, "b": 0}, "division by zero"),
        ("payload.a + payload.a > 1", {"a": 2**62}, "a number or a date is out of range"),
        ("payload.a[3] == 1", {"a": [1]}, "a list has no such item"),
        ("timestamp(payload.a) < timestamp(payload.a)", {"a": "soon"}, "the condition cannot be worked out"),
        ("payload.a > 1", {"a": 1.5}, "a value of type float cannot be used here"),
        ("payload.a > 1", {"a": Decimal("1.5")}, "a value of type Decimal cannot be used here"),
        ("payload.a > 1", {"a": 2**63}, "a value of type int cannot be used here"),
        ("payload.a == payload.a", {"a": datetime(2026, 1, 1)}, "a value of type datetime cannot be used here"),  # noqa: DTZ001
        ("payload.a == ''", {"a": "x" * 4001}, "a text is longer than 4000 characters"),
        ("payload.a == ''", {"a": "\ud800"}, "the condition cannot be worked out"),
        ("1 in payload.a", {"a": [1] * 201}, "a list has more than 200 items"),
        ("payload.a.all(x, true)", {"a": [1] * 201}, "a list has more than 200 items"),
        ("payload.a.all(x, true)", {"a": {"b": 1}}, "a list is needed here"),
        ("payload.a == payload.b", {"a": [list(range(40))] * 30, "b": []}, "it reads more than 1000 values"),
        ("payload.a == payload.b", {"a": {1: 2}, "b": {}}, "a key is not text"),
        (
            "payload.a + payload.b == payload.c",
            {"a": [1], "b": [1], "c": 1},
            "a value of type list cannot be used here",
        ),
    ],
)
def test_what_cannot_be_answered_says_why(source: str, payload: dict[str, object], reason: str) -> None:
    with pytest.raises(GuardError) as refused:
        compile_guard(source).holds({"payload": payload})
    assert refused.value.reason.en == reason
    assert refused.value.reason.zh


def test_depth_of_values_is_bounded() -> None:
    value: object = 1
    for _ in range(10):
        value = {"a": value}
    with pytest.raises(GuardError, match="nested too deeply"):
        compile_guard("payload.v == payload.v").holds({"payload": {"v": value}})


def test_only_what_is_read_is_looked_at() -> None:
    payload = {"a": 1, "cost": 1.5, "lines": [0.5] * 1000}
    assert compile_guard("payload.a == 1").holds({"payload": payload, "order": object()})


def test_reads_mappings_tuples_and_dates() -> None:
    context = {"order": MappingProxyType({"skus": ("A", "B"), "signed": date(2026, 3, 31)})}
    assert compile_guard("order.skus.exists(s, s == 'B') && order.signed >= '2026-03-01'").holds(context)


def test_names_and_keys_are_data_and_never_attributes() -> None:
    class Trap:
        def __getattr__(self, name: str) -> object:
            raise AssertionError(f"{name} was touched")

    for source in ("payload.trap.x == 1", "payload.trap == 1", "payload.trap.__class__ == 1"):
        with pytest.raises(GuardError):
            compile_guard(source).holds({"payload": {"trap": Trap()}})


def test_says_which_roots_it_mentions() -> None:
    guard = compile_guard("has(payload.reason) && order.total_minor > 1")
    assert guard.mentions("payload")
    assert guard.mentions("order")
    assert not guard.mentions("actor")


class _Fails:
    def __init__(self, error: BaseException) -> None:
        self.error = error

    def execute(self, _values: object) -> object:
        raise self.error


def test_a_panic_of_the_library_is_a_refusal_and_an_interrupt_is_not() -> None:
    class PanicException(BaseException):
        pass

    with pytest.raises(GuardError):
        Guard("true", _Fails(PanicException()), ()).holds({})  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        Guard("true", _Fails(KeyboardInterrupt()), ()).holds({})  # type: ignore[arg-type]


def test_compiling_twice_gives_the_same_guard() -> None:
    assert compile_guard("order.total_minor > 7") is compile_guard("order.total_minor > 7")


def test_patterns_match_anywhere_and_refuse_what_the_engine_does_not_know() -> None:
    assert cel.matches("^[0-9]{6}$", "123456")
    assert cel.matches("b", "abc")
    assert not cel.matches("^(a+)+$", "a" * 5000 + "b")
    for pattern in ("(?=a)", r"(a)\1", "["):
        with pytest.raises(ValueError):
            cel.matches(pattern, "a")


_WORDS = (
    "order payload facts actor . ( ) [ ] { } , : ? ! - + * / % && || == != < <= > >= in has all exists map filter size "
    "duration timestamp string int 1 0 9223372036854775807 'a' \"b\" r'c' true false null x y total_minor lines"
)


@given(st.lists(st.sampled_from(_WORDS.split()), max_size=40).map(" ".join))
def test_any_words_are_refused_or_answered(source: str) -> None:
    try:
        assert compile_guard(source).holds(CONTEXT) in (True, False)
    except (GuardInvalid, GuardError):
        return


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes() | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.integers(), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    "source",
    ["payload.a == payload.b", "payload.a < payload.b", "payload.a.all(x, x in payload.b)", "payload.a.x > 1"],
)
@given(one=_VALUES, other=_VALUES)
def test_any_values_are_refused_or_answered(source: str, one: object, other: object) -> None:
    try:
        assert compile_guard(source).holds({"payload": {"a": one, "b": other}}) in (True, False)
    except GuardError:
        return
