"""The tenant's article list as intake looks things up in it: by number, name or alias, however they are written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.expressions.numerals import PAIRS
from domain.intake.folding import fold, is_chinese, key

_LONGEST_CHINESE = 24
_LONGEST_WORDS = 8
_LONGEST_NAME = 60
_ENOUGH_PARTS = 3
"""Words and numbers that a name must have before one article alone can be called like it."""
_PARTS = re.compile(r"[\u4e00-\u9fff]+|\d+|[a-z]+")
_WORD = re.compile(r"[a-z0-9]+(?:['-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Article:
    """One article. `gift` marks what is normally given away, not sold."""

    sku: str
    name: str
    name_en: str = ""
    aliases: tuple[str, ...] = ()
    unit: str | None = None
    gift: bool = False

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Article:
        """From a row of `catalog.json`: {sku, name, name_en, aliases, unit, gift_article}."""
        return cls(
            sku=row["sku"],
            name=row["name"],
            name_en=row.get("name_en") or "",
            aliases=tuple(row.get("aliases") or ()),
            unit=row.get("unit") or None,
            gift=bool(row.get("gift_article")),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Every way to call it apart from its number."""
        return tuple(name for name in (self.name, self.name_en, *self.aliases) if name)


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names an article: `start` and `end` are places in the text."""

    start: int
    end: int
    articles: tuple[Article, ...]


@dataclass(frozen=True)
class Catalogue:
    """Articles by every name they have. Made once per change of the list, read for every payload."""

    articles: tuple[Article, ...]
    _by_sku: dict[str, Article] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, tuple[Article, ...]] = field(init=False, repr=False, compare=False)
    gifts: tuple[Article, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, tuple[Article, ...]] = {}
        for article in self.articles:
            for name in {key(name) for name in article.names}:
                by_name[name] = (*by_name.get(name, ()), article)
        object.__setattr__(self, "_by_sku", {key(article.sku): article for article in self.articles})
        object.__setattr__(self, "_by_name", by_name)
        object.__setattr__(self, "gifts", tuple(article for article in self.articles if article.gift))

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Catalogue:
        """From the rows of `catalog.json`."""
        return cls(tuple(Article.from_json(row) for row in rows))

    def by_number(self, sku: str | None) -> Article | None:
        """The article of this number, whatever its case, width and hyphens."""
        return self._by_sku.get(key(sku)) if sku else None

    def by_name(self, name: str, unit: str | None = None) -> Article | None:
        """The article of exactly this name or alias; of several the one counted in `unit`, then a gift article."""
        return self.pick(self.named(name), unit)

    def alike(self, name: str) -> Article | None:
        """The only article whose name holds all words and numbers of this one in their order: '铜铝600*10柱 白'."""
        parts = _PARTS.findall(fold(name)[:_LONGEST_NAME])
        if len(parts) < _ENOUGH_PARTS:
            return None
        pattern = re.compile(".*?".join(map(_whole, parts)))
        found = {
            article.sku: article for article in self.articles if any(pattern.search(fold(n)) for n in article.names)
        }
        return next(iter(found.values())) if len(found) == 1 else None

    def named(self, name: str) -> tuple[Article, ...]:
        """All articles of this name or alias, an English plural included."""
        wanted = key(name)
        return self._by_name.get(wanted) or self._by_name.get(_singular(wanted), ()) if wanted else ()

    def pick(self, articles: tuple[Article, ...], unit: str | None) -> Article | None:
        """The one that is meant. A pair of what is sold by the piece may be a gift article of its own: 'hinges' in
        pairs are the article 'pair of hinges', which shares the word.
        """
        if unit in PAIRS and not any(article.unit in PAIRS for article in articles):
            articles = (*self._pairs_of(articles), *articles)
        ranked = sorted(articles, key=lambda a: (unit in PAIRS and a.unit not in PAIRS, not a.gift))
        return ranked[0] if ranked else None

    def _pairs_of(self, articles: tuple[Article, ...]) -> tuple[Article, ...]:
        words = {fold(name) for article in articles for name in article.aliases}
        in_pairs = (article for article in self.gifts if article.unit in PAIRS)
        return tuple(a for a in in_pairs if any(word in fold(name) for name in a.names for word in words))

    def mentions(self, text: str) -> list[Mention]:
        """Every article that the text names, by number, name or alias: the longest words win, none overlap."""
        folded = fold(text)
        found = sorted([*self._words_in(folded), *self._chinese_in(folded)], key=lambda m: (m.start - m.end, m.start))
        taken: list[Mention] = []
        for mention in found:
            if all(mention.end <= other.start or other.end <= mention.start for other in taken):
                taken.append(mention)
        return sorted(taken, key=lambda m: m.start)

    def _words_in(self, folded: str) -> Iterable[Mention]:
        words = list(_WORD.finditer(folded))
        for first in range(len(words)):
            for last in range(first, min(first + _LONGEST_WORDS, len(words))):
                start, end = words[first].start(), words[last].end()
                if articles := self._called(folded[start:end]):
                    yield Mention(start, end, articles)

    def _chinese_in(self, folded: str) -> Iterable[Mention]:
        for start, character in enumerate(folded):
            if not is_chinese(character):
                continue
            for end in range(start + 2, min(start + _LONGEST_CHINESE, len(folded)) + 1):
                if folded[end - 1].isalnum() and (articles := self._by_name.get(key(folded[start:end]))):
                    yield Mention(start, end, articles)

    def _called(self, words: str) -> tuple[Article, ...]:
        article = self.by_number(words)
        return (article,) if article else self.named(words)


def _singular(word: str) -> str:
    if word.endswith("es") and len(word) > 4:
        return word[:-2] if word[-3] in "sxz" else word[:-1]
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


EMPTY = Catalogue(())


def _whole(part: str) -> str:
    """A number is never a piece of another one."""
    return rf"(?<!\d){part}(?!\d)" if part.isdigit() else part
