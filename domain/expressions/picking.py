"""The functions that an intake template's expressions may call.

Each is total: whatever a payload holds where something else was expected, the answer is null (or false, or empty) and
never an exception. Numbers come out as decimal text. domain/intake/templates/README.md lists them for authors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.expressions import places, values, wanted

MANY = 50
"""Arguments at most."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function and how many arguments it takes."""

    function: Callable[..., Any]
    least: int
    most: int

    def cost(self, arguments: Sequence[Any]) -> int:
        """Steps: the length of every list, a twentieth of every text; choosing from a list doubles with each item."""
        sizes = [len(a) if isinstance(a, list | Mapping) else len(a) // 20 for a in arguments if hasattr(a, "__len__")]
        return sum(sizes) + (1 << min(values.CHOICE, max(sizes, default=0)) if self.function is _made_up_of else 0)


def _plain(value: Any) -> str:
    """Lower-case letters and digits alone, to compare names that people write in several ways."""
    return "".join(c for c in (values.text(value) or "").lower() if c.isalnum())


def _join(separator: Any, items: Any) -> str | None:
    parts = [values.text(item) for item in values.many(items)]
    return values.text((separator if isinstance(separator, str) else "").join(p for p in parts if p))


def _contains(subject: Any, wanted: Any) -> bool:
    if isinstance(subject, str):
        return isinstance(wanted, str) and wanted in subject
    return isinstance(subject, list) and any(type(item) is type(wanted) and item == wanted for item in subject)


def _starts_with(subject: Any, wanted: Any) -> bool:
    return isinstance(subject, str) and isinstance(wanted, str) and subject.startswith(wanted)


def _ends_with(subject: Any, wanted: Any) -> bool:
    return isinstance(subject, str) and isinstance(wanted, str) and subject.endswith(wanted)


def _first(*candidates: Any) -> Any:
    """The first that is not null, false, blank or empty."""
    return next((c for c in candidates if values.filled(c)), None)


def _lookup(table: Any, key: Any) -> Any:
    name = values.text(key)
    return table.get(name) if isinstance(table, Mapping) and name is not None else None


def _at(items: Any, index: Any) -> Any:
    """The item at a counted-from-zero place that the payload itself names."""
    place = values.decimal(index)
    if not isinstance(items, list) or place is None or not 0 <= place < len(items):
        return None
    return items[int(place)]


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list | Mapping) else 0


def _keys(value: Any) -> list[str]:
    return list(value) if isinstance(value, Mapping) else []


def _numbered(items: Any) -> list[dict[str, Any]]:
    return [{"index": index, "value": item} for index, item in enumerate(values.many(items))]


def _pairs(joined: Any, between: Any, within: Any) -> dict[str, str]:
    """An object from 'a:b;c:d'."""
    parts = (values.text(joined) or "").split(between if isinstance(between, str) and between else ";")
    cut = within if isinstance(within, str) and within else ":"
    found = ((name.strip(), value.strip()) for name, _, value in (part.partition(cut) for part in parts))
    return {name: value for name, value in found if name}


def _entries(items: Any, name: Any, value: Any) -> dict[str, Any]:
    """An object from `[{name: .., value: ..}]`, the two keys being named."""
    rows = [row for row in values.many(items) if isinstance(row, Mapping)]
    found = ((values.text(_named(row, name)), _named(row, value)) for row in rows)
    return {key: content for key, content in found if key}


def _named(row: Mapping[str, Any], name: Any) -> Any:
    """What a row has under a name; nothing where the name is no text."""
    return row.get(values.text(name) or "")


def _decimal(value: Any) -> str | None:
    return values.decimal_text(values.decimal(value))


def _total(items: Any) -> str:
    return f"{values.total(values.many(items)):f}"


def _minus(left: Any, right: Any) -> str:
    """The difference, where what is missing counts nothing."""
    return f"{values.total([left]) - values.total([right]):f}"


def _times(left: Any, right: Any) -> str | None:
    return values.decimal_text(values.product(left, right))


def _positive(value: Any) -> bool:
    return (values.decimal(value) or 0) > 0


def _negative(value: Any) -> bool:
    return (values.decimal(value) or 0) < 0


