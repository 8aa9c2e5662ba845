"""Orders of a Shopify shop that changed, by its Admin API: finds what no webhook told of.

Source: integrations.md, section 3; shopify.dev, 'Order' and 'Paginate requests with REST'. Pages are followed by their
`page_info`; a later page may name nothing else but its size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from integrations.ports import Changed, ChangedPage, FetchFailed
from integrations.reading import Reader, cut

PAGE = 50


@dataclass(frozen=True)
class ShopifyClient:
    """`tokens`: the access token of each shop by its domain (`name.myshopify.com`)."""

    reader: Reader
    tokens: Mapping[str, str]
    version: str

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the orders that changed in between, in any state. Raises FetchFailed."""
        wanted = {"limit": str(PAGE), "page_info": page} if page else _first(since, until)
        answer = await self.reader.ask(
            "GET",
            f"https://{shop}/admin/api/{self.version}/orders.json",
            params=wanted,
            headers={"x-shopify-access-token": self.tokens[shop]},
        )
        headers = {"x-shopify-topic": "orders/updated", "x-shopify-shop-domain": shop}
        return ChangedPage(self._records(answer.body), _page_info(answer.following), headers)

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
