"""An edited copy that comes back: three versions of every cell (as exported, as returned, as it stands now).

What was changed in the copy is a proposal. Where the order moved to something else meanwhile, the two are in conflict
and a person decides; where both came to the same there is nothing to do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from domain.exports.sheets import HIGHEST_PRIORITY, LINES, ORDERS, Column, Kind, SheetPlan
from domain.intake.sheet_values import Unreadable, date_of, decimal_of
from domain.text import Text

Rows = Sequence[Sequence[str]]
_NOT_WHOLE = Text("应为整数", "a whole number is expected")
_NEEDED = Text("不能为空", "must not be empty")
_UNKNOWN = Text("不在这次导出之内", "was not in this export")
_TWICE = Text("同一行出现了两次", "stands there twice")
_TOO_LONG = Text("最多 200 个字", "takes at most 200 characters")
_OUT_OF_RANGE = Text("超出范围", "is out of range")
_LONGEST_TEXT = 200
_KINDS: Mapping[str, Kind] = {column.key: column.kind for plan in (ORDERS, LINES) for column in plan.columns}
_NO_SHEET = Text("没有订单号一列，认不出这个表", "has no column with order numbers, so that it cannot be recognised")


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be read, by sheet, row and column as the program shows them."""

    sheet: str
    row: int
    column: str
    code: str
    detail: Text

    def as_json(self) -> dict[str, Any]:
        """As the API shows it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "detail": self.detail.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Cell:
    """One changed cell; `line` None is the order's own. `conflict`: the order moved to something else meanwhile."""

    field: str
    line: int | None
    base: str | None
    yours: str | None
    now: str | None
    conflict: bool

    def as_json(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {name: getattr(self, name) for name in ("field", "line", "base", "yours", "now", "conflict")}


@dataclass(frozen=True, slots=True)
class Present:
    """An order as it stands now: `values` in the shape of `base_of`. `started`: it takes an order change."""

    version: int
    started: bool
    over: bool
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the copy asks of one order. `way` is how: an edit of what has not started, or an order change."""

    order_no: str
    way: Literal["edit", "change"]
    version: int
    moved: bool
    over: bool
    cells: tuple[Cell, ...]

    @property
    def state(self) -> Literal["ready", "conflict", "gone"]:
        """Whether it can be applied as it is; `gone` where the order is over."""
        if self.over:
            return "gone"
        return "conflict" if any(cell.conflict for cell in self.cells) else "ready"

    def as_json(self) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "order_no": self.order_no,
            "way": self.way,
            "state": self.state,
            "version": self.version,
            "moved": self.moved,
            "cells": [cell.as_json() for cell in self.cells],
        }


@dataclass(slots=True)
class Returned:
    """What the sheets say, by order number and line (None for the order's own), and what cannot be read."""

    values: dict[tuple[str, int | None], dict[str, str | None]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def read_copy(sheets: Mapping[str, Rows], known: Mapping[str, Any]) -> Returned:
    """The editable cells of a copy. `known` are the export's own orders; others are named and left alone."""
    found = Returned()
    for plan, numbered in ((ORDERS, False), (LINES, True)):
        rows = next((sheets[title] for title in (plan.title.zh, plan.title.en.lower()) if title in sheets), None)
        if rows is not None:
            _read_sheet(found, plan, rows, known, numbered=numbered)
    return found


def _read_sheet(found: Returned, plan: SheetPlan, rows: Rows, known: Mapping[str, Any], *, numbered: bool) -> None:
    heads = {_plain(head): place for place, head in enumerate(rows[0] if rows else ())}
    places = {
        column.key: heads[name]
        for column in plan.columns
        for name in (_plain(column.label.zh), _plain(column.label.en))
        if name in heads
    }
    title = plan.title.zh
    if "order_no" not in places or (numbered and "line" not in places):
        found.faults.append(Fault(title, 1, "A", "column_missing", _NO_SHEET))
        return
    for number, row in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        key = _key(row, places, numbered=numbered)
        problem = _key_problem(key, known, found)
        if key is None or problem is not None:
            found.faults.append(Fault(title, number, "A", *(problem or ("unknown_row", _UNKNOWN))))
            continue
        found.values[key] = _cells_of(found, plan, row, places, (title, number))


def _key(row: Sequence[str], places: Mapping[str, int], *, numbered: bool) -> tuple[str, int | None] | None:
    order_no = _at(row, places["order_no"])
    if not numbered:
        return order_no, None
    line = _at(row, places["line"])
    return (order_no, int(line)) if line.isascii() and line.isdigit() else None


def _key_problem(
    key: tuple[str, int | None] | None, known: Mapping[str, Any], found: Returned
) -> tuple[str, Text] | None:
    if key is None or key[0] not in known:
        return "unknown_row", _UNKNOWN
    if key[1] is not None and str(key[1]) not in known[key[0]]["lines"]:
        return "unknown_row", _UNKNOWN
    return ("row_twice", _TWICE) if key in found.values else None


def _cells_of(
    found: Returned, plan: SheetPlan, row: Sequence[str], places: Mapping[str, int], at: tuple[str, int]
) -> dict[str, str | None]:
    values: dict[str, str | None] = {}
    for column in plan.columns:
        if not column.editable or column.key not in places:
            continue
        place = places[column.key]
        try:
            values[column.key] = _value(column, _at(row, place))
        except Unreadable as fault:
            found.faults.append(Fault(*at, _letter(place), fault.code, fault.detail))
    return values


def _value(column: Column, text: str) -> str | None:
    if not text:
        if column.needed:
            raise Unreadable("required", _NEEDED)
        return None
    value = _READ[column.kind](text)
    _insist_on_range(column, value)
    return value


def _insist_on_range(column: Column, value: str) -> None:
    """As narrow as the API takes it. Raises Unreadable."""
    match column.key:
        case "quantity":
            fits = Decimal(value) > 0
        case "unit_price":
            fits = Decimal(value) >= 0
        case "priority":
            fits = 0 <= int(value) <= HIGHEST_PRIORITY
        case _:
            if len(value) > _LONGEST_TEXT:
                raise Unreadable("too_long", _TOO_LONG)
            return
    if not fits:
        raise Unreadable("out_of_range", _OUT_OF_RANGE)


def _whole(text: str) -> str:
    number = decimal_of(text)
    if number != number.to_integral_value():
        raise Unreadable("not_whole", _NOT_WHOLE)
    return str(int(number))


_READ: Mapping[Kind, Callable[[str], str]] = {
    "text": lambda text: text,
    "number": lambda text: f"{decimal_of(text):f}",
    "whole": _whole,
    "date": lambda text: date_of(text).isoformat(),
}


def proposals(
    returned: Returned, base: Mapping[str, Mapping[str, Any]], versions: Mapping[str, int], now: Mapping[str, Present]
) -> list[Proposal]:
    """What the copy asks for, by order number; orders that its person may not see any more are left."""
    asked: dict[str, list[Cell]] = {}
    for (order_no, line), values in returned.values.items():
        if order_no in now:
            was, stands = _values(base[order_no], line), _values(now[order_no].values, line)
            asked.setdefault(order_no, []).extend(_changed(values, was, stands, line))
    return [
        Proposal(
            order_no,
            "change" if now[order_no].started else "edit",
            now[order_no].version,
            moved=now[order_no].version != versions[order_no],
            over=now[order_no].over,
            cells=tuple(cells),
        )
        for order_no, cells in sorted(asked.items())
        if cells
    ]


def _values(whole: Mapping[str, Any], line: int | None) -> Mapping[str, Any]:
    found: Mapping[str, Any] = whole["fields"] if line is None else whole["lines"].get(str(line), {})
    return found


def _changed(
    yours: Mapping[str, str | None], base: Mapping[str, Any], now: Mapping[str, Any], line: int | None
) -> Iterator[Cell]:
    for name, value in yours.items():
        # What was hidden from the export cannot be changed by its copy.
        kind, stands = _KINDS[name], now.get(name)
        if name not in base or same(kind, value, base[name]) or same(kind, value, stands):
            continue
        yield Cell(name, line, base[name], value, stands, conflict=not same(kind, base[name], stands))


def same(kind: Kind, one: str | None, other: str | None) -> bool:
    """Whether two cells say the same: 2 is 2.00, nothing is nothing, and a sheet holds no more than 15 digits."""
    if not one or not other:
        return (one or "") == (other or "")
    if kind in ("number", "whole"):
        return Decimal(one) == Decimal(other) or float(one) == float(other)
    return _meant(one) == _meant(other)


def patch_of(proposal: Mapping[str, Any]) -> dict[str, Any]:
    """The JSON merge patch that a kept proposal comes to."""
    patch: dict[str, Any] = {}
    lines: dict[int, dict[str, Any]] = {}
    for cell in proposal["cells"]:
        value = int(cell["yours"]) if cell["field"] == "priority" else cell["yours"]
        if cell["line"] is None:
            patch[cell["field"]] = value
        else:
            lines.setdefault(cell["line"], {"line": cell["line"]})[cell["field"]] = value
    return {**patch, "lines": list(lines.values())} if lines else patch


def _plain(head: str) -> str:
    return head.strip().rstrip("*").strip().casefold()


def _at(row: Sequence[str], place: int) -> str:
    """A cell as somebody means it; the mark that keeps a text from being a formula is none of it."""
    return _meant(row[place]) if place < len(row) else ""


def _meant(text: str) -> str:
    return text.strip().removeprefix("'").strip()


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else "?"
