"""Splitting never creates or loses a cent or a piece."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders.money import computed_total
from domain.orders.splitting import split
from domain.refusals.kinds import Refusal
from tests.makers import a_line, an_order

quantities = st.integers(min_value=1, max_value=50)
prices = st.decimals(min_value=0, max_value=10_000, places=4)


@given(st.lists(st.tuples(quantities, prices, st.integers(0, 50), st.decimals(0, 5, places=2)), min_size=1, max_size=5))
def test_both_orders_together_are_what_the_order_was(rows: list[tuple[int, Decimal, int, Decimal]]) -> None:
    lines = tuple(a_line(n, str(quantity), str(price)) for n, (quantity, price, _, _) in enumerate(rows, 1))
    discounts = tuple({"kind": "line", "amount": f"{d:f}", "line": f"L{n}"} for n, (_, _, _, d) in enumerate(rows, 1))
    order = an_order(lines=lines, discounts=discounts, shipping=Decimal("8.00"))
    wanted = [{"line": n, "quantity": str(move)} for n, (q, _, move, _) in enumerate(rows, 1) if 0 < move <= q]
    try:
        parts = split(order, wanted)
    except Refusal:
        return
    assert parts.stays.total + parts.moves.total == order.total
    for n, line in enumerate(order.lines):
        moved = sum((m.quantity for m in parts.moves.lines if m.line == line.line), Decimal(0))
        assert parts.stays.lines[n].quantity + moved == line.quantity
    recomputed = computed_total(
        [line.amount for line in parts.stays.lines],
        parts.stays.discounts,
        (),
        order.shipping,
        Decimal(0),
        tax_included=True,
    )
    assert recomputed == parts.stays.total


@pytest.mark.parametrize("quantity", ["0", "3", "-1"])
def test_a_quantity_that_does_not_fit_is_refused(quantity: str) -> None:
    with pytest.raises(Refusal) as refused:
        split(an_order(), [{"line": 1, "quantity": quantity}])
    assert refused.value.code == "split_invalid"


def test_nothing_may_be_left_with_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        split(an_order(), [{"line": 1, "quantity": "2"}])
    assert refused.value.code == "split_invalid"


def test_a_line_that_is_not_there_is_a_bad_field() -> None:
    with pytest.raises(Refusal) as refused:
        split(an_order(), [{"line": 9, "quantity": "1"}])
    assert refused.value.fields[0].pointer == "/payload/lines/0/line"
