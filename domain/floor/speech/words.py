"""The words of the floor that are no names: verbs, states, little words. Each kind is a closed list of a table.

verb:ACTION   what is done; `weak` ones, mostly of one character, count only beside goods, a quantity or a place
scrap, bad    lost pieces; bad ones are scrap in production, failed at an inspection; a machine that is bad is broken
fix, withdraw, undo, last, yes
              what is said about what was said
not, never    a refusal (不要出库), and a statement that something is not so (没坏)
each, both, whole, among          how a number or a place spreads
from, to, for, at, back, and, then    how words hang together
hedge, hedged, some               what makes a number vague, before it, behind it and instead of it
inspect, generic, order_word      an inspection, a machine or an order without its name
beyond, paper what nobody built an action for, and things with a command's word in their names
noun          endings that make such a thing of a deed: 单, 量, 率
look, wait    a question without its object; a break in the speech
glue          what says nothing and is passed over
"""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import Any

from domain.floor.speech.tables import lines

MARKS = "，。、；：！？,.;:!?~…“”\"'()（）·"
_VERB, _NOUN = "verb:", "noun"
_HEARD = ("scrap", "undo", "whole")
_ALSO_HEARD = ("确认", "取消")
_NOT_HEARD = ("query_stock", "query_order", "report_arrival")


@lru_cache(maxsize=1)
def floor_words() -> dict[str, dict[str, Any]]:
    """Word -> its readings: {'verb': action}, {'weak': True}, {kind: True}."""
    words: dict[str, dict[str, Any]] = defaultdict(dict)
    for word in _things():
        words[word]["paper"] = True
    for kind, listed in _listed():
        for word in listed if kind != _NOUN else ():
            if kind.startswith(_VERB):
                words[word]["verb"] = kind.removeprefix(_VERB)
            else:
                words[word][kind] = True
    return dict(words)


def words_to_hear() -> list[str]:
    """The words that are also recognised by their sound: deeds of two characters and more, and what undoes them."""
    known = floor_words()
    deeds = [
        word
        for kind, listed in _listed()
        if kind in _HEARD or (kind.startswith(_VERB) and kind.removeprefix(_VERB) not in _NOT_HEARD)
        for word in listed
        if not word.endswith("了") and "weak" not in known[word]
    ]
    return [*deeds, *_ALSO_HEARD]


def _things() -> list[str]:
    """What has a deed in its name and is none: 出库单, 报废率, 盘点表."""
    deeds = [word for kind, words in _listed() if kind.startswith(_VERB) or kind == "scrap" for word in words]
    endings = [word for kind, words in _listed() if kind == _NOUN for word in words]
    return [deed + ending for deed in deeds if len(deed) == 2 for ending in endings]


def _listed() -> list[tuple[str, list[str]]]:
    return [(kind, words.split()) for kind, words in lines("words.txt")]
