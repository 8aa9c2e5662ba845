"""Builders with plain defaults: a test names only what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.events import FIRST_PREVIOUS_HASH
from domain.orders.money import computed_total, round_amount
from domain.orders.order import Line, Order

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def uid(number: int) -> UUID:
    """A recognisable id."""
    return UUID(int=number)


def a_line(
    line: int = 1, quantity: str = "2", unit_price: str = "100.00", currency: str = "CNY", **changes: Any
) -> Line:
    """One line of a plain article; the amount follows."""
    amount = round_amount(Decimal(quantity) * Decimal(unit_price), currency)
    plain = Line(
        line, "散热器", Decimal(quantity), Decimal(unit_price), amount, sku=f"RAD-{line}", external_id=f"L{line}"
    )
    return replace(plain, **changes)


def an_order(**changes: Any) -> Order:
    """A fresh order of the standard workflow whose total is what its lines come to."""
    lines = changes.pop("lines", (a_line(),))
    plain = Order(
        id=uid(1),
        order_no="SO100001",
        order_type="standard",
        channel="manual",
        currency="CNY",
        lines=lines,
        total=Decimal(0),
        shipping=Decimal(0),
        tax=Decimal(0),
        tax_included=True,
        workflow_key="standard",
        workflow_version=1,
        stage="signed",
        category="not_started",
        stage_since=NOON,
        opened_at=NOON,
        updated_at=NOON,
        version=1,
        head_hash=FIRST_PREVIOUS_HASH,
    )
    order = replace(plain, **changes)
    total = computed_total(
        [line.amount for line in lines],
        order.discounts,
        order.fees,
        order.shipping,
        order.tax,
        tax_included=order.tax_included,
    )
    return order if "total" in changes else replace(order, total=total)
