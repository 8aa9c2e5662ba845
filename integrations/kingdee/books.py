"""Orders and shipments written into Kingdee under our own numbers.

A repeat finds the document, or is answered that its number is taken: either way it is there, once. Documents are left
as drafts of Kingdee's own flow; one that has been submitted or approved there is not touched any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldLine, ToldOrder, ToldShipment
from integrations.kingdee import forms
from integrations.kingdee.client import KingdeeClient
from integrations.ports import ErpFailed

_ORDER_TYPE, _DELIVERY_TYPE = "XSDD01_SYS", "XSCKD01_SYS"


@dataclass(frozen=True, slots=True)
class Books:
    """What Kingdee asks of a document besides what an order says.

    `customer` is the number of whoever stands for customers that Kingdee does not know by name.
    """

    organisation: str = "100"
    sales_person: str = ""
    customer: str = ""


async def orders_there(client: KingdeeClient, numbers: Sequence[str]) -> dict[str, OrderThere]:
    """Those of the orders that Kingdee has, by number."""
    return {
        row["number"]: OrderThere(row["number"], [row["amount"]], row["currency"], row["cancelled"])
        for row in await _find(client, numbers)
    }


async def write_order(client: KingdeeClient, books: Books, order: ToldOrder) -> None:
    """The sales order with its stage in its note. Raises ErpFailed."""
    there = await _find(client, [order.order_no])
    if not there and order.category != "cancelled":
        if await _make(client, forms.SALES_ORDER, await _order_model(client, books, order)):
            return
        there = await _find(client, [order.order_no])
    note = _note(order)
    if there and there[0]["open"] and there[0]["note"] != note:
        await _renote(client, there[0]["id"], note)


async def write_shipment(client: KingdeeClient, books: Books, order: ToldOrder, shipment: ToldShipment) -> None:
    """The delivery under the shipment's number. Raises ErpFailed."""
    model = {
        "FID": 0,
        "FBillNo": shipment.number,
        "FBillTypeID": {"FNUMBER": _DELIVERY_TYPE},
        "FDate": shipment.on.isoformat(),
        "FSaleOrgId": {"FNumber": books.organisation},
        "FStockOrgId": {"FNumber": books.organisation},
        "FCustomerID": {"FNumber": await _customer(client, books, order.customer)},
        "FNote": order.order_no,
        "FEntity": [
            {
                "FMaterialID": {"FNumber": _article(sku, name)},
                "FRealQty": _number(quantity),
                "FSoorDerno": order.order_no,
            }
            for sku, name, quantity in shipment.lines
        ],
    }
    await _make(client, forms.DELIVERY, model)


async def _find(client: KingdeeClient, numbers: Sequence[str]) -> list[dict[str, Any]]:
    listed = ",".join(quoted(number) for number in numbers)
    rows = await client.query(
        forms.SALES_ORDER,
        forms.SALES_ORDER_FIELDS,
        where=f"FBillNo in ({listed})",
        order="FID",
        start=0,
        limit=max(len(numbers), 1) + 1,
    )
    return forms.order_rows(rows)


async def _make(client: KingdeeClient, form: str, model: Mapping[str, Any]) -> bool:
    """False where a document of this number is there already, which is as good."""
    try:
        await client.save(form, model)
    except ErpFailed as failed:
        if failed.reason != "already_exists":
            raise
        return False
    return True


async def _renote(client: KingdeeClient, identity: int, note: str) -> None:
    """Where somebody has just submitted it there, it keeps the note that it has."""
    try:
        await client.save(forms.SALES_ORDER, {"FID": identity, "FNote": note}, only=("FNote",))
    except ErpFailed as failed:
        if failed.reason != "not_operable":
            raise


async def _order_model(client: KingdeeClient, books: Books, order: ToldOrder) -> dict[str, Any]:
    return {
        "FID": 0,
        "FBillNo": order.order_no,
        "FBillTypeID": {"FNUMBER": _ORDER_TYPE},
        "FDate": order.ordered_on.isoformat(),
        "FSaleOrgId": {"FNumber": books.organisation},
        "FCustId": {"FNumber": await _customer(client, books, order.customer)},
        "FSalerId": {"FNumber": books.sales_person},
        "FSettleCurrId": {"FNumber": forms.currency_code(order.currency)},
        "FNote": _note(order),
        "FSaleOrderEntry": [_line(line, order) for line in order.lines],
    }


def _line(line: ToldLine, order: ToldOrder) -> dict[str, Any]:
    return {
        "FMaterialId": {"FNumber": _article(line.sku, line.name)},
        "FQty": _number(line.quantity),
        **_price(line, order),
        "FIsFree": line.is_gift,
        **({"FDeliveryDate": order.promised_date.isoformat()} if order.promised_date else {}),
    }


def _price(line: ToldLine, order: ToldOrder) -> dict[str, Any]:
    """With tax, as what the line comes to; without, Kingdee adds the tax of the article itself."""
    if not order.tax_included:
        return {"FPrice": _number(line.unit_price)}
    return {"FTaxPrice": _number(line.unit_price), "FAllAmount": _number(line.amount)}


async def _customer(client: KingdeeClient, books: Books, name: str) -> str:
    """The number of the customer of that name, else of who stands for those that are unknown. Raises ErpFailed."""
    rows = await client.query(
        forms.CUSTOMER, ("FNumber", "FName"), where=f"FName={quoted(name)}", order="FNumber", start=0, limit=1
    )
    found = str(rows[0][0]) if rows else books.customer
    if not found:
        raise ErpFailed("unknown_customer", f"no customer is called {name!r}", alert=True, fields=("FCustId",))
    return found


def _article(sku: str | None, name: str) -> str:
    if not sku:
        raise ErpFailed("no_article", f"the line {name!r} has no article number", fields=("FMaterialId",))
    return sku


def _note(order: ToldOrder) -> str:
    return f"{order.stage_label.zh} / {order.stage_label.en}"


def _number(value: Decimal) -> float | int:
    """A JSON number; Kingdee takes no text for one, and rounds to ten decimals itself."""
    return int(value) if value == value.to_integral_value() else float(value)


def quoted(text: str) -> str:
    """A text within a filter."""
    return "'" + text.replace("'", "''") + "'"
