"""No more leaves than was ordered, and no more comes back than left."""

from decimal import Decimal

import pytest

from domain.orders.quantities import all_shipped, returned, shipped
from domain.refusals.kinds import Refusal
from tests.makers import a_line


def test_a_part_is_shipped() -> None:
    [line] = shipped((a_line(quantity="5"),), [{"line": 1, "quantity": "2"}])
    assert (line.shipped_quantity, line.unshipped) == (Decimal(2), Decimal(3))


def test_the_rest_is_shipped() -> None:
    lines = (a_line(1, "5", shipped_quantity=Decimal(2)), a_line(2, "1", shipped_quantity=Decimal(1)))
    [line] = all_shipped(lines)
    assert line.shipped_quantity == Decimal(5)


def test_what_was_shipped_may_come_back() -> None:
    [line] = returned((a_line(quantity="5", shipped_quantity=Decimal(3)),), [{"line": 1, "quantity": "3"}])
    assert line.returned_quantity == Decimal(3)


@pytest.mark.parametrize(
    ("act", "line", "quantity", "code"),
    [
        (shipped, a_line(quantity="5"), "6", "quantity_exceeded"),
        (shipped, a_line(quantity="5"), "0", "quantity_exceeded"),
        (returned, a_line(quantity="5"), "1", "quantity_exceeded"),
        (
            returned,
            a_line(quantity="5", shipped_quantity=Decimal(2), returned_quantity=Decimal(2)),
            "1",
            "quantity_exceeded",
        ),
    ],
)
def test_more_than_there_is_is_refused(act, line, quantity, code) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Refusal) as refused:
        act((line,), [{"line": 1, "quantity": quantity}])
    assert refused.value.code == code


def test_a_line_named_twice_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        shipped((a_line(quantity="5"),), [{"line": 1, "quantity": "1"}, {"line": 1, "quantity": "1"}])
    assert refused.value.code == "field_invalid"
