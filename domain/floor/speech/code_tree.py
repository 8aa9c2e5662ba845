"""Codes of articles as they are spoken and recognised: A03, a-03, A 0 3, 诶零三, A幺三, A十三, A3 for A03."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.floor.speech.folding import plain
from domain.floor.speech.numbers import CHINESE, READ_OUT, number_of
from domain.floor.speech.sounds import syllables

LETTERS: dict[str, str] = {
    "A": "诶 欸 哎",
    "B": "必 比 笔 毕 壁 币",
    "C": "西 希 吸",
    "D": "迪 弟 第 帝 低 滴",
    "E": "易 伊 亿 意",
    "F": "艾弗 爱抚 艾福 埃弗 爱夫 艾夫",
    "G": "鸡 吉 寄 基 机 记",
    "H": "爱取 艾取 艾曲 爱曲 诶曲 埃曲 爱吃 艾尺 艾吃",
    "I": "爱 艾",
    "J": "杰 街 阶 接 节",
    "K": "开 凯 克",
    "L": "艾尔 爱尔 埃尔 爱偶 艾欧 爱罗",
    "M": "埃姆 艾姆 爱慕 爱木 艾母 埃木",
    "N": "恩 嗯 安 摁",
    "O": "欧 偶",
    "P": "批 皮 屁 匹 披",
    "Q": "丘 秋 扣 抠 求",
    "R": "阿尔 阿 啊 尔 啊尔",
    "S": "艾斯 爱思 爱斯 埃斯 艾丝 爱死",
    "T": "提 踢 替 梯 体 题",
    "U": "优 油 由 有",
    "V": "维 威 微 喂",
    "W": "达不溜 达布溜 大不溜 打不溜 达不留 达布流",
    "X": "艾克斯 爱克斯 埃克斯 叉",
    "Y": "歪 外",
    "Z": "贼 贼德 贼的 再 兹",
}
SPOKEN = {said: letter for letter, listed in LETTERS.items() for said in listed.split()}
_BY_SOUND = {
    "bi": "B",
    "xi": "C",
    "di": "D",
    "ji": "G",
    "kai": "K",
    "ke": "K",
    "pi": "P",
    "qiu": "Q",
    "kou": "Q",
    "ti": "T",
    "you": "U",
    "wei": "V",
    "wai": "Y",
    "yao": "1",
    "dong": "0",
    "guai": "7",
    "gou": "9",
    "ling": "0",
}
"""Letters, and digits as they are read out, by the sound of one character: 逼 for B, 妖 for 幺."""
_NAMES_BY_SOUND = {
    **dict.fromkeys(("fu", "fo"), "F"),
    **dict.fromkeys(("qu", "qi", "chi", "chu"), "H"),
    **dict.fromkeys(("er", "ou", "luo", "lou"), "L"),
    **dict.fromkeys(("mu", "mo", "me"), "M"),
    **dict.fromkeys(("si", "sui"), "S"),
}
"""Letters that are said in two syllables, by the sound of the second: 爱尺 for H; the first is ai or ei."""
_FIRST_HALVES = "爱艾埃哎诶唉矮哀"
_NEVER_SPELT = "第领"
_LONGEST_SPOKEN = max(map(len, SPOKEN))
_END = ""
_SKIPPED = " -_./"


@dataclass(frozen=True, slots=True)
class Reading:
    """A code that a stretch of text spells. `letters`: how many of its letters were spelt by other characters."""

    end: int
    code: str
    spelt: int = 0
    noughts_lost: int = 0


class CodeTree:
    """The codes of a catalogue, character by character."""

    def __init__(self, codes: Iterable[str]) -> None:
        self._root: dict[str, Any] = {}
        for code in codes:
            node = self._root
            for character in _bare(code):
                node = node.setdefault(character, {})
            node.setdefault(_END, code)

    def at(self, text: str, start: int) -> list[Reading]:
        """Every code that the text spells from here; of several ways to one code and end the plainest."""
        best: dict[tuple[int, str], Reading] = {}
        for reading in self._walk(text, start, self._root, Reading(start, "")):
            kept = best.get((reading.end, reading.code))
            if kept is None or (reading.spelt, reading.noughts_lost) < (kept.spelt, kept.noughts_lost):
                best[reading.end, reading.code] = reading
        return list(best.values())

    def _walk(self, text: str, at: int, node: dict[str, Any], so_far: Reading) -> Iterator[Reading]:
        if _END in node:
            yield Reading(at, node[_END], so_far.spelt, so_far.noughts_lost)
        if at >= len(text):
            return
        if text[at] in _SKIPPED and so_far.code:
            if at + 1 < len(text) and (text[at + 1].isascii() or text[at + 1] in READ_OUT):
                yield from self._walk(text, at + 1, node, so_far)
            return
        for end, characters, spelt in spellings(text, at):
            yield from self._follow(text, end, node, characters, _more(so_far, characters, spelt))

    def _follow(self, text: str, end: int, node: dict[str, Any], characters: str, so_far: Reading) -> Iterator[Reading]:
        before = so_far.code[: -len(characters)]
        if characters[0].isdigit() and before and not before[-1].isdigit() and "0" in node and characters[0] != "0":
            lost = Reading(so_far.end, so_far.code, so_far.spelt, so_far.noughts_lost + 1)
            yield from self._along(text, end, node["0"], characters, lost)
        yield from self._along(text, end, node, characters, so_far)

    def _along(self, text: str, end: int, node: dict[str, Any], characters: str, so_far: Reading) -> Iterator[Reading]:
        for character in characters:
            if character not in node:
                return
            node = node[character]
        yield from self._walk(text, end, node, so_far)


def spellings(text: str, at: int) -> Iterator[tuple[int, str, int]]:
    """What a code may go on with here: (end, characters, how many of them spelt by other characters)."""
    character = text[at]
    if character.isascii() and character.isalnum():
        yield at + 1, character, 0
    if character in READ_OUT:
        yield at + 1, str(READ_OUT[character]), 0
    for length in range(1, _LONGEST_SPOKEN + 1):
        letter = SPOKEN.get(text[at : at + length])
        if letter and at + length <= len(text):
            yield at + length, letter, 1
    if character in _FIRST_HALVES and (two := _two_syllables(text[at + 1 : at + 2])):
        yield at + 2, two, 1
    heard = spelt_by_sound(character)
    if heard and character not in SPOKEN:
        yield at + 1, heard, 2
    yield from _numerals(text, at)


def _two_syllables(second: str) -> str | None:
    if second in READ_OUT:
        return None
    return next((_NAMES_BY_SOUND[s] for s in syllables(second)[:1] if s in _NAMES_BY_SOUND), None)


def spelt_by_sound(character: str) -> str | None:
    """The letter or digit that a character sounds like, where it is neither: 逼 -> B, 腰 -> 1."""
    if character in READ_OUT or character in _NEVER_SPELT:
        return None
    return next((_BY_SOUND[syllable] for syllable in syllables(character)[:1] if syllable in _BY_SOUND), None)


def _numerals(text: str, at: int) -> Iterator[tuple[int, str, int]]:
    """A number said as one: 十三 -> 13, 一百零五 -> 105."""
    end = at
    while end < len(text) and end - at < 7 and text[end] in CHINESE:
        end += 1
        if end - at >= 1 and any(c in "十百" for c in text[at:end]):
            value = number_of(text[at:end])
            if value is not None and Decimal(10) <= value < Decimal(1000):
                yield end, str(value), 0


def _more(so_far: Reading, characters: str, spelt: int) -> Reading:
    return Reading(so_far.end, so_far.code + characters, so_far.spelt + spelt, so_far.noughts_lost)


def _bare(code: str) -> str:
    return "".join(character for character in plain(code) if character.isalnum())
