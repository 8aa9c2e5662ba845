"""YonSuite or YonBIP as a factory's ERP: what it counts and what it knows of materials, by the tenant's own API page.

Neither paths nor fields are certain: they are settings, with what the platform documents as defaults. Money and orders
are left alone, since what they need differs by tenant; finance pushes its documents, see docs/adding-an-erp.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta, timezone
from types import MappingProxyType
from typing import Any

from domain.erp.differences import OrderThere
from domain.erp.told import ToldOrder, ToldShipment
from domain.warning.substitutes import Substitute
from integrations.own_fields import counted, described
from integrations.ports import ErpFailed, LedgerPage, MaterialPage, NotDoneThere, StockPage
from integrations.yonsuite.answers import Rows
from integrations.yonsuite.client import YonSuiteClient

PAGE_ROWS = 500
STOCK_PATH = "/yonbip/scm/stock/QueryCurrentStocksByCondition"
STOCK_FIELDS = MappingProxyType(
    {
        "material": "product_code",
        "quantity": "currentqty",
        "row": "org+warehouse+product_code+productsku+batchno+stockStatusDoc+stockUnitId",
    }
)
MATERIAL_PATH = "/yonbip/digitalModel/product/listproductbycondition"
MATERIAL_FIELDS = MappingProxyType(
    {"material": "code", "name": "name", "specification": "modelDescription", "unit": "unitName"}
)
# The list does not say when a material changed; what is read twice changes nothing.
READ_AGAIN = timedelta(days=1)
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Page:
    """What an API page of the tenant says of a list: where it is, what its fields are called, what is asked besides."""

    path: str
    fields: Mapping[str, str]
    asked: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YonSuite:
    """One tenant."""

    client: YonSuiteClient
    stock_page: Page = Page(STOCK_PATH, STOCK_FIELDS)
    material_page: Page = Page(MATERIAL_PATH, MATERIAL_FIELDS)
    page_rows: int = PAGE_ROWS

    async def materials(self, since: str | None, start: int) -> MaterialPage:
        """Materials changed since, in the platform's own order."""
        asked_at = (self.client.clock() - READ_AGAIN).astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
        asked = {**self.material_page.asked, **({"beganTime": since} if since else {})}
        found = await self._rows(self.material_page, asked, start)
        return MaterialPage(described(found.rows, self.material_page.fields), self._next(found, start), asked_at)

    async def substitutes(self) -> Sequence[Substitute]:
        """What may stand for what is not read there; the factory's own list says it."""
        return ()

    async def stock(self, start: int) -> StockPage:
        """What is there, by warehouse and batch."""
        found = await self._rows(self.stock_page, self.stock_page.asked, start)
        return StockPage(counted(found.rows, self.stock_page.fields), self._next(found, start))

    async def ledger(self, since: str | None, place: str | None) -> LedgerPage:
        """Not read there. Raises NotDoneThere."""
        raise NotDoneThere("ledger")

    async def orders(self, numbers: Sequence[str]) -> Mapping[str, OrderThere]:
        """Not written there, and so not compared. Raises NotDoneThere."""
        raise NotDoneThere("orders")

    async def tell_order(self, order: ToldOrder) -> None:
        """Not written there. Raises NotDoneThere."""
        raise NotDoneThere("orders")

    async def tell_shipment(self, order: ToldOrder, shipment: ToldShipment) -> None:
        """Not written there. Raises NotDoneThere."""
        raise NotDoneThere("shipments")

    async def _rows(self, page: Page, asked: Mapping[str, Any], start: int) -> Rows:
        found = await self.client.rows(page.path, asked, start // self.page_rows + 1, self.page_rows)
        if found.more is None and len(found.rows) == self.page_rows:
            problem = f"a bare list of exactly the {self.page_rows} rows that were asked for; take another page size"
            raise ErpFailed("answer_may_be_cut", problem, alert=True)
        return found

    def _next(self, found: Rows, start: int) -> int | None:
        return start + self.page_rows if found.more else None