def _equal(left: Any, right: Any) -> bool:
    """Whether two numbers are the same number, however written."""
    return values.decimal(left) is not None and values.decimal(left) == values.decimal(right)


def _below(left: Any, right: Any) -> bool:
    low, high = values.decimal(left), values.decimal(right)
    return low is not None and high is not None and low < high


def _made_up_of(items: Any, name: Any, amount: Any) -> list[Any]:
    """Those of the items whose numbers of that name together give the amount; empty when none do."""
    return values.made_up_of(values.many(items), name, amount)


def _divide(left: Any, right: Any, *places: Any) -> str | None:
    found = values.quotient(left, right, *places)
    return None if found is None else f"{found:f}"


def _extreme(items: Any, choose: Callable[[list[str]], str]) -> str | None:
    found = [written for item in values.many(items) if (written := values.text(item))]
    return choose(found) if found else None


def _before(text: Any, mark: Any) -> str | None:
    """What stands before a mark; the whole text where the mark is missing."""
    return values.text((values.text(text) or "").partition(mark)[0]) if isinstance(mark, str) and mark else None


def _after(text: Any, mark: Any) -> str | None:
    return values.text((values.text(text) or "").partition(mark)[2]) if isinstance(mark, str) and mark else None


def _code(value: Any) -> str | None:
    """The text without the dots and blanks that decorate a code."""
    return values.text("".join(c for c in (values.text(value) or "") if c not in ". -\t"))


def _fields(value: Any) -> list[dict[str, Any]]:
    """An object as `[{name, value}]`."""
    return [{"name": name, "value": item} for name, item in value.items()] if isinstance(value, Mapping) else []


def _spread(items: Any, name: Any) -> list[dict[str, Any]]:
    """The entries of each item's own list, each beside the item: `[{of, value}]`."""
    rows = [row for row in values.many(items) if isinstance(row, Mapping)]
    return [{"of": row, "value": entry} for row in rows for entry in values.many(_named(row, name))]


FUNCTIONS: Mapping[str, Function] = {
    "after": Function(_after, 2, 2),
    "article_number": Function(wanted.article_number, 1, 1),
    "at": Function(_at, 2, 2),
    "before": Function(_before, 2, 2),
    "below": Function(_below, 2, 2),
    "code": Function(_code, 1, 1),
    "contains": Function(_contains, 2, 2),
    "day": Function(values.day, 2, 2),
    "decimal": Function(_decimal, 1, 1),
    "divide": Function(_divide, 2, 3),
    "ends_with": Function(_ends_with, 2, 2),
    "entries": Function(_entries, 3, 3),
    "equal": Function(_equal, 2, 2),
    "fields": Function(_fields, 1, 1),
    "first": Function(_first, 1, MANY),
    "greatest": Function(lambda items: _extreme(items, max), 1, 1),
    "instant": Function(values.instant, 2, 2),
    "instant_ms": Function(values.instant_of_ms, 1, 1),
    "join": Function(_join, 2, 2),
    "json": Function(values.inner_json, 1, 1),
    "keys": Function(_keys, 1, 1),
    "least": Function(lambda items: _extreme(items, min), 1, 1),
    "length": Function(_length, 1, 1),
    "lookup": Function(_lookup, 2, 2),
    "made_up_of": Function(_made_up_of, 3, 3),
    "many": Function(values.many, 1, 1),
    "minus": Function(_minus, 2, 2),
    "negative": Function(_negative, 1, 1),
    "number_in": Function(values.number_in, 1, 1),
    "numbered": Function(_numbered, 1, 1),
    "pairs": Function(_pairs, 3, 3),
    "papers_named": Function(wanted.papers_named, 1, 1),
    "place": Function(places.place_of, 1, 1),
    "plain": Function(_plain, 1, 1),
    "positive": Function(_positive, 1, 1),
    "spread": Function(_spread, 2, 2),
    "starts_with": Function(_starts_with, 2, 2),
    "text": Function(values.text, 1, 1),
    "times": Function(_times, 2, 2),
    "total": Function(_total, 1, 1),
    "url_json": Function(values.url_json, 1, 1),
    "wanted": Function(wanted.wanted_in, 1, 1),
}
