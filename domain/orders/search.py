"""Finding orders by any part of a number, a name or an article, Chinese included.

Trigram indexes find nothing in two Chinese characters, so a text is cut into overlapping pairs of characters and the
index holds those; a query asks for all pairs of its own and the text itself decides.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def search_words(parts: Iterable[str | None]) -> str:
    """The searchable text of an order: full-width as ASCII, lower case, parts kept apart by a newline."""
    return "\n".join(folded(part) for part in parts if part)


def folded(text: str) -> str:
    """The text as searched: compatibility forms unified, lower case, blanks collapsed."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def grams(text: str) -> list[str]:
    """All single characters and pairs of neighbours of a folded text, each once."""
    found: set[str] = set()
    for part in text.split("\n"):
        found.update(part)
        found.update(part[i : i + 2] for i in range(len(part) - 1))
    found.discard(" ")
    return sorted(found)


def query_grams(query: str) -> list[str]:
    """What an index entry must hold for the query to be found in it."""
    text = folded(query)
    return sorted({text[i : i + 2] for i in range(len(text) - 1)} or {text}) if text else []
