"""An order as an ERP is told of it: what was agreed, where it stands, and what has left the house so far.

Numbers are chosen here, so that telling twice makes one document there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.orders.order import Order
from domain.text import Text


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One line; `amount` in the order's currency."""

    line: int
    sku: str | None
    name: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    is_gift: bool


@dataclass(frozen=True, slots=True)
class ToldShipment:
    """Goods that left the house together, under a number that stays the same however often it is told."""

    number: str
    on: date
    lines: Sequence[tuple[str | None, str, Decimal]]


@dataclass(frozen=True, slots=True)
class ToldOrder:
    """What an ERP may know of an order. `version` grows with everything that happens to it.

    `telling` names this telling of it: the same however often it is repeated, another when it is told anew.
    """

    order_no: str
    version: int
    customer: str
    currency: str
    tax_included: bool
    stage: str
    stage_label: Text
    category: str
    ordered_on: date
    promised_date: date | None
    lines: Sequence[ToldLine]
    shipments: Sequence[ToldShipment]
    telling: str

    @property
    def goods(self) -> Decimal:
        """What the lines come to; what is charged or taken off for the whole order is not told."""
        return sum((line.amount for line in self.lines), Decimal(0))


def told_order(
    order: Order, label: Text, customer: str, left: Sequence[Mapping[str, Any]], zone: ZoneInfo, telling: str
) -> ToldOrder:
    """`left` are the events by which goods left, oldest first: `seq`, `action`, `at`, `lines` of a part shipment."""
    return ToldOrder(
        order_no=order.order_no,
        version=order.version,
        customer=customer,
        currency=order.currency,
        tax_included=order.tax_included,
        stage=order.stage,
        stage_label=label,
        category=order.category,
        ordered_on=order.signed_date or order.opened_at.astimezone(zone).date(),
        promised_date=order.promised_date,
        lines=[
            ToldLine(one.line, one.sku, one.name, one.quantity, one.unit_price, one.amount, one.is_gift)
            for one in order.lines
        ],
        shipments=list(_shipments(order, left, zone)),
        telling=telling,
    )


def _shipments(order: Order, left: Sequence[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[ToldShipment]:
    """Parts by their own events; whatever else is shipped left with the last event that ships the rest."""
    rest = {line.line: line.shipped_quantity for line in order.lines}
    for event in left:
        if event["action"] == "ship_part":
            parts = {row["line"]: Decimal(str(row["quantity"])) for row in event["lines"]}
            rest = {line: quantity - parts.get(line, Decimal(0)) for line, quantity in rest.items()}
            yield _shipment(order, event, parts, zone)
    leaving = [event for event in left if event["action"] != "ship_part"]
    if leaving and any(quantity > 0 for quantity in rest.values()):
        yield _shipment(order, leaving[0], rest, zone)


def _shipment(
    order: Order, event: Mapping[str, Any], quantities: Mapping[int, Decimal], zone: ZoneInfo
) -> ToldShipment:
    at: datetime = event["at"]
    lines = [
        (line.sku, line.name, quantities[line.line])
        for line in order.lines
        if quantities.get(line.line, Decimal(0)) > 0
    ]
    return ToldShipment(f"{order.order_no}-S{event['seq']}", at.astimezone(zone).date(), lines)
