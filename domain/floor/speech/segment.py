"""Cuts a sentence into tokens: of all ways to cut it the cheapest; the surer a word, the less it costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from domain.floor.speech.code_tree import SPOKEN
from domain.floor.speech.dates import whens
from domain.floor.speech.lexicon import LONGEST, Lexicon
from domain.floor.speech.names import part_of, parts, sounding
from domain.floor.speech.numbered import measures, orders, plates
from domain.floor.speech.numbers import CHINESE, number_of
from domain.floor.speech.quantities import quantities
from domain.floor.speech.tokens import Quantity, Token
from domain.floor.speech.words import MARKS

Found = tuple[int, int, float, dict[str, Any]]

_UNKNOWN = 1.0
_MARK = 0.05
_READ_OUT = "零〇洞幺一二两三四五六拐七八勾九"
_UNKNOWN_CODE = re.compile(
    rf"(?<![A-Z0-9])[A-Z]{{1,3}}[ -]?(?:\d{{2,4}}|[{_READ_OUT}]{{2,4}}(?![{CHINESE}]))(?![\dA-Z])"
)
_SPELT_CODE = re.compile(
    rf"(?:{'|'.join(sorted(SPOKEN, key=len, reverse=True))}){{1,2}}(?=[{_READ_OUT}]*[洞幺拐勾])[{_READ_OUT}]{{2,4}}"
)
_UNKNOWN_PLACE = re.compile(rf"[\d{CHINESE}]{{1,3}}号(?P<kind>仓库|库房|库|仓|库位|货架)")


def segment(text: str, lexicon: Lexicon, now: datetime) -> list[Token]:
    """The tokens of a folded text, in order and without gaps."""
    starting: list[list[Found]] = [[] for _ in range(len(text) + 1)]
    for found in _candidates(text, lexicon, now):
        if found[0] < found[1]:
            starting[found[0]].append(found)
    return _cheapest(text, starting)


def _cheapest(text: str, starting: list[list[Found]]) -> list[Token]:
    """Dynamic programming from the end: the cheapest way to go on from each place."""
    size = len(text)
    cost: list[float] = [0.0] * (size + 1)
    choice: list[Found | None] = [None] * (size + 1)
    for at in range(size - 1, -1, -1):
        single = _single(text, at)
        cost[at], choice[at] = single[2] + cost[at + 1], single
        for found in starting[at]:
            total = found[2] + cost[found[1]]
            if total < cost[at] - 1e-9:
                cost[at], choice[at] = total, found
    tokens, at = [], 0
    while at < size:
        found = choice[at] or _single(text, at)
        tokens.append(Token(found[0], found[1], found[2], found[3]))
        at = found[1]
    return tokens


def _single(text: str, at: int) -> Found:
    """One character by itself."""
    if text[at] == " ":
        return at, at + 1, 0.0, {"blank": True}
    if text[at] in MARKS:
        return at, at + 1, _MARK, {"mark": text[at]}
    return at, at + 1, _UNKNOWN, {"unknown": text[at]}


def _candidates(text: str, lexicon: Lexicon, now: datetime) -> Iterator[Found]:
    yield from _words(text, lexicon)
    yield from sounding(text, lexicon)
    yield from parts(text, lexicon)
    yield from _codes(text, lexicon)
    yield from orders(text, lexicon.catalogue.order_prefixes)
    yield from plates(text, lexicon.catalogue.plates)
    yield from quantities(text, lexicon.units)
    yield from measures(text)
    for start, end, due in whens(text, now):
        yield start, end, 0.3, {"due": due}
    yield from _machines(text, lexicon)
    for found in _UNKNOWN_PLACE.finditer(text):
        yield found.start(), found.end(), 0.45, {"location": None}


def _words(text: str, lexicon: Lexicon) -> Iterator[Found]:
    for start in range(len(text)):
        for end in range(start + 1, min(start + LONGEST, len(text)) + 1):
            readings = lexicon.words.get(text[start:end])
            if readings:
                yield start, end, _price(readings, end - start), readings
            elif "的" in text[start + 1 : end - 1] and (codes := _without_particle(text[start:end], lexicon)):
                yield start, end, 0.35, {"sku": codes}


def _without_particle(said: str, lexicon: Lexicon) -> Any:
    """'一米二的书桌' is the article 一米二书桌."""
    return lexicon.words.get(said.replace("的", ""), {}).get("sku")


def _price(readings: dict[str, Any], length: int) -> float:
    """A word of one character is less sure; what says nothing is passed over only where nothing says more."""
    if length == 1:
        return 0.55 if "verb" in readings else 0.4 if "glue" in readings else 0.6
    return 0.3 if "glue" not in readings or len(readings) > 1 else 0.5


def _codes(text: str, lexicon: Lexicon) -> Iterator[Found]:
    for start, character in enumerate(text):
        if start and _joined(text[start - 1], character):
            continue
        found = [reading for reading in lexicon.codes.at(text, start) if _may_be_code(text, start, reading.end)]
        yield from _of_code(text, start, found, lexicon)
    for pattern in (_UNKNOWN_CODE, _SPELT_CODE):
        for unknown in pattern.finditer(text):
            yield unknown.start(), unknown.end(), 0.75, {"sku": frozenset(), "code": True}


def _joined(before: str, character: str) -> bool:
    return before.isascii() and before.isalnum() and character.isascii() and character.isalnum()


def _may_be_code(text: str, start: int, end: int) -> bool:
    """Codes of digits alone need four of them, written; a code does not end within a written word."""
    if all(c.isdigit() for c in text[start:end]) and end - start < 4:
        return False
    return any(c.isascii() and c.isalnum() for c in text[start:end]) or end - start >= 3


def _of_code(text: str, start: int, found: list[Any], lexicon: Lexicon) -> Iterator[Found]:
    """The codes that can stand here. Where digits of a number are glued to them, only one way to part them is taken."""
    glued: dict[str, int] = {}
    for reading in found:
        rest = _rest(text, reading.end)
        price = 0.3 + 0.08 * reading.spelt + 0.12 * reading.noughts_lost
        if rest == "":
            also = lexicon.words.get(text[start : reading.end], {}).get("sku") or part_of(
                text[start : reading.end], lexicon
            )
            codes = frozenset({reading.code}) | (also if reading.noughts_lost else frozenset())
            yield start, reading.end, price, {"sku": codes, "code": True}
        elif rest is not None:
            glued[reading.code] = reading.end
    if len(glued) == 1:
        ((code, end),) = glued.items()
        yield start, end, 0.32, {"sku": frozenset({code}), "code": True}
    whole = {
        reading.code
        for reading in found
        if _rest(text, reading.end) == "" and _unit_follows(text, reading.end, lexicon)
    }
    if len(glued) > 1 or (glued and whole):
        end = max(*glued.values(), *(r.end for r in found))
        yield start, _end_of_run(text, end), 0.1, {"sku": frozenset({*glued, *whole}), "quantity": Quantity(None)}


def _rest(text: str, end: int) -> str | None:
    """What of a run of digits is left behind a code: nothing, a number of its own, or None: the code is no code."""
    stop = _end_of_run(text, end)
    rest = text[end:stop].strip()
    if not rest or text[end - 1 : end].isdigit() != text[end : end + 1].isdigit() or text[end : end + 1] == " ":
        return ""
    if rest[0] in "0零〇洞.点" or number_of(rest) is None:
        return None
    return rest


def _end_of_run(text: str, end: int) -> int:
    while end < len(text) and (text[end].isdigit() or text[end] in CHINESE + "."):
        end += 1
    return end


def _unit_follows(text: str, end: int, lexicon: Lexicon) -> bool:
    return any(lexicon.units.said(text[end : end + length]) for length in range(1, lexicon.units.longest + 1))


def _machines(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """A kind with its number behind it or with a number that no machine has: 冲床3号, 9号冲床."""
    for kind, numbered in lexicon.machine_kinds.items():
        for found in re.finditer(rf"(?:([\d{CHINESE}]{{1,3}})号)?{re.escape(kind)}(?:([\d{CHINESE}]{{1,3}})号)?", text):
            said = found[1] or found[2]
            value = number_of(said) if said else None
            if said and value is not None:
                yield found.start(), found.end(), 0.32, {"machine": numbered.get(int(value))}
