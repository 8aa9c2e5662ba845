"""Odoo as a factory's ERP: what it counts, knows of materials and was paid, and what it is told of orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute
from integrations.calling import somewhat_earlier
from integrations.odoo import forms
from integrations.odoo.books import Books, orders_there, write_order, write_shipment
from integrations.odoo.client import OdooClient
from integrations.odoo.money import ledger_page
from integrations.ports import CountedRow, LedgerPage, MaterialPage, StockPage

PAGE_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Odoo:
    """One database. `reserved`: what is reserved there for its own transfers is not available."""

    client: OdooClient
    reserved: bool = False
    page_rows: int = PAGE_ROWS
    books: Books = field(default_factory=Books)

    async def materials(self, since: str | None, start: int) -> MaterialPage:
        """Products with a number, changed since or with a reordering rule that was, those put aside too."""
        domain: list[Any] = [("default_code", "!=", False), ("active", "in", [True, False])]
        if since:
            earlier = somewhat_earlier(since)
            domain += ["|", ("write_date", ">=", earlier), ("orderpoint_ids.write_date", ">=", earlier)]
        found = await self.client.search(
            forms.PRODUCT, domain, ("id", *forms.PRODUCT_FIELDS), offset=start, limit=self.page_rows
        )
        kept = await self._orderpoints([row["id"] for row in found])
        least = forms.minimums(kept)
        until = max(filter(None, (forms.newest(found), forms.newest(kept))), default=None)
        return MaterialPage([_described(row, least) for row in found], self._next(start, len(found)), until)

    async def substitutes(self) -> Sequence[Substitute]:
        """Odoo has no list of what may stand for what; the factory's own is pushed, or stands in its bills."""
        return ()

    async def stock(self, start: int) -> StockPage:
        """What lies in the factory's own locations, by location and lot."""
        rows = await self.client.search(
            forms.QUANT, [forms.OWN_STOCK], ("id", *forms.QUANT_FIELDS), offset=start, limit=self.page_rows
        )
        codes = await self._codes({forms.reference(row["product_id"]) for row in rows})
        counted = [
            CountedRow(str(row["id"]), codes[product], self._usable(quant))
            for row, quant in zip(rows, forms.quant_rows(rows), strict=True)
            if (product := forms.reference(row["product_id"])) in codes
        ]
        return StockPage(counted, self._next(start, len(rows)))

    async def ledger(self, since: str | None, place: str | None) -> LedgerPage:
        """Posted invoices and credit notes, then payments of customers."""
        return await ledger_page(self.client, since, place, self.page_rows)

    async def orders(self, numbers: Sequence[str]) -> Mapping[str, OrderThere]:
        """Sales orders whose customer reference is one of our numbers."""
        return await orders_there(self.client, numbers)

    async def tell_order(self, order: ToldOrder) -> None:
        """The sales order, with its stage in its log."""
        await write_order(self.client, self.books, order)

    async def tell_shipment(self, order: ToldOrder, shipment: ToldShipment) -> None:
        """A transfer out of the house."""
        await write_shipment(self.client, order, shipment)

    async def _orderpoints(self, products: Sequence[int]) -> list[dict[str, Any]]:
        if not products:
            return []
        return await self.client.search(forms.ORDERPOINT, [("product_id", "in", products)], forms.ORDERPOINT_FIELDS)

    async def _codes(self, products: set[int | None]) -> dict[int | None, str]:
        """Numbers of products, from where they are kept: a label may be written in another way."""
        wanted = sorted(product for product in products if product is not None)
        if not wanted:
            return {}
        domain = [("id", "in", wanted), ("active", "in", [True, False])]
        found = await self.client.search(forms.PRODUCT, domain, ("id", "default_code"))
        return {row["id"]: code for row in found if (code := forms.text(row["default_code"]))}

    def _usable(self, quant: Mapping[str, Any]) -> Decimal:
        quantity: Decimal = quant["quantity"]
        return quantity - quant["reserved"] if self.reserved else quantity

    def _next(self, start: int, found: int) -> int | None:
        return start + found if found >= self.page_rows else None


def _described(row: Mapping[str, Any], least: Mapping[int, Decimal]) -> Described:
    price = forms.number(row["standard_price"])
    return Described(
        material=forms.text(row["default_code"]),
        name=forms.text(row["name"]),
        unit=forms.label(row["uom_id"]) or "",
        safety_level=least.get(row["id"]),
        unit_cost=price if price > 0 else None,
        active=bool(row["active"]),
    )
