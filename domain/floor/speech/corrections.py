"""Corrections in the middle of a sentence: 不对, 不是, 说错了, 改成. The last value wins, the rest stays."""

from __future__ import annotations

from domain.floor.speech.tokens import Quantity, Token

SLOTS = (
    *("quantity", "sku", "order", "plate", "location", "operation", "machine", "machine_kind", "symptom", "defect"),
    *("customer", "due", "verb"),
)
_SAID_WRONGLY = ("不是", "哦不是", "啊不是", "不要")


def corrected(tokens: list[Token], text: str) -> list[Token]:
    """The tokens without what was taken back and without the words that took it back."""
    tokens = _restated([_bare_no(tokens, index, text) for index in range(len(tokens))], text)
    index = 0
    while index < len(tokens):
        if tokens[index].has("fix") or _waits(tokens, index) or _swaps(tokens, index, text):
            tokens, index = _apply(tokens, index, text)
        else:
            index += 1
    return tokens


def _bare_no(tokens: list[Token], index: int, text: str) -> Token:
    """'五十件，不，六十件': a 不 by itself takes back what was said."""
    token = tokens[index]
    alone = 0 < index < len(tokens) - 1 and tokens[index - 1].has("mark") and tokens[index + 1].has("mark")
    return token.meaning("fix", True) if alone and text[token.start : token.end] == "不" else token


def kinds_of(token: Token) -> list[str]:
    """The slots that a token can fill."""
    return [kind for kind in SLOTS if token.has(kind)]


def _waits(tokens: list[Token], index: int) -> bool:
    """'40，等下，38件': between two quantities it takes the first one back."""
    chunk = _chunk(tokens[index + 1 :])
    return tokens[index].has("wait") and _counts(tokens[:index]) and _counts(chunk)


def _counts(tokens: list[Token]) -> bool:
    return any(token.quantity is not None for token in tokens)


def _swaps(tokens: list[Token], index: int, text: str) -> bool:
    """'不要A03要B12': a refusal of one thing beside the wish for another of its kind."""
    token = tokens[index]
    if not token.has("not") or text[token.start : token.end] != "不要" or index + 1 >= len(tokens):
        return False
    kinds = set(kinds_of(tokens[index + 1])) - {"verb"}
    behind = [t for t in tokens[index + 2 :] if not t.has("mark")][:3]
    return (
        bool(kinds)
        and any(t.has("verb") and text[t.start : t.end] in ("要", "是") for t in behind[:1])
        and any(kinds & set(kinds_of(t)) for t in behind)
    )


def _apply(tokens: list[Token], index: int, text: str) -> tuple[list[Token], int]:
    before, after = tokens[:index], tokens[index + 1 :]
    if text[tokens[index].start : tokens[index].end] in _SAID_WRONGLY and after and _takes_back(after):
        before, after = _drop_said(before, after)
    chunk = _chunk(after)
    ordered = _as_order(before, chunk)
    if ordered:
        after = [ordered if token is chunk[0] else token for token in after]
        chunk = [ordered, *chunk[1:]]
    before = _without_scrap(before, chunk)
    before = _without_its_number(before, chunk)
    for token in chunk:
        before, token_now = _replace_in(before, token)
        if token_now is not token:
            after = [token_now if other is token else other for other in after]
            chunk = [token_now if other is token else other for other in chunk]
    alone = _quantity_alone(after, chunk)
    if alone is not None:
        before, _ = _replace_in(before, alone)
    return [*before, *after], len(before)


def _without_scrap(before: list[Token], chunk: list[Token]) -> list[Token]:
    """'报废2件，不对，报废3件': the word goes with its number."""
    place = next((i for i in range(len(before) - 1, -1, -1) if before[i].has("scrap", "bad")), None)
    if place is None or not any(token.has("scrap", "bad") for token in chunk):
        return before
    return before[:place] + before[place + 1 :]


def _without_its_number(before: list[Token], chunk: list[Token]) -> list[Token]:
    """'完成30件报废2件，不对，完成40件': the number that stood with the same word goes, not the last one."""
    deed = next((token.get("verb") for token in chunk if token.has("verb")), None)
    if deed is None or not _counts(chunk):
        return before
    place = next((i for i in range(len(before) - 1, -1, -1) if before[i].get("verb") == deed), None)
    numbers = [i for i in range((place or 0) + 1, len(before)) if before[i].quantity is not None]
    if place is None or len(numbers) < 2:
        return before
    # The number moves to the end, where the one that is replaced is looked for.
    first = numbers[0]
    return before[:first] + before[first + 1 :] + [before[first]]


