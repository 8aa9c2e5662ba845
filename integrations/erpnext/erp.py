"""ERPNext as a factory's ERP: stock by bin, items with their reorder levels and prices, invoices; orders out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.orders.reconciliation import LedgerEntry
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute
from integrations.erpnext.books import orders_there, write_order, write_shipment
from integrations.erpnext.client import ErpNextClient
from integrations.ports import CountedRow, ErpFailed, LedgerPage, MaterialPage, StockPage

PAGE_ROWS = 1000
BIN, ITEM, INVOICE = "Bin", "Item", "Sales Invoice"
BIN_FIELDS = ("item_code", "warehouse", "actual_qty", "reserved_qty", "projected_qty", "stock_uom", "modified")
ITEM_FIELDS = (
    "name",
    "item_name",
    "description",
    "stock_uom",
    "safety_stock",
    "lead_time_days",
    "last_purchase_rate",
    "valuation_rate",
    "disabled",
    "modified",
    "reorder_levels.warehouse_reorder_level",
)
INVOICE_FIELDS = ("name", "po_no", "posting_date", "grand_total", "currency", "is_return", "modified")
_POSTED = 1


@dataclass(frozen=True, slots=True)
class ErpNext:
    """One site. `warehouses`: a pattern of whose stock counts; `reserved`: what is reserved there is not available."""

    client: ErpNextClient
    warehouses: str | None = None
    reserved: bool = False
    customer: str = ""
    page_rows: int = PAGE_ROWS

    async def materials(self, since: str | None, start: int) -> MaterialPage:
        """Items changed since, disabled ones too; one with several reorder levels comes as several rows."""
        filters = [["is_stock_item", "=", 1], *([["modified", ">=", since]] if since else [])]
        found = await self.client.find(ITEM, ITEM_FIELDS, filters, start=start, limit=self.page_rows)
        rows, more = _whole(found, self.page_rows)
        until = max((str(row["modified"]) for row in rows), default=None)
        return MaterialPage(list(_described(rows)), start + len(rows) if more else None, until)

    async def substitutes(self) -> Sequence[Substitute]:
        """Item alternatives go both ways and have no ratio there; the factory's own list says what stands for what."""
        return ()

    async def stock(self, start: int) -> StockPage:
        """What lies in each bin; what is projected is a forecast, and no stock."""
        filters = [["warehouse", "like", self.warehouses]] if self.warehouses else []
        found = await self.client.find(BIN, BIN_FIELDS, filters, start=start, limit=self.page_rows)
        rows = [
            CountedRow(
                f"{row['material']}|{row['warehouse']}",
                row["material"],
                row["quantity"] - (row["reserved"] if self.reserved else 0),
            )
            for row in bin_rows(found)
        ]
        return StockPage(rows, start + len(found) if len(found) >= self.page_rows else None)

    async def ledger(self, since: str | None, place: str | None) -> LedgerPage:
        """Submitted invoices; a return is a credit note. The order is the customer's order number, which is ours."""
        start = int(place or 0)
        filters = [["docstatus", "=", _POSTED], *([["modified", ">=", since]] if since else [])]
        rows = await self.client.find(INVOICE, INVOICE_FIELDS, filters, start=start, limit=self.page_rows)
        entries = [_entry(row) for row in rows if row["po_no"] and _number(row["grand_total"])]
        until = max((str(row["modified"]) for row in rows), default=None)
        following = str(start + len(rows)) if len(rows) >= self.page_rows else None
        return LedgerPage(entries, following, until, sum(not row["po_no"] for row in rows))

    async def orders(self, numbers: Sequence[str]) -> Mapping[str, OrderThere]:
        """Sales orders with our numbers as the customer's."""
        return await orders_there(self.client, numbers)

    async def tell_order(self, order: ToldOrder) -> None:
        """The sales order, with its stage as a comment."""
        await write_order(self.client, self.customer, order)

    async def tell_shipment(self, order: ToldOrder, shipment: ToldShipment) -> None:
        """A comment on the sales order: which goods left is for the warehouse there to post."""
        await write_shipment(self.client, order, shipment)


def bin_rows(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Stock by item and warehouse, in the item's stock unit."""
    return [
        {
            "material": str(row["item_code"]),
            "name": None,
            "quantity": _number(row["actual_qty"]),
            "reserved": _number(row["reserved_qty"]),
            "unit": row["stock_uom"],
            "warehouse": row["warehouse"],
            "lot": None,
        }
        for row in rows
    ]


def _whole(rows: list[dict[str, Any]], page_rows: int) -> tuple[list[dict[str, Any]], bool]:
    """The rows without a last item that may go on, and whether there may be more. Raises ErpFailed."""
    if len(rows) < page_rows:
        return rows, False
    kept = [row for row in rows if row["name"] != rows[-1]["name"]]
    if not kept:
        raise ErpFailed("answer_too_large", "one item has more reorder levels than a page has rows", alert=True)
    return kept, True


def _described(rows: Iterable[Mapping[str, Any]]) -> Iterable[Described]:
    """One for each item; its safety level is the sum of its reorder levels, else its own safety stock."""
    levels: dict[str, Decimal] = {}
    heads: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        heads.setdefault(row["name"], row)
        levels[row["name"]] = levels.get(row["name"], Decimal(0)) + _or_zero(row["warehouse_reorder_level"])
    for name, head in heads.items():
        safety = levels[name] or _or_zero(head["safety_stock"])
        price = _or_zero(head["last_purchase_rate"]) or _or_zero(head["valuation_rate"])
        days = int(_or_zero(head["lead_time_days"]))
        yield Described(
            name,
            name=head["item_name"] or "",
            unit=head["stock_uom"] or "",
            safety_level=safety or None,
            unit_cost=price or None,
            lead_days=days or None,
            active=not head["disabled"],
        )


def _entry(row: Mapping[str, Any]) -> LedgerEntry:
    return LedgerEntry(
        external_id=f"{INVOICE}/{row['name']}",
        kind="credit_note" if row["is_return"] else "invoice",
        order_no=str(row["po_no"]),
        document_no=str(row["name"]),
        amount=abs(_number(row["grand_total"])),
        currency=str(row["currency"]),
        booked_date=date.fromisoformat(str(row["posting_date"])[:10]),
    )


def _or_zero(value: Any) -> Decimal:
    return Decimal(0) if value is None else _number(value)


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ErpFailed("not_an_api_answer", f"no number: {value!r}"[:200], alert=True)
    return Decimal(value)
