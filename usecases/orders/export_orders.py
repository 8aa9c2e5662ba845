"""Orders as they are exported: a page of those that a filter finds, each with its lines."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.money import money_text
from domain.orders.view import line_view
from persistence import order_export
from persistence.order_rows import order_lines_from
from persistence.queries.order_board import OrderFilter
from persistence.queries.scope import Scope
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.read_orders import list_orders


@use_case(right="orders.read")
async def export_orders(tx: Tx, wanted: OrderFilter) -> list[dict[str, Any]]:
    """As `list_orders`, each with `lines` and what only the whole order has; two statements whatever the number."""
    rows = await list_orders(tx, wanted)
    whole = await order_export.whole(tx, Scope.of(tx.actor), [UUID(row["id"]) for row in rows])
    return [{**row, **_whole(whole[UUID(row["id"])], row["currency"])} for row in rows if UUID(row["id"]) in whole]


def _whole(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    discount = sum((Decimal(one["amount"]) for one in row["discounts"]), Decimal(0))
    return {
        "phone": row["phone"],
        "email": row["email"],
        "address": row["address"] or {},
        "discounts": money_text(discount, currency),
        "shipping": money_text(row["shipping"], currency),
        "cost": None if row["cost"] is None else money_text(row["cost"], currency),
        "margin": None if row["margin"] is None else money_text(row["margin"], currency),
        "signed_date": row["signed_date"] and row["signed_date"].isoformat(),
        "requested_date": row["requested_date"] and row["requested_date"].isoformat(),
        "extension": row["extension"],
        "notes": row["notes"],
        "lines": [line_view(line, currency) for line in order_lines_from(row)],
    }
