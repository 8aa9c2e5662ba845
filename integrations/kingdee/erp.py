"""Kingdee as a factory's ERP: what it counts, knows of materials and was paid, and what it is told of orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.warning.stock import Described
from domain.warning.substitutes import Substitute
from integrations.calling import somewhat_earlier
from integrations.kingdee import forms
from integrations.kingdee.books import Books, orders_there, quoted, write_order, write_shipment
from integrations.kingdee.client import KingdeeClient
from integrations.kingdee.money import ledger_page
from integrations.ports import CountedRow, LedgerPage, MaterialPage, StockPage

PAGE_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Kingdee:
    """One data centre. `organisation` is whose stock counts; `locks`: what is locked there is not available."""

    client: KingdeeClient
    organisation: str | None = None
    locks: bool = False
    page_rows: int = PAGE_ROWS
    books: Books = field(default_factory=Books)
    refund_order: str = forms.REFUND_ORDER_FIELD

    async def materials(self, since: str | None, start: int) -> MaterialPage:
        """Articles changed since, oldest number first."""
        conditions = [f"FUseOrgId.FNumber={quoted(self.organisation)}"] if self.organisation else []
        if since:
            conditions.append(f"FModifyDate>={quoted(somewhat_earlier(since))}")
        rows = await self.client.query(
            forms.MATERIAL,
            forms.MATERIAL_FIELDS,
            where=" and ".join(conditions),
            order="FMATERIALID",
            start=start,
            limit=self.page_rows,
        )
        found = forms.material_rows(rows)
        until = max((row["modified"] for row in found), default=None)
        return MaterialPage([_described(row) for row in found], self._next(start, len(rows)), until)

    async def substitutes(self) -> Sequence[Substitute]:
        """Usable plans of single materials; a set that is only replaced as a whole is no substitute of its parts."""
        rows: list[list[Any]] = []
        start: int | None = 0
        while start is not None:
            page = await self.client.query(
                forms.SUBSTITUTION,
                forms.SUBSTITUTION_FIELDS,
                order="FID,FMainPriority,FPriority",
                start=start,
                limit=self.page_rows,
            )
            rows += page
            start = self._next(start, len(page))
        plans = forms.substitution_plans(rows)
        return [one for plan in plans if plan["usable"] and len(plan["main"]) == 1 for one in _allowed(plan)]

    async def stock(self, start: int) -> StockPage:
        """What is usable, row by row: an article stands in several warehouses and lots."""
        rows = await self.client.query(
            forms.STOCK,
            forms.STOCK_FIELDS,
            where=f"FStockOrgId.FNumber={quoted(self.organisation)}" if self.organisation else "",
            order="FID",
            start=start,
            limit=self.page_rows,
        )
        found = [self._counted(row) for row in forms.stock_rows(rows)]
        return StockPage(found, self._next(start, len(rows)))

    async def ledger(self, since: str | None, place: str | None) -> LedgerPage:
        """Bills to customers, then what they paid and were paid back."""
        return await ledger_page(self.client, since, place, self.page_rows, self.refund_order)

    async def orders(self, numbers: Sequence[str]) -> Mapping[str, OrderThere]:
        """Sales orders under our numbers."""
        return await orders_there(self.client, numbers)

    async def tell_order(self, order: ToldOrder) -> None:
        """The sales order, with its stage in the note."""
        await write_order(self.client, self.books, order)

    async def tell_shipment(self, order: ToldOrder, shipment: ToldShipment) -> None:
        """The delivery."""
        await write_shipment(self.client, self.books, order, shipment)

    def _counted(self, row: Mapping[str, Any]) -> CountedRow:
        usable: Decimal = row["quantity"] - (row["locked"] if self.locks else 0) if row["usable"] else Decimal(0)
        return CountedRow(str(row["id"]), row["material"], usable)

    def _next(self, start: int, found: int) -> int | None:
        return start + found if found >= self.page_rows else None


def _described(row: Mapping[str, Any]) -> Described:
    return Described(
        material=row["material"],
        name=row["name"],
        specification=row["specification"],
        unit=row["unit"],
        safety_level=row["safety_stock"],
        unit_cost=row["cost"],
        lead_days=row["lead_days"],
        active=row["active"],
    )


def _allowed(plan: Mapping[str, Any]) -> list[Substitute]:
    (main,) = plan["main"]
    return [
        Substitute(
            material=main["material"],
            use=one["material"],
            ratio=(one["numerator"] / one["denominator"]) / main["per"],
            priority=one["priority"],
            from_date=_date(one["from"]),
            until_date=_date(one["until"]),
            note={"zh": one["note"], "en": one["note"]} if one["note"] else {},
        )
        for one in plan["substitutes"]
    ]


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
