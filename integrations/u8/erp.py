"""U8 as a factory's ERP: what it counts, what it knows of materials, and the orders that it is told of.

What its fields are called is set, with what its API pages document as defaults. Receivables and deliveries are left
alone: they need warehouses, taxes and periods that only the firm knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.warning.substitutes import Substitute
from integrations.own_fields import counted, described
from integrations.ports import LedgerPage, MaterialPage, NotDoneThere, StockPage
from integrations.u8.books import Terms, orders_there, write_order
from integrations.u8.client import U8Client

PAGE_ROWS = 500
STOCK, MATERIAL = "currentstock", "inventory"
_FREE = "+".join(f"free{place}" for place in range(1, 11))
STOCK_FIELDS = MappingProxyType(
    {"material": "invcode", "quantity": "qty", "less": "stopqty", "row": f"whcode+invcode+batch+{_FREE}"}
)
MATERIAL_FIELDS = MappingProxyType(
    {"material": "code", "name": "name", "specification": "specs", "unit": "main_measure"}
)
_CHANGED = "ModifyDate"


@dataclass(frozen=True, slots=True)
class U8:
    """The books of one account."""

    client: U8Client
    stock_fields: Mapping[str, str] = field(default_factory=lambda: STOCK_FIELDS)
    material_fields: Mapping[str, str] = field(default_factory=lambda: MATERIAL_FIELDS)
    page_rows: int = PAGE_ROWS
    terms: Terms = field(default_factory=Terms)

    async def materials(self, since: str | None, start: int) -> MaterialPage:
        """Materials changed since a day, that day too."""
        asked = {"modifydate_begin": since} if since else {}
        page = start // self.page_rows + 1
        found = await self.client.rows(f"{MATERIAL}/batch_get", MATERIAL, page, self.page_rows, asked)
        following = start + self.page_rows if found.more else None
        return MaterialPage(described(found.rows, self.material_fields), following, _newest(found.rows))

    async def substitutes(self) -> Sequence[Substitute]:
        """What may stand for what is not read there; the factory's own list says it."""
        return ()

    async def stock(self, start: int) -> StockPage:
        """What is there less what is frozen, by warehouse, batch and free items."""
        page = start // self.page_rows + 1
        found = await self.client.rows(f"{STOCK}/batch_get", STOCK, page, self.page_rows, {})
        return StockPage(counted(found.rows, self.stock_fields), start + self.page_rows if found.more else None)

    async def ledger(self, since: str | None, place: str | None) -> LedgerPage:
        """Not read there. Raises NotDoneThere."""
        raise NotDoneThere("ledger")

    async def orders(self, numbers: Sequence[str]) -> Mapping[str, OrderThere]:
        """Sales orders under our numbers."""
        return await orders_there(self.client, self.terms, numbers, self.page_rows)

    async def tell_order(self, order: ToldOrder) -> None:
        """The sales order, once; where it stands is not written there."""
        await write_order(self.client, self.terms, order)

    async def tell_shipment(self, order: ToldOrder, shipment: ToldShipment) -> None:
        """Not written there. Raises NotDoneThere."""
        raise NotDoneThere("shipments")


def _newest(rows: Iterable[Mapping[str, Any]]) -> str | None:
    """The newest day on which one of these changed; what is no day is passed over."""
    return max((day for row in rows if (day := str(row.get(_CHANGED) or "")[:10]) and _is_day(day)), default=None)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
