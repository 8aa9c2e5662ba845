"""Units as they are said, and what one of them is in the unit that the catalogue has: 四十斤 are 20 公斤."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from domain.floor.speech.catalogue import Unit
from domain.floor.speech.folding import plain
from domain.floor.speech.sounds import syllables

PIECES = ("件", "个")
"""Count as the same."""
_CONVERTED = (
    ("斤", "公斤", Decimal("0.5")),
    ("打", "件", Decimal(12)),
    ("双", "件", Decimal(2)),
    ("对", "件", Decimal(2)),
)
_OTHERS = "克 毫升 升 盒 瓶 捆 扎 把 台 块 盘 筐 篮 罐 听 串 筒 垛 摞 沓 平方米 平方 平米 立方米 立方 磅"
"""Measure words that a catalogue need not have: whatever it has not is no unit of its articles, and is asked for."""
_ANY_MOST = Decimal(20000)


class UnitTable:
    """The units of one catalogue by every name they have."""

    def __init__(self, units: Iterable[Unit]) -> None:
        self._units = {unit.name: unit for unit in units}
        self._said: dict[str, tuple[str, Decimal]] = {
            plain(name): (unit.name, Decimal(1)) for unit in self._units.values() for name in (unit.name, *unit.aliases)
        }
        for said, name, factor in _CONVERTED:
            counted = name if name in self._units else next((p for p in PIECES if p in self._units), "")
            if counted and (name != "公斤" or counted == name):
                self._said.setdefault(said, (counted, factor))
        for said in _OTHERS.split():
            self._said.setdefault(said, (said, Decimal(1)))
        self._by_sound = self._sounding()
        self.pattern = "|".join(map(re.escape, sorted(self._said, key=len, reverse=True))) or "(?!)"
        self.longest = max(map(len, self._said), default=0)

    def said(self, word: str) -> tuple[str, Decimal] | None:
        """The unit that is meant, and how many of it one of the word is."""
        return self._said.get(word)

    def heard(self, character: str) -> str | None:
        """The unit that a character which is none sounds like, where only one does: 五十剑 are 件."""
        found = {unit for syllable in syllables(character) for unit in self._by_sound.get(syllable, ())}
        return found.pop() if len(found) == 1 else None

    def get(self, name: str) -> Unit | None:
        """The unit itself."""
        return self._units.get(name)

    def is_measure(self, name: str) -> bool:
        """Whether it is measured and not counted."""
        unit = self._units.get(name)
        return unit is not None and unit.kind == "measure"

    def allows(self, value: Decimal, name: str) -> bool:
        """Whether so much of a unit can be meant: whole pieces, half packs, never above the most."""
        unit = self._units.get(name)
        if unit is None:
            return value == int(value) and value <= _ANY_MOST
        step = {"count": Decimal(1), "pack": Decimal("0.5"), "measure": None}[unit.kind]
        return value <= unit.most and (step is None or value % step == 0)

    def _sounding(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for name in self._units:
            for syllable in syllables(name) if len(name) == 1 else ():
                found.setdefault(syllable, set()).add(name)
        return found


def same_unit(one: str, other: str) -> bool:
    """Whether two units are one; pieces by either word are."""
    return one == other or (one in PIECES and other in PIECES)
