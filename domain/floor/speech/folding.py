"""One way of writing: half width, simplified characters, capital letters, no blanks but between two numbers.

Every folded character remembers where it stood, so that a note can be given back as it was recognised.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from domain.floor.speech.tables import simplified

_FORMAL_NUMERALS, _NUMERALS = "壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千"
_PLAIN_NUMERALS = str.maketrans(_FORMAL_NUMERALS, _NUMERALS)
_FORMAL = re.compile(
    rf"(?<=[\d{_NUMERALS}])[{_FORMAL_NUMERALS}]+|[{_FORMAL_NUMERALS}]+(?=[{_NUMERALS}])|[{_FORMAL_NUMERALS}]{{2,}}"
)
_DASHES = dict.fromkeys("—–−－‐﹣", "-")


@dataclass(frozen=True, slots=True)
class Folded:
    """`text` for reading; `places[i]` is where its character i stood in `original`."""

    text: str
    places: tuple[int, ...]
    original: str

    def words(self, start: int, end: int) -> str:
        """The original words of a stretch of the folded text."""
        if start >= end:
            return ""
        return self.original[self.places[start] : self.places[end - 1] + 1]


def fold(text: str) -> Folded:
    """The text as everything here reads it."""
    kept: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        kept += [(folded, place) for folded in _folded(character)]
    kept = [pair for index, pair in enumerate(kept) if pair[0] != " " or _between_numbers(kept, index)]
    return Folded(_with_plain_numerals("".join(c for c, _ in kept)), tuple(place for _, place in kept), text)


def plain(name: str) -> str:
    """A name of the catalogue, written as the folded text is, without any blanks."""
    return fold(name).text.replace(" ", "")


def _with_plain_numerals(text: str) -> str:
    """伍拾 is 五十; one such character alone may be a name's."""
    return _FORMAL.sub(lambda found: found[0].translate(_PLAIN_NUMERALS), text)


def _folded(character: str) -> str:
    table = simplified()
    wide = _DASHES.get(character) or unicodedata.normalize("NFKC", character)
    return "".join(_one(table.get(c, c)) for c in wide)


def _one(character: str) -> str:
    if character.isspace() or unicodedata.category(character)[0] == "C":
        return " "
    return character.upper() if len(character.upper()) == 1 else character


def _between_numbers(kept: list[tuple[str, int]], index: int) -> bool:
    """Whether the first blank of a row of blanks parts two digits: '80 5件' is not '805件'."""
    if index == 0 or kept[index - 1][0] == " ":
        return False
    behind = next((c for c, _ in kept[index:] if c != " "), "")
    return kept[index - 1][0].isdigit() and behind.isdigit()
