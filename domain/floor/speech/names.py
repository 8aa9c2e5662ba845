"""Names of the catalogue that are said in part, or heard as other characters of the same sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from domain.floor.speech.lexicon import Lexicon
from domain.floor.speech.numbers import CHINESE
from domain.floor.speech.sounds import LIKE_SOUND, SAME_SOUND, coarse_readings, price

Found = tuple[int, int, float, dict[str, Any]]

_PART = 0.45
_HEARD = 0.35
_NEVER = 9.0
_NAMES = {"sku", "location", "operation", "machine", "machine_kind", "symptom", "defect", "customer"}
_NUMERALS = frozenset("0123456789" + CHINESE)


def parts(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Stretches of two characters and more that stand in names of articles: 铰链, 支架, 18厘, M6."""
    for start in range(len(text) - 1):
        found = lexicon.by_part.get(text[start : start + 2])
        end = start + 2
        while found:
            if not all(c in _NUMERALS for c in text[start:end]):
                yield start, end, _PART, {"sku": _of_part(text[start:end], found, lexicon), "part": True}
                yield from _with_head(text, start, end, found, lexicon)
            end += 1
            found = _narrowed(found, text[start:end], lexicon) if end <= len(text) else frozenset()


def _of_part(part: str, found: frozenset[int], lexicon: Lexicon) -> frozenset[str]:
    """The articles of a part; those of a pair of characters may be thousands, and are listed once."""
    if len(part) > 2:
        return _codes(found, lexicon)
    codes = lexicon.listed.get(part)
    if codes is None:
        codes = lexicon.listed[part] = _codes(found, lexicon)
    return codes


def part_of(part: str, lexicon: Lexicon) -> frozenset[str]:
    """The articles in whose names a stretch stands: M6 is a part of M6螺母, whatever M06 may be."""
    found = lexicon.by_part.get(part[:2], frozenset())
    for end in range(3, len(part) + 1):
        found = _narrowed(found, part[:end], lexicon)
    return _codes(found, lexicon)


def _with_head(text: str, start: int, end: int, found: frozenset[int], lexicon: Lexicon) -> Iterator[Found]:
    """A part with the last character of the name behind it: 18厘的板."""
    if text[end : end + 1] != "的" or not "一" <= text[end + 1 : end + 2] <= "鿿":
        return
    head = text[end + 1]
    also = frozenset(i for i in found if any(name.endswith(head) for name in lexicon.names[i][1]))
    if also:
        yield start, end + 2, _PART, {"sku": _codes(also, lexicon), "part": True}


def _narrowed(found: frozenset[int], part: str, lexicon: Lexicon) -> frozenset[int]:
    kept = lexicon.narrowed.get(part)
    if kept is None:
        also = lexicon.by_part.get(part[-2:], frozenset())
        kept = frozenset(i for i in found & also if any(part in name for name in lexicon.names[i][1]))
        lexicon.keep(part, kept)
    return kept


def _codes(indexes: frozenset[int], lexicon: Lexicon) -> frozenset[str]:
    return frozenset(lexicon.names[index][0] for index in indexes)


def sounding(text: str, lexicon: Lexicon) -> Iterator[Found]:
    """Words and names that a stretch sounds like. Digits sound like nothing: a quantity is never heard into a text."""
    sounds = [coarse_readings(c) or (c,) for c in text]
    for length in lexicon.sounds.lengths:
        for start in range(len(text) - length + 1):
            heard = text[start : start + length]
            for word in lexicon.sounds.like(sounds[start : start + length]):
                if word == heard:
                    continue
                part = word not in lexicon.words
                floor = not part and not lexicon.words[word].keys() & _NAMES
                cost = _cost(
                    heard, word, part=part, floor=floor, alone=_one_numeral(text, start, start + length, lexicon)
                )
                if cost is not None:
                    yield start, start + length, _HEARD + cost, _readings(word, lexicon)


def _one_numeral(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether the one numeral within a stretch stands alone: no other beside it, and no unit."""
    places = [at for at in range(start, end) if text[at] in _NUMERALS]
    if len(places) != 1:
        return False
    at = places[0]
    beside = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
    return not any(c in _NUMERALS for c in beside) and not lexicon.units.said(text[at + 1 : at + 2])


def _readings(word: str, lexicon: Lexicon) -> dict[str, Any]:
    known = lexicon.words.get(word)
    if known is not None:
        return {kind: value for kind, value in known.items() if kind not in ("glue", "fix")} | {"heard": word}
    return {"sku": lexicon.parts[word], "part": True, "heard": word}


def _cost(heard: str, word: str, *, part: bool, floor: bool, alone: bool) -> float | None:
    """What it costs to hear one for the other; None: too far. `part`: the word is but a part of a name, `floor`: none.

    A numeral may be misheard ('四压' for 试压) where no other stands beside it; it then counts as no number.
    """
    prices = [_price(one, other, alone=alone) for one, other in zip(heard, word, strict=True)]
    if floor and (max(prices) > LIKE_SOUND or "的" in heard):
        return None
    if part and (max(prices) > LIKE_SOUND or (len(word) < 3 and 0.0 not in prices)):
        return None
    if max(prices) > LIKE_SOUND and sum(prices) > max(prices) + (SAME_SOUND if len(word) > 3 else 0):
        return None
    total = sum(prices) + (0.1 if part else 0.0)
    return total if total <= (0.95 if len(word) < 3 else 1.25) else None


def _price(one: str, other: str, *, alone: bool) -> float:
    if one == other:
        return 0.0
    if other in _NUMERALS or not "一" <= one <= "鿿" or (one in _NUMERALS and not alone):
        return _NEVER
    sound = price(one, other)
    if one in _NUMERALS:
        return _NEVER if sound > LIKE_SOUND else sound + 0.15
    return sound
