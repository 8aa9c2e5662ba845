"""Gift lines in whole orders: said twice is one gift, free lines need a reason, claims stay unconfirmed."""

from __future__ import annotations

from typing import Any

from domain.intake.meaning import Meaning
from tests.domain.intake.support import trade

FREE = {"price": "0.00", "total_fee": "0.00", "discount_fee": "0.00", "payment": "0.00"}


def with_lines(*lines: dict[str, Any], **changes: Any) -> Meaning:
    """A trade whose second and further lines are these, free of charge unless they say otherwise."""
    plain = {
        "oid_str": "1",
        "num": 1,
        "outer_sku_id": "LMP-PD30-WRM",
        "title": "吊灯",
        "price": "329.00",
        "discount_fee": "30.00",
    }
    orders = [plain, *({"oid_str": str(n), "num": 1, **FREE, **line} for n, line in enumerate(lines, start=2))]
    return trade(orders={"order": orders}, promotion_details={}, **changes)


def gifts(meaning: Meaning) -> list[tuple[Any, ...]]:
    return [
        (line["sku"], line["name"], line["quantity"], line["gift_origin"], line["gift_confirmed"])
        for line in meaning.content["lines"]
        if line["is_gift"]
    ]


def test_a_seller_s_gift_is_confirmed() -> None:
    meaning = trade(seller_memo="赠马克杯2个")
    assert gifts(meaning) == [("GIFT-CUP", "马克杯", "2", "seller_memo", True)]
    assert meaning.review_reasons == ()


def test_a_buyer_s_gift_waits() -> None:
    meaning = trade(buyer_message="说好送马克杯2个")
    assert gifts(meaning) == [("GIFT-CUP", "马克杯", "2", "buyer_message", False)]
    assert meaning.review_reasons == ("gift_claimed_by_buyer",)


def test_said_by_both_it_is_one_confirmed_gift() -> None:
    meaning = trade(buyer_message="客服说送两个杯子", seller_memo="送马克杯1个")
    assert gifts(meaning) == [("GIFT-CUP", "马克杯", "1", "seller_memo", True)]
    assert meaning.review_reasons == ()


def test_said_twice_by_one_it_is_one_gift() -> None:
    meaning = trade(seller_memo="送小夜灯1个；磁吸小夜灯别忘了送")
    assert [gift[0] for gift in gifts(meaning)] == ["GIFT-NL01"]


def test_a_promotion_s_gift_and_its_description_are_one() -> None:
    detail = {
        "id": 1,
        "promotion_name": "满送",
        "promotion_desc": "满300送杯子",
        "gift_item_name": "陶瓷马克杯",
        "gift_item_num": "2",
    }
    meaning = trade(line={"discount_fee": "0.00"}, payment="329.00", promotion_details={"promotion_detail": [detail]})
    assert gifts(meaning) == [("GIFT-CUP", "陶瓷马克杯", "2", "promotion", True)]
    assert meaning.review_reasons == ()


def test_a_gift_only_in_a_promotion_s_description() -> None:
    detail = {"id": 1, "promotion_name": "满送", "promotion_desc": "满300元送马克杯一个"}
    meaning = trade(line={"discount_fee": "0.00"}, payment="329.00", promotion_details={"promotion_detail": [detail]})
    assert gifts(meaning) == [("GIFT-CUP", "马克杯", "1", "promotion", True)]


def test_a_promotion_s_gift_without_a_number_is_one_and_asked_about() -> None:
    detail = {"id": 1, "promotion_name": "满送", "gift_item_name": "陶瓷马克杯"}
    meaning = trade(line={"discount_fee": "0.00"}, payment="329.00", promotion_details={"promotion_detail": [detail]})
    assert gifts(meaning) == [("GIFT-CUP", "陶瓷马克杯", "1", "promotion", True)]
    assert meaning.review_reasons == ("gift_quantity_unclear",)


def test_a_promotion_that_gives_no_goods() -> None:
    detail = {"id": 1, "promotion_name": "满999包邮", "promotion_desc": "满999元,送运费险,送优惠券"}
    meaning = trade(line={"discount_fee": "0.00"}, payment="329.00", promotion_details={"promotion_detail": [detail]})
    assert gifts(meaning) == []


