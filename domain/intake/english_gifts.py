"""Gifts in English remarks (and the few German, French and Spanish words that stand beside an article's name).

'free' and 'gift' are not always gifts: free shipping, feel free, a gift for my mother, gift wrap.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.expressions.numerals import PAIRS, WORDS, number_of
from domain.intake.catalogue import Catalogue, Mention
from domain.intake.clauses import Clause
from domain.intake.folding import is_chinese
from domain.intake.said import GiftReading, Said, Side, Words

_WORD_NUMBER = "|".join(sorted(WORDS, key=len, reverse=True))
_NO_GIFT = re.compile(
    r"free\s+(?:of\s+charge\s+)?(?:deliver\w*|shipping|postage|returns?|freight|to\b|standing|install\w*|from\b|on\b)"
    r"|free\s+(?:time\b|for\s+a\s+call|parking|access)|feel\s+free"
    r"|(?:toll|lead|hands|rust|tax|duty|smoke|pet|scratch|damage)[- ]free|free[- ]standing"
    r"|(?:is|as|it's|its|be|for)\s+an?\s+(?:\w+\s+)?(?:gift|present)\s+(?:for|to|from)\b"
    r"|(?:gift|present)s?\s+(?:for|to)\s+(?:my|our|a|the|his|her|him)\b"
    r"|gift[- ]?(?:wrap\w*|receipt|message|card|note|box|bag|paper|tag|voucher)"
    r"|promised?\s+(?:date|delivery|by)|\bpresent\s+(?:at|on|when|during|to)\b"
)
_GIFT = re.compile(
    r"\b(?:promis\w+|gifts?|presents?|freebies?|free(?:\s+of\s+charge)?|f\.?o\.?c|complimentary|bonus|offered"
    r"|on\s+the\s+house|no\s+charge|without\s+charge|gratis|thrown?\s+in|throw\s+in|giveaway|as\s+agreed|told|mentioned|guaranteed"
    r"|advertis\w+|versprochen\w*|kostenlos\w*|geschenk\w*|gratuit\w*|cadeau\w*|regalo\w*)\b"
)
_PLAIN_GIFT = re.compile(
    r"\b(?:free(?:\s+of\s+charge)?|f\.?o\.?c|complimentary|bonus|gratis|gifts?|freebies?|on\s+the\s+house|no\s+charge)\b"
)
_PROMISED = re.compile(r"\b(?:promis\w+|offered|told|mentioned|guaranteed|agreed|said|versprochen\w*)\b")
_MINE = re.compile(r"\b(?:my|our|the|your)\s+(?:free|complimentary|bonus|promised)\b")
_PUT = re.compile(
    r"\b(?:includ\w*|add|adding|adds|send|sending|put|pop|enclos\w*|pack|packing|throw|slip|attach|give|bring|remember|forget"
    r"|beilegen|beifugen|ajouter|incluir)\b"
)
_GIVEN_THINGS = r"(?:free|promotional|complimentary)\s+(?:samples?|items?|goods|extras?)"
_THING = rf"(?:gifts?|presents?|freebies?|giveaways?|{_GIVEN_THINGS}|@)"
_A = r"(?:the|your|any|an?|those|these)?\s*(?:free|complimentary|promotional|bonus)?\s*"
_DECLINES = re.compile(
    rf"\b(?:no|without|skip|omit|leave\s+out|keep|exclud\w*)\s+(?:need\s+(?:for|of)\s+)?{_A}{_THING}"
    r"|\b(?:do\s+not|don't|dont|no\s+need\s+to|not\s+to|needn't|didn't)\s+(?!forget|miss|omit|leave|skip)"
    r"(?:need|want|send|include|add|require|put|pack|bother\s+with)\s*(?:in|to\s+(?:send|include|add))?\s*(?:me|us)?\s*"
    rf"{_A}{_THING}"
    rf"|{_THING}\s+(?:is|are|isn't|aren't)?\s*(?:not\s+)?(?:unnecessary|unwanted|(?<=n't\s)(?:needed|wanted|required|necessary)"
    r"|(?<=not\s)(?:needed|wanted|required|necessary))"
)
_COUNT_BEFORE = re.compile(
    rf"(?:\b(?P<n>\d{{1,5}}(?![\d.])|(?:{_WORD_NUMBER})\b)\s*(?:x\b|\*)?\s*(?:(?P<u>pairs?|sets?|pcs|pieces?|pc|units?)(?:\s+of)?|(?:dozen|couple)\s+of)?"
    r"\s*(?P<between>(?:free|complimentary|bonus|extra|small|more|of|the|your|promised|gift)?\s*(?:[a-z-]+\s+){0,2}?))$"
)
_SOME = re.compile(r"\b(?:some|few|several|many|any|those|these)\s+(?:\w+\s+){0,2}$")
_COUNT_BEHIND = re.compile(
    r"\s*(?:[x*:]\s*(?P<a>\d{1,5})|\((?P<b>\d{1,5})\s*(?P<u>pcs|pc|pieces?|pairs?|sets?)?\)|(?P<c>\d{1,5})\s*(?P<v>pcs|pc|pieces?|pairs?|sets?))"
)
_ANYWHERE = re.compile(r"(?<![\w.-])(?P<n>\d{1,5})\s*(?P<u>pcs|pc|pieces?|pairs?|sets?)\b")
_SAMPLES = re.compile(r"\s+as\s+(?:free\s+)?samples\b")
_UNKNOWN = re.compile(
    rf"\b(?:free|complimentary|bonus)\s+(?P<n>\d{{1,5}}|{_WORD_NUMBER})?\s*x?\s*(?P<name>[a-z][a-z-]+(?:\s+[a-z][a-z-]+){{0,3}}?)"
    r"(?=\s*(?:$|[.,;!?()]|\b(?:you|that|which|as|with|for|from|to|and|in|into|please|when|if|we|i|was|were|is|are|included|promised|thanks|x|on|by|this|along|needed|wanted|required)\b|[x*:]?\s*\d))"
)
_GENERIC = re.compile(
    r"(?:little|small|nice|any|some|the|your|special|surprise)?\s*(?:gifts?|samples?|items?|something|stuff|goodies|goody|presents?|one|ones|things?|freebies?|extras?)"
)
_PLURAL = re.compile(r"s$")
_NEAR = 60
"""Characters before a name in which its number is looked for."""


@dataclass
class _Found:
    named: list[Said] = field(default_factory=list)
    vague: Words | None = None
    declined: Words | None = None
    spent: set[int] = field(default_factory=set)


def read_english(clauses: Sequence[Clause], side: Side, catalogue: Catalogue, sold: frozenset[str]) -> GiftReading:
    """What the clauses say about gifts. `sold`: numbers of the articles that the order sells at a price."""
    found = _Found()
    listing = False
    for place, clause in enumerate(clauses):
        if not re.search(r"[a-z]{3}", clause.words) or sum(map(is_chinese, clause.words)) > len(clause.words) // 3:
            continue
        listing = _read_clause(clause, clauses[place + 1 : place + 3], side, catalogue, sold, found, listing=listing)
    return GiftReading(tuple(found.named), found.vague, found.declined, None, frozenset(found.spent))


def _read_clause(
    clause: Clause,
    following: Sequence[Clause],
    side: Side,
    catalogue: Catalogue,
    sold: frozenset[str],
    found: _Found,
    *,
    listing: bool,
) -> bool:
    words = _NO_GIFT.sub(lambda m: " " * len(m.group()), clause.words)
    mentions = [m for m in catalogue.mentions(clause.words) if any(a.sku not in sold for a in m.articles)]
    if _declined(words, mentions):
        found.declined = found.declined or Words(clause.shown, clause.start)
        found.spent.add(clause.start)
        return False
    given = bool(_GIFT.search(words))
    wanted = [m for m in mentions if given or (_PUT.search(words) and _is_gift(m)) or (listing and _is_gift(m))]
    if wanted:
        found.named.extend(_said(clause, mention, following, catalogue) for mention in _distinct(wanted))
    elif unknown := _UNKNOWN.search(words):
        _keep_unknown(clause, unknown, side, found)
    elif side == "buyer" and _PROMISED.search(words) and _PLAIN_GIFT.search(words):
        found.vague = found.vague or Words(clause.shown, clause.start)
    else:
        return False
    found.spent.add(clause.start)
    return True


def _is_gift(mention: Mention) -> bool:
    return any(article.gift for article in mention.articles)


def _distinct(mentions: Sequence[Mention]) -> list[Mention]:
    """One mention of each article: 'handles, item GIFT-HDL' is one."""
    seen: dict[frozenset[str], Mention] = {}
    for mention in mentions:
        seen.setdefault(frozenset(article.sku for article in mention.articles), mention)
    return list(seen.values())


def _declined(words: str, mentions: Sequence[Mention]) -> bool:
    """'no gifts please', "don't include the mug". Names of gift articles are read as '@'."""
    for mention in reversed([m for m in mentions if _is_gift(m)]):
        words = f"{words[: mention.start]}@{words[mention.end :]}"
    return bool(_DECLINES.search(words))


def _said(clause: Clause, mention: Mention, following: Sequence[Clause], catalogue: Catalogue) -> Said:
    words = clause.words
    samples = _SAMPLES.match(words[mention.end :])
    end = mention.end + (samples.end() if samples else 0)
    number, unit, counted = _number(words, mention, following)
    return Said(
        name=clause.shown[mention.start : end],
        quantity=number,
        unit=unit,
        counted=counted,
        articles=mention.articles,
        article=catalogue.pick(mention.articles, unit),
        words=Words(clause.shown, clause.start),
    )


def _number(words: str, mention: Mention, following: Sequence[Clause]) -> tuple[Decimal | None, str | None, str]:
    """The number said with an article: before it, behind it, or in the bracket that follows."""
    behind = _COUNT_BEHIND.match(words[mention.end :])
    if behind:
        written = behind["a"] or behind["b"] or behind["c"]
        return Decimal(written), _unit(behind["u"] or behind["v"]), behind.group().strip(" (x*:)")
    near = words[max(0, mention.start - _NEAR) : mention.start]
    before = _COUNT_BEFORE.search(near)
    if before and not re.search(r"\b(?:and|or|to|for|with)\b", before["between"]):
        return (
            number_of(before["n"]),
            _unit(before["u"]),
            near[before.start("n") : before.end("u" if before["u"] else "n")],
        )
    for clause in following:
        if clause.bracketed and (nearby := _ANYWHERE.search(clause.words)):
            return Decimal(nearby["n"]), _unit(nearby["u"]), nearby.group()
    return _one_if_single(words, mention)


def _one_if_single(words: str, mention: Mention) -> tuple[Decimal | None, str | None, str]:
    """'the vent key' is one; 'the handles' and 'some handles' are nobody knows how many."""
    several = _PLURAL.search(words[mention.start : mention.end]) or _SOME.search(words[: mention.start])
    return (None if several else Decimal(1)), None, ""


def _unit(written: str | None) -> str | None:
    return None if not written else "pair" if written in PAIRS else None


def _keep_unknown(clause: Clause, unknown: re.Match[str], side: Side, found: _Found) -> None:
    """A free thing that no article is: 'a free umbrella'. 'A free gift' names nothing."""
    name = clause.shown[unknown.start("name") : unknown.end("name")]
    words = Words(clause.shown, clause.start)
    if _GENERIC.fullmatch(unknown["name"]):
        mine = _MINE.search(clause.words) and not clause.asks
        claimed = side == "seller" or mine or _PROMISED.search(clause.words) or "forget" in clause.words
        found.vague = found.vague or (words if claimed else None)
        return
    before = re.search(rf"\b({_WORD_NUMBER}|\d{{1,5}})\s*x?\s*$", clause.words[: unknown.start()])
    behind = re.match(r"\s*[x*:]?\s*(\d{1,5})\b", clause.words[unknown.end() :])
    written = unknown["n"] or (before[1] if before else "") or (behind[1] if behind else "")
    single = not _PLURAL.search(name)
    quantity = number_of(written) if written else Decimal(1) if single else None
    found.named.append(Said(name, quantity, None, written, (), None, words))
