"""What in a remark is for a person, and what the ordinary course of things answers."""

from __future__ import annotations

import pytest

from domain.intake.clauses import MAX_REMARK, clauses_of
from domain.intake.instructions import Known, invoice_title, read_instructions, unread_rest

KNOWN = Known("*******6621", "暖白 横纹")


def asked(text: str) -> list[str]:
    return [words.text for words in read_instructions(clauses_of(text), (), KNOWN)]


@pytest.mark.parametrize(
    "text",
    [
        "地址改到杭州市滨江区江南大道100号",
        "收件人换成李四 13800138000",
        "换个颜色，要灰色的",
        "请开增值税专用发票",
        "包裹里不要放价格单",
        "送人的，别放价格清单",
        "上一单少了一个挂架，这次补发",
        "分两次发货",
        "和上一单一起发",
        "发顺丰",
        "先别发货，等我通知",
        "家里装修，等装修好再发",
        "我要取消订单",
        "麻烦送货上楼，无电梯5楼",
        "到时候自提",
        "数量以现场核对为准",
        "打不通这个电话就打 13700001111",
        "门要左开的",
        "贺卡写生日快乐",
        "客户要求改地址，见旺旺",
        "多放几个挂钩",
        "货到付款",
        "这个可以用水暖吗？",
        "please ship to my office instead",
        "Please send the invoice to Acme Ltd",
        "one valve arrived broken, please send a replacement",
        "no price list in the box please",
        "Deliver to the third floor, no lift",
        "Could you split this into two deliveries?",
        "walk-in, will collect friday; name Bob?",
        "Need 20 units more next month, please reserve",
        'please engrave "Smith"',
        "赠品折现吧",
        "先发散热器，毛巾架12月15日再发",
        "麻烦客服看到后给我打电话",
        "Please ship to: 22 Acacia Avenue, Leeds LS1 1AA",
        "please don't include prices",
        'Please wrap as a gift with card saying "Love"',
    ],
)
def test_for_a_person(text: str) -> None:
    found = asked(text)
    assert found
    assert all(words in text for words in found)


@pytest.mark.parametrize(
    "text",
    [
        "请在12月10号之前送到，送货前一天打电话。",
        "门板要横纹的，周末家里有人",
        "老板大气，谢谢",
        "已和客户确认 门板横纹",
        "已改地址",
        "已开票",
        "老规矩",
        "不用开发票",
        "别漏发配件",
        "送人的，包装好点",
        "请尽快发货，谢谢",
        "放门卫就行",
        "12月8日前能送到吗？",
        "请送货上门",
        "麻烦包装严实一点，怕碎",
        "打这个电话 139****6621",
        "快递到了给我打电话",
        "Please ring before delivery.",
        "ship asap before christmas",
        "Free brackets as agreed.",
        "Leave it with the neighbour if I'm out",
        "Can't wait! Thank you",
        "please pack carefully, fragile",
        "gate code 1902",
    ],
)
def test_for_nobody(text: str) -> None:
    assert asked(text) == []


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("开发票抬头：乌鲁木齐暖阳商贸有限公司", "乌鲁木齐暖阳商贸有限公司"),
        ("发票抬头是上海暖筑设计有限公司，谢谢", "上海暖筑设计有限公司"),
        ("抬头 个人", "个人"),
        ("发票开给宁波悦庭酒店管理有限公司", "宁波悦庭酒店管理有限公司"),
        ("Invoice in the name of Brown & Sons Ltd", "Brown & Sons Ltd"),
    ],
)
def test_an_invoice_s_title(text: str, title: str) -> None:
    found = invoice_title(clauses_of(text))
    assert found is not None
    assert found.text == title
    assert text[found.start : found.end] == title


def test_no_title_where_none_is_given() -> None:
    assert invoice_title(clauses_of("请开发票")) is None


def test_the_order_s_own_phone_asks_for_nothing_another_does() -> None:
    assert read_instructions(clauses_of("电话13900006621"), (), KNOWN) == ()
    assert read_instructions(clauses_of("电话13900006622"), (), KNOWN)


def test_what_is_too_long_to_read_is_left_to_a_person() -> None:
    assert unread_rest("好" * MAX_REMARK) is None
    rest = unread_rest("好" * MAX_REMARK + "改地址")
    assert rest is not None
    assert rest.text == "改地址"
