"""Makes tokens ready for reading: code and name of one article become one, doubtful quantities lose their number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.numbers import RUN, number_of
from domain.floor.speech.sounds import numerals_like, syllables
from domain.floor.speech.tokens import Quantity, Token

_PASSED = ("glue", "blank")
_HANDOVER = frozenset(syllables("转"))


def clean(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens that say something, and marks."""
    tokens = _numbered(_heard_handovers(tokens), text, lexicon)
    tokens = [_doubted(tokens, index, text) for index in range(len(tokens))]
    tokens = _hedged(_goods_together(tokens))
    return [token for token in tokens if not token.has("blank")]


def says_nothing(token: Token) -> bool:
    """Whether a token may be passed over."""
    return token.has(*_PASSED) and not token.has("verb", "yes", "query")


def _heard_handovers(tokens: list[Token]) -> list[Token]:
    """'赚封边' is 转封边: one character that sounds so, before an operation."""
    for index in range(len(tokens) - 1):
        heard = tokens[index].get("unknown")
        if heard and tokens[index + 1].has("operation") and _HANDOVER & set(syllables(heard)):
            tokens[index] = tokens[index].meaning("verb", "handover_operation")
    return tokens


def _numbered(tokens: list[Token], text: str, lexicon: Lexicon) -> list[Token]:
    """A bare number beside a part of a name is part of the name where it stands in one: 方管2040, 18的刨花板."""
    for index, token in enumerate(tokens):
        quantity = token.quantity
        if quantity is None or quantity.unit is not None:
            continue
        for goods in (*tokens[max(0, index - 1) : index], *_behind(tokens, index)):
            number = text[token.start : token.end]
            codes = goods.get("sku") if goods.has("part") else None
            meant = frozenset(c for c in codes or () if any(number in name for name in lexicon.by_code[c][1]))
            if meant:
                tokens[index] = replace(token, readings={"sku": meant, "part": True})
                break
    return tokens


def _behind(tokens: list[Token], index: int) -> list[Token]:
    """The goods that follow behind a 的."""
    behind = tokens[index + 1 : index + 3]
    return behind[1:] if len(behind) == 2 and behind[0].has("glue") and behind[0].end - behind[0].start == 1 else []


def _doubted(tokens: list[Token], index: int, text: str) -> Token:
    """A quantity beside a character that may be a misheard numeral of it is no number: 五是件, 石五件, 是五件."""
    token = tokens[index]
    quantity = token.quantity
    if quantity is None or quantity.value is None:
        return token
    before = tokens[index - 1] if index else None
    after = tokens[index + 1] if index + 1 < len(tokens) else None
    if _may_be_numeral(before, tokens[: max(index - 1, 0)], text, token) or (
        quantity.unit is None and after is not None and _breaks(after, tokens[index + 2 : index + 3])
    ):
        return _with_quantity(token, Quantity(None, quantity.unit))
    return token


def _may_be_numeral(before: Token | None, earlier: list[Token], text: str, token: Token) -> bool:
    """Whether the character before a number may be its first numeral, misheard: 武十件, 是五件, 把十件."""
    if before is None or (before.end - before.start != 1 and not before.has("heard")):
        return False
    character = text[before.end - 1]
    if before.has("unknown"):
        return bool(numerals_like(character))
    if not before.has("glue", "heard") or _after_correction(earlier):
        return False
    run = RUN.match(text, token.start)
    return run is not None and any(number_of(numeral + run[0]) is not None for numeral in numerals_like(character))


def _after_correction(earlier: list[Token]) -> bool:
    """'不对，是五件': behind a correction 是 is the word itself."""
    told = [token for token in earlier if not token.has("mark", "blank")]
    return bool(told) and told[-1].has("fix")


def _breaks(after: Token, following: list[Token]) -> bool:
    """Whether what stands between a number and a unit hides the rest of the number."""
    heard = after.get("unknown")
    if heard and after.end - after.start == 1:
        return True
    if after.end - after.start == 1 and after.has("yes"):
        character = heard or "是"
        unit_next = bool(following) and (following[0].has("unit") or following[0].quantity is not None)
        return bool(numerals_like(character)) or unit_next
    return False


def _with_quantity(token: Token, quantity: Quantity) -> Token:
    return replace(token, readings={**token.readings, "quantity": quantity})


def _goods_together(tokens: list[Token]) -> list[Token]:
    """Code and name of one article, and the parts of a name, said one after the other: A03型号L型支架, 铰链半盖."""
    merged: list[Token] = []
    for token in tokens:
        last = _last_goods(merged)
        if last is not None and _goods(token) and _belong(merged[last], token):
            merged[last:] = [_as_one(merged[last], token)]
        else:
            merged.append(token)
    return merged


def _goods(token: Token) -> bool:
    return token.has("sku") and not token.has("quantity")


def _last_goods(tokens: list[Token]) -> int | None:
    """Where the goods stand that were named just before, with nothing but little words in between."""
    for index in range(len(tokens) - 1, -1, -1):
        if _goods(tokens[index]):
            return index
        if not says_nothing(tokens[index]) or tokens[index].has("verb"):
            return None
    return None


def _belong(one: Token, other: Token) -> bool:
    """Two codes are two articles; a code and a name are one, or a contradiction."""
    both_codes = one.has("code") and other.has("code")
    return not both_codes or bool(one.get("sku") & other.get("sku"))


def _as_one(one: Token, other: Token) -> Token:
    left, right = one.get("sku"), other.get("sku")
    both = left & right
    readings: dict[str, Any] = {"sku": both or (left | right if left and right else frozenset())}
    if one.has("code") or other.has("code"):
        readings["code"] = True
    return Token(one.start, other.end, one.cost + other.cost, readings)


def _hedged(tokens: list[Token]) -> list[Token]:
    """大概五十, 五十左右: the number beside a hedge is no number to act on."""
    doubted = list(tokens)
    for index, token in enumerate(tokens):
        if token.has("hedge"):
            _doubt(doubted, range(index + 1, len(tokens)))
        if token.has("hedged") and index:
            _doubt(doubted, range(index - 1, -1, -1))
    return doubted


def _doubt(tokens: list[Token], places: Iterable[int]) -> None:
    for place in places:
        quantity = tokens[place].quantity
        if quantity is not None:
            tokens[place] = _with_quantity(tokens[place], Quantity(None, quantity.unit))
            return
        if tokens[place].has("mark", "verb"):
            return
