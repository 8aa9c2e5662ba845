"""Quantities that leave, come back or move to another order: what fits is decided line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from domain.orders.money import quantity_text
from domain.orders.order import Line
from domain.refusals.general import FIELD_INVALID
from domain.refusals.kinds import FieldProblem
from domain.refusals.orders import NOTHING_TO_SHIP, QUANTITY_EXCEEDED
from domain.text import Text


def shipped(lines: tuple[Line, ...], wanted: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines after shipping `[{line, quantity}]`. Raises QUANTITY_EXCEEDED where more is asked than is left."""
    return [
        replace(line, shipped_quantity=line.shipped_quantity + _within(line, quantity, line.unshipped))
        for line, quantity in picked(lines, wanted)
    ]


def all_shipped(lines: tuple[Line, ...]) -> list[Line]:
    """The lines that change when everything left is shipped. Raises NOTHING_TO_SHIP where nothing is left."""
    changed = [replace(line, shipped_quantity=line.quantity) for line in lines if line.unshipped > 0]
    if not changed:
        raise NOTHING_TO_SHIP()
    return changed


def returned(lines: tuple[Line, ...], wanted: Iterable[Mapping[str, Any]]) -> list[Line]:
    """The lines after taking `[{line, quantity}]` back. No more can come back than went out."""
    return [
        replace(line, returned_quantity=line.returned_quantity + _within(line, quantity, _outside(line)))
        for line, quantity in picked(lines, wanted)
    ]


def picked(lines: tuple[Line, ...], wanted: Iterable[Mapping[str, Any]]) -> list[tuple[Line, Decimal]]:
    """Each named line with its quantity, once; a line that does not exist or is named twice is a bad field."""
    by_number = {line.line: line for line in lines}
    found: dict[int, tuple[Line, Decimal]] = {}
    for index, item in enumerate(wanted):
        number = int(item["line"])
        if number not in by_number or number in found:
            raise _no_such_line(index, number)
        found[number] = (by_number[number], Decimal(str(item["quantity"])))
    return list(found.values())


def _no_such_line(index: int, number: int) -> Exception:
    text = Text(f"没有第 {number} 行，或重复", f"there is no line {number}, or it is named twice")
    return FIELD_INVALID(FieldProblem(f"/payload/lines/{index}/line", "line_unknown", text), summary=text.en)


def _outside(line: Line) -> Decimal:
    return line.shipped_quantity - line.returned_quantity


def _within(line: Line, quantity: Decimal, available: Decimal) -> Decimal:
    if quantity <= 0 or quantity > available:
        raise QUANTITY_EXCEEDED(line=line.line, available=quantity_text(available))
    return quantity
