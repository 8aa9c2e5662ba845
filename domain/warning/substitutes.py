"""What another material would change: quantity, stock, lead time, cost of the order and its margin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from domain.orders.money import price_text, quantity_text


@dataclass(frozen=True, slots=True)
class Substitute:
    """`ratio` units of `use` may stand for one unit of `material`; lower `priority` is preferred, None means always."""

    material: str
    use: str
    ratio: Decimal
    priority: int
    from_date: date | None = None
    until_date: date | None = None
    product: str | None = None
    note: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an order needs of the short material. Costs are per unit, in the factory's `currency`."""

    quantity: Decimal
    unit_cost: Decimal | None
    margin: Decimal | None
    currency: str
    same_currency: bool = True


@dataclass(frozen=True, slots=True)
class Instead:
    """One allowed alternative: `ratio` units of it stand for one unit of the short material."""

    material: str
    ratio: Decimal
    available: Decimal | None
    unit_cost: Decimal | None


def compare(wanted: Wanted, instead: Instead) -> dict[str, Any]:
    """The figures of one row of the comparison; what cannot be worked out is null, never a guess.

    `unit_cost_difference`: more (or, below zero, less) than the short material costs, per unit of it.
    `order_cost_difference`: the same for the whole order. `margin_after`: the order's margin with it.
    """
    quantity = wanted.quantity * instead.ratio
    each = _difference(wanted, instead)
    whole = None if each is None else each * wanted.quantity
    return {
        "quantity": quantity_text(quantity),
        "enough": None if instead.available is None else instead.available >= quantity,
        "unit_cost_difference": _price(each, wanted.currency),
        "order_cost_difference": _price(whole, wanted.currency),
        "margin_after": _price(_margin(wanted, whole), wanted.currency),
    }


def _difference(wanted: Wanted, instead: Instead) -> Decimal | None:
    if wanted.unit_cost is None or instead.unit_cost is None:
        return None
    return instead.unit_cost * instead.ratio - wanted.unit_cost


def _margin(wanted: Wanted, whole: Decimal | None) -> Decimal | None:
    if wanted.margin is None or whole is None or not wanted.same_currency:
        return None
    return wanted.margin - whole


def _price(value: Decimal | None, currency: str) -> str | None:
    return None if value is None else price_text(value, currency)


def available_of(row: Mapping[str, Any]) -> Decimal | None:
    """What may still be promised of a counted material; None where nobody counted it."""
    return None if row["on_hand"] is None else row["on_hand"] - row["reserved"]
