"""Orders written into ERPNext, with what happens to them as comments. Each is looked for before it is made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.orders.money import quantity_text
from integrations.erpnext.client import ErpNextClient
from integrations.ports import ErpFailed

_ORDER, _COMMENT, _CUSTOMER = "Sales Order", "Comment", "Customer"
_CANCELLED = 2


async def orders_there(client: ErpNextClient, numbers: Sequence[str]) -> dict[str, OrderThere]:
    """Those of the orders that ERPNext has, by our number; one that was amended counts as it is now."""
    fields = ("name", "po_no", "net_total", "grand_total", "currency", "docstatus")
    rows = await client.find(_ORDER, fields, [["po_no", "in", list(numbers)]], limit=len(numbers) * 3 + 1)
    found: dict[str, OrderThere] = {}
    for row in sorted(rows, key=lambda row: row["docstatus"] != _CANCELLED):
        amounts = [row["net_total"], row["grand_total"]]
        found[row["po_no"]] = OrderThere(row["po_no"], amounts, row["currency"], row["docstatus"] == _CANCELLED)
    return found


async def write_order(client: ErpNextClient, customer: str, order: ToldOrder) -> None:
    """The sales order as a draft, and its stage once as a comment. Raises ErpFailed."""
    name = await _find(client, order.order_no)
    if name is None:
        if order.category == "cancelled":
            return
        name = await client.create(_ORDER, await _document(client, customer, order))
    mark = f"{order.order_no}/{order.version}"
    await _comment(client, name, mark, f"{order.stage_label.zh} / {order.stage_label.en}")


async def write_shipment(client: ErpNextClient, order: ToldOrder, shipment: ToldShipment) -> None:
    """What left, once as a comment. Raises ErpFailed."""
    name = await _find(client, order.order_no)
    if name is None:
        raise ErpFailed("unknown_object", f"no sales order has the customer's number {order.order_no}")
    goods = ", ".join(f"{quantity_text(quantity)} × {sku or name}" for sku, name, quantity in shipment.lines)
    await _comment(client, name, shipment.number, f"{shipment.on.isoformat()}: {goods}")


async def _find(client: ErpNextClient, order_no: str) -> str | None:
    filters = [["po_no", "=", order_no], ["docstatus", "<", _CANCELLED]]
    rows = await client.find(_ORDER, ("name",), filters, limit=1)
    return str(rows[0]["name"]) if rows else None


async def _comment(client: ErpNextClient, name: str, mark: str, words: str) -> None:
    """One for each mark: what is told again says nothing new."""
    about = [["reference_doctype", "=", _ORDER], ["reference_name", "=", name], ["content", "like", f"%({mark})%"]]
    if await client.find(_COMMENT, ("name",), about, limit=1):
        return
    comment = {"comment_type": "Info", "reference_doctype": _ORDER, "reference_name": name}
    await client.create(_COMMENT, {**comment, "content": f"{words} ({mark})"})


async def _document(client: ErpNextClient, customer: str, order: ToldOrder) -> dict[str, Any]:
    due = (order.promised_date or order.ordered_on).isoformat()
    return {
        "customer": await _customer(client, customer, order.customer),
        "po_no": order.order_no,
        "transaction_date": order.ordered_on.isoformat(),
        "delivery_date": due,
        "currency": order.currency,
        "items": [
            {
                "item_code": _article(line.sku, line.name),
                "description": line.name,
                "qty": float(line.quantity),
                "rate": float(line.unit_price),
                "delivery_date": due,
            }
            for line in order.lines
        ],
    }


async def _customer(client: ErpNextClient, otherwise: str, name: str) -> str:
    rows = await client.find(_CUSTOMER, ("name",), [["customer_name", "=", name]], limit=1)
    found = str(rows[0]["name"]) if rows else otherwise
    if not found:
        raise ErpFailed("unknown_customer", f"no customer is called {name!r}", alert=True, fields=("customer",))
    return found


def _article(sku: str | None, name: str) -> str:
    if not sku:
        raise ErpFailed("no_article", f"the line {name!r} has no article number", fields=("item_code",))
    return sku
