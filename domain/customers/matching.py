"""Whether a customer whom somebody tells of is one who is known: by account, tax number, phone and name.

What identifies somebody beyond doubt is used; what only looks alike waits for a person, with the reason:

* the same account of the same channel is the same customer, and another account of that channel is somebody else;
* a tax number is one firm's; two known customers with it are for a person to tell apart;
* a phone number is one customer's, unless two firms of different names are told under it;
* a firm's name alone is enough where nothing speaks against it: with another phone number it is doubtful. People share
  names, so a person's name alone says nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.text import Text

DOUBTS: Mapping[str, Text] = {
    "customer_other_phone": Text(
        "已有同名客户，但电话不同", "a customer of this name is known by another phone number"
    ),
    "customer_other_name": Text(
        "已有同一电话的客户，但公司名称不同", "a customer with this phone number is known by another firm's name"
    ),
    "customer_ambiguous": Text("有多个已知客户都可能是此客户", "more than one known customer may be meant"),
}
IDENTIFYING = ("source", "tax_no", "phone")
_FEWEST_DIGITS = 7
_FEWEST_SOUGHT = 3
_CHINA = re.compile(r"(?:0086|86)(1[3-9][0-9]{9})")
_EXTENSION = re.compile(r"(转|分机|ext\.?|x)\s*[0-9]+\s*$", re.IGNORECASE)
# Longest first, so that what is left of a name is its own part.
_CHINESE_FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "分公司", "公司")
_FORMS = re.compile(
    r"[\s,]+(co|company|corp|corporation|inc|incorporated|ltd|limited|llc|llp|plc|gmbh|ag|kg|as|ab|aps|oy|bv|nv|sa|srl|spa|"
    r"pty|pte)$"
)
_FIRM = re.compile(r"(公司|集团|厂|商行|商店|酒店|学校|医院|中心|工作室|装饰|经营部)$")
_LOOSE = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A known customer who shares something: `by` are the kinds of what is shared, the rest is all that they have."""

    id: str
    by: frozenset[str]
    sources: frozenset[str] = frozenset()
    tax_nos: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Match:
    """Who it is: one known customer, nobody known (neither), or a doubt with those who may be meant."""

    customer_id: str | None = None
    doubt: str | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody tells of a customer, ready to be compared. `channel` limits what accounts mean."""

    channel: str
    source: str | None = None
    tax_no: str | None = None
    phone: str | None = None
    firms: tuple[str, ...] = field(default=())

    @staticmethod
    def of(channel: str, customer: Mapping[str, Any]) -> Told:
        """From the shape of samples/README.md; what is masked tells nothing but the account."""
        account = customer.get("external_id")
        source = f"{channel}:{account}" if account else None
        if customer.get("masked"):
            return Told(channel, source)
        named = ((customer.get("company"), True), (customer.get("name"), False))
        firms = tuple(dict.fromkeys(key for name, sure in named if (key := firm_key(name, sure=sure))))
        return Told(channel, source, tax_key(customer.get("tax_no")), phone_key(customer.get("phone")), firms)

    def all_keys(self) -> list[tuple[str, str]]:
        """Everything that it can be found by: (kind, value)."""
        single = (("source", self.source), ("tax_no", self.tax_no), ("phone", self.phone))
        return [(kind, value) for kind, value in single if value] + [("name", firm) for firm in self.firms]


def phone_key(text: str | None) -> str | None:
    """The digits that are dialled; None for what is masked or too short to be a number."""
    plain = unicodedata.normalize("NFKC", text or "")
    if "*" in plain:
        return None
    digits = "".join(letter for letter in _EXTENSION.sub("", plain) if letter in "0123456789")
    chinese = _CHINA.fullmatch(digits)
    digits = chinese[1] if chinese else digits.removeprefix("00")
    return digits if len(digits) >= _FEWEST_DIGITS else None


def tax_key(text: str | None) -> str | None:
    """The number in capitals without blanks and hyphens."""
    plain = _LOOSE.sub("", unicodedata.normalize("NFKC", text or "")).upper()
    return plain if len(plain) >= _FEWEST_DIGITS else None


def number_part(text: str | None) -> str | None:
    """What somebody looks for as a part of a phone or tax number; None where there are too few letters or digits."""
    plain = _LOOSE.sub("", unicodedata.normalize("NFKC", text or "")).upper()
    return plain if len(plain) >= _FEWEST_SOUGHT and plain.isascii() else None


def firm_key(text: str | None, *, sure: bool = False) -> str | None:
    """A firm's own part of its name, without its legal form; None for a person's, unless `sure` says it is none."""
    plain = " ".join(unicodedata.normalize("NFKC", text or "").casefold().replace(".", " ").replace("&", " ").split())
    if not plain or "*" in plain:
        return None
    own = _without_form(plain)
    if not sure and own == plain and not _FIRM.search(plain):
        return None
    return _LOOSE.sub("", own) or None


def _without_form(name: str) -> str:
    for form in _CHINESE_FORMS:
        if name.endswith(form) and len(name) > len(form):
            return name.removesuffix(form)
    while (shorter := _FORMS.sub("", name)) != name:
        name = shorter
    return name


def match(told: Told, known: Collection[Candidate]) -> Match:
    """Who is told of."""
    same = [one for one in known if told.source in one.sources] if told.source else []
    if same:
        return Match(same[0].id)
    others = [one for one in known if not _another(told, one)]
    by_tax = [one for one in others if "tax_no" in one.by]
    by_phone = [one for one in others if "phone" in one.by]
    if by_tax or by_phone:
        return _identified(told, by_tax, by_phone)
    return _named(told, [one for one in others if "name" in one.by])


def _another(told: Told, one: Candidate) -> bool:
    """Whether it cannot be: another account of the same channel, or another tax number."""
    accounts = any(source.startswith(f"{told.channel}:") for source in one.sources)
    return bool(told.source and accounts) or bool(told.tax_no and one.tax_nos and told.tax_no not in one.tax_nos)


def _identified(told: Told, by_tax: Collection[Candidate], by_phone: Collection[Candidate]) -> Match:
    found = {one.id: one for one in (*by_tax, *by_phone)}
    if len(found) > 1:
        return Match(doubt="customer_ambiguous", candidates=tuple(found))
    (one,) = found.values()
    if not by_tax and told.firms and one.names and not one.names & set(told.firms):
        return Match(doubt="customer_other_name", candidates=(one.id,))
    return Match(one.id)


def _named(told: Told, alike: Collection[Candidate]) -> Match:
    if not alike:
        return Match()
    ids = tuple(one.id for one in alike)
    if len(alike) > 1:
        return Match(doubt="customer_ambiguous", candidates=ids)
    (one,) = alike
    if told.phone and one.phones:
        return Match(doubt="customer_other_phone", candidates=ids)
    return Match(one.id)


def new_keys(told: Told, has: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """What a customer is to be found by besides what they have."""
    known = set(has)
    yield from (key for key in told.all_keys() if key not in known)
