"""Numbers as people write them in remarks: '2', '两', '壹', '十二', '一打', 'two', 'a pair'."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {
    **{c: n for n, c in enumerate("零一二三四五六七八九")},
    **{c: n for n, c in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_PLACES = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "廿": 20}
CHINESE = "零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟俩仨廿"
WORDS = {
    word: number
    for number, word in enumerate(
        ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), start=1
    )
} | {"a": 1, "an": 1, "both": 2, "couple": 2, "dozen": 12, "twenty": 20, "single": 1}

UNITS = "个只张双副付对把块条套件份盏组片根支枝枚盒包袋瓶卷台本颗箱桶打粒朵罐顶串幅面束樘樽听提筒"
_UNIT_WORDS = r"pcs?|pieces?|pairs?|sets?|ea|units?|boxes|box|packs?"
NUMBER = rf"(?:\d{{1,6}}(?:\.\d{{1,3}})?|(?!一[定起并下直样旦般切会点些])[{CHINESE}]{{1,5}})"
"""A number in digits or in Chinese numerals."""
UNIT = rf"(?:[{UNITS}]|(?:{_UNIT_WORDS})\b)"

PAIRS = ("副", "付", "对", "双", "pair", "pairs")
"""Units of two pieces."""
_TWO_NUMBERS = re.compile(r"[一二两三四五六七八九]{2,}")


def number_of(written: str) -> Decimal | None:
    """The number, or None for what is not one number ('两三', '一两')."""
    if written[:1].isdigit():
        return Decimal(written)
    if written in WORDS:
        return Decimal(WORDS[written])
    if not written or _TWO_NUMBERS.search(written):
        return None
    return _chinese(written)


def _chinese(written: str) -> Decimal | None:
    total, digit = 0, 0
    for character in written:
        if character in DIGITS:
            digit = DIGITS[character]
        elif character in _PLACES:
            place = _PLACES[character]
            total += place if place == 20 else (digit or 1) * place
            digit = 0
        else:
            return None
    return Decimal(total + digit) if total + digit else None


def pieces_in(unit: str | None) -> int:
    """How many pieces one of this unit is, for articles that are counted in pieces."""
    if unit == "打":
        return 12
    return 2 if unit in PAIRS else 1
