"""Tables: how the characters of GB 2312 are read, the simplified form of each traditional one, and the words.

Each line of `syllables.txt` is a syllable without its tone and the characters that are read so; a character's commonest
reading stands above the other one, which is kept where it is a common one too (还, 重, 调). Each line of
`traditional.txt` is a simplified character and its traditional forms. The readings and the forms are those of Unicode's
Unihan database.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def readings() -> dict[str, tuple[str, ...]]:
    """Character -> its syllables: 还 -> hai, huan."""
    found: dict[str, tuple[str, ...]] = {}
    for syllable, characters in lines("syllables.txt"):
        for character in characters:
            found[character] = (*found.get(character, ()), syllable)
    return found


@lru_cache(maxsize=1)
def simplified() -> dict[str, str]:
    """Traditional character -> simplified character."""
    return {old: new for new, olds in lines("traditional.txt") for old in olds}


def lines(name: str) -> list[tuple[str, str]]:
    """The lines of a table: the key before the first blank, and the rest. Lines that begin with # are for people."""
    text = files(__name__).joinpath(name).read_text(encoding="utf-8")
    parted = (line.partition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return [(key, rest) for key, _, rest in parted]
