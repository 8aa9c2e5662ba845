"""Guards written to escape, to crash or to stall: each is refused, or answered without harm."""

import contextlib

import pytest

from domain.expressions.cel import GuardError, GuardInvalid, compile_guard

_DUNDERS = ("__class__", "__globals__", "__subclasses__", "__mro__", "__init__", "__dict__", "__builtins__", "__code__")
_ESCAPES = [
    *(f"order.{name} == 1" for name in _DUNDERS),
    *(f"order.total_minor.{name}" for name in _DUNDERS),
    *(f"order['{name}'] == 1" for name in _DUNDERS),
    *(f"''.{name}.__base__" for name in _DUNDERS),
    *(f"{name}.x" for name in _DUNDERS),
    "__import__('os').system('id')",
    "import os",
    "eval('1')",
    "exec('1')",
    "open('/etc/passwd').read()",
    "().__class__.__bases__[0].__subclasses__()",
    "order.format('{0.__class__}')",
    "'{0.__class__}'.format(order)",
    "lambda x: x",
    "[x for x in order]",
    "order.total_minor if true else 1",
    "true; false",
    "order.total_minor := 1",
    "getattr(order, 'x')",
    "type(order) == map",
    "dyn(order).x",
    "optional.of(1).value() == 1",
    "order.?total_minor",
    "google.protobuf.Any{}",
    "Msg{a: 1}",
    ".order.total_minor == 1",
    "cel.bind(x, 1, x == 1)",
    "@not_strictly_false(true)",
    "`order`.x",
    "order.`total_minor` == 1",
    "$order.x",
    "order\x00.x == 1",
    "order\u200b.x == 1",
    "ｏｒｄｅｒ.x == 1",
]
_BOMBS = [
    "+".join(["1"] * 20_000) + " > 0",
    "payload" + ".b" * 20_000,
    "(" * 20_000 + "true" + ")" * 20_000,
    "[" * 20_000,
    "!" * 20_000 + "true",
    "-" * 1_990 + "1 > 0",
    "true ? " * 2_000,
    "{" * 900,
    "a(" * 900,
    "a[" * 900,
    "9" * 1_990 + " > 0",
    "'" + "x" * 5_000_000,
    "/*" * 900,
    "2**2**2**2**2**99 > 1",
    "9223372036854775807 * 9223372036854775807 > 0",
    "99999999999 * 99999999999 * 99999999999 > 0",
    "payload.big.all(a, payload.big.all(b, payload.big.all(c, payload.big.all(d, true))))",
    "payload.big.map(a, payload.big.map(b, a)).size() > 0",
    "payload.big.map(a, payload.big).size() > 0",
    "payload.big.map(a, [a, a, a]).size() > 0",
    "payload.big.all(a, payload.big == payload.big)",
    "payload.big.all(a, " + " && ".join(["a in payload.big"] * 90) + ")",
    "+".join(["payload.big"] * 150) + " == []",
    "payload.big.all(a, (" + "+".join(["payload.long"] * 8) + ") == '')",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!'.matches('(a+)+$')",
    "payload.long.matches('(x|x)*y')",
    "payload.long.matches('((x{100}){100}){100}')",
    "timestamp('9999-12-31T23:59:59Z') + duration('9999999999999h') > timestamp('0001-01-01T00:00:00Z')",
    "timestamp('0001-01-01T00:00:00Z') - duration('9999999999999h') > timestamp('0001-01-01T00:00:00Z')",
    "-9223372036854775808 / -1 > 0",
    "-9223372036854775808 % -1 > 0",
    "[1][9223372036854775807] == 1",
    "[1][-1] == 1",
    "'\\U0010ffff\\ud800' == ''",
]
CONTEXT = {
    "order": {"total_minor": 5},
    "payload": {"big": list(range(200)), "long": "x" * 4_000},
    "facts": {},
    "actor": {},
}


@pytest.mark.parametrize("source", _ESCAPES)
def test_escapes_are_refused(source: str) -> None:
    with pytest.raises((GuardInvalid, GuardError)):
        compile_guard(source).holds(CONTEXT)


@pytest.mark.parametrize("source", _BOMBS, ids=range(len(_BOMBS)))
def test_bombs_are_refused_or_answered(source: str) -> None:
    try:
        assert compile_guard(source).holds(CONTEXT) in (True, False)
    except (GuardInvalid, GuardError):
        return


_NESTING = ["({})", "[{}][0]", "!({})", "true ? ({}) : false", "has(payload.a) || {}", "({}) == true"]


@pytest.mark.parametrize("shape", _NESTING)
@pytest.mark.parametrize("levels", [2, 31, 32, 33, 64, 400])
def test_nesting_of_every_shape_is_refused_before_the_stack_ends(shape: str, levels: int) -> None:
    source = "true"
    for _ in range(levels):
        source = shape.format(source)
    if levels == 2:
        assert compile_guard(source).holds(CONTEXT) in (True, False)
    if levels == 400:
        with pytest.raises(GuardInvalid):
            compile_guard(source)
    with contextlib.suppress(GuardInvalid, GuardError):
        compile_guard(source).holds(CONTEXT)


def test_the_largest_guard_that_is_allowed_is_answered() -> None:
    source = " && ".join(["order.total_minor < 9"] * 80)
    assert len(source) <= 2_000
    assert compile_guard(source).holds(CONTEXT)
