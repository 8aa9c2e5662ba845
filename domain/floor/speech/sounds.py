"""How characters sound, and what one sound that is taken for another costs.

Recognisers write another character of the same sound; accents merge sounds: zh/z, ch/c, sh/s, n/l, r/l, f/hu, -ng/-n.
"""

from __future__ import annotations

from functools import lru_cache

from domain.floor.speech.tables import readings

SAME_SOUND = 0.3
LIKE_SOUND = 0.45
OTHER_SOUND = 0.9

_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l"), ("r", "l"))
_FROM_HU = {
    "hua": "fa",
    "huan": "fan",
    "huang": "fang",
    "hui": "fei",
    "hun": "fen",
    "hong": "feng",
    "hu": "fu",
    "huo": "fo",
}


@lru_cache(maxsize=1024)
def coarse(syllable: str) -> str:
    """The syllable as an accent leaves it: shuang -> suan, hong -> fen, nan -> lan."""
    sound = _FROM_HU.get(syllable, syllable)
    for marked, bare in _INITIALS:
        if sound.startswith(marked):
            sound = bare + sound[len(marked) :]
            break
    return sound[:-1] if sound.endswith("ng") and not sound.endswith("ong") else sound


@lru_cache(maxsize=8192)
def coarse_readings(character: str) -> tuple[str, ...]:
    """Every coarse reading of a character, the commonest first; none for what is no character of the table."""
    return tuple(dict.fromkeys(coarse(syllable) for syllable in readings().get(character, ())))


def syllables(character: str) -> tuple[str, ...]:
    """Its exact readings."""
    return readings().get(character, ())


_NUMERALS = "零一二三四五六七八九十百千万两半"


@lru_cache(maxsize=8192)
def numerals_like(character: str) -> tuple[str, ...]:
    """The numerals that a character sounds like: it may be one of them that was misheard."""
    return tuple(numeral for numeral in _NUMERALS if syllables(character)[:1] == syllables(numeral)[:1] != ())


def price(heard: str, meant: str) -> float:
    """What it costs to take one character for another: nothing for itself."""
    if heard == meant:
        return 0.0
    if set(syllables(heard)) & set(syllables(meant)):
        return SAME_SOUND
    if set(coarse_readings(heard)) & set(coarse_readings(meant)):
        return LIKE_SOUND
    return OTHER_SOUND
