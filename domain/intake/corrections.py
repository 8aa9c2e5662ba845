"""What a person corrected in a meaning: each field with what was read and what it became."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from domain.expressions.json_bounds import pointer

MOST = 2_000
"""Fields that one correction names; what is more is told as one."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One field: its JSON pointer into the meaning, and both values; None where there was, or is, nothing."""

    pointer: str
    before: Any
    after: Any

    @property
    def field(self) -> str:
        """The innermost name on the way: `unit_price` of `/lines/0/unit_price`."""
        names = [part for part in self.pointer.split("/") if part and not part.isdigit()]
        return names[-1] if names else ""

    def as_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"pointer": self.pointer, "field": self.field, "before": self.before, "after": self.after}


def corrections(before: Any, after: Any) -> list[Correction]:
    """Everything that differs, innermost first named; an order of lines that changed is a change of each line."""
    found = list(_between(before, after, ""))
    return found if len(found) <= MOST else [Correction("", before, after)]


def _between(before: Any, after: Any, at: str) -> Iterator[Correction]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in [*before, *(name for name in after if name not in before)]:
            yield from _between(before.get(name), after.get(name), pointer(at, name))
    elif isinstance(before, list) and isinstance(after, list):
        for index, (one, other) in enumerate(zip_longest(before, after)):
            yield from _between(one, other, pointer(at, index))
    elif before != after:
        yield Correction(at, before, after)


def readable(kept: Iterable[Mapping[str, Any]], hidden: Collection[str]) -> list[dict[str, Any]]:
    """Corrections as far as a reader may see them: that a hidden field was corrected, but not what it holds.

    `hidden` are names of the table, and `extension[TYPE].NAME` of what documents close.
    """
    names = {entry.rpartition(".")[2] if "[" in entry else entry for entry in hidden}
    return [
        dict(one) if not names & set(str(one["pointer"]).split("/")) else {**one, "before": None, "after": None}
        for one in kept
    ]
