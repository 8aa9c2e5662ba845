"""Orders as rows: how a row is read into the domain's order, and how its lines are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from domain.orders.order import Line, Order
from domain.orders.search import search_words

LINES = """
coalesce((SELECT jsonb_agg(jsonb_build_array(l.line, l.external_id, l.sku, l.name, l.quantity::text, l.unit,
    l.unit_price::text, l.amount::text, l.is_gift, l.gift_origin, l.gift_confirmed, l.options, l.technical, l.refund,
    l.shipped_quantity::text, l.returned_quantity::text) ORDER BY l.line)
  FROM order_lines l WHERE l.order_id = o.id), '[]') AS lines
"""

_PLAIN = (
    "id",
    "order_no",
    "order_type",
    "channel",
    "currency",
    "total",
    "shipping",
    "tax",
    "tax_included",
    "workflow_key",
    "workflow_version",
    "stage",
    "category",
    "stage_since",
    "opened_at",
    "updated_at",
    "version",
    "head_hash",
    "held",
    "revision",
    "discounts",
    "fees",
    "shop",
    "external_id",
    "external_version",
    "parent_no",
    "customer_id",
    "cost",
    "margin",
    "signed_date",
    "promised_date",
    "promised_derived",
    "requested_date",
    "due_at",
    "merchandiser_id",
    "priority",
    "extension",
    "notes",
)


def order_from(row: Mapping[str, Any]) -> Order:
    """The order itself, from a row with its columns and `lines` as LINES selects them."""
    return Order(lines=order_lines_from(row), **{name: row[name] for name in _PLAIN})


def order_lines_from(row: Mapping[str, Any]) -> tuple[Line, ...]:
    """An order's lines, from a row with `lines` as LINES selects them."""
    return tuple(_line(item) for item in row["lines"])


def _line(item: Sequence[Any]) -> Line:
    (line, external_id, sku, name, quantity, unit, unit_price, amount, is_gift, gift_origin, gift_confirmed) = item[:11]
    return Line(
        line=line,
        external_id=external_id,
        sku=sku,
        name=name,
        quantity=Decimal(quantity),
        unit=unit,
        unit_price=Decimal(unit_price),
        amount=Decimal(amount),
        is_gift=is_gift,
        gift_origin=gift_origin,
        gift_confirmed=gift_confirmed,
        options=item[11],
        technical=item[12],
        refund=item[13],
        shipped_quantity=Decimal(item[14]),
        returned_quantity=Decimal(item[15]),
    )


def moved_line_row(line: Line) -> dict[str, Any]:
    """What an action may change of a line, as the value of one row of a jsonb record set."""
    return {
        "line": line.line,
        "quantity": line.quantity,
        "amount": line.amount,
        "shipped_quantity": line.shipped_quantity,
        "returned_quantity": line.returned_quantity,
        "refund": line.refund,
        "technical": line.technical,
    }


def order_words(order: Order, customer: Mapping[str, Any] | None) -> str:
    """The text by which an order is found."""
    named = [customer.get("name"), customer.get("company"), customer.get("phone")] if customer else []
    lines = [part for line in order.lines for part in (line.sku, line.name)]
    return search_words([order.order_no, order.external_id, *named, *lines])


def line_row(line: Line) -> dict[str, Any]:
    """A line as the value of one row of a jsonb record set."""
    return {
        "line": line.line,
        "external_id": line.external_id,
        "sku": line.sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit": line.unit,
        "unit_price": line.unit_price,
        "amount": line.amount,
        "is_gift": line.is_gift,
        "gift_origin": line.gift_origin,
        "gift_confirmed": line.gift_confirmed,
        "options": line.options,
        "technical": line.technical,
        "refund": line.refund,
    }
