"""Taobao beyond the samples: states, money, receivers, messages and what the relay may send instead."""

from __future__ import annotations

import json
from typing import Any

import pytest

from domain.intake.meaning import Meaning
from domain.refusals.intake import PAYLOAD_INCOMPLETE, PAYLOAD_NOT_UNDERSTOOD
from domain.refusals.kinds import Refusal
from tests.domain.intake.support import body, read_body, trade


def message(topic: str, content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": 7199000441550258999, "topic": topic, "user_nick": "店", "content": json.dumps(content), **more}


def sent(document: Any) -> Meaning:
    return read_body("taobao", json.dumps(document).encode())


@pytest.mark.parametrize(
    ("status", "action"),
    [
        ("WAIT_BUYER_PAY", "hold"),
        ("TRADE_NO_CREATE_PAY", "hold"),
        ("PAY_PENDING", "hold"),
        ("PAID_FORBID_CONSIGN", "hold"),
        ("WAIT_SELLER_SEND_GOODS", "create"),
        ("SELLER_CONSIGNED_PART", "update"),
        ("WAIT_BUYER_CONFIRM_GOODS", "update"),
        ("TRADE_BUYER_SIGNED", "update"),
        ("TRADE_FINISHED", "update"),
        ("TRADE_CLOSED", "cancel"),
        ("TRADE_CLOSED_BY_TAOBAO", "cancel"),
        ("SOMETHING_NEW", "hold"),
    ],
)
def test_a_status_decides_what_is_done(status: str, action: str) -> None:
    assert trade(status=status).action == action


def test_unpaid_and_deposits_wait_for_the_payment() -> None:
    assert trade(status="WAIT_BUYER_PAY", pay_time=None).review_reasons == ("payment_incomplete",)
    presale = trade(status="WAIT_SELLER_SEND_GOODS", step_trade_status="FRONT_PAID_FINAL_NOPAID", step_paid_fee="50.00")
    assert (presale.action, presale.review_reasons) == ("hold", ("payment_incomplete",))
    assert presale.content["payments"] == [{"kind": "deposit", "amount": "50.00"}]
    whole = trade(step_trade_status="FRONT_PAID_FINAL_PAID", step_paid_fee="299.00")
    assert (whole.action, whole.needs_review, "payments" in whole.content) == ("create", False, False)


@pytest.mark.parametrize(
    ("refund", "meaning"),
    [
        ("NO_REFUND", "none"),
        ("CLOSED", "none"),
        ("WAIT_SELLER_AGREE", "requested"),
        ("WAIT_BUYER_RETURN_GOODS", "requested"),
        ("SELLER_REFUSE_BUYER", "requested"),
        ("SUCCESS", "refunded"),
    ],
)
def test_a_line_s_refund(refund: str, meaning: str) -> None:
    found = trade(line={"refund_status": refund})
    assert found.content["lines"][0]["refund"] == meaning
    assert ("refund_in_progress" in found.review_reasons) == (meaning == "requested")


def test_promotions_of_a_one_line_trade_are_told_apart_by_the_line_s_own_discount() -> None:
    details = [
        {"id": 4012345678901234567, "promotion_name": "店铺满减", "discount_fee": "20.00"},
        {"id": 4012345678901234567, "promotion_name": "限时直降", "discount_fee": "30.00"},
    ]
    found = trade(
        promotion_details={"promotion_detail": details}, line={"part_mjz_discount": "20.00"}, payment="279.00"
    )
    assert [(d["kind"], d["label"], d["line"] is None) for d in found.content["discounts"]] == [
        ("order", "店铺满减", True),
        ("line", "限时直降", False),
    ]
    assert not found.needs_review


def test_discounts_that_no_promotion_explains_still_count() -> None:
    found = trade(promotion_details={}, line={"discount_fee": "30.00", "part_mjz_discount": "9.00"}, payment="290.00")
    assert [(d["kind"], d["amount"]) for d in found.content["discounts"]] == [("line", "30.00"), ("order", "9.00")]
    assert not found.needs_review


@pytest.mark.parametrize(
    ("on_trade", "on_line", "payment", "discounts", "fees"),
    [
        ("-6.00", "-6.00", "293.00", ["6.00"], []),
        ("0.00", "-6.00", "293.00", ["6.00"], []),
        ("-6.00", "0.00", "293.00", ["6.00"], []),
        ("6.00", "6.00", "305.00", [], ["6.00"]),
        ("6.00", "0.00", "305.00", [], ["6.00"]),
    ],
)
def test_a_seller_s_adjustment_counts_once_and_with_its_sign(
    on_trade: str, on_line: str, payment: str, discounts: list[str], fees: list[str]
) -> None:
    found = trade(adjust_fee=on_trade, line={"adjust_fee": on_line}, payment=payment)
    adjusted = [d["amount"] for d in found.content["discounts"] if d["kind"] == "adjustment"]
    assert (adjusted, [f["amount"] for f in found.content["fees"]]) == (discounts, fees)
    assert not found.needs_review


def test_sums_that_do_not_meet_say_so() -> None:
    found = trade(payment="298.99")
    assert found.review_reasons == ("amounts_do_not_add_up",)


def test_numbers_of_articles() -> None:
    assert trade(line={"outer_sku_id": "lmp-pd30-wrm"}).content["lines"][0]["sku"] == "LMP-PD30-WRM"
    assert trade(line={"outer_sku_id": "ＬＭＰ－ＰＤ30－ＷＲＭ"}).content["lines"][0]["sku"] == "LMP-PD30-WRM"
    assert trade(line={"outer_sku_id": "NEW-1"}).review_reasons == ("unknown_sku",)
    assert trade(line={"outer_sku_id": "", "outer_iid": None}).review_reasons == ("missing_sku",)


def test_receivers() -> None:
    assert trade(receiver_name=None).review_reasons == ("missing_customer",)
    assert trade(receiver_mobile=None, receiver_phone="").review_reasons == ("missing_phone",)
    assert trade(receiver_address=" ").review_reasons == ("missing_address",)
    assert trade(receiver_mobile=None, receiver_phone="0571-88001122").content["customer"]["phone"] == "0571-88001122"


def test_quantities_and_prices_that_nobody_can_use() -> None:
    assert "missing_quantity" in trade(line={"num": 0}).review_reasons
    assert "missing_quantity" in trade(line={"num": "viele"}).review_reasons
    assert trade(line={"price": ""}).review_reasons == ("missing_price",)


def test_one_line_twice_in_a_trade() -> None:
    document = json.loads(body("taobao", "fullinfo_gift_in_buyer_message"))
    orders = document["trade_fullinfo_get_response"]["trade"]["orders"]["order"]
    orders.append(dict(orders[0]))
    assert "possible_duplicate" in sent(document).review_reasons


def test_the_push_database_s_row_means_the_trade_inside() -> None:
    whole = body("taobao", "fullinfo_promotions_multi_item")
    row = {"tid": 4012345678905550001, "jdp_response": whole.decode()}
    assert sent(row) == read_body("taobao", whole)


def test_a_bare_message_and_a_wrapped_one_hint_at_the_same_trade() -> None:
    bare = message("taobao_trade_TradeBuyerPay", {"tid": 4012345678901234567})
    wrapped = {"tmc_messages_consume_response": {"messages": {"tmc_message": [bare]}}}
    assert sent(bare) == sent(wrapped)
    assert sent(bare).content["external_ids"] == ["4012345678901234567"]
    assert sent([bare, bare]).content["event"] == "batch"


def test_a_refund_message_alone_tells_line_and_amount() -> None:
    content = {"tid": 1, "oid": 2, "refund_id": 3, "refund_fee": "12.50", "modified": "2026-11-19 16:20:02"}
    found = sent(message("taobao_refund_RefundCreated", content)).content
    assert found["event"] == "refund_requested"
    assert (found["line"], found["amount"], found["refund_id"]) == ("2", "12.50", "3")


def test_unknown_topics_are_fetched_where_they_name_a_trade_and_ignored_where_not() -> None:
    assert sent(message("taobao_trade_SomethingNew", {"tid": 5})).action == "fetch"
    assert sent(message("taobao_item_ItemAdd", {"num_iid": 5})).action == "ignore"
    assert sent(message("taobao_trade_TradeBuyerPay", {})).action == "ignore"


@pytest.mark.parametrize(
    ("error", "wanted"),
    [
        ({"code": 25, "msg": "Invalid signature"}, (False, None, False, True)),
        ({"code": 15, "sub_code": "isv.trade-not-exist"}, (False, None, False, True)),
        ({"code": 15, "sub_code": "isp.service-unavailable"}, (True, None, False, False)),
        ({"code": 26, "msg": "Missing session"}, (False, None, True, True)),
        (
            {"code": 7, "sub_code": "accesscontrol.limited-by-api-access-count", "sub_msg": "last for 1 more seconds"},
            (True, 1, False, False),
        ),
        ({"code": 10, "msg": "Service currently unavailable"}, (True, None, False, False)),
        ({"code": 999}, (False, None, False, True)),
    ],
)  # fmt: skip
def test_errors(error: dict[str, Any], wanted: tuple[Any, ...]) -> None:
    content = sent({"error_response": error}).content
    assert tuple(content[name] for name in ("retryable", "retry_after_s", "needs_login", "alert")) == wanted


def test_what_is_no_trade_is_refused() -> None:
    with pytest.raises(Refusal) as nothing:
        sent({"hello": "world"})
    assert nothing.value.kind == PAYLOAD_NOT_UNDERSTOOD
    with pytest.raises(Refusal) as empty:
        sent({"trade_fullinfo_get_response": {"trade": {"status": "WAIT_SELLER_SEND_GOODS"}}})
    assert empty.value.kind == PAYLOAD_INCOMPLETE
    assert empty.value.data == {"names": "external_id, lines"}


def test_full_width_digits_are_read_as_ascii() -> None:
    found = trade(line={"num": "３", "price": "３２９．００"}, receiver_mobile="１３９００００１２３４")
    assert found.content["lines"][0]["quantity"] == "3"
    assert found.content["customer"]["phone"] == "13900001234"
