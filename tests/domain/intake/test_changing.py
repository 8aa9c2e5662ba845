"""What a channel's later word asks to change: only what the channel itself altered, in the words of an order change."""

from __future__ import annotations

from typing import Any

import pytest

from domain.intake.changing import wish_of
from tests.makers import a_line, an_order

ORDER = an_order(lines=(a_line(1, "6", "38.50"), a_line(2, "1", "100.00")))


def told(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the channel says: both lines as they are, but for what a test names."""
    plain = [
        {
            "external_id": "L1",
            "name": "散热器",
            "sku": "RAD-1",
            "quantity": "6",
            "unit_price": "38.50",
            "refund": "none",
        },
        {
            "external_id": "L2",
            "name": "散热器",
            "sku": "RAD-2",
            "quantity": "1",
            "unit_price": "100.00",
            "refund": "none",
        },
    ]
    return {"lines": [{**one, **change} for one, change in zip(plain, lines or ({}, {}), strict=False)], **more}


@pytest.mark.parametrize(
    ("after", "patch"),
    [
        (told({"quantity": "4"}, {}), {"lines": [{"line": 1, "quantity": "4"}]}),
        (told({"unit_price": "30.00"}, {}), {"lines": [{"line": 1, "unit_price": "30.00"}]}),
        (told({}), {"lines": [{"line": 2, "cancel": True}]}),
        (told({}, {"refund": "refunded"}), {"lines": [{"line": 2, "cancel": True}]}),
        (told({}, {"refund": "requested"}), {}),
        (
            told(refunds=[{"amount": "77.00", "lines": [{"line": "L1", "quantity": "2"}]}]),
            {"lines": [{"line": 1, "quantity": "4"}]},
        ),
        (
            told(refunds=[{"amount": "26.45", "lines": [], "note": "缺货"}]),
            {"discounts": [{"kind": "refund", "label": "缺货", "line": None, "amount": "26.45"}]},
        ),
        (told(promised_date="2027-02-01"), {"promised_date": "2027-02-01"}),
        (told(shipping="12.00"), {"shipping": "12.00"}),
        (told(customer={"name": "王", "address": {"city": "宁波"}}), {"address": {"city": "宁波", "contact": "王"}}),
        (told(), {}),
    ],
)
def test_only_what_the_channel_altered_is_asked_for(after: dict[str, Any], patch: dict[str, Any]) -> None:
    wish = wish_of(ORDER, {}, told(), after)
    assert (wish.patch, wish.unsaid) == (patch, ())


def test_a_line_that_nobody_knew_is_added() -> None:
    new = {"external_id": "L9", "name": "阀门", "quantity": "2", "unit_price": "18.00", "refund": "none"}
    after = told()
    after["lines"].append(new)
    assert wish_of(ORDER, {}, told(), after).patch == {
        "lines": [{"name": "阀门", "quantity": "2", "unit_price": "18.00"}]
    }


def test_what_the_factory_agreed_otherwise_meanwhile_stays() -> None:
    order = an_order(lines=(a_line(1, "6", "35.00"), a_line(2, "1", "100.00")))
    assert wish_of(order, {}, told(), told(shipping="5.00")).patch == {"shipping": "5.00"}


def test_what_no_change_can_say_is_named() -> None:
    assert wish_of(ORDER, {}, told(currency="CNY"), told(currency="USD")).unsaid == ("currency",)
