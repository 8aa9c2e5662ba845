"""ERPNext as a factory's ERP: stock by bin, items with reorder levels and prices, invoices and payments; orders out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute
from integrations.calling import somewhat_earlier
from integrations.erpnext.books import orders_there, write_order, write_shipment
from integrations.erpnext.client import ErpNextClient
from integrations.erpnext.money import ledger_page
from integrations.erpnext.rows import number, number_or_zero, whole
from integrations.ports import CountedRow, LedgerPage, MaterialPage, StockPage

PAGE_ROWS = 1000
BIN, ITEM = "Bin", "Item"
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
        filters = [["is_stock_item", "=", 1], *([["modified", ">=", somewhat_earlier(since)]] if since else [])]
        found = await self.client.find(ITEM, ITEM_FIELDS, filters, start=start, limit=self.page_rows)
        rows, more = whole(found, self.page_rows)
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
        """Submitted invoices and credit notes, then what customers paid and were paid back."""
        return await ledger_page(self.client, since, place, self.page_rows)

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
            "quantity": number(row["actual_qty"]),
            "reserved": number(row["reserved_qty"]),
            "unit": row["stock_uom"],
            "warehouse": row["warehouse"],
            "lot": None,
        }
        for row in rows
    ]


def _described(rows: Iterable[Mapping[str, Any]]) -> Iterable[Described]:
    """One for each item; its safety level is the sum of its reorder levels, else its own safety stock."""
    levels: dict[str, Decimal] = {}
    heads: dict[str, Mapping[str, Any]] = {}
    for row in rows:
        heads.setdefault(row["name"], row)
        levels[row["name"]] = levels.get(row["name"], Decimal(0)) + number_or_zero(row["warehouse_reorder_level"])
    for name, head in heads.items():
        safety = levels[name] or number_or_zero(head["safety_stock"])
        price = number_or_zero(head["last_purchase_rate"]) or number_or_zero(head["valuation_rate"])
        days = int(number_or_zero(head["lead_time_days"]))
        yield Described(
            name,
            name=head["item_name"] or "",
            unit=head["stock_uom"] or "",
            safety_level=safety or None,
            unit_cost=price or None,
            lead_days=days or None,
            active=not head["disabled"],
        )
