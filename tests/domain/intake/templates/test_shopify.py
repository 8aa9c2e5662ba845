"""Shopify beyond the samples: topics, payments, discounts, tips, cancellations and refunds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.intake.meaning import Meaning
from domain.refusals.intake import PAYLOAD_INCOMPLETE, PAYLOAD_NOT_UNDERSTOOD
from domain.refusals.kinds import Refusal
from tests.domain.intake.support import read_body, shop_order


def sent(topic: str | None, document: Any) -> Meaning:
    given = {"X-Shopify-Shop-Domain": "a.myshopify.com", "X-Shopify-Webhook-Id": "w-1"}
    return read_body("shopify", json.dumps(document).encode(), given | ({"X-Shopify-Topic": topic} if topic else {}))


@pytest.mark.parametrize(
    ("topic", "changes", "action"),
    [
        ("orders/create", {}, "create"),
        ("orders/updated", {}, "update"),
        ("orders/paid", {}, "update"),
        ("orders/fulfilled", {}, "update"),
        ("orders/cancelled", {}, "cancel"),
        ("orders/updated", {"cancelled_at": "2026-11-23T00:00:00Z"}, "cancel"),
        ("orders/create", {"test": True}, "ignore"),
        ("orders/create", {"financial_status": "pending"}, "hold"),
        ("orders/create", {"financial_status": "partially_paid"}, "hold"),
        ("orders/create", {"financial_status": "authorized"}, "create"),
        ("orders/create", {"financial_status": "pending", "source_name": "pos"}, "create"),
        ("orders/create", {"financial_status": "pending", "payment_terms": {"due_in_days": 30}}, "create"),
    ],
)
def test_topic_and_state_decide_what_is_done(topic: str, changes: dict[str, Any], action: str) -> None:
    found = shop_order(topic, **changes)
    assert found.action == action
    assert ("payment_incomplete" in found.review_reasons) == (action == "hold")


def test_an_order_of_gift_cards_alone_is_ignored_and_asks_nobody() -> None:
    found = shop_order(line={"gift_card": True, "sku": ""})
    assert (found.action, found.review_reasons) == ("ignore", ())


def test_header_names_in_any_case() -> None:
    document = {"id": 1, "refund": 1}
    given = {"x-SHOPIFY-topic": "orders/delete", "X-SHOPIFY-WEBHOOK-ID": "w-9"}
    assert read_body("shopify", json.dumps(document).encode(), given).content["dedupe_key"] == "w-9"


def test_an_order_read_back_without_a_topic_is_an_update() -> None:
    order = {"id": 5, "line_items": [{"id": 1, "title": "x", "quantity": 1, "price": "1"}], "currency": "USD"}
    assert sent(None, order).action == "update"
    assert sent(None, {"order": order}).external_id == "5"


def test_a_refund_s_own_topic() -> None:
    refund = {
        "id": 9,
        "order_id": 5,
        "created_at": "2026-11-22T08:59:58+08:00",
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "7.00"},
            {"kind": "refund", "status": "failure", "amount": "1.00"},
        ],
        "refund_line_items": [{"line_item_id": 3, "quantity": 1}],
    }
    found = sent("refunds/create", refund)
    assert (found.kind, found.action, found.content["external_ids"]) == ("event", "update", ["5"])
    assert (found.content["amount"], found.content["refund_id"], found.content["lines"]) == ("7.00", "9", ["3"])


@pytest.mark.parametrize("topic", ["app/uninstalled", "products/update", "customers/redact"])
def test_other_topics_are_ignored(topic: str) -> None:
    assert sent(topic, {"id": 1}).action == "ignore"


@pytest.mark.parametrize(
    ("topic", "kind"), [("orders/create", PAYLOAD_INCOMPLETE), ("refunds/create", PAYLOAD_NOT_UNDERSTOOD)]
)
def test_an_order_s_topic_without_an_order_is_refused_not_ignored(topic: str, kind: Any) -> None:
    with pytest.raises(Refusal) as refused:
        sent(topic, {"id": 1})
    assert refused.value.kind == kind


def test_kinds_of_discounts() -> None:
    rules = [
        {"type": "manual", "title": "Goodwill", "target_type": "line_item", "target_selection": "all"},
        {"type": "automatic", "title": "Autumn", "target_type": "line_item", "target_selection": "all"},
        {"type": "automatic", "title": "Lamps", "target_type": "line_item", "target_selection": "entitled"},
        {"type": "discount_code", "code": "TEN", "target_type": "line_item", "target_selection": "all"},
        {"type": "discount_code", "code": "SHIP", "target_type": "shipping_line", "target_selection": "all"},
    ]
    shares = [{"amount": "1.00", "discount_application_index": place} for place in range(4)]
    postage = [{"price": "10.00", "discount_allocations": [{"amount": "2.00", "discount_application_index": 4}]}]
    found = shop_order(
        discount_applications=rules,
        line={"discount_allocations": shares},
        shipping_lines=postage,
        total_price="169.00",
        total_price_set=None,
    )
    assert [(d["kind"], d["label"], d["amount"]) for d in found.content["discounts"]] == [
        ("adjustment", "Goodwill", "1.00"),
        ("order", "Autumn", "1.00"),
        ("line", "Lamps", "1.00"),
        ("coupon", "TEN", "1.00"),
        ("shipping", "SHIP", "2.00"),
    ]
    assert found.review_reasons == ()


def test_a_code_that_pays_everything_makes_no_gifts() -> None:
    rule = {"type": "discount_code", "code": "ALL", "target_type": "line_item", "target_selection": "all"}
    share = [{"amount": "165.00", "discount_application_index": 0}]
    found = shop_order(
        discount_applications=[rule], line={"discount_allocations": share}, total_price="10.00", total_price_set=None
    )
    assert not found.content["lines"][0]["is_gift"]
    assert found.review_reasons == ()


def test_a_line_paid_by_a_rule_of_its_own_is_a_gift() -> None:
    rule = {"type": "automatic", "title": "Free", "target_type": "line_item", "target_selection": "explicit"}
    share = [{"amount": "165.00", "discount_application_index": 0}]
    found = shop_order(
        discount_applications=[rule], line={"discount_allocations": share}, total_price="10.00", total_price_set=None
    )
    line = found.content["lines"][0]
    assert (line["is_gift"], line["gift_origin"], line["unit_price"]) == (True, "line", "165.00")


def test_tips_and_duties_are_fees() -> None:
    found = shop_order(
        total_tip_received="5.00",
        original_total_duties_set={"shop_money": {"amount": "3.00"}},
        total_price="183.00",
        total_price_set=None,
    )
    assert [(f["label"], f["amount"]) for f in found.content["fees"]] == [("tip", "5.00"), ("duties", "3.00")]
    assert found.review_reasons == ()


@pytest.mark.parametrize(
    ("name", "value", "day", "raw"),
    [
        ("Delivery-Date", "2026-12-18", "2026-12-18", None),
        ("delivery_date", "18 Dec 2026", "2026-12-18", None),
        ("期望送达日期", "2026年12月18日", "2026-12-18", None),
        ("Delivery Date", "12/11/2026", None, "12/11/2026"),
    ],
)
def test_the_wished_day_of_a_cart_attribute(name: str, value: str, day: str | None, raw: str | None) -> None:
    found = shop_order(note_attributes=[{"name": "colour", "value": "1"}, {"name": name, "value": value}])
    assert (found.content["requested_date"], found.content.get("requested_date_raw")) == (day, raw)
    assert found.review_reasons == (("ambiguous_date",) if raw else ())


def test_a_line_that_is_wholly_refunded() -> None:
    refunds = [{"id": 1, "refund_line_items": [{"line_item_id": 15100000000041, "quantity": 1}], "transactions": []}]
    line = shop_order("orders/updated", refunds=refunds, line={"current_quantity": 0}).content["lines"][0]
    assert (line["refund"], line["quantity_now"]) == ("refunded", "0")


def test_a_customer_by_mail_alone_and_nobody_at_all() -> None:
    mail = shop_order(customer=None, shipping_address=None, billing_address=None)
    assert mail.content["customer"]["email"] == "dev@example.com"
    assert set(mail.review_reasons) == {"missing_customer", "missing_phone", "missing_address"}
    nobody = shop_order(customer=None, shipping_address=None, billing_address=None, email=None, contact_email=None)
    assert nobody.content["customer"] is None


def test_money_is_the_shop_s_not_the_buyer_s() -> None:
    price = {"shop_money": {"amount": "165.00"}, "presentment_money": {"amount": "130.00"}}
    assert shop_order(line={"price_set": price, "price": "130.00"}).content["lines"][0]["unit_price"] == "165.00"


def test_currencies_without_cents_and_numbers_instead_of_text() -> None:
    found = shop_order(
        currency="JPY", line={"price": 16500, "price_set": None}, total_price=16510, total_price_set=None
    )
    assert (found.content["lines"][0]["amount"], found.content["total"]) == ("16500", "16510")
    assert found.review_reasons == ()
    fraction = shop_order(line={"price": 0.1, "price_set": None, "quantity": 3}, total_price=10.3, total_price_set=None)
    assert fraction.content["lines"][0]["amount"] == "0.30"
    assert fraction.review_reasons == ()


def test_no_currency() -> None:
    assert shop_order(currency=None).review_reasons == ("currency_missing",)
