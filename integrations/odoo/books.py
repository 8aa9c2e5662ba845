"""Orders and shipments written into Odoo. It has no number of ours that is unique, so each is looked for first.

Who writes does one thing of an order at a time, so that what was looked for cannot be made in between.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from integrations.odoo import forms
from integrations.odoo.client import OdooClient
from integrations.ports import ErpFailed

_SALE, _TRANSFER, _MESSAGE = "sale.order", "stock.picking", "mail.message"


@dataclass(frozen=True, slots=True)
class Books:
    """`customer` is the name of whoever stands for customers that Odoo does not know by name."""

    customer: str = ""


async def orders_there(client: OdooClient, numbers: Sequence[str]) -> dict[str, OrderThere]:
    """Those of the orders that Odoo has, by our number."""
    fields = ("client_order_ref", "amount_untaxed", "amount_total", "currency_id", "state")
    found = await client.search(_SALE, [("client_order_ref", "in", list(numbers))], fields)
    return {
        row["client_order_ref"]: OrderThere(
            row["client_order_ref"],
            [forms.number(row["amount_untaxed"]), forms.number(row["amount_total"])],
            forms.label(row["currency_id"]) or "",
            row["state"] == "cancel",
        )
        for row in found
    }


async def write_order(client: OdooClient, books: Books, order: ToldOrder) -> None:
    """The sales order, and its stage once in its log. Raises ErpFailed."""
    found = await client.search(_SALE, [("client_order_ref", "=", order.order_no)], ("id",), limit=1)
    if found:
        identity: int = found[0]["id"]
    elif order.category == "cancelled":
        return
    else:
        identity = await client.create(_SALE, await _order_values(client, books, order))
    await _note(client, identity, order)


async def write_shipment(client: OdooClient, order: ToldOrder, shipment: ToldShipment) -> None:
    """A transfer to the customer, waiting for the warehouse there to confirm it. Raises ErpFailed."""
    if await client.search(_TRANSFER, [("origin", "=", shipment.number)], ("id",), limit=1):
        return
    fields = ("id", "default_location_src_id", "default_location_dest_id")
    kinds = await client.search("stock.picking.type", [("code", "=", "outgoing")], fields, limit=1)
    if not kinds:
        raise ErpFailed("unknown_object", "no kind of transfer leaves the house", alert=True)
    source, goal = (forms.reference(kinds[0][name]) for name in fields[1:])
    products = await _products(client, [sku for sku, _, _ in shipment.lines])
    moves = [
        {
            "name": name,
            "product_id": products[sku or ""],
            "product_uom_qty": float(quantity),
            "location_id": source,
            "location_dest_id": goal,
        }
        for sku, name, quantity in shipment.lines
    ]
    await client.create(
        _TRANSFER,
        {
            "origin": shipment.number,
            "picking_type_id": kinds[0]["id"],
            "location_id": source,
            "location_dest_id": goal,
            "scheduled_date": f"{shipment.on.isoformat()} 00:00:00",
            "note": order.order_no,
            "move_ids": [[0, 0, move] for move in moves],
        },
    )


async def _note(client: OdooClient, identity: int, order: ToldOrder) -> None:
    """One message for each version: what is told again says nothing new."""
    mark = f"{order.order_no}/{order.version}"
    domain = [("model", "=", _SALE), ("res_id", "=", identity), ("body", "ilike", mark)]
    if await client.search(_MESSAGE, domain, ("id",), limit=1):
        return
    words = f"{order.stage_label.zh} / {order.stage_label.en} ({mark})"
    await client.call(_SALE, "message_post", ids=[identity], body=words)


async def _order_values(client: OdooClient, books: Books, order: ToldOrder) -> dict[str, Any]:
    products = await _products(client, [line.sku for line in order.lines])
    currency = await _one(client, "res.currency", "name", order.currency, "unknown_currency")
    lines = [
        {
            "product_id": products[line.sku or ""],
            "name": line.name,
            "product_uom_qty": float(line.quantity),
            "price_unit": float(line.unit_price),
            "sequence": line.line,
        }
        for line in order.lines
    ]
    return {
        "client_order_ref": order.order_no,
        "partner_id": await _customer(client, books, order.customer),
        "currency_id": currency,
        "date_order": f"{order.ordered_on.isoformat()} 00:00:00",
        **({"commitment_date": f"{order.promised_date.isoformat()} 00:00:00"} if order.promised_date else {}),
        "order_line": [[0, 0, line] for line in lines],
    }


async def _customer(client: OdooClient, books: Books, name: str) -> int:
    for wanted in filter(None, (name, books.customer)):
        found = await client.search("res.partner", [("name", "=", wanted)], ("id",), limit=1)
        if found:
            return int(found[0]["id"])
    raise ErpFailed("unknown_customer", f"no customer is called {name!r}", alert=True, fields=("partner_id",))


async def _products(client: OdooClient, skus: Sequence[str | None]) -> dict[str, int]:
    """Ids of articles by their numbers. Raises ErpFailed naming those that are not there."""
    wanted = sorted({sku for sku in skus if sku})
    found = await client.search("product.product", [("default_code", "in", wanted)], ("id", "default_code"))
    ids = {row["default_code"]: int(row["id"]) for row in found}
    missing = [sku or "?" for sku in skus if (sku or "") not in ids]
    if missing:
        raise ErpFailed("no_article", f"no article has the number {', '.join(missing[:10])}", fields=("product_id",))
    return ids


async def _one(client: OdooClient, model: str, field: str, value: str, reason: str) -> int:
    found = await client.search(model, [(field, "=", value)], ("id",), limit=1)
    if not found:
        raise ErpFailed(reason, value, alert=True)
    return int(found[0]["id"])
