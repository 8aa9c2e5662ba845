"""Every word that can be looked up in a sentence: the floor's own and a catalogue's, by letter and by sound."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from domain.floor.speech.catalogue import Catalogue, Named, Sku
from domain.floor.speech.code_tree import CodeTree
from domain.floor.speech.folding import plain
from domain.floor.speech.numbers import number_of
from domain.floor.speech.sounds import coarse_readings
from domain.floor.speech.units import UnitTable
from domain.floor.speech.words import floor_words, words_to_hear

Readings = dict[str, Any]
_CHINESE_DIGITS = "零一二三四五六七八九"
_NUMBER = re.compile(r"\d+")
_NUMERAL = re.compile(r"[一二三四五六七八九十百千零两]+")
LONGEST = 16
_MOST_KEPT = 20_000


class SoundIndex:
    """Words by their coarse sounds; of three characters and more also with any one of them unheard."""

    def __init__(self) -> None:
        self._words: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self.lengths: set[int] = set()

    def add(self, word: str) -> None:
        """Index a word of two to eight characters that all have a sound, or are letters and digits."""
        if not 2 <= len(word) <= 8 or sum("一" <= c <= "鿿" for c in word) < 2:
            return
        self.lengths.add(len(word))
        for key in _ways([coarse_readings(c) or (c,) for c in word]):
            for wanted in (key, *_with_gaps(key)):
                if word not in self._words[wanted]:
                    self._words[wanted].append(word)

    def like(self, sounds: list[tuple[str, ...]]) -> Iterator[str]:
        """The words that sound like a window of readings."""
        seen: set[str] = set()
        for wanted in (key for way in _ways(sounds) for key in (way, *_with_gaps(way))):
            for word in self._words.get(wanted, ()):
                if word not in seen:
                    seen.add(word)
                    yield word


def _ways(sounds: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The first readings, and each with one of them changed for another reading of its character."""
    first = tuple(readings[0] for readings in sounds)
    others = ((place, other) for place, readings in enumerate(sounds) for other in readings[1:])
    return [first, *((*first[:place], other, *first[place + 1 :]) for place, other in others)]


def _with_gaps(key: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if len(key) >= 3:
        for place in range(len(key)):
            yield (*key[:place], "*", *key[place + 1 :])


@dataclass(frozen=True)
class Lexicon:
    """A catalogue made ready for reading sentences; made once for each version of it."""

    catalogue: Catalogue
    words: dict[str, Readings]
    parts: dict[str, frozenset[str]]
    by_part: dict[str, frozenset[int]]
    names: tuple[tuple[str, tuple[str, ...]], ...]
    sounds: SoundIndex
    codes: CodeTree
    units: UnitTable
    machine_kinds: dict[str, dict[int, str]]
    by_code: dict[str, tuple[Sku, tuple[str, ...]]]
    narrowed: dict[str, frozenset[int]] = field(default_factory=dict, compare=False)
    listed: dict[str, frozenset[str]] = field(default_factory=dict, compare=False)

    def keep(self, part: str, found: frozenset[int]) -> None:
        """Remember which articles have a part of a name, as long as there is room: the same parts are said all day."""
        if len(self.narrowed) < _MOST_KEPT:
            self.narrowed[part] = found


def lexicon_of(catalogue: Catalogue) -> Lexicon:
    """Everything to look words up in."""
    words: dict[str, Readings] = {word: dict(readings) for word, readings in floor_words().items()}
    sounds = SoundIndex()
    for word in words_to_hear():
        sounds.add(word)
    _add_named(words, sounds, catalogue)
    names = tuple((sku.code, tuple(plain(name) for name in sku.names)) for sku in catalogue.skus)
    parts = _add_skus(words, sounds, names)
    return Lexicon(
        catalogue,
        words,
        parts,
        _pairs(names),
        names,
        sounds,
        CodeTree(sku.code for sku in catalogue.skus),
        UnitTable(catalogue.units),
        _numbered_machines(catalogue.machines),
        {sku.code: (sku, written) for sku, (_, written) in zip(catalogue.skus, names, strict=True)},
    )


def _add_named(words: dict[str, Readings], sounds: SoundIndex, catalogue: Catalogue) -> None:
    for kind, rows in (
        ("location", catalogue.locations),
        ("operation", catalogue.operations),
        ("machine", catalogue.machines),
        ("symptom", catalogue.symptoms),
        ("defect", catalogue.defects),
        ("customer", catalogue.customers),
    ):
        for row in rows:
            for name in _written_ways(row.names):
                words.setdefault(name, {}).setdefault(kind, row.name)
                sounds.add(name)
    for kind_of_machine in {machine.kind for machine in catalogue.machines if machine.kind}:
        alone = [machine.name for machine in catalogue.machines if machine.kind == kind_of_machine]
        if kind_of_machine not in alone:
            words.setdefault(plain(kind_of_machine), {})["machine_kind"] = kind_of_machine
            sounds.add(plain(kind_of_machine))


def _add_skus(
    words: dict[str, Readings], sounds: SoundIndex, names: tuple[tuple[str, tuple[str, ...]], ...]
) -> dict[str, frozenset[str]]:
    """The whole names as words; returned are the endings that are heard, with the articles that end so."""
    parts: dict[str, set[str]] = defaultdict(set)
    whole: dict[str, set[str]] = defaultdict(set)
    for code, written in names:
        for name in _written_ways(written):
            whole[name].add(code)
            for length in (2, 3):
                if len(name) > length:
                    parts[name[-length:]].add(code)
    for name, codes in whole.items():
        words.setdefault(name, {})["sku"] = frozenset(codes)
        sounds.add(name)
    for part in parts:
        sounds.add(part)
    return {part: frozenset(codes) for part, codes in parts.items()}


def _pairs(names: tuple[tuple[str, tuple[str, ...]], ...]) -> dict[str, frozenset[int]]:
    """Pairs of neighbouring characters, with the articles in whose names they stand."""
    found: dict[str, set[int]] = defaultdict(set)
    for index, (_, written) in enumerate(names):
        for name in written:
            for place in range(len(name) - 1):
                found[name[place : place + 2]].add(index)
    return {pair: frozenset(indexes) for pair, indexes in found.items()}


def _numbered_machines(machines: Iterable[Named]) -> dict[str, dict[int, str]]:
    """Kind -> number -> machine: '冲床' -> 3 -> '3号冲床'."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for machine in machines:
        number = _NUMBER.search(machine.name)
        if machine.kind and number:
            found[plain(machine.kind)][int(number[0])] = machine.name
    return dict(found)


def _written_ways(names: Iterable[str]) -> Iterator[str]:
    """A name as it is written, and with its numbers in the other script: 3号库, 三号库; 240目, 二四零目."""
    seen: set[str] = set()
    for name in map(plain, names):
        ways = (name, _NUMBER.sub(_in_words, name), _NUMBER.sub(_read_out, name), _NUMERAL.sub(_in_digits, name))
        for way in ways:
            if len(way) > 1 and way not in seen:
                seen.add(way)
                yield way


def _in_words(found: re.Match[str]) -> str:
    number = int(found[0])
    if not 0 < number < 100 or found[0].startswith("0"):
        return _read_out(found)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十"
    return head + (_CHINESE_DIGITS[ones] if ones or not tens else "")


def _read_out(found: re.Match[str]) -> str:
    return "".join(_CHINESE_DIGITS[int(digit)] for digit in found[0])


def _in_digits(found: re.Match[str]) -> str:
    number = number_of(found[0])
    return str(number) if number is not None and number == int(number) else found[0]
