"""What cannot be kept, or would not add up as it is shown, is refused and named."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.orders.amounts import insist_on_whole_minor_units
from domain.orders.editing import edit
from domain.orders.money import computed_total, line_amount
from domain.refusals.kinds import Refusal
from tests.makers import an_order


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"shipping": Decimal("0.001")}, "/shipping"),
        ({"cost": Decimal("1.2345")}, "/cost"),
        ({"discounts": ({"amount": "1.00"}, {"amount": "0.005"})}, "/discounts/1/amount"),
        ({"fees": ({"amount": "-0.001"},)}, "/fees/0/amount"),
        ({"currency": "JPY", "tax": Decimal("1.5")}, "/tax"),
    ],
)
def test_an_amount_below_the_minor_unit_is_named(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(Refusal) as refused:
        insist_on_whole_minor_units(an_order(**changes))
    assert [(problem.pointer, problem.code) for problem in refused.value.fields] == [(pointer, "too_fine")]


def test_a_price_per_unit_may_be_finer_than_the_minor_unit() -> None:
    insist_on_whole_minor_units(an_order(shipping=Decimal("5.1"), discounts=({"amount": "0.50"},)))
    assert line_amount(Decimal(3), Decimal("0.123456"), "CNY") == Decimal("0.37")


@pytest.mark.parametrize("quantity", ["97760820419100.829", "99999999999999.999999"])
def test_what_a_line_comes_to_must_fit(quantity: str) -> None:
    with pytest.raises(Refusal, match="amount_too_large"):
        line_amount(Decimal(quantity), Decimal(108643), "CNY")


def test_what_an_order_comes_to_must_fit() -> None:
    half = Decimal("99999999999999.99")
    with pytest.raises(Refusal, match="amount_too_large"):
        computed_total([half, half], (), (), Decimal(0), Decimal(0), tax_included=True)


def test_an_edit_is_held_to_the_same() -> None:
    with pytest.raises(Refusal, match="field_invalid"):
        edit(an_order(), {"shipping": Decimal("0.001")})
