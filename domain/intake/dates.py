"""Dates in remarks and attributes: '12月5日前发货', '12.3前发', 'by Dec 10'; the year follows from the order's day.

Only a date with a purpose counts: something is to leave, arrive or be ready by it. '11-16 小敏:' is a signature and
'2.0m' a size. What can be read in two ways, or names a time but no day ('月底前', '12/11/2026'), is ambiguous and gives
no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from domain.expressions.numerals import CHINESE, number_of
from domain.intake.clauses import Clause
from domain.intake.folding import fold
from domain.intake.said import Side, Words

Purpose = Literal["ship", "arrive"]

_LONGEST_AHEAD = timedelta(days=300)
"""A day without a year that lies further ahead than this has passed: nobody promises for next autumn."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("jan", "january"),
            ("feb", "february"),
            ("mar", "march"),
            ("apr", "april"),
            ("may",),
            ("jun", "june"),
            ("jul", "july"),
            ("aug", "august"),
            ("sep", "sept", "september"),
            ("oct", "october"),
            ("nov", "november"),
            ("dec", "december"),
        ),
        start=1,
    )
    for name in names
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?P<year>20\d\d)"
_CN = rf"[\d{CHINESE}]"
_DAY_FORMS = (
    rf"(?:(?P<y1>20\d\d)\s*年\s*)?(?P<m1>{_CN}{{1,3}})\s*月\s*(?P<d1>{_CN}{{1,3}})\s*(?:[日号]|(?=\s*(?:之?前|以前|发|到|送|要|交)))",
    r"(?P<y2>20\d\d)[-/.年](?P<m2>\d{1,2})[-/.月](?P<d2>\d{1,2})日?",
    r"(?<![\d.*x/-])(?P<m3>\d{1,2})[./-](?P<d3>\d{1,2})[日号]?(?![\d.*x/%]|\s*(?:元|块|米|m|cm|mm|kg|公斤|折|寸|个|天|楼|组))",
    rf"(?<![\d{CHINESE}月.])(?P<d4>{_CN}{{1,3}})[日号](?![线楼门院])",
)
_CHINESE_DAY = re.compile("|".join(f"(?:{form})" for form in _DAY_FORMS))
_RANGE = re.compile(
    r"\s*(?:-|~|至|到)\s*(?:(?P<m>\d{1,2})[月./])?(?P<d>\d{1,2})\s*[日号]?(?=\s*(?:之?间|前|送|到|发|交|要|,|$))"
)
_BEHIND = re.compile(
    r"\s*(?:\((?:周|星期)[一二三四五六日天]\))?\s*(?:左右|上午|下午|晚上?|中午|当天|那天|号)?\s*(?P<edge>之前|以前|前|之后|以后|后)?"
    r"[\s,]*(?:必须|务必|一定要?|要(?=发|寄|出|送|到|收|交|用|安)|能|可以|再|给我?|帮我?|争取|尽量|就|左右|[\u4e00-\u9fff]{1,4}(?=要用))*"
    r"(?P<verb>发货|发出|发走|发|寄出|寄|出货|出库|出厂|装柜|送到|送达|送货|送|到货|到达|到场|到|收到|收货|交货|交付"
    r"|要用|使用|要|用|安装|装|进场|完工|完成|做好|提货|自提)?"
)
_BEFORE = re.compile(
    r"(?P<verb>发货|出货|寄出|交货|交期|送到|送货|送达|到货|收到|收货|配送|安装|进场)?(?:时间|日期|期限|期)?"
    r"(?:是|为|定在|约定|:|\s|大概|预计|计划|要求|在|于|到|改到|改为|改成)*"
    r"(?P<edge>最晚|最迟|务必|赶在|赶|截止|不晚于|不迟于|预计|希望|尽量|能|争取|在|于|要求|约|改到|改为|改成|定|:)*\s*$"
)
_SHIPS = ("发", "寄", "出", "装柜", "ship", "dispatch", "send", "leave", "etd")
_PERIOD = re.compile(
    r"(?:本|这个?|当|下个?)?(?:\d{1,2}月|月)?(?:月?底|月初|月中|上旬|中旬|下旬|年底|年前|年内|春节|元旦|国庆|五一|双十[一二]|圣诞|寒假|暑假"
    r"|节|入冬|供暖|周[一二三四五六日末天]|星期[一二三四五六日天]|下周|本周)"
    r"(?:之前|以前|前)(?:[^,。;]{0,6}(?:发|寄|送|到|要|用|交|装|完|出|收))?"
    r"|(?:下|本|这)?(?:周|星期)[一二三四五六日天末](?:必须|一定|就)?要(?:用|到|装)"
    r"|(?:年前|节前|年内|月内|本周内)[^,。;]{0,6}(?:发|寄|送|到|要|用|交|装|完|出|收)"
)
_ENGLISH_DAY = re.compile(
    rf"(?P<y1>20\d\d)[-/.](?P<m1>\d{{1,2}})[-/.](?P<d1>\d{{1,2}})"
    rf"|(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s*(?:of\s+)?[-\s.]?(?P<m2>{_MONTH})\b\.?,?(?:\s*(?P<y2>20\d\d))?"
    rf"|(?P<m3>{_MONTH})\b\.?\s*(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s*(?P<y3>20\d\d))?"
    r"|(?<![\d./-])(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?:(?P=sep)(?P<y4>20\d\d|\d\d))?(?![\d/])"
)
_ENGLISH_LEAD = re.compile(
    r"\b(?P<lead>by|before|until|till|no\s+later\s+than|not\s+later\s+than|latest(?:\s+by)?|on|for|due|deadline|not\s+before"
    r"|after|from|date|eta|etd|is|vor|bis|am|avant|antes|between\s+\d{1,2}(?:st|nd|rd|th)?(?:\s+\w+)?\s+and)\b"
    r"(?:\s+(?:the|at|latest|end\s+of\s+day|eod|close\s+of|on|dem|zum|le|del?|el|:"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?))*[\s:]*$"
)
_ENGLISH_VERB = re.compile(
    r"\b(ship\w*|dispatch\w*|send|sent|leaves?|deliver\w*|arriv\w*|receiv\w*|need\w*|want\w*|require\w*|get\s+(?:it|them|this)"
    r"|here|have\s+(?:it|them)|due|deadline|install\w*|promis\w*|eta|etd|in\s+hand|collect\w*|ready|goods|liefer\w*|livr\w*|entreg\w*)\b"
)
_ENGLISH_PERIOD = re.compile(
    rf"\b(?:by|before|until)\s+(?:the\s+)?(?:end\s+of\s+(?:the\s+)?(?:month|week|year|{_MONTH})|month[- ]end"
    r"|christmas|xmas|new\s+year|easter|next\s+(?:week|month)|(?:next\s+|this\s+)?(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|(?:the\s+)?holidays|thanksgiving|early\s+\w+|mid\s+\w+|late\s+\w+)\b"
)
_NEEDS_A_VERB = ("on", "for", "from", "is", "date", "after", "vor", "bis", "am")
_CUSTOMER_WANTS = re.compile(
    r"(?:客户|买家|顾客|客人|亲|甲方|业主)[^,。;]{0,8}(?:要求|希望|想要?|急要|急用|要|说|需要|催|期望)"
    r"|(?:customer|client|buyer)\s+(?:wants|needs|asks|asked|wishes|requests|requires)"
)
_AGREED = re.compile(r"已?(?:和|跟|与|答应|承诺|同意|确认|约定|保证|谈好|说好|回复|告知)|promised|agreed|confirmed")


