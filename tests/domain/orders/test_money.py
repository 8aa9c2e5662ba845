"""Money is decimal, is rounded half-even to the minor unit, and adds up."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders.money import computed_total, money_text, price_text, quantity_text, round_amount, to_minor

amounts = st.decimals(min_value=0, max_value=10**9, places=2)


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("2.345", "CNY", "2.34"),
        ("2.355", "CNY", "2.36"),
        ("2.5", "JPY", "2"),
        ("3.5", "JPY", "4"),
        ("1.0005", "KWD", "1.000"),
    ],
)
def test_amounts_are_rounded_half_even_to_the_minor_unit(value: str, currency: str, text: str) -> None:
    assert money_text(Decimal(value), currency) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("180", "CNY", "180.00"),
        ("0.123456", "CNY", "0.123456"),
        ("12.5", "CNY", "12.50"),
        ("12", "JPY", "12"),
        ("1E+2", "CNY", "100.00"),
    ],
)
def test_unit_prices_keep_their_decimals_and_never_show_an_exponent(value: str, currency: str, text: str) -> None:
    assert price_text(Decimal(value), currency) == text


def test_quantities_show_no_trailing_zeros() -> None:
    assert [quantity_text(Decimal(v)) for v in ("50", "50.000000", "0.5", "1E+3")] == ["50", "50", "0.5", "1000"]


def test_guards_see_whole_minor_units() -> None:
    assert to_minor(Decimal("50000.00"), "CNY") == 5_000_000
    assert to_minor(Decimal("1200"), "JPY") == 1200


@given(st.lists(amounts, max_size=8), amounts, amounts, st.booleans())
def test_the_sum_rule_holds(lines: list[Decimal], shipping: Decimal, tax: Decimal, included: bool) -> None:
    total = computed_total(lines, [{"amount": "1.50"}], [{"amount": "-0.25"}], shipping, tax, tax_included=included)
    assert total == sum(lines, Decimal(0)) - Decimal("1.75") + shipping + (0 if included else tax)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_rounding_never_moves_an_amount_by_more_than_half_a_cent(value: Decimal) -> None:
    assert abs(round_amount(value, "CNY") - value) <= Decimal("0.005")
