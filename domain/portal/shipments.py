"""The shipments of an order, as its history tells them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.orders.money import quantity_text
from domain.workflow.document import Workflow


@dataclass(frozen=True, slots=True)
class Leaving:
    """Goods that left: those named, or the rest of the order where `lines` is None. `at` is an instant as text."""

    at: str
    carrier: str | None
    tracking: str | None
    lines: Sequence[Mapping[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of the order: how much of it has been shipped in all."""

    line: int
    name: str
    unit: str | None
    shipped: Decimal


def shipping_actions(workflow: Workflow) -> frozenset[str]:
    """The actions of a workflow by which the rest of an order leaves the house."""
    return frozenset(
        transition.action
        for transition in workflow.transitions
        if any(effect.kind == "ship_remaining" for effect in transition.effects)
    )


def shipments(leavings: Iterable[Leaving], goods: Iterable[Goods]) -> list[dict[str, Any]]:
    """`{"number", "shipped_at", "carrier", "tracking", "lines"}`, oldest first; one of nothing is none."""
    known = {one.line: one for one in goods}
    left = {one.line: one.shipped for one in known.values()}
    told: list[dict[str, Any]] = []
    for leaving in leavings:
        taken = _taken(leaving, left)
        for line, quantity in taken.items():
            left[line] -= quantity
        if taken:
            told.append(
                {
                    "number": len(told) + 1,
                    "shipped_at": leaving.at,
                    "carrier": leaving.carrier,
                    "tracking": leaving.tracking,
                    "lines": [_line(known[line], quantity) for line, quantity in taken.items()],
                }
            )
    return told


def _taken(leaving: Leaving, left: Mapping[int, Decimal]) -> dict[int, Decimal]:
    if leaving.lines is None:
        return {line: rest for line, rest in left.items() if rest > 0}
    named = ((part["line"], Decimal(part["quantity"])) for part in leaving.lines)
    return {line: min(quantity, left[line]) for line, quantity in named if left.get(line, Decimal(0)) > 0}


def _line(goods: Goods, quantity: Decimal) -> dict[str, Any]:
    return {"line": goods.line, "name": goods.name, "quantity": quantity_text(quantity), "unit": goods.unit}
