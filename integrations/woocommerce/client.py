"""Orders of a WooCommerce shop that changed, by its REST API: its failed webhooks are never repeated.

Source: integrations.md, section 3; the REST documentation of WooCommerce, 'List all orders'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.ports import Changed, ChangedPage
from integrations.reading import Reader, countdown, cut

PAGE = 50
_TIME = "%Y-%m-%dT%H:%M:%S"


@dataclass(frozen=True)
class WooCommerceClient:
    """`keys`: `consumer_key:consumer_secret` of each shop by its address, as its webhooks name it."""

    reader: Reader
    keys: Mapping[str, str]

    async def changed(self, shop: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
        """A page of the orders that changed in between, in any state. Raises FetchFailed."""
        key, _, secret = self.keys[shop].partition(":")
        wanted = {
            "modified_after": since.astimezone(UTC).strftime(_TIME),
            "modified_before": until.astimezone(UTC).strftime(_TIME),
            "dates_are_gmt": "true",
            "orderby": "modified",
            "order": "asc",
            "per_page": str(PAGE),
            "page": page or "1",
        }
        address = f"{shop.rstrip('/')}/wp-json/wc/v3/orders"
        answer = await self.reader.ask("GET", address, params=wanted, auth=(key, secret))
        headers = {"x-wc-webhook-topic": "order.updated", "x-wc-webhook-source": shop, "x-wc-webhook-resource": "order"}
        try:
            pages = int(answer.headers.get("x-wp-totalpages", "1"))
            records = [
                Changed(str(order["id"]), datetime.fromisoformat(f"{order['date_modified_gmt']}+00:00"), found)
                for found, order in cut(answer.body)
            ]
        except (ValueError, KeyError, TypeError) as error:
            raise self.reader.odd("a list of orders") from error
        return ChangedPage(records, countdown(page, pages), headers)
