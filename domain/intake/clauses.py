"""A remark cut into clauses: each knows where in the remark it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from domain.expressions.numerals import NUMBER, UNIT
from domain.expressions.values import ascii_fold
from domain.intake.folding import fold

MAX_REMARK = 2_000
"""Characters of one remark that are read; what follows is left to a person."""

_BREAK = re.compile(r"[。;!?\n\r…~|]+|,(?!\s*20\d\d\b)|\.(?=\s|$)|\s/\s|(?<=[\u4e00-\u9fff])\s+(?=\d{1,2}[./月-])")
_BRACKETS = re.compile(r"\(([^()]{0,200})\)")
_INLINE = re.compile(rf"\s*(?:[x*]?\s*{NUMBER}\s*{UNIT}?|赠品?|礼品|gift)\s*")


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a remark between marks. `words` are folded; `shown` are as written; `mark` is what ended it."""

    words: str
    shown: str
    start: int
    mark: str = ""
    bracketed: bool = False

    @property
    def asks(self) -> bool:
        """Whether it ends with a question mark."""
        return "?" in self.mark


def clauses_of(remark: str) -> tuple[Clause, ...]:
    """The clauses in their order; what stands in brackets follows the clause it was taken out of.

    A bracket that holds only a number belongs to the words before it: '拉手(4个)'; '(赠)' to those behind it.
    """
    written = ascii_fold(remark[:MAX_REMARK])
    folded = fold(written)
    inner = [found for found in _BRACKETS.finditer(folded) if not _INLINE.fullmatch(found[1])]
    for found in _BRACKETS.finditer(folded):
        kept = found[1] if _INLINE.fullmatch(found[1]) else " " * len(found[1])
        folded = f"{folded[: found.start()]} {kept} {folded[found.end() :]}"
    outer = _cut(folded, written, 0)
    inside = [c for found in inner for c in _cut(found[1], written, found.start(1), bracketed=True)]
    return tuple(sorted([*outer, *inside], key=lambda clause: clause.start))


def _cut(folded: str, written: str, offset: int, *, bracketed: bool = False) -> Iterator[Clause]:
    start = 0
    for found in [*_BREAK.finditer(folded), None]:
        end = len(folded) if found is None else found.start()
        words = folded[start:end]
        if words.strip():
            lead = len(words) - len(words.lstrip())
            begin, stop = offset + start + lead, offset + start + len(words.rstrip())
            mark = "" if found is None else found.group().strip()
            yield Clause(words.strip(), written[begin:stop], begin, mark, bracketed)
        start = end if found is None else found.end()
