"""What a command shows: aligned columns of Chinese and English, in one language, with colours where a person looks."""

from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from typing import TextIO

from domain.text import Language, Text

_WIDE = {"W", "F"}
_STYLES = {"title": "1", "good": "32", "bad": "31;1", "faint": "2", "stage": "36", "who": "33"}
_COLUMNS = (4, 22, 20)


def display_width(text: str) -> int:
    """How many columns of a terminal a text takes; Chinese characters take two."""
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in _WIDE else 1 for one in text
    )


def padded(text: str, width: int) -> str:
    """The text with blanks up to a width."""
    return text + " " * max(width - display_width(text), 0)


def language_of(environ: Mapping[str, str]) -> Language:
    """The language of a terminal: Chinese where its locale says so."""
    locale = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"


class Screen:
    """Prints line by line, as things happen."""

    def __init__(self, language: Language, out: TextIO | None = None) -> None:
        self.language = language
        self._out = out or sys.stdout
        self._coloured = self._out.isatty() and "NO_COLOR" not in os.environ

    def of(self, text: Text | Mapping[str, str]) -> str:
        """The words in the language of this screen."""
        return text.of(self.language) if isinstance(text, Text) else text[self.language]

    def title(self, text: str) -> None:
        """The beginning of something."""
        self._line("")
        self._line(self._styled("title", text))

    def fact(self, name: Text, value: str) -> None:
        """A name and what it is."""
        self._line(f"  {padded(self.of(name), 16)} {value}")

    def step(self, number: int, who: str, action: str, move: str) -> None:
        """One step: who did what, and where the order went."""
        first, second, third = _COLUMNS
        cells = (
            padded(f"{number:>3}", first),
            self._styled("who", padded(who, second)),
            padded(action, third),
            self._styled("stage", move),
        )
        self._line(" ".join(cells))

    def under(self, text: str) -> None:
        """Something that a step caused."""
        self._line(f"{' ' * (_COLUMNS[0] + 3)}{self._styled('faint', '-> ' + text)}")

    def note(self, text: str) -> None:
        """Something by the way."""
        self._line(self._styled("faint", f"  ... {text}"))

    def table(self, rows: Sequence[Sequence[str]]) -> None:
        """Rows of equally many cells, aligned."""
        widths = [max(display_width(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            cells = (padded(cell, width) for cell, width in zip(row, widths, strict=True))
            self._line("  " + "   ".join(cells).rstrip())

    def good(self, text: str) -> None:
        """An end as it should be."""
        self._line(self._styled("good", text))

    def bad(self, text: str) -> None:
        """An end as it should not be."""
        self._line(self._styled("bad", text))

    def _styled(self, style: str, text: str) -> str:
        return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if self._coloured else text

    def _line(self, text: str) -> None:
        print(text, file=self._out, flush=True)