def test_a_free_line_called_a_gift() -> None:
    meaning = with_lines({"outer_sku_id": "gift-cup", "title": "赠品 陶瓷马克杯"})
    assert gifts(meaning) == [("GIFT-CUP", "赠品 陶瓷马克杯", "1", "line", True)]
    assert meaning.review_reasons == ()


def test_a_free_line_and_the_memo_are_one_gift() -> None:
    meaning = with_lines({"outer_sku_id": "ACC-BRK-SET", "title": "挂架套装"}, seller_memo="送挂架一套")
    assert gifts(meaning) == [("ACC-BRK-SET", "挂架套装", "1", "line", True)]


def test_a_free_line_that_nothing_calls_a_gift() -> None:
    meaning = with_lines({"outer_sku_id": "ACC-BRK-SET", "title": "挂架套装"})
    assert gifts(meaning) == []
    assert meaning.review_reasons == ("zero_price_line",)


def test_a_free_service_is_no_article() -> None:
    meaning = with_lines({"title": "上门测量服务"})
    assert meaning.review_reasons == ("missing_sku", "zero_price_line")


def test_a_free_line_with_an_unknown_number_is_found_by_its_name_or_not_at_all() -> None:
    known = with_lines(
        {"outer_sku_id": "ZP-77", "title": "马克杯", "sku_properties_name": "类型:赠品"}, seller_memo="送马克杯1个"
    )
    unknown = with_lines({"outer_sku_id": "ZP-78", "title": "（赠品）雨伞"})
    assert gifts(known) == [("GIFT-CUP", "马克杯", "1", "line", True)]
    assert gifts(unknown) == [(None, "（赠品）雨伞", "1", "line", True)]
    assert unknown.review_reasons == ("gift_not_in_catalog",)


def test_a_gift_article_that_is_paid_for_is_sold() -> None:
    meaning = with_lines(
        {"outer_sku_id": "GIFT-CUP", "title": "马克杯", "price": "19.00"},
        payment="318.00",
        buyer_message="杯子请放泡沫里",
    )
    assert gifts(meaning) == []
    assert meaning.review_reasons == ()


def test_a_gift_that_is_not_in_the_list() -> None:
    meaning = trade(seller_memo="送抱枕一个")
    assert gifts(meaning) == [(None, "抱枕", "1", "seller_memo", True)]
    assert meaning.review_reasons == ("gift_not_in_catalog",)


def test_a_pair_keeps_its_words() -> None:
    line = trade(seller_memo="赠合页一副").content["lines"][-1]
    assert (line["sku"], line["quantity"], line["note"]) == ("GIFT-HNG2", "1", "一副")


def test_a_wish_without_a_name_changes_nothing() -> None:
    meaning = trade(buyer_message="老板大气，希望送点小礼品")
    assert (gifts(meaning), meaning.review_reasons) == ([], ())


def test_a_claimed_promise_without_a_name_waits_unless_there_is_a_gift() -> None:
    assert trade(buyer_message="说好的赠品别忘了").review_reasons == ("gift_claimed_by_buyer",)
    assert trade(buyer_message="说好的赠品别忘了", seller_memo="赠马克杯1个").review_reasons == ()


def test_a_seller_s_gift_without_a_name_is_a_line_to_be_named() -> None:
    meaning = trade(seller_memo="送精美礼品一份")
    assert [gift[3:] for gift in gifts(meaning)] == [("seller_memo", True)]
    assert meaning.review_reasons == ("gift_not_in_catalog",)


def test_a_declined_gift_that_the_order_carries() -> None:
    meaning = trade(seller_memo="送马克杯1个", buyer_message="杯子不要了")
    assert [gift[0] for gift in gifts(meaning)] == ["GIFT-CUP"]
    assert meaning.review_reasons == ("gift_declined",)


def test_a_refused_wish_is_no_grant() -> None:
    meaning = trade(seller_memo="不送小夜灯", buyer_message="能送个小夜灯吗")
    assert gifts(meaning) == [("GIFT-NL01", "小夜灯", "1", "buyer_message", False)]


def test_gift_lines_cost_nothing_and_leave_the_sum_alone() -> None:
    meaning = trade(seller_memo="送马克杯3个")
    line = meaning.content["lines"][-1]
    assert (line["unit_price"], line["amount"], line["external_id"], line["options"]) == ("0.00", "0.00", None, {})
    assert meaning.content["total"] == "299.00"
