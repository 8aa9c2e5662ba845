"""Own ways to speak about gifts, beside the samples': who grants, who claims, how many, and what is no gift at all."""

from __future__ import annotations

import pytest

from domain.intake.clauses import clauses_of
from domain.intake.instructions import Known
from domain.intake.remarks import Reading, Remark, read_remark
from domain.intake.said import Side
from tests.domain.intake.support import CATALOGUE


def reading(side: Side, text: str) -> Reading:
    origin = "seller_memo" if side == "seller" else "buyer_message"
    return read_remark(Remark(text, side, origin, f"notes.{side}"), CATALOGUE, frozenset(), None, Known())


def gifts(side: Side, text: str) -> list[tuple[str, str | None, str | None]]:
    """(name, quantity in the article's unit or None, article number) of each gift that is named, once."""
    found: dict[str, tuple[str, str | None, str | None]] = {}
    for said in reading(side, text).gifts.named:
        quantity = None if said.quantity is None else f"{said.pieces.normalize():f}"
        sku = said.article.sku if said.article else None
        found.setdefault(sku or said.name, (said.name, quantity, sku))
    return list(found.values())


GRANTS = [
    ("赠小夜灯1个", [("小夜灯", "1", "GIFT-NL01")]),
    ("赠２个小夜灯", [("小夜灯", "2", "GIFT-NL01")]),
    ("贈小夜燈兩個", [("小夜燈", "2", "GIFT-NL01")]),
    ("【赠】小夜灯*1", [("小夜灯", "1", "GIFT-NL01")]),
    ("送“小夜灯”一个", [("小夜灯", "1", "GIFT-NL01")]),
    ("加送把手两只，另送抹布三块", [("把手", "2", "GIFT-HDL"), ("抹布", "3", "GIFT-CLEAN")]),
    ("附赠手套两双（库房张三）", [("手套", "2", "GIFT-GLV")]),
    ("随箱放手套一双", [("手套", "1", "GIFT-GLV")]),
    ("带两块抹布给客户", [("抹布", "2", "GIFT-CLEAN")]),
    ("送货时带上手套2双", [("手套", "2", "GIFT-GLV")]),
    ("送客户手套一双、马克杯壹只", [("手套", "1", "GIFT-GLV"), ("马克杯", "1", "GIFT-CUP")]),
    ("送给客户的小夜灯2个", [("小夜灯", "2", "GIFT-NL01")]),
    ("赠品：小夜灯1个；手套1双", [("小夜灯", "1", "GIFT-NL01"), ("手套", "1", "GIFT-GLV")]),
    ("小夜灯 2个 手套 1双", [("小夜灯", "2", "GIFT-NL01"), ("手套", "1", "GIFT-GLV")]),
    ("送把手、贴膜各2", [("把手", "2", "GIFT-HDL"), ("贴膜", "2", "GIFT-FILM")]),
    ("各送1个小夜灯和马克杯", [("小夜灯", "1", "GIFT-NL01"), ("马克杯", "1", "GIFT-CUP")]),
    ("送放气阀钥匙1把+擦拭布2块", [("放气阀钥匙", "1", "GIFT-KEY"), ("擦拭布", "2", "GIFT-CLEAN")]),
    ("送贴膜（2张）", [("贴膜", "2", "GIFT-FILM")]),
    ("送小夜灯（暖光）一个", [("小夜灯", "1", "GIFT-NL01")]),
    ("买二送一：把手1个", [("把手", "1", "GIFT-HDL")]),
    ("客户买3组送1个恒温阀", [("恒温阀", "1", "ACC-TRV-15")]),
    ("送GIFT-CUP 两个", [("GIFT-CUP", "2", "GIFT-CUP")]),
    ("送恒温阀DN15 2个", [("恒温阀DN15", "2", "ACC-TRV-15")]),
    ("送一打把手", [("把手", "12", "GIFT-HDL")]),
    ("送铰链2只", [("铰链", "2", "HW-HNG-110")]),
    ("送铰链一对", [("铰链", "1", "GIFT-HNG2")]),
    ("送合页两副", [("合页", "2", "GIFT-HNG2")]),
    ("送拉手一对", [("拉手", "2", "GIFT-HDL")]),
    ("赠品小夜灯换成马克杯1个", [("马克杯", "1", "GIFT-CUP")]),
    ("小夜灯没货，换马克杯一个", [("马克杯", "1", "GIFT-CUP")]),
    ("送抱枕一个，毛巾两条", [("抱枕", "1", None), ("毛巾", "2", None)]),
    ("送一次性手套两双", [("一次性手套", "2", "GIFT-GLV")]),
    ("送晾衣架2个", [("晾衣架", "2", None)]),
    ("客户要的小夜灯已同意送，1个", [("小夜灯", "1", "GIFT-NL01")]),
    ("台面膜送3张", [("台面膜", "3", "GIFT-FILM")]),
    ("赠手套*1双，台面膜3张", [("手套", "1", "GIFT-GLV"), ("台面膜", "3", "GIFT-FILM")]),
    ("送夜灯俩", [("夜灯", "2", "GIFT-NL01")]),
    ("老板批：免费给客户加2个把手", [("把手", "2", "GIFT-HDL")]),
    ("送手套", [("手套", None, "GIFT-GLV")]),
    ("送把手", [("把手", None, "GIFT-HDL")]),
    ("送几个挂钩", [("挂钩", None, "ACC-BRK-SET")]),
    ("送手套1-2双", [("手套", None, "GIFT-GLV")]),
    ("送两三个把手", [("把手", None, "GIFT-HDL")]),
    ("每组送一个把手", [("把手", None, "GIFT-HDL")]),
    ("free mug x1, ship by Dec 3", [("mug", "1", "GIFT-CUP")]),
    ("2 mugs free of charge", [("mugs", "2", "GIFT-CUP")]),
    ("gift: gloves x2; ship soon", [("gloves", "2", "GIFT-GLV")]),
    ("Complimentary handles: 4", [("handles", "4", "GIFT-HDL")]),
    ("add 3 night lights (gift)", [("night lights", "3", "GIFT-NL01")]),
    ("night light x1 FOC", [("night light", "1", "GIFT-NL01")]),
    ("赠一个 night light", [("night light", "1", "GIFT-NL01")]),
    ("free umbrella", [("umbrella", "1", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), GRANTS)
def test_a_seller_grants(text: str, wanted: list[tuple[str, str | None, str | None]]) -> None:
    assert gifts("seller", text) == wanted


CLAIMS = [
    ("说好送一个小夜灯的，别忘了", [("小夜灯", "1", "GIFT-NL01")]),
    ("记得放小夜灯哦", [("小夜灯", None, "GIFT-NL01")]),
    ("小夜灯别忘了放", [("小夜灯", None, "GIFT-NL01")]),
    ("小夜灯一定要有哦", [("小夜灯", None, "GIFT-NL01")]),
    ("答应我的马克杯记得一起发", [("马克杯", None, "GIFT-CUP")]),
    ("客服小美答应给我一个帆布袋", [("帆布袋", "1", "GIFT-BAG")]),
    ("客服承诺的两张贴膜请一起寄", [("贴膜", "2", "GIFT-FILM")]),
    ("直播间抢的，主播说送2个收纳袋", [("收纳袋", "2", "GIFT-BAG")]),
    ("活动说满1000送帆布袋，麻烦放进去", [("帆布袋", None, "GIFT-BAG")]),
    ("双十一活动送的马克杯别漏", [("马克杯", None, "GIFT-CUP")]),
    ("能不能送个杯子？", [("杯子", "1", "GIFT-CUP")]),
    ("想要个小夜灯，可以吗", [("小夜灯", "1", "GIFT-NL01")]),
    ("麻烦多放两个把手", [("把手", "2", "GIFT-HDL")]),
    ("老板送双手套呗", [("手套", "1", "GIFT-GLV")]),
    ("送一盏小夜灯，送货上门", [("小夜灯", "1", "GIFT-NL01")]),
    ("备注：手套1双", [("手套", "1", "GIFT-GLV")]),
    ("能送瓶洗洁精吗", [("洗洁精", "1", None)]),
    ("老板说好的，两张保护膜一起寄过来", [("保护膜", "2", "GIFT-FILM")]),
    ("杯子、手套都要", [("杯子", None, "GIFT-CUP"), ("手套", None, "GIFT-GLV")]),
    ("希望能送个水杯，送两个更好", [("水杯", "1", None)]),
    ("your sales rep promised us three free handles with this order", [("handles", "3", "GIFT-HDL")]),
    ("Please add one mug and two night lights as agreed on the phone",
     [("mug", "1", "GIFT-CUP"), ("night lights", "2", "GIFT-NL01")]),
    ("I'd like the Ceramic mug you advertised", [("Ceramic mug", "1", "GIFT-CUP")]),
    ("Where is the mug I was promised?", [("mug", "1", "GIFT-CUP")]),
    ("please add the vent key you promised", [("vent key", "1", "GIFT-KEY")]),
    ("You promised a night light, don't forget it!", [("night light", "1", "GIFT-NL01")]),
    ("Please include 2 free mugs as promised", [("mugs", "2", "GIFT-CUP")]),
    ("please throw in two pairs of gloves", [("gloves", "2", "GIFT-GLV")]),
    ("I was told I'd get a free tote bag x2", [("tote bag", "2", "GIFT-BAG")]),
    ("could you add some handles for free", [("handles", None, "GIFT-HDL")]),
    ("A pair of handles was promised", [("handles", "2", "GIFT-HDL")]),
    ("Handles as free samples with first container (20 pcs, item GIFT-HDL)",
     [("Handles as free samples", "20", "GIFT-HDL")]),
    ("Bitte den versprochenen vent key beilegen", [("vent key", "1", "GIFT-KEY")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), CLAIMS)
def test_a_buyer_claims(text: str, wanted: list[tuple[str, str | None, str | None]]) -> None:
    assert gifts("buyer", text) == wanted


NO_GIFTS = [
    "请在12月10号之前送到，送货前一天打电话",
    "麻烦送货上楼，无电梯5楼",
    "送上楼，谢谢",
    "送到楼下就行",
    "送人的，包装好一点",
    "这是送人的礼物",
    "送我妈的，请用好点的包装",
    "送给朋友的，不要放价格单",
    "打算送客户，包装漂亮点",
    "送礼用的，麻烦套个礼盒",
    "我要送一个给朋友",
    "快递送两次都没收到",
    "送的时候小心点",
    "请送早一点",
    "送完货请拍照",
    "可以送货到5楼吗",
    "不用送到家里，放驿站",
    "杯子包好点，别碎了",
    "上次没送小夜灯",
    "小夜灯坏了，质量太差",
    "老板大气，希望送点小礼品",
    "买这么多送点啥吧",
    "明天派送，配送到工地",
    "free delivery please, feel free to leave it with the neighbour",
    "It's a gift for my mum, please gift wrap",
    "This mug is a gift for my dad",
    "Please ring before delivery.",
    "Rust-free finish please",
    "赠品放在箱子外面",
    "free shipping was promised",
    "Is there a free gift with this order?",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_GIFTS)
def test_delivering_and_giving_away_are_no_gifts(text: str) -> None:
    found = reading("buyer", text).gifts
    assert (found.named, found.vague, found.declined) == ((), None, None)


NOT_GRANTED = [
    "不送小夜灯了",
    "赠品：无",
    "无赠品",
    "没有赠品",
    "不赠",
    "赠品已随上一单发出",
    "送货单随箱",
    "送运费险",
    "送优惠券",
    "送10元无门槛券",
    "送积分，送货上门",
    "送到工地",
    "12月5日前送",
    "派送前联系",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_GRANTED)
def test_what_a_seller_does_not_grant(text: str) -> None:
    found = reading("seller", text).gifts
    assert (found.named, found.vague) == ((), None)


def test_what_is_refused_within_a_list_is_not_granted() -> None:
    assert gifts("seller", "本单送放气钥匙*2，恒温阀不送") == [("放气钥匙", "2", "GIFT-KEY")]


DECLINED = [
    "赠品不要",
    "不要赠品，谢谢",
    "赠品不用寄了，路远怕碎",
    "赠品就不要了，折现吧",
    "不需要赠品",
    "礼品免了",
    "小夜灯不要了",
    "不用送小夜灯了",
    "别送杯子了",
    "No gifts please",
    "please don't include the free mug",
    "No need for the free gift",
    "we don't need the mugs",
    "The free gift is not needed",
    "Please leave out the freebies",
    "No free samples needed, thank you",
    "The mug isn't necessary",
    "Please do not include any promotional items",
]  # fmt: skip


@pytest.mark.parametrize("text", DECLINED)
def test_declined(text: str) -> None:
    found = reading("buyer", text).gifts
    assert found.declined is not None
    assert found.named == ()


@pytest.mark.parametrize(
    "text", ["赠品不要忘了", "别忘了赠品", "赠品不要弄坏", "不要漏了小夜灯", "don't forget the free gift"]
)
def test_not_forgetting_is_not_declining(text: str) -> None:
    assert reading("buyer", text).gifts.declined is None


@pytest.mark.parametrize(
    "text", ["说好的赠品别忘了哦", "赠品不要忘了", "赠品呢", "说是有礼品送", "don't forget the free gift you promised"]
)
def test_a_promise_without_a_name_is_kept_as_words(text: str) -> None:
    found = reading("buyer", text).gifts
    assert found.vague is not None
    assert found.named == ()


@pytest.mark.parametrize("text", ["好评送手套", "下次送把手", "送安装"])
def test_what_a_seller_says_about_later_or_services_is_for_a_person(text: str) -> None:
    found = reading("seller", text)
    assert found.gifts.named == ()
    assert found.instructions


def test_words_stand_where_they_were_found() -> None:
    text = "你好。老规矩，送一个铝合金拉手（银色）；12.3前发"
    said = reading("seller", text).gifts.named[0]
    assert text[said.words.start : said.words.end] == said.words.text
    assert said.words.text == "一个铝合金拉手"


def test_clauses_cover_the_remark_without_marks() -> None:
    text = "送手套，12月5日前发货；谢谢（小张）"
    assert [(c.shown, text[c.start : c.start + len(c.shown)]) for c in clauses_of(text)] == [
        ("送手套", "送手套"),
        ("12月5日前发货", "12月5日前发货"),
        ("谢谢", "谢谢"),
        ("小张", "小张"),
    ]
