"""Deliveries of the samples, changed as a test needs them, and what became of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from domain.products.article import Article
from integrations.ports import Fetched, Fetcher, Lister, SendFailed
from integrations.webhooks_out.client import WebhookClient
from integrations.webhooks_out.signing import WebhookSecrets
from tests.domain.intake.support import SAMPLES, body, headers
from tests.factory import Factory, person
from usecases.intake.keep_payload import KeepPayload, keep_payload
from usecases.intake.read_items import read_item
from usecases.orders.read_orders import read_order
from usecases.portal.codes import Codes
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.outside import Outside
from workers.relay import Relay

CHANGE_TRADE = Callable[[dict[str, Any]], None]
_numbers = count(1)


@dataclass
class Channel:
    """`trades` is what the platform answers when it is asked for a trade."""

    factory: Factory
    trades: dict[str, bytes] = field(default_factory=dict)
    listers: dict[str, Lister] = field(default_factory=dict)

    @staticmethod
    async def open(url: str) -> Channel:
        """A factory whose article list is the samples'."""
        factory = await Factory.open(url, pool_size=12)
        await factory.run(load_catalogue, LoadCatalogue(articles()))
        return Channel(factory)

    async def fetch(self, external_id: str, shop: str) -> Fetched:
        """The platform's answer."""
        if external_id not in self.trades:
            raise SendFailed(f"no trade {external_id} in {shop}", final=True)
        return Fetched(self.trades[external_id], "application/json")

    def relay(self) -> Relay:
        """A relay that can fetch from the platform."""
        fetcher: Fetcher = self
        key = b"k" * 32
        outside = Outside(
            {},
            {"taobao": fetcher, "shopify": fetcher},
            Codes(key),
            WebhookClient(),
            WebhookSecrets(key),
            listers=self.listers,
        )
        return Relay(self.factory.door, outside, chance=lambda: 0.0)

    async def keep(self, name: str, content: bytes, dedupe_key: str | None = None, **more: Any) -> dict[str, Any]:
        """Deliver bytes to a channel without reading them."""
        key = dedupe_key or f"delivery-{next(_numbers)}"
        told: Mapping[str, str] = more.pop("headers", {})
        command = KeepPayload(name, content, told.get("Content-Type", "application/json"), told, key, **more)
        kept: dict[str, Any] = await self.factory.run(keep_payload, command)
        return kept

    async def deliver(self, name: str, content: bytes, **more: Any) -> dict[str, Any]:
        """Deliver bytes and read them; the item afterwards."""
        kept = await self.keep(name, content, **more)
        await self.relay().drain()
        return await self.item(kept["id"])

    async def sample(self, name: str, sample: str, change: CHANGE_TRADE | None = None, **more: Any) -> dict[str, Any]:
        """Deliver a sample, changed as the test needs it."""
        content = body(name, sample)
        if change is not None:
            document = json.loads(content)
            change(document)
            content = json.dumps(document, ensure_ascii=False).encode()
        return await self.deliver(name, content, headers={**headers(name, sample), **more.pop("headers", {})}, **more)

    async def item(self, intake_id: str) -> dict[str, Any]:
        """One item as people see it."""
        found: dict[str, Any] = await self.factory.door.read(person("sales"), read_item, UUID(intake_id))
        return found

    async def order(self, order_no: str) -> dict[str, Any]:
        """One order as sales sees it."""
        found: dict[str, Any] = await self.factory.door.read(person("sales"), read_order, order_no)
        return found

    async def rows(self, sql: str, *values: Any) -> list[dict[str, Any]]:
        """What stands in the database."""
        async with self.factory.database.connect() as connection:
            return [dict(row) for row in await connection.rows(sql, *values)]


def articles() -> list[Article]:
    """The samples' article list."""
    return [_article(row) for row in json.loads((SAMPLES / "catalog.json").read_text("utf-8"))["articles"]]


def _article(row: Mapping[str, Any]) -> Article:
    kind = "gift" if row.get("gift_article") else "product"
    aliases = tuple(row.get("aliases") or ())
    return Article(row["sku"], row["name"], row.get("unit") or "件", kind, row.get("name_en") or "", aliases=aliases)  # type: ignore[arg-type]
