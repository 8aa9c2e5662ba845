"""Numbers as they are said and recognised: 一百二, 两千五, 1百2十, 五0, 一千零五. What is not one number is None."""

from __future__ import annotations

import re
from decimal import Decimal

DIGITS = {**{c: n for n, c in enumerate("零一二三四五六七八九")}, "〇": 0, "○": 0, "两": 2}
READ_OUT = {**DIGITS, "洞": 0, "幺": 1, "拐": 7, "勾": 9}
"""Digits as they are read out in codes, plates and order numbers."""
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MYRIAD = 10_000
_WHOLE = {"俩": Decimal(2), "仨": Decimal(3), "半": Decimal("0.5")}
_PLAIN = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_PARTS = re.compile(r"\d+|.")
_IDIOMS = ("百", "千", "万", "百八十", "千八百", "百十", "千百", "万千")

CHINESE = "零〇○一二三四五六七八九十百千万两俩仨廿卅"
RUN = re.compile(rf"[-负]?[\d{CHINESE}半](?:(?:[\d{CHINESE}半.点 亿]|(?<=\d),(?=\d{{3}}(?!\d)))*[\d{CHINESE}半亿])?")
"""The longest stretch that may be a number."""


def number_of(said: str) -> Decimal | None:
    """The number, negative ones too; None for what is vague, broken or no number at all."""
    if said[:1] and said[0] in "-负":
        positive = number_of(said[1:])
        return None if positive is None else -positive
    if said in _WHOLE:
        return _WHOLE[said]
    if _PLAIN.fullmatch(said) or _THOUSANDS.fullmatch(said):
        return Decimal(said.replace(",", ""))
    if not said or " " in said or "亿" in said or said in _IDIOMS:
        return None
    return _with_point(said) if "点" in said else _in_words(said.replace("廿", "二十").replace("卅", "三十"))


def read_out(said: str) -> str | None:
    """The digits of a number that is read out one by one: 幺洞两四 -> 1024."""
    digits = [c if c.isdigit() else READ_OUT.get(c) for c in said]
    return None if None in digits else "".join(str(digit) for digit in digits)


def _with_point(said: str) -> Decimal | None:
    whole, _, fraction = said.partition("点")
    before, after = number_of(whole), read_out(fraction)
    if before is None or not after or before != int(before):
        return None
    return before + Decimal(f"0.{after}")


def _in_words(said: str) -> Decimal | None:
    parts = _PARTS.findall(said)
    if any(part in _PLACES or part == "万" for part in parts):
        return _with_places(parts)
    return _digit_by_digit(parts)


def _digit_by_digit(parts: list[str]) -> Decimal | None:
    """One digit, or several with a nought among them ('五0'); 三四 and 一五 are no number."""
    digits = read_out("".join(parts))
    if digits is None or any(len(part) > 1 or part in "幺洞拐勾" for part in parts):
        return None
    if len(digits) == 1 or ("0" in digits[1:] and digits[0] != "0"):
        return Decimal(digits)
    return None


def _with_places(parts: list[str]) -> Decimal | None:
    """The value of parts with 十, 百, 千, 万 among them, each place below the one before."""
    if parts.count("万") > 1:
        return None
    if "万" not in parts:
        return _section(parts, 10 * _MYRIAD)
    at = parts.index("万")
    head = Decimal(1) if at == 0 else _head_of_myriads(parts[:at])
    tail = _section(parts[at + 1 :], _MYRIAD)
    return None if head is None or tail is None else head * _MYRIAD + tail


def _head_of_myriads(parts: list[str]) -> Decimal | None:
    if len(parts) == 1 or not any(part in _PLACES for part in parts):
        return number_of("".join(parts))
    return _section(parts, 10 * _MYRIAD)


def _section(parts: list[str], last_place: int) -> Decimal | None:
    """Below a myriad. `last_place`: a bare digit behind it counts tenths of it, as in 一百二."""
    total, digit, nought = 0, None, False
    for index, part in enumerate(parts):
        if part in _PLACES:
            if digit is None and index > 0:
                return None
            if _PLACES[part] >= last_place:
                return None
            last_place, nought = _PLACES[part], False
            total, digit = total + (1 if digit is None else digit) * last_place, None
        elif part in ("零", "〇", "○") and not nought and (index > 0 or last_place == _MYRIAD) and digit is None:
            nought = True
        else:
            value = _one_digit(part)
            if value is None or digit is not None:
                return None
            digit = value
    if digit is None:
        return None if nought else Decimal(total)
    return Decimal(total + digit * (1 if nought or last_place in (10, 10 * _MYRIAD) else last_place // 10))


def _one_digit(part: str) -> int | None:
    value = int(part) if part.isdigit() else DIGITS.get(part)
    return value if value is not None and 1 <= value <= 9 else None
