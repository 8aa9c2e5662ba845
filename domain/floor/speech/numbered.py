"""What is named by digits: order numbers and licence plates, spoken or written, and numbers that are no quantity."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from domain.floor.speech.code_tree import SPOKEN, spelt_by_sound
from domain.floor.speech.numbers import CHINESE, READ_OUT, number_of, read_out
from domain.floor.speech.sounds import syllables

Found = tuple[int, int, float, dict[str, Any]]

_HEADS = ("订单", "工单")
_DIGIT = "[0-9零〇○洞一幺二两三四五六拐七八九勾]"
_RUN = rf"{_DIGIT}(?:[ -]?{_DIGIT}){{1,11}}"
_HEAD = re.compile(
    rf"(?:订单|工单|单号|单子|生产单|销售单|派工单|任务单|单据|(?<![\u4e00-\u9fff])单)(?:编?号码?)?(?:是|为|:|：)?(?P<letters>[A-Z]{{0,3}})-?(?P<run>{_RUN})(?P<tail>号?(?:订单|工单|单子?)?)"
)
_TAIL = re.compile(
    rf"(?P<letters>[A-Z]{{0,3}})-?(?P<run>{_RUN})(?P<tail>号?(?:订单|工单|单子|单(?!打|价|位))|[那这](?:个|张)?(?:订单|工单|单子?|批货|批)|号?[那这]单|的那?(?:订单|单子?|单)|的(?=[料货活]))"
)
_PREFIXED = re.compile(r"(?<![A-Z0-9])(?P<letters>[A-Z]{1,3})-?(?P<run>\d{3,12})(?![A-Z0-9])")
_IN_WORDS = re.compile(rf"(?P<number>[{CHINESE}]*[千百][{CHINESE}]*)号(?:订单|工单|单子?)")
_ALSO = re.compile(
    rf"(?:和|跟|与|、|,|，|还有|以及)(?:订单|工单)?(?P<letters>[A-Z]{{0,3}})(?P<run>{_RUN})(?![{CHINESE}件个套])"
)
_PLACE_NAMES = "十百千万"
_MEASURES = (
    "块钱|块|元|度|岁|点钟|点|小时|钟头|分钟|秒钟?|天|年|个?月|周|楼|次|遍|人|位|班|厘米|厘|寸|毫米|MM|CM|目|分|门|型|号|道|步|比"
    "|成|层|排|车|趟|单|字|倍|折|%|届|级|期|场|句|样|乘|工位|工|种"
)
_MEASURED = re.compile(rf"(?:[\d.]+|[{CHINESE}半几]+)(?:个)?(?:{_MEASURES})")
_ORDINAL = re.compile(rf"第?(\d{{1,3}}|[{CHINESE}]{{1,3}})号")
_NTH = re.compile(rf"第[\d{CHINESE}]{{1,3}}[个道步单条张批次件套箱包组根片台]?")
_SIZE = re.compile(r"(?:[乘X*×]\d+(?:MM|毫米)?)+")
PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"


def orders(said: str, prefixes: Iterable[str]) -> Iterator[Found]:
    """Order numbers with the words around them: 订单1024, 单号幺洞三幺, 1044号单, SO2301; 订单1024和1031 are two."""
    text = _with_heads(said)
    for pattern in (_HEAD, _TAIL):
        for found in pattern.finditer(text):
            yield from _order(text, found, tail=pattern is _TAIL)
    for found in _IN_WORDS.finditer(text):
        number = number_of(found["number"])
        if number is not None and number >= 100:
            yield found.start(), found.end(), 0.25, {"order": str(number)}
    known = tuple(prefixes)
    for found in _PREFIXED.finditer(text):
        if found["letters"] in known:
            yield found.start(), found.end(), 0.35, {"order": found["letters"] + found["run"]}


def _with_heads(text: str) -> str:
    """The text with the word for an order as it is written, where it sounds so: 定单, 丁单 are 订单."""
    heads = list(text)
    for at in range(len(text) - 1):
        for head in _HEADS:
            if all(_sounds_as(c, h) for c, h in zip(text[at : at + 2], head, strict=True)):
                heads[at : at + 2] = head
    return "".join(heads)


@lru_cache(maxsize=8192)
def _sounds_as(one: str, other: str) -> bool:
    return one == other or bool(set(syllables(one)) & set(syllables(other)))


def _order(text: str, found: re.Match[str], *, tail: bool) -> Iterator[Found]:
    run = found["run"] if tail else _without_quantity(text, found)
    digits = _digits(run)
    if digits is None or len(digits) < (3 if tail else 2):
        return
    end = found.end() if run == found["run"] else found.start("run") + len(run)
    yield found.start(), end, 0.3, {"order": found["letters"] + digits}
    while also := _ALSO.match(text, end):
        more = _digits(also["run"])
        if more is None or len(more) != len(digits):
            return
        yield also.start() + 1, also.end(), 0.3, {"order": also["letters"] + more}
        end = also.end()


def _without_quantity(text: str, found: re.Match[str]) -> str:
    """The run without the number of pieces that follows it: 一零二四|五十件, 1035|40件, 1024 50件."""
    run, behind = found["run"], text[found.end("run") : found.end("run") + 1]
    if behind and behind in _PLACE_NAMES:
        run = run[:-1].rstrip(" -")
    switch = re.match(r"\d{3,}(?=[^\d -])", run)
    if switch:
        return switch[0]
    first = run.split(" ")[0]
    return first if " " in run and len(first) >= 3 else run


def _digits(run: str) -> str | None:
    return read_out(re.sub(r"[ -]", "", run))


def plates(text: str, known: Iterable[str]) -> Iterator[Found]:
    """Plates, spoken or written, and the beginnings of plates, which are asked for (`None`)."""
    by_number = {plate[1:]: plate for plate in known}
    for at, character in enumerate(text):
        if character in PROVINCES or _provinces_like(character):
            yield from _plate_at(text, at, by_number)


def _plate_at(text: str, at: int, by_number: dict[str, str]) -> Iterator[Found]:
    spelt = _spelt(text, at + 1)
    if not spelt or not spelt[0][0].isalpha():
        return
    sure = text[at] in PROVINCES
    for length in (7, 6):
        number = "".join(character for character, _ in spelt[:length])
        if len(number) == length and (plate := _plate(text[at], number, by_number)):
            yield at, spelt[length - 1][1], 0.25 if sure else 0.6, {"plate": plate}
            if number in by_number or length == 6:
                return
    if sure and 3 <= len(spelt) < 6:
        yield at, spelt[-1][1], 0.5, {"plate": None}


def _plate(head: str, number: str, by_number: dict[str, str]) -> str | None:
    if not any(c.isdigit() for c in number):
        return None
    long_ones = number[1] in "DF" or number[-1] in "DF" or number in by_number
    if len(number) == 7 and not long_ones:
        return None
    if head in PROVINCES:
        return head + number
    likely = _provinces_like(head)
    known = by_number.get(number)
    if known is not None and known[0] in likely:
        return known
    return likely[0] + number if len(likely) == 1 else None


def _spelt(text: str, at: int) -> list[tuple[str, int]]:
    """Letters and digits from here on, with where each ends, eight at most."""
    found: list[tuple[str, int]] = []
    while at < len(text) and len(found) < 8:
        character = text[at]
        if character.isascii() and character.isalnum():
            found.append((character, at + 1))
        elif character in READ_OUT and found:
            found.append((str(READ_OUT[character]), at + 1))
        elif letter := _letter_at(text, at):
            found.append(letter)
        elif character not in " -·.":
            break
        at = found[-1][1] if found and found[-1][1] > at else at + 1
    return found


def _letter_at(text: str, at: int) -> tuple[str, int] | None:
    for length in (3, 2, 1):
        if letter := SPOKEN.get(text[at : at + length]):
            return letter, at + length
    heard = spelt_by_sound(text[at])
    return (heard, at + 1) if heard else None


@lru_cache(maxsize=2048)
def _provinces_like(character: str) -> str:
    said = set(syllables(character))
    return "".join(province for province in PROVINCES if said & set(syllables(province)))


def measures(text: str) -> Iterator[Found]:
    """Numbers that count no goods: 26度, 五十块, 第二道, 3号."""
    for found in _MEASURED.finditer(text):
        yield found.start(), found.end(), 0.6, {"measure": found[0]}
    for found in _SIZE.finditer(text):
        yield found.start(), found.end(), 0.4, {"glue": True}
    for found in _NTH.finditer(text):
        yield found.start(), found.end(), 0.5, {"glue": True}
    for found in _ORDINAL.finditer(text):
        digits = read_out(found[1]) if not any(c in _PLACE_NAMES for c in found[1]) else None
        yield found.start(), found.end(), 0.5, {"ordinal": int(digits) if digits else None}
