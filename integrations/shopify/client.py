"""Orders of a Shopify shop that changed, by its Admin API: finds what no webhook told of.

Source: integrations.md, section 3; shopify.dev, 'Order' and 'Paginate requests with REST'. Pages are followed by their
`page_info`; a later page may name nothing else but its size.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, quote, urlsplit

from integrations.ports import Changed, ChangedPage, Fetched, FetchFailed
from integrations.reading import Reader, cut

PAGE = 50


@dataclass(frozen=True)
class ShopifyClient:
    """`tokens`: the access token of each shop by its domain (`name.myshopify.com`)."""

    reader: Reader
    tokens: Mapping[str, str]
    version: str

    async def fetch(self, external_id: str, shop: str) -> Fetched:
        """The order as the shop has it now: a refund says what went back, and not what is left. Raises FetchFailed."""
        if shop not in self.tokens:
            raise FetchFailed(f"shop {shop[:80]!r} has given no token", final=True, needs_login=True, alert=True)
        address = f"{self._address(shop)}/orders/{quote(external_id, safe='')}.json"
        answer = await self.reader.ask("GET", address, headers={"x-shopify-access-token": self.tokens[shop]})
        try:
            number = str(json.loads(answer.body)["order"]["id"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise self.reader.odd("an order") from error
        if number != external_id:
            raise FetchFailed("Shopify answers another order than was asked for")
        return Fetched(answer.body, "application/json")

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the orders that changed in between, in any state. Raises FetchFailed."""
        wanted = {"limit": str(PAGE), "page_info": page} if page else _first(since, until)
        answer = await self.reader.ask(
            "GET",
            f"{self._address(shop)}/orders.json",
            params=wanted,
            headers={"x-shopify-access-token": self.tokens[shop]},
        )
        headers = {"x-shopify-topic": "orders/updated", "x-shopify-shop-domain": shop}
        return ChangedPage(self._records(answer.body), _page_info(answer.following), headers)

    def _address(self, shop: str) -> str:
        return f"https://{shop}/admin/api/{self.version}"

    def _records(self, body: bytes) -> list[Changed]:
        try:
            return [
                Changed(str(order["id"]), datetime.fromisoformat(order["updated_at"]), found)
                for found, order in cut(body, "orders")
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise self._odd() from error

    def _odd(self) -> FetchFailed:
        return self.reader.odd("a list of orders")


def _first(since: datetime, until: datetime) -> dict[str, str]:
    between = {"updated_at_min": since.isoformat(), "updated_at_max": until.isoformat()}
    return {"status": "any", "order": "updated_at asc", "limit": str(PAGE), **between}


def _page_info(address: str | None) -> str | None:
    return next(iter(parse_qs(urlsplit(address).query).get("page_info", ())), None) if address else None
