"""Typed answers of a template's expressions: what a field must be decides what it becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from domain.expressions import values
from domain.expressions.paths import Path, Reader
from domain.orders.money import price_text, quantity_text

Scope = Mapping[str, Any]


class Picker:
    """Evaluates one document part of a template over one payload. Absent expressions give null."""

    def __init__(self, reader: Reader, time_zone: str) -> None:
        self._reader = reader
        self.time_zone = time_zone

    def raw(self, path: Path | None, scope: Scope) -> Any:
        """Whatever the expression picks."""
        return None if path is None else self._reader.value(path, scope)

    def holds(self, path: Path | None, scope: Scope) -> bool:
        """Whether a condition holds; a missing one does."""
        return path is None or self._reader.holds(path, scope)

    def text(self, path: Path | None, scope: Scope) -> str | None:
        """Trimmed text; null where nothing was given."""
        return values.text(self.raw(path, scope))

    def decimal(self, path: Path | None, scope: Scope) -> Decimal | None:
        """A number."""
        return values.decimal(self.raw(path, scope))

    def money(self, path: Path | None, scope: Scope, currency: str) -> str | None:
        """A price or amount with at least the currency's decimals."""
        number = self.decimal(path, scope)
        return None if number is None else price_text(number, currency)

    def quantity(self, path: Path | None, scope: Scope) -> str | None:
        """A quantity without trailing zeros."""
        number = self.decimal(path, scope)
        return None if number is None else quantity_text(number)

    def moment(self, path: Path | None, scope: Scope) -> str | None:
        """An instant in UTC, or the plain day where the sender gives no time."""
        written = self.text(path, scope)
        if written and len(written) == len("2026-11-20") and values.instant(written, self.time_zone):
            return written.replace("/", "-")
        return values.instant(written, self.time_zone)

    def sortable(self, path: Path | None, scope: Scope) -> str | None:
        """An instant as UTC text of fixed length, so that comparing text compares time."""
        moment = values.moment_of(self.text(path, scope), self.time_zone)
        return None if moment is None else sortable(moment)

    def let(self, names: Mapping[str, Path] | None, scope: Scope) -> Scope:
        """The scope with names added, each of which may use those before it."""
        grown = dict(scope)
        for name, path in (names or {}).items():
            grown[name] = self.raw(path, grown)
        return grown

    def each(self, part: Mapping[str, Any], scope: Scope) -> Iterator[Scope]:
        """A scope per `item` of `each` for which `when` holds; one scope where there is no `each`."""
        items = values.many(self.raw(part["each"], scope)) if "each" in part else [None]
        for item in items:
            inner = self.let(part.get("let"), {**scope, "item": item})
            if self.holds(part.get("when"), inner):
                yield inner

    def further(self, names: Mapping[str, Path] | None, scope: Scope) -> dict[str, Any]:
        """Further keys, only where there is something."""
        picked = {name: plain(self.raw(path, scope)) for name, path in (names or {}).items()}
        return {name: value for name, value in picked.items() if values.filled(value)}


def plain(value: Any) -> Any:
    """A value of a payload as the meaning holds it: text, booleans, null, lists and objects; numbers as text."""
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value if isinstance(value, bool) else values.text(value)


def sortable(moment: datetime) -> str:
    """UTC with six decimals."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