@dataclass(frozen=True, slots=True)
class DateSaid:
    """A day that a remark names for a purpose. `day` None: ambiguous.

    `wished`: a customer's wish, though a seller wrote it. `not_before`: the first day, not the last. `replaces`: it
    takes the place of a day said earlier.
    """

    day: date | None
    purpose: Purpose
    words: Words
    wished: bool = False
    not_before: bool = False
    replaces: bool = False


def read_dates(clauses: Sequence[Clause], side: Side, placed: date | None) -> tuple[DateSaid, ...]:
    """The days that the clauses name. `placed`: the order's own day, from which a missing year follows."""
    return tuple(said for clause in clauses for said in _in_clause(clause, side, placed))


def day_of(value: str, placed: date | None) -> tuple[date | None, bool]:
    """The day that an attribute's value gives, and whether it is ambiguous: ('2026-12-18', ...) -> (day, False)."""
    folded = fold(value).strip()
    found = _CHINESE_DAY.match(folded) if re.match(r"20\d\d|\d{1,2}\s*月", folded) else None
    if found:
        day = _chinese_day(found, placed)
        return day, day is None
    english = _ENGLISH_DAY.search(folded)
    if not english:
        return None, bool(folded)
    return _english_day(english, placed)


def _in_clause(clause: Clause, side: Side, placed: date | None) -> Iterator[DateSaid]:
    wished = side == "seller" and bool(_CUSTOMER_WANTS.search(clause.words)) and not _AGREED.search(clause.words)
    found = [*_chinese_dates(clause, placed, wished=wished), *_english_dates(clause, placed, wished=wished)]
    yield from found
    period = None if found else _PERIOD.search(clause.words) or _ENGLISH_PERIOD.search(clause.words)
    if period:
        yield DateSaid(None, "arrive", _words(clause, period.start(), period.end()), wished)


def _chinese_dates(clause: Clause, placed: date | None, *, wished: bool) -> Iterator[DateSaid]:
    for found in _CHINESE_DAY.finditer(clause.words):
        end, last = found.end(), None
        if among := _RANGE.match(clause.words[end:]):
            end, last = end + among.end(), among
        behind, before = _BEHIND.match(clause.words[end:]), _BEFORE.search(clause.words[: found.start()])
        if behind is None or not _has_purpose(found, behind, before, clause):
            continue
        verb = behind["verb"] or (before["verb"] if before else None) or ""
        yield DateSaid(
            day=_chinese_day(found, placed, last),
            purpose="ship" if verb.startswith(_SHIPS) else "arrive",
            words=_words(clause, before.start() if before else found.start(), end + behind.end()),
            wished=wished,
            not_before=behind["edge"] in ("之后", "以后", "后"),
            replaces=bool(before and re.search("改", before.group())),
        )


