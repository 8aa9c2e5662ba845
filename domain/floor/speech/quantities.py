"""Quantities in a sentence: a number, its unit, and whatever makes it no number to act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from domain.floor.speech.numbers import CHINESE, RUN, number_of, read_out
from domain.floor.speech.sounds import numerals_like
from domain.floor.speech.tokens import Quantity
from domain.floor.speech.units import UnitTable

Found = tuple[int, int, float, dict[str, Any]]

_VAGUE = re.compile(
    rf"(?:[小大多]半|好几|几十?|十几|百十来?|上百|成百|上千|若干|[\d{CHINESE}]*[百十千万]?(?:几|来|多|余|把))(?:十|百|千|万)?(?=(?P<unit>.|$))"
)
_RANGE = re.compile(rf"[\d{CHINESE}]+(?P<one>.?)(?:到|至|~|-)[\d{CHINESE}]+(?![\d{CHINESE}号])")
_FRACTION = re.compile(rf"[\d{CHINESE}]+分之[\d{CHINESE}]+|[\d.]+ ?%|[\d{CHINESE}]+成(?![品立功])")
_STARTS_NO_NUMBER = re.compile(
    r"一(?:下|起|共|些|点|半(?!箱|包)|批|样|边|直|定|会|并|般|切|遍|律|旦|条龙)|两边|千万|万一|十分|百分|半天|三合|零件"
)
_SWITCH = re.compile(rf"(\d+)(?=[{CHINESE}半])")


def quantities(text: str, units: UnitTable) -> Iterator[Found]:
    """Every stretch that may be a quantity."""
    for found in RUN.finditer(text):
        if not _STARTS_NO_NUMBER.match(text, found.start()):
            yield from _numbers(text, found.start(), found.end(), units)
            yield from _with_heard_unit(text, found.start(), found.end(), units)
    for found in _FRACTION.finditer(text):
        yield found.start(), found.end(), 0.2, {"quantity": Quantity(None)}
    for found in _RANGE.finditer(text):
        yield _token(text, found.start(), found.end(), None, units, 0.2)
    for found in re.finditer(rf"(?:还有|还剩|剩下?|有)(?:几|多少)(?:{units.pattern})", text):
        yield found.start(), found.end(), 0.3, {"verb": "query_stock"}
    for found in re.finditer(rf"[这那]几(?:{units.pattern})", text):
        yield found.start(), found.end(), 0.3, {"glue": True}
    for found in _VAGUE.finditer(text):
        if found[0][0] not in "把余来多":
            yield _token(text, found.start(), found.end(), None, units, 0.35)
        if switch := re.match(r"\d+(?=\D)", found[0]):
            yield _token(text, found.start() + switch.end(), found.end(), None, units, 0.35)


def _numbers(text: str, start: int, end: int, units: UnitTable) -> Iterator[Found]:
    said = text[start:end]
    value = number_of(said)
    yield from _tokens(text, start, end, value, units, 0.35 if value is not None else 0.6)
    if switch := _SWITCH.match(said):
        # '5三合一连接件': five of what begins with a numeral.
        yield start, start + switch.end(), 0.5, {"quantity": Quantity(Decimal(switch[1]))}
        rest = number_of(said[switch.end() :])
        yield _token(text, start + switch.end(), end, rest, units, 0.36 if rest is not None else 0.6)
    for length in range(1, len(said)):
        # What stands before may be a code's: 'A03五十件'. Only a rest that is a number by itself can be one.
        rest = number_of(said[length:])
        if rest is not None and said[length] not in "零0点.,":
            yield from _tokens(text, start + length, end, rest, units, 0.36)


def _tokens(text: str, start: int, end: int, value: Decimal | None, units: UnitTable, cost: float) -> Iterator[Found]:
    """The number with its unit, and with what is said behind the unit ('三包半') unless that begins a name."""
    unit, factor, after = _unit(text, end, units)
    yield _token(text, start, end, value, units, cost)
    tail = _tail(text, after, unit, units) if unit and value is not None else None
    if tail and text[start:end] != "半":
        yield start, after + 1, cost - 0.05, {"quantity": Quantity(((value or 0) + tail) * factor, unit)}


def _token(text: str, start: int, end: int, value: Decimal | None, units: UnitTable, cost: float) -> Found:
    unit, factor, after = _unit(text, end, units)
    if unit is None:
        value = None if text[start:end] in ("半", "两") or _goes_on(text, end, units) else value
        return start, end, cost + 0.1, {"quantity": Quantity(value)}
    return start, after, cost - 0.05, {"quantity": Quantity(None if value is None else value * factor, unit)}


def _goes_on(text: str, end: int, units: UnitTable) -> bool:
    """Whether a misheard numeral stands between the number and its unit: 五十思根."""
    heard = text[end : end + 1]
    return bool(numerals_like(heard)) and _unit(text, end + 1, units)[0] is not None


def _unit(text: str, at: int, units: UnitTable) -> tuple[str | None, Decimal, int]:
    if text[at : at + 1] == " ":
        at += 1
    for length in range(units.longest, 0, -1):
        said = units.said(text[at : at + length])
        if said and at + length <= len(text):
            return said[0], said[1], at + length
    return None, Decimal(1), at


def _with_heard_unit(text: str, start: int, end: int, units: UnitTable) -> Iterator[Found]:
    """A unit of one character that was recognised as another one of its sound: 五十剑."""
    character, value = text[end : end + 1], number_of(text[start:end])
    if value is None or not "一" <= character <= "鿿" or character in CHINESE or units.said(character):
        return
    heard = None if numerals_like(character) else units.heard(character)
    if heard and _unit(text, end + 1, units)[0] is None:
        yield start, end + 1, 0.95, {"quantity": Quantity(value, heard)}


def _tail(text: str, at: int, unit: str, units: UnitTable) -> Decimal | None:
    """What is said behind the unit: 三包半, 十二米五."""
    behind, next_one = text[at : at + 1], text[at + 1 : at + 2]
    if units.said(next_one):
        return None
    if behind == "半":
        return Decimal("0.5")
    if not behind or behind not in "一二三四五六七八九123456789" or not units.is_measure(unit):
        return None
    return None if next_one and next_one in CHINESE + "点.0123456789" else Decimal(read_out(behind) or 0) / 10
