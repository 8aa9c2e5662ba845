"""An order as the domain sees it: what was agreed, where it stands, and the fold of its history."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.money import line_amount, to_minor

OPEN_CATEGORIES = ("not_started", "in_production", "quality", "shipping")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: quantities in its own unit, prices in the order's currency before every discount."""

    line: int
    name: str
    quantity: Decimal
    unit_price: Decimal
    amount: Decimal
    sku: str | None = None
    external_id: str | None = None
    unit: str | None = None
    is_gift: bool = False
    gift_origin: str | None = None
    gift_confirmed: bool | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    technical: Mapping[str, Any] = field(default_factory=dict)
    refund: str = "none"
    shipped_quantity: Decimal = Decimal(0)
    returned_quantity: Decimal = Decimal(0)

    @property
    def unshipped(self) -> Decimal:
        """What is still to be shipped."""
        return self.quantity - self.shipped_quantity

    def with_quantity(self, quantity: Decimal, currency: str) -> Line:
        """The same line with another quantity and the amount that follows."""
        return replace(self, quantity=quantity, amount=line_amount(quantity, self.unit_price, currency))


@dataclass(frozen=True, slots=True)
class Order:
    """The order's present state. `version` is the seq of its last event, `head_hash` that event's hash."""

    id: UUID
    order_no: str
    order_type: str
    channel: str
    currency: str
    lines: tuple[Line, ...]
    total: Decimal
    shipping: Decimal
    tax: Decimal
    tax_included: bool
    workflow_key: str
    workflow_version: int
    stage: str
    category: str
    stage_since: datetime
    opened_at: datetime
    updated_at: datetime
    version: int
    head_hash: str
    held: bool = False
    revision: int = 1
    discounts: Sequence[Mapping[str, Any]] = ()
    fees: Sequence[Mapping[str, Any]] = ()
    shop: str = ""
    external_id: str | None = None
    external_version: str | None = None
    parent_no: str | None = None
    customer_id: UUID | None = None
    cost: Decimal | None = None
    margin: Decimal | None = None
    signed_date: date | None = None
    promised_date: date | None = None
    promised_derived: bool = False
    requested_date: date | None = None
    due_at: datetime | None = None
    merchandiser_id: UUID | None = None
    priority: int = 0
    extension: Mapping[str, Any] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def workflow(self) -> str:
        """The version it runs under, as written in events: `standard@1`."""
        return f"{self.workflow_key}@{self.workflow_version}"

    @property
    def shippable(self) -> bool:
        """Whether anything is still to be shipped."""
        return any(line.unshipped > 0 for line in self.lines)

    @property
    def returned(self) -> bool:
        """Whether anything came back."""
        return any(line.returned_quantity > 0 for line in self.lines)

    @property
    def shipped(self) -> bool:
        """Whether anything has left the house."""
        return any(line.shipped_quantity > 0 for line in self.lines)

    def guard_view(self) -> dict[str, Any]:
        """What guards see as `order`: whole numbers (money in minor units), booleans, strings, instants, lists."""
        return {
            "order_no": self.order_no,
            "order_type": self.order_type,
            "channel": self.channel,
            "shop": self.shop,
            "currency": self.currency,
            "total_minor": to_minor(self.total, self.currency),
            "line_count": len(self.lines),
            "skus": [line.sku for line in self.lines if line.sku][:200],
            "has_gifts": any(line.is_gift for line in self.lines),
            "priority": self.priority,
            "stage": self.stage,
            "held": self.held,
            "revision": self.revision,
            "has_promised_date": self.promised_date is not None,
            "opened_at": self.opened_at,
            "extension": dict(self.extension),
        }


@dataclass(frozen=True, slots=True)
class Standing:
    """What the history alone says of an order."""

    version: int = 0
    stage: str = ""
    held: bool = False
    head_hash: str = ""


def fold(events: Iterable[Mapping[str, Any]]) -> Standing:
    """Where the order stands after these events (`seq`, `to`, `held`, `hash`, in order of `seq`)."""
    standing = Standing()
    for event in events:
        standing = Standing(event["seq"], event["to"], event["held"], event["hash"])
    return standing
