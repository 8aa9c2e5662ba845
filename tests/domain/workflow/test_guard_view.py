"""What guards are promised to see is what they are given."""

from domain.expressions.cel import compile_guard, guard_problems
from domain.expressions.guard_types import BOOL, DYN, INT, STRING, list_of
from domain.workflow import guard_view
from tests.makers import an_order


def test_an_order_gives_exactly_the_declared_names() -> None:
    assert guard_view.ORDER.fields is not None
    assert set(an_order().guard_view()) == set(guard_view.ORDER.fields)


def test_every_declared_name_of_an_order_can_be_read() -> None:
    view = {"order": an_order().guard_view()}
    assert guard_view.ORDER.fields is not None
    for name in guard_view.ORDER.fields:
        source = f"order.{name} == order.{name}"
        assert guard_problems(source, guard_view.roots(None)) == ()
        assert compile_guard(source).holds(view)


def test_types_follow_a_form() -> None:
    schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "n": {"type": "integer"},
            "b": {"type": "boolean"},
            "s": {"type": "string", "format": "date"},
            "l": {"type": "array", "items": {"type": "string"}},
            "o": {"properties": {"x": {"type": "integer"}}},
            "u": {"type": ["string", "null"]},
            "r": {"$ref": "#/$defs/x"},
            "t": True,
        },
    }
    found = guard_view.of_schema(schema)
    assert found.fields is not None
    assert [found.fields[name] for name in "nbslu"] == [INT, BOOL, STRING, list_of(STRING), DYN]
    assert found.fields["o"].kind == "map"
    assert (found.fields["r"], found.fields["t"]) == (DYN, DYN)
    assert guard_view.of_schema({"type": "object", "properties": {"n": {}}}).fields is None
