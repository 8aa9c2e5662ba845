"""From what remarks, promotions and free lines say to gift lines: samples/README.md, rules 1 to 4, 6 and 7.

The seller's word grants a gift; the buyer's alone claims one. Said twice it is one gift. Every line and every reason
carries the words that it came from.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.intake.catalogue import Article, Catalogue
from domain.intake.folding import fold, key
from domain.intake.meaning import Evidence
from domain.intake.remarks import Reading
from domain.intake.said import Said, Words

_MARKED_FREE = re.compile(
    r"赠品|赠送|礼品|礼物|附赠|样品|^赠|[(\[]赠[)\]]"
    r"|\bf\.?o\.?c\b|free of charge|no charge|\bgift\b|\bfree\b|complimentary|\bsamples?\b"
)
_FREE_OF = re.compile(
    r"\b(?:lead|rust|scratch|smoke|hands|oil|dust)[- ]?free\b|\bfree[- ]?standing\b|\bgift[- ]?(?:card|box|wrap)\b"
)


@dataclass(frozen=True, slots=True)
class Granted:
    """A gift that the payload itself names outside the lines, such as a promotion's `gift_item_name`."""

    name: str
    quantity: Decimal | None
    origin: str
    source: str


@dataclass
class Gifts:
    """The order's lines with their gifts marked, the lines that were added, and why."""

    lines: list[dict[str, Any]]
    reasons: list[tuple[str, Evidence]] = field(default_factory=list)
    evidence: list[tuple[int, Evidence]] = field(default_factory=list)

    def because(self, reason: str, evidence: Evidence) -> None:
        """One reason more for a person to look."""
        self.reasons.append((reason, evidence))

    @property
    def any(self) -> bool:
        """Whether the order carries a gift."""
        return any(line["is_gift"] for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A gift that somebody named, from whichever source."""

    name: str
    quantity: Decimal | None
    pieces: Decimal
    note: str | None
    article: Article | None
    origin: str
    confirmed: bool
    evidence: Evidence


def find_gifts(
    lines: Sequence[dict[str, Any]], granted: Sequence[Granted], readings: Sequence[Reading], catalogue: Catalogue
) -> Gifts:
    """The order's lines with gifts marked and added. Lines already marked by the template stay gifts."""
    gifts = Gifts([dict(line) for line in lines])
    claims = [*(_of_payload(g, catalogue) for g in granted), *_of_remarks(readings)]
    for place, line in enumerate(gifts.lines):
        _judge_line(place, line, claims, catalogue, gifts)
    for claim in claims:
        if not any(_same_as_line(claim, line) for line in gifts.lines if line["is_gift"]):
            _add(claim, gifts)
    for reading in readings:
        _unnamed(reading, gifts)
    return gifts


def _of_payload(granted: Granted, catalogue: Catalogue) -> _Claim:
    article = catalogue.by_name(granted.name) or _contained(granted.name, catalogue)
    evidence = Evidence(granted.source, granted.name)
    return _Claim(
        granted.name, granted.quantity, granted.quantity or Decimal(1), None, article, granted.origin, True, evidence
    )


def _contained(name: str, catalogue: Catalogue) -> Article | None:
    """The article whose name or alias a longer name holds."""
    mentions = catalogue.mentions(name)
    return catalogue.pick(mentions[-1].articles, None) if mentions else None


def _of_remarks(readings: Iterable[Reading]) -> list[_Claim]:
    """The sellers' words before the buyers', so that what both say is the seller's."""
    ordered = sorted(readings, key=lambda reading: reading.remark.side == "buyer")
    return [_of_words(said, reading) for reading in ordered for said in reading.gifts.named]


def _of_words(said: Said, reading: Reading) -> _Claim:
    remark = reading.remark
    return _Claim(
        said.name,
        said.quantity,
        said.pieces,
        said.note,
        said.article,
        remark.origin,
        remark.side == "seller",
        evidence_of(said.words, reading),
    )


def evidence_of(words: Words, reading: Reading) -> Evidence:
    """Where in which remark the words stand, as they were written."""
    return Evidence(reading.remark.source, reading.remark.text[words.start : words.end], words.start, words.end)


def _judge_line(place: int, line: dict[str, Any], claims: Sequence[_Claim], catalogue: Catalogue, gifts: Gifts) -> None:
    """Whether a line is a gift: marked by the template, or free of charge and something says so."""
    article = catalogue.by_number(line["sku"]) or catalogue.by_name(line["name"] or "")
    if not line["is_gift"]:
        free = line["unit_price"] is not None and Decimal(line["unit_price"]) == 0
        why = _says_free(line, article, claims) if free else None
        if free and why is None:
            gifts.because("zero_price_line", Evidence(f"/lines/{place}", line["name"] or ""))
        if why is None:
            return
        gifts.evidence.append((place, why))
    line.update(is_gift=True, gift_origin="line", gift_confirmed=True)
    line["sku"] = article.sku if article else None
    if article is None:
        gifts.because("gift_not_in_catalog", Evidence(f"/lines/{place}", line["name"] or ""))


def _says_free(line: dict[str, Any], article: Article | None, claims: Sequence[_Claim]) -> Evidence | None:
    written = fold(f"{line['name'] or ''} {line.get('note') or ''}")
    if found := _MARKED_FREE.search(_FREE_OF.sub(" ", written)):
        return Evidence("/lines", found.group())
    if article and article.gift:
        return Evidence("catalogue", article.name)
    resolved = {**line, "sku": article.sku if article else None}
    return next((claim.evidence for claim in claims if _same_as_line(claim, resolved)), None)


def _same_as_line(claim: _Claim, line: dict[str, Any]) -> bool:
    """Whether a claim speaks of this line: the same article, or names that hold one another."""
    if claim.article and line["sku"]:
        return bool(claim.article.sku == line["sku"])
    mine, other = key(claim.name), key(line["name"] or "")
    if not mine or not other:
        return False
    return mine in other or other in mine or _shares_word(claim.name, line["name"] or "")


def _shares_word(one: str, other: str) -> bool:
    """'brackets' and 'Bracket set - free of charge'."""
    stems = [{word.removesuffix("s") for word in re.findall(r"[a-z]{4,}", fold(name))} for name in (one, other)]
    return bool(stems[0]) and stems[0] <= stems[1]


def _add(claim: _Claim, gifts: Gifts) -> None:
    line: dict[str, Any] = {
        "external_id": None,
        "sku": claim.article.sku if claim.article else None,
        "name": claim.name,
        "quantity": f"{claim.pieces.normalize():f}",
        "unit": None,
        "unit_price": "0.00",
        "amount": "0.00",
        "is_gift": True,
        "gift_origin": claim.origin,
        "gift_confirmed": claim.confirmed,
        "options": {},
        "refund": "none",
    }
    gifts.lines.append(line | ({"note": claim.note} if claim.note else {}))
    gifts.evidence.append((len(gifts.lines) - 1, claim.evidence))
    if not claim.confirmed:
        gifts.because("gift_claimed_by_buyer", claim.evidence)
    if claim.quantity is None:
        gifts.because("gift_quantity_unclear", claim.evidence)
    if claim.article is None:
        gifts.because("gift_not_in_catalog", claim.evidence)


def _unnamed(reading: Reading, gifts: Gifts) -> None:
    """Gifts that are spoken of without a name, and gifts that are not wanted."""
    said = reading.gifts
    if said.declined:
        gifts.because("gift_declined", evidence_of(said.declined, reading))
    if said.vague is None or gifts.any:
        return
    evidence = evidence_of(said.vague, reading)
    if reading.remark.side == "buyer":
        gifts.because("gift_claimed_by_buyer", evidence)
    elif reading.remark.origin != "promotion":
        claim = _Claim(said.vague.text, Decimal(1), Decimal(1), None, None, reading.remark.origin, True, evidence)
        _add(claim, gifts)