def _quantity_alone(after: list[Token], chunk: list[Token]) -> Token | None:
    """'错了，是A28，50根': the clause behind the corrected one, where it is nothing but a quantity."""
    if not chunk or any(token.quantity for token in chunk):
        return None
    place = next(i for i, token in enumerate(after) if token is chunk[-1]) + 1
    behind = after[place : place + 3]
    marked = len(behind) > 1 and behind[0].has("mark") and behind[1].quantity is not None
    return behind[1] if marked and (len(behind) == 2 or behind[2].has("mark")) else None


def _takes_back(after: list[Token]) -> bool:
    """'不是X，是Y': what follows names first what is wrong, and then something of its kind again."""
    first = after[0]
    kinds = set(kinds_of(first))
    if not kinds:
        return False
    return any(kinds & set(kinds_of(other)) and not _same(first, other) for other in after[1:6])


def _drop_said(before: list[Token], after: list[Token]) -> tuple[list[Token], list[Token]]:
    wrong = after[0]
    return [token for token in before if not _same(token, wrong)], after[1:]


def _same(one: Token, other: Token) -> bool:
    return any(one.get(kind) is not None and one.get(kind) == other.get(kind) for kind in SLOTS)


def _chunk(after: list[Token]) -> list[Token]:
    """The tokens up to the next mark, marks and little words before them skipped; it must name something."""
    found: list[Token] = []
    for token in after:
        if token.has("mark"):
            if any(kinds_of(t) or t.has("ordinal") for t in found):
                return found
            found = []
        elif token.has("fix"):
            return found
        else:
            found.append(token)
    return found


def _as_order(before: list[Token], chunk: list[Token]) -> Token | None:
    """'订单1024，错了，1042': a number alone in the place of an order number."""
    first = next((token for token in chunk if kinds_of(token)), None)
    if first is None or first is not chunk[0]:
        return None
    quantity = first.quantity
    is_number = quantity is not None and quantity.unit is None and quantity.value is not None and quantity.value >= 100
    if is_number and quantity and any(t.has("order") for t in before) and not any(t.quantity for t in before):
        return first.meaning("order", str(quantity.value))
    return None


def _replace_in(before: list[Token], token: Token) -> tuple[list[Token], Token]:
    """Take out of what was said before what the token says anew."""
    if token.has("ordinal") and not token.has("machine"):
        return _renumbered(before, token)
    for kind in kinds_of(token):
        place = _last_of(before, kind, token)
        if place is None:
            continue
        old = before[place]
        if kind == "verb":
            return _without_verb(before, place, token), token
        kept = before[:place] + before[place + 1 :]
        return kept, _with_unit_of(old, token) if kind == "quantity" else token
    return before, token


def _last_of(before: list[Token], kind: str, token: Token) -> int | None:
    wanted = (kind, "machine_kind") if kind == "machine" else (kind,)
    for place in range(len(before) - 1, -1, -1):
        if before[place].has(*wanted) and not (kind == "verb" and token.has("weak") and not before[place].has("weak")):
            return place
    return None


def _without_verb(before: list[Token], place: int, token: Token) -> list[Token]:
    """The verb goes; said again, its old quantity goes with it."""
    return before[:place] + before[place + 1 :]


def _with_unit_of(old: Token, new: Token) -> Token:
    """'五十件，不对，六十': the unit stays."""
    said, before = new.quantity, old.quantity
    if said is None or said.unit is not None or before is None or before.unit is None:
        return new
    return new.meaning("quantity", Quantity(said.value, before.unit))


def _renumbered(before: list[Token], token: Token) -> tuple[list[Token], Token]:
    """'1号冲床坏了，不对，2号': the same kind of machine or place with another number; resolved by the reader."""
    for place in range(len(before) - 1, -1, -1):
        if before[place].has("machine", "location"):
            kind = "machine" if before[place].has("machine") else "location"
            kept = before[:place] + before[place + 1 :]
            return kept, token.meaning("renumbered", (kind, before[place].get(kind), token.get("ordinal")))
    return before, token


def _restated(tokens: list[Token], text: str) -> list[Token]:
    """'两箱，三箱吧': a quantity said again with 吧 takes the place of the one before."""
    for index, token in enumerate(tokens):
        if token.quantity is None:
            continue
        said_after = text[token.end : token.end + 1] == "吧"
        place = index - 1 if index and tokens[index - 1].has("mark") else index
        if said_after and place > 0 and tokens[place - 1].quantity is not None:
            return _restated([t for t in tokens if t is not tokens[place - 1]], text)
    return tokens
