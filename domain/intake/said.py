"""What a remark says about gifts, before anything is decided about the order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from domain.expressions.numerals import PAIRS, pieces_in
from domain.intake.catalogue import Article

Side = Literal["buyer", "seller"]


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a remark: the words as written and where they stand in it."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The place behind the last character."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Said:
    """One gift that a remark names. `quantity` None: no usable number was said. `counted` is the number as written."""

    name: str
    quantity: Decimal | None
    unit: str | None
    counted: str
    articles: tuple[Article, ...]
    article: Article | None
    words: Words

    @property
    def pieces(self) -> Decimal:
        """The quantity in the article's own unit: a pair of what is counted in pieces is two. One where not said."""
        if self.quantity is None:
            return Decimal(1)
        by_piece = self.unit == "打" or (
            self.unit in PAIRS and self.article is not None and self.article.unit not in PAIRS
        )
        return self.quantity * pieces_in(self.unit) if by_piece else self.quantity

    @property
    def note(self) -> str | None:
        """The words of the number, where they say more than the quantity does."""
        told = self.unit in PAIRS and (self.article not in self.articles or self.article.unit not in PAIRS)
        return self.counted if told else None


@dataclass(frozen=True, slots=True)
class GiftReading:
    """All that one remark says about gifts.

    `vague`: a gift is granted (seller) or claimed as promised (buyer) without a name. `declined`: it is not wanted.
    `unread`: words about a gift that a person must look at. `spent`: clauses (by start) that speak about gifts.
    """

    named: tuple[Said, ...] = ()
    vague: Words | None = None
    declined: Words | None = None
    unread: Words | None = None
    spent: frozenset[int] = frozenset()
