"""The reasons for a person to look: all of them have words, and each fires on what it says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.intake.review import REASONS, review
from tests.domain.intake.support import CATALOGUE, SAMPLES

LINE = {
    "external_id": "1", "sku": "GIFT-CUP", "name": "x", "quantity": "2", "unit_price": "5.00", "amount": "10.00",
    "is_gift": False, "refund": "none",
}  # fmt: skip
ORDER: dict[str, Any] = {
    "customer": {"name": "n", "company": None, "phone": "13900001234", "address": {"street": "s"}},
    "promised_date": "2026-12-01",
    "currency": "CNY",
    "lines": [LINE],
    "discounts": [{"amount": "3.00"}],
    "fees": [{"amount": "1.00"}],
    "shipping": "2.00",
    "tax": "1.00",
    "tax_included": False,
    "total": "11.00",
}
ALL = ("customer", "phone", "address", "promised_date")


def reasons(**changes: Any) -> set[str]:
    return {reason for reason, _ in review(ORDER | changes, CATALOGUE, ALL, sums=True)}


def test_the_reasons_are_those_of_the_samples_with_words_in_both_languages() -> None:
    known = json.loads((SAMPLES / "review_reasons.json").read_text("utf-8"))
    assert set(REASONS) == set(known)
    assert all(text.zh and text.en for text in REASONS.values())


def test_a_whole_order_needs_nobody() -> None:
    assert reasons() == set()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"customer": None, "total": "11.00"}, "missing_customer"),
        ({"customer": ORDER["customer"] | {"phone": "无"}}, "missing_phone"),
        ({"customer": ORDER["customer"] | {"address": None}}, "missing_address"),
        ({"promised_date": None}, "missing_promised_date"),
        ({"currency": None}, "currency_missing"),
        ({"total": "11.01"}, "amounts_do_not_add_up"),
        ({"tax_included": True}, "amounts_do_not_add_up"),
        ({"lines": [LINE | {"sku": None}]}, "missing_sku"),
        ({"lines": [LINE | {"sku": "NO-1"}]}, "unknown_sku"),
        ({"lines": [LINE | {"quantity": None, "amount": None}]}, "missing_quantity"),
        ({"lines": [LINE | {"unit_price": None, "amount": None}]}, "missing_price"),
        ({"lines": [LINE | {"refund": "requested"}]}, "refund_in_progress"),
        ({"lines": [LINE, LINE | {"amount": "0.00", "unit_price": "0.00", "is_gift": True}]}, "possible_duplicate"),
    ],
)
def test_each_reason(changes: dict[str, Any], reason: str) -> None:
    assert reason in reasons(**changes)


def test_only_what_is_required_can_be_missing() -> None:
    assert review(ORDER | {"customer": None, "promised_date": None}, CATALOGUE, (), sums=True) == []


def test_masked_numbers_are_usable() -> None:
    assert "missing_phone" not in reasons(customer=ORDER["customer"] | {"phone": "*******6621"})


def test_an_order_without_a_total_has_no_sum_to_check() -> None:
    assert reasons(total=None) == set()


def test_gifts_need_no_number() -> None:
    gift = LINE | {"external_id": None, "sku": None, "is_gift": True, "unit_price": "0.00", "amount": "0.00"}
    assert reasons(lines=[LINE, gift]) == set()
