"""What in a remark a person must act on: another address, an invoice, a replacement, a change, a question.

Requests that the ordinary course of things answers anyway (ring before delivery, thank you, pack it well, as soon as
possible) are none. What has been done already ('已开票') is none either.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from domain.intake.clauses import MAX_REMARK, Clause
from domain.intake.instruction_words import CHINESE, ENGLISH, HARMLESS_CHINESE, HARMLESS_ENGLISH
from domain.intake.said import Words

_HARMLESS = re.compile(f"{HARMLESS_CHINESE}|{HARMLESS_ENGLISH}", re.VERBOSE)
_TOPICS = [(topic, re.compile(words, re.VERBOSE)) for topic, words in (*CHINESE.items(), *ENGLISH.items())]
_SPECIAL = re.compile(r"(?:^|[\s:]|请|麻烦|务必|一定|必须|都|全部|[门板柜盖灯架管框])要(?P<wish>[^,。;的\s]{1,8})的")
_PHONE = re.compile(r"(?<!\d)1[3-9]\d(?:[\s-]?\d){8}(?!\d)|(?<!\d)\+\d{1,3}[\s-]?\d(?:[\s-]?\d){6,11}(?!\d)")
_TITLE = re.compile(
    r"(?:发票)?抬头\s*(?:是|为|开|写|请开|名称)*\s*[:\s]*(?P<a>[^\s,;。!?、:()]{2,40})"
    r"|开(?:发)?票(?:给|单位|名称|信息)?\s*[:\s]\s*(?P<b>[^\s,;。!?、:()]{4,40})"
    r"|发票开(?:给|成|为)?\s*[:\s]*(?P<c>[^\s,;。!?、:()]{2,40}?(?:公司|个人|(?:厂|店|部|院|局|学校|中心)(?=[\s,;。!?]|$)))"
    r"|\binvoice\s+(?:should\s+be\s+|must\s+be\s+|to\s+be\s+)?(?:made\s+out\s+to|in\s+the\s+name\s+of|issued\s+to|addressed\s+to|name)[:\s]+(?P<d>[^;,.\n]{2,60})"
)


@dataclass(frozen=True, slots=True)
class Known:
    """What the order itself says, so that a remark that only repeats it asks for nothing."""

    phone_digits: str = ""
    described: str = ""


def read_instructions(clauses: Sequence[Clause], spent: Collection[int], known: Known) -> tuple[Words, ...]:
    """The clauses that a person must act on. `spent`: clauses that speak of gifts, by their start."""
    return tuple(Words(c.shown, c.start) for c in clauses if _asks_something(c, spent=c.start in spent, known=known))


def unread_rest(remark: str) -> Words | None:
    """What stands behind the part of a remark that is read at all."""
    return Words(remark[MAX_REMARK : MAX_REMARK + 200], MAX_REMARK) if len(remark) > MAX_REMARK else None


def invoice_title(clauses: Sequence[Clause]) -> Words | None:
    """In whose name the invoice is to be."""
    for clause in clauses:
        if found := _TITLE.search(clause.words):
            start, end = next(found.span(name) for name in "abcd" if found[name])
            return Words(clause.shown[start:end].strip(), clause.start + start)
    return None


def _asks_something(clause: Clause, *, spent: bool, known: Known) -> bool:
    words = _HARMLESS.sub(" ", clause.words)
    if any(pattern.search(words) for topic, pattern in _TOPICS if not (spent and topic in _GIFT_TOPICS)):
        return True
    if _other_phone(words, known.phone_digits) or _special_wish(words, known.described):
        return True
    return clause.asks and not spent and not _polite_question(words)


_GIFT_TOPICS = ("parcels", "more", "making", "cancelling", "replacement", "change")
"""Topics whose words also serve to speak of a gift: '一起发', 'add 2', '不要了'."""


def _polite_question(words: str) -> bool:
    """'12月8日前能送到吗?': the date is the question, and it is read as a wish."""
    return bool(re.search(r"(?:前|之前|号|日)[^,。;]{0,8}(?:到|发|送)|\bby\b|\bbefore\b", words))


def _other_phone(words: str, digits: str) -> bool:
    """Another telephone number than the order's; of a masked number the last four digits are known."""
    said = [re.sub(r"\D", "", found.group()) for found in _PHONE.finditer(words)]
    return any(not digits or number[-4:] != digits[-4:] for number in said)


def _special_wish(words: str, described: str) -> bool:
    """'要横纹的' asks for nothing where an option or the seller says so already."""
    found = _SPECIAL.search(words)
    return bool(found) and found is not None and not _repeated(found["wish"], described)


def _repeated(wish: str, described: str) -> bool:
    pairs = [wish[place : place + 2] for place in range(len(wish) - 1)] or [wish]
    return any(pair in described for pair in pairs)
