"""From an order of the story to the commands that open it and put its cost to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from cli.demo.catalogue import DemoCatalogue
from cli.demo.samples import story
from domain.orders.dates import local_date
from domain.orders.money import round_amount
from usecases.orders.edit_order import EditOrder
from usecases.orders.open_order import NewLine, OpenOrder

# What one unit of a currency is in CNY, for the costs that finance writes; and what labour and rent add to material.
_IN_CNY = {"CNY": Decimal(1), "USD": Decimal("7.12"), "EUR": Decimal("7.80")}
_LABOUR = Decimal("1.18")
# What is bought and sold on has no bill of material; it costs this part of its price.
_BOUGHT = Decimal("0.72")


def opening_of(
    told: Mapping[str, Any], catalogue: DemoCatalogue, at: datetime, zone: ZoneInfo, merchandiser_id: UUID
) -> OpenOrder:
    """The order as it came in."""
    opened = local_date(at, zone)
    promise = told.get("promise")
    return OpenOrder(
        order_type=told["type"],
        currency=told.get("currency", "CNY"),
        lines=[_line(told, number, line, catalogue) for number, line in enumerate(told["lines"], 1)],
        shipping=Decimal(told.get("shipping", "0")),
        tax=Decimal(told.get("tax", "0")),
        tax_included=told.get("tax_included", True),
        discounts=[{"line": None, **discount} for discount in told.get("discounts", ())],
        channel=told["channel"],
        shop=told.get("shop", ""),
        external_id=told.get("external_id"),
        customer=story("customers")[told["customer"]],
        signed_date=opened if told["type"] != "custom_furniture" else None,
        promised_date=None if promise is None else opened + timedelta(days=round(promise)),
        merchandiser_id=merchandiser_id,
        priority=told.get("priority", 0),
        extension=told.get("extension", {}),
        notes=told.get("notes", {}),
    )


def _line(told: Mapping[str, Any], number: int, line: Sequence[Any], catalogue: DemoCatalogue) -> NewLine:
    """From `[sku, quantity, price?, gift?]`; a price that is not given is the list's."""
    sku, quantity, *rest = line
    article = catalogue.by_sku[sku]
    gift = rest[-1] if rest and isinstance(rest[-1], Mapping) else None
    price = rest[0] if rest and isinstance(rest[0], str) else story("prices")[sku]
    english = told.get("currency", "CNY") != "CNY" and article.name_en
    return NewLine(
        name=article.name_en if english else article.name,
        quantity=Decimal(str(quantity)),
        unit_price=Decimal(price),
        sku=sku,
        external_id=f"{told['external_id']}-{number}" if "external_id" in told else None,
        unit=article.unit,
        is_gift=gift is not None,
        gift_origin=gift["gift"] if gift else None,
        gift_confirmed=gift.get("confirmed", True) if gift else None,
    )


def pricing_of(
    told: Mapping[str, Any], catalogue: DemoCatalogue, order_no: str, version: int, total: Decimal
) -> EditOrder:
    """Cost and margin as finance works them out: material by the bills and reference costs, labour on top."""
    currency = told.get("currency", "CNY")
    rate = _IN_CNY[currency]
    cost = Decimal(0)
    for sku, quantity, *rest in told["lines"]:
        made = catalogue.material_cost({sku: Decimal(str(quantity))}) * _LABOUR / rate
        price = Decimal(rest[0] if rest and isinstance(rest[0], str) else story("prices")[sku])
        cost += made or Decimal(str(quantity)) * price * _BOUGHT
    cost = round_amount(cost, currency)
    return EditOrder(order_no, {"cost": cost, "margin": total - cost}, version)
