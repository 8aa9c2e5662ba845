"""What holds for every sentence, however strange: it is answered, and no quantity comes from anywhere but the text."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from domain.floor.speech.commands import ACTIONS
from domain.floor.speech.folding import fold
from domain.floor.speech.numbers import number_of
from tests.domain.floor.speech.support import CATALOGUE, heard

CONTROLS = {"unknown", "confirm", "cancel", "undo_last"}
NUMBERS = ("quantity", "good_qty", "scrap_qty")
FACTORS = (Decimal(1), Decimal("0.5"), Decimal(12), Decimal(2))
NUMERAL = re.compile(r"[-负\d零〇○一二三四五六七八九十百千万两俩仨廿卅半点.,]+")

WORDS = [
    *(
        "出库",
        "入库",
        "领",
        "移到",
        "盘点",
        "报工",
        "完成",
        "报废",
        "其中",
        "不合格",
        "返工",
        "转",
        "装车",
        "发车",
        "签收",
        "备注",
    ),
    *(
        "不对",
        "不要",
        "没",
        "算了",
        "各",
        "和",
        "，",
        "。",
        " ",
        "是",
        "件",
        "个",
        "箱",
        "公斤",
        "吨",
        "斤",
        "打",
        "包半",
        "米五",
    ),
    *(
        "十",
        "百",
        "千",
        "万",
        "半",
        "两",
        "零",
        "几",
        "多",
        "来",
        "左右",
        "大概",
        "一些",
        "点",
        "3",
        "50",
        "2.5",
        "0",
        "-",
        "一百二",
    ),
    *(
        "五十",
        "三四",
        "十来",
        "A03",
        "B12",
        "诶零三",
        "铰链",
        "支架",
        "开料",
        "封边",
        "三号冲床",
        "坏了",
        "划伤",
        "订单1024",
        "粤B7K215",
    ),
    *(
        "明天下午三点前",
        "石",
        "武",
        "思",
        "嗯",
        "那个",
        "吧",
        "的",
        "万禾",
        "3号库",
        "M6",
        "撤销",
        "还有多少",
        "到哪一步了",
        "今天好热",
    ),
]
SENTENCES = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=12).map("".join),
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=8).map("".join),
)


def readable(text: str) -> set[Decimal]:
    """Every number that any stretch of the text spells."""
    found: set[Decimal] = {Decimal(0)}
    for run in NUMERAL.findall(text):
        for start, end in itertools.combinations(range(len(run) + 1), 2):
            value = number_of(run[start:end])
            if value is not None:
                found.add(value)
    return found


def possible(text: str) -> set[Decimal]:
    """Every quantity that they can make: with a tail, in another unit, without the scrap among it."""
    numbers = readable(text)
    tails = {Decimal(0), Decimal("0.5"), *(n / 10 for n in numbers if 0 < n < 10)}
    whole = {(n + tail) * factor for n in numbers for tail in tails for factor in FACTORS}
    return whole | {a - b for a in whole for b in whole if a >= b}


def quantities(command: dict[str, Any]) -> list[Decimal]:
    return [Decimal(str(command[slot])) for slot in NUMBERS if slot in command]


@given(SENTENCES)
@example("出库五是件A03")
@example("点点点")
@example("A1150件出库")
@example("负" * 300)
def test_every_sentence_is_answered_by_commands_of_the_contract(text: str) -> None:
    commands = heard(text)
    assert commands
    for command in commands:
        assert command["action"] in CONTROLS | set(ACTIONS)
        if command["action"] in ACTIONS:
            slots = set(command) - {"action", "needs", "alternatives", "unit"}
            assert slots <= ACTIONS[command["action"]].all
            missing = [slot for slot in ACTIONS[command["action"]].needed if slot not in command]
            assert set(missing) <= set(command.get("needs", ()))
        assert not set(command.get("needs", ())) & (set(command) - {"action"})


@given(SENTENCES)
def test_no_quantity_is_other_than_the_text_says(text: str) -> None:
    said = possible(fold(text).text)
    for command in heard(text):
        for value in quantities(command):
            assert value in said, (text, command)


@given(SENTENCES)
def test_the_same_sentence_means_the_same_again(text: str) -> None:
    assert heard(text) == heard(text)


SKUS = st.sampled_from(CATALOGUE["skus"])
MISHEARD = {
    "十": "是实石食",
    "五": "武无吴",
    "四": "思似死",
    "二": "而耳",
    "六": "刘留",
    "八": "吧爸拔",
    "九": "就久酒",
    "一": "以易",
}


@given(SKUS, st.integers(11, 9999), st.data())
def test_a_numeral_that_was_misheard_is_asked_for(sku: dict[str, Any], count: int, data: st.DataObject) -> None:
    said = chinese(count)
    places = [i for i, c in enumerate(said) if c in MISHEARD]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    wrong = said[:place] + data.draw(st.sampled_from(MISHEARD[said[place]])) + said[place + 1 :]
    for command in heard(f"出库{wrong}{sku['unit']}{sku['code']}"):
        assert "quantity" not in command, (wrong, command)


@given(SKUS, st.integers(1, 99))
def test_what_is_said_plainly_is_understood(sku: dict[str, Any], count: int) -> None:
    for said in (str(count), chinese(count)):
        for sentence in (f"出库{said}{sku['unit']}{sku['name']}", f"{sku['code']}出库{said}{sku['unit']}"):
            (command,) = heard(sentence)
            assert (command.get("sku"), command.get("quantity")) == (sku["code"], count), sentence


def chinese(number: int) -> str:
    """The number as it is said: 1008 -> 一千零八."""
    digits, places = "零一二三四五六七八九", ("", "十", "百", "千")
    parts = [digits[int(d)] + (places[len(str(number)) - 1 - i] if d != "0" else "") for i, d in enumerate(str(number))]
    said = re.sub("零+", "零", "".join(parts)).rstrip("零")
    return said.removeprefix("一") if said.startswith("一十") else said