def _has_purpose(found: re.Match[str], behind: re.Match[str], before: re.Match[str] | None, clause: Clause) -> bool:
    """Whether something is to happen by the day: words behind it, or a deadline's words before it."""
    edge_before = before["edge"] if before else None
    verb_before = before["verb"] if before else None
    if behind["edge"] or edge_before or verb_before:
        return True
    return bool(behind["verb"]) and not re.match(r"\s*[\u4e00-\u9fff]{1,4}:", clause.words[found.end() :])


def _chinese_day(found: re.Match[str], placed: date | None, last: re.Match[str] | None = None) -> date | None:
    groups = found.groupdict()
    year = next((int(groups[k]) for k in ("y1", "y2") if groups.get(k)), None)
    month = next((_number(groups[k]) for k in ("m1", "m2", "m3") if groups.get(k)), None)
    day = next((_number(groups[k]) for k in ("d1", "d2", "d3", "d4") if groups.get(k)), None)
    if last is not None:
        month, day = int(last["m"]) if last["m"] else month, int(last["d"])
    return None if day is None else _with_year(year, month, day, placed)


def _number(written: str) -> int | None:
    number = number_of(written)
    return int(number) if number is not None else None


def _with_year(year: int | None, month: int | None, day: int, placed: date | None) -> date | None:
    """The first such day not before the order was placed; None for no day, and for one that must have passed."""
    if year and month:
        return _day(year, month, day)
    if placed is None:
        return None
    months = [month] if month else [placed.month, placed.month % 12 + 1]
    days = (_day(y, m, day) for y in (placed.year, placed.year + 1) for m in months)
    ahead = sorted(d for d in days if d is not None and placed <= d <= placed + _LONGEST_AHEAD)
    return ahead[0] if ahead else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _english_dates(clause: Clause, placed: date | None, *, wished: bool) -> Iterator[DateSaid]:
    if re.search(r"[\u4e00-\u9fff]", clause.words):
        return
    for found in _ENGLISH_DAY.finditer(clause.words):
        lead = _ENGLISH_LEAD.search(clause.words[: found.start()])
        verb = _ENGLISH_VERB.search(clause.words)
        if not (lead or verb) or (lead and lead["lead"] in _NEEDS_A_VERB and not verb):
            continue
        day, _ = _english_day(found, placed)
        if day is None and lead is None:
            continue
        ships = verb is not None and verb[1].startswith(_SHIPS)
        start = lead.start() if lead else found.start()
        yield DateSaid(day, "ship" if ships else "arrive", _words(clause, start, found.end()), wished, _is_first(lead))


def _is_first(lead: re.Match[str] | None) -> bool:
    return lead is not None and bool(re.fullmatch(r"after|from|not\s+before", lead["lead"]))


def _english_day(found: re.Match[str], placed: date | None) -> tuple[date | None, bool]:
    """The day and whether it is ambiguous: with slashes nobody knows which number is the month."""
    g = found.groupdict()
    if g["a"]:
        return _numeric_day(int(g["a"]), int(g["b"]), g["sep"], g["y4"], placed)
    year = next((int(g[k]) for k in ("y1", "y2", "y3") if g[k]), None)
    named = g["m2"] or g["m3"]
    month = _MONTHS[named] if named else int(g["m1"])
    day = _with_year(year, month, int(g["d1"] or g["d2"] or g["d3"]), placed)
    return day, day is None


def _numeric_day(a: int, b: int, separator: str, year: str | None, placed: date | None) -> tuple[date | None, bool]:
    full = int(year) + (2000 if len(year) == 2 else 0) if year else None
    if separator == ".":
        day = _with_year(full, b, a, placed)
        return day, day is None
    readings = {d for d in (_with_year(full, a, b, placed), _with_year(full, b, a, placed)) if d}
    return (readings.pop(), False) if len(readings) == 1 and (a > 12 or b > 12 or a == b) else (None, True)


def chosen(dates: Iterable[DateSaid], purpose: Purpose) -> tuple[DateSaid | None, bool]:
    """The date that binds, and whether the dates leave it open: a later '改到' replaces, else the earliest counts."""
    said = list(dates)
    replaced = [d for d in said if d.replaces and d.day]
    certain = [d for d in said if d.day is not None]
    if replaced:
        return replaced[-1], False
    matching = [d for d in certain if d.purpose == purpose] or certain
    if not matching:
        return None, bool(said)
    first = min(matching, key=lambda d: d.day or date.max)
    return first, len({d.day for d in matching}) > 1 or len(certain) < len(said)


def _words(clause: Clause, start: int, end: int) -> Words:
    shown = clause.shown[start:end]
    return Words(shown.strip(" :："), clause.start + start + len(shown) - len(shown.lstrip(" :：")))
