"""An order in the names and shapes of the API. Who may read which field is decided later, by domain.access.fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from domain.orders.events import SealedEvent, instant_text
from domain.orders.money import money_text, price_text, quantity_text
from domain.orders.order import Line, Order
from domain.workflow.document import Workflow


def order_view(
    order: Order,
    workflow: Workflow,
    customer: Mapping[str, Any] | None,
    merchandiser: Mapping[str, Any] | None,
    papers: Mapping[str, int],
) -> dict[str, Any]:
    """The whole order as JSON values: money and quantities as decimal strings, instants in UTC."""
    return {
        "id": str(order.id),
        "order_no": order.order_no,
        "parent_no": order.parent_no,
        "channel": order.channel,
        "shop": order.shop,
        "external_id": order.external_id,
        "order_type": order.order_type,
        "customer": customer_view(customer),
        "merchandiser": merchandiser,
        "priority": order.priority,
        "currency": order.currency,
        "lines": [line_view(line, order.currency) for line in order.lines],
        **_money(order),
        **_dates(order),
        "extension": order.extension,
        "notes": order.notes,
        "deliverables": dict(papers),
        **_standing(order, workflow),
    }


_CUSTOMER = ("id", "name", "company", "phone", "email", "address", "masked")


def customer_view(customer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The customer as far as the channel told."""
    return None if customer is None else {name: customer.get(name) for name in _CUSTOMER}


def line_view(line: Line, currency: str) -> dict[str, Any]:
    """One line as JSON values."""
    return {
        "line": line.line,
        "external_id": line.external_id,
        "sku": line.sku,
        "name": line.name,
        "quantity": quantity_text(line.quantity),
        "unit": line.unit,
        "unit_price": price_text(line.unit_price, currency),
        "amount": money_text(line.amount, currency),
        "is_gift": line.is_gift,
        "gift_origin": line.gift_origin,
        "gift_confirmed": line.gift_confirmed,
        "options": line.options,
        "technical": line.technical,
        "refund": line.refund,
        "shipped_quantity": quantity_text(line.shipped_quantity),
        "returned_quantity": quantity_text(line.returned_quantity),
    }


def event_view(sealed: SealedEvent) -> dict[str, Any]:
    """One event as the history shows it, with what is needed to check its hash."""
    return stored_event_view(sealed.body, sealed.canonical, sealed.event.prev_hash, sealed.hash)


def stored_event_view(body: Mapping[str, Any], canonical: str, prev_hash: str, digest: str) -> dict[str, Any]:
    """The same from what is stored."""
    return {**body, "canonical": canonical, "prev_hash": prev_hash, "hash": digest}


def _money(order: Order) -> dict[str, Any]:
    return {
        "discounts": list(order.discounts),
        "fees": list(order.fees),
        "shipping": money_text(order.shipping, order.currency),
        "tax": money_text(order.tax, order.currency),
        "tax_included": order.tax_included,
        "total": money_text(order.total, order.currency),
        "cost": _optional_money(order.cost, order.currency),
        "margin": _optional_money(order.margin, order.currency),
    }


def _optional_money(value: Decimal | None, currency: str) -> str | None:
    return None if value is None else money_text(value, currency)


def _dates(order: Order) -> dict[str, Any]:
    return {
        "signed_date": _date_text(order.signed_date),
        "promised_date": _date_text(order.promised_date),
        "promised_derived": order.promised_derived,
        "requested_date": _date_text(order.requested_date),
        "due_at": _instant(order.due_at),
        "opened_at": _instant(order.opened_at),
        "updated_at": _instant(order.updated_at),
    }


def _standing(order: Order, workflow: Workflow) -> dict[str, Any]:
    stage = workflow.stage(order.stage)
    return {
        "workflow": order.workflow,
        "stage": order.stage,
        "stage_label": stage.label.as_json(),
        "category": order.category,
        "role": stage.role,
        "held": order.held,
        "stage_since": _instant(order.stage_since),
        "revision": order.revision,
        "version": order.version,
    }


def _date_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


def _instant(value: datetime | None) -> str | None:
    return None if value is None else instant_text(value)
