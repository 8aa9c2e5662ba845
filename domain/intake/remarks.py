"""One remark read for everything that remarks can say: gifts, dates, instructions, an invoice's title."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from domain.intake.catalogue import Catalogue
from domain.intake.chinese_gifts import read_chinese
from domain.intake.clauses import clauses_of
from domain.intake.dates import DateSaid, read_dates
from domain.intake.english_gifts import read_english
from domain.intake.instructions import Known, invoice_title, read_instructions, unread_rest
from domain.intake.said import GiftReading, Side, Words

READS = ("gifts", "dates", "instructions", "invoice_title")
"""What a template may have a remark read for."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A text that somebody wrote. `origin` is what a gift line out of it says; `source` names its field."""

    text: str
    side: Side
    origin: str
    source: str
    reads: Collection[str] = READS


@dataclass(frozen=True, slots=True)
class Reading:
    """What a remark says."""

    remark: Remark
    gifts: GiftReading
    dates: tuple[DateSaid, ...] = ()
    instructions: tuple[Words, ...] = ()
    invoice_title: Words | None = None


def read_remark(
    remark: Remark, catalogue: Catalogue, sold: frozenset[str], placed: date | None, known: Known
) -> Reading:
    """Reads a remark.

    `sold`: numbers of the articles that the order sells at a price; `placed`: the order's day, for years that are not
    said; `known`: what the order itself says.
    """
    clauses = clauses_of(remark.text)
    gifts = GiftReading()
    if "gifts" in remark.reads:
        chinese = read_chinese(clauses, remark.side, catalogue, sold)
        gifts = _both(chinese, read_english(clauses, remark.side, catalogue, sold))
    dates = read_dates(clauses, remark.side, placed) if "dates" in remark.reads else ()
    instructions: tuple[Words, ...] = ()
    if "instructions" in remark.reads:
        rest = unread_rest(remark.text)
        found = read_instructions(clauses, gifts.spent, known)
        instructions = (
            *found,
            *_waiting(dates),
            *((gifts.unread,) if gifts.unread else ()),
            *((rest,) if rest else ()),
        )
    title = invoice_title(clauses) if "invoice_title" in remark.reads else None
    return Reading(remark, gifts, dates, instructions, title)


def _waiting(dates: Collection[DateSaid]) -> tuple[Words, ...]:
    """'Not before the 10th' is for a person to plan."""
    return tuple(said.words for said in dates if said.not_before)


def _both(chinese: GiftReading, english: GiftReading) -> GiftReading:
    return GiftReading(
        named=tuple(sorted((*chinese.named, *english.named), key=lambda said: said.words.start)),
        vague=chinese.vague or english.vague,
        declined=chinese.declined or english.declined,
        unread=chinese.unread or english.unread,
        spent=chinese.spent | english.spent,
    )
