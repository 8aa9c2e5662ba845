"""Deliveries of the samples through the real hooks, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import httpx

from domain.access.actor import system
from tests.api.support import Api
from tests.domain.intake.support import body_path, expected, headers, sample_names
from tests.support.senders import signed
from tests.usecases.intake.channel import articles
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.outside import outside_of
from workers.relay import Relay

HOOKED = ("taobao", "shopify", "woocommerce", "youzan", "crm", "export", "project")
TYPES = {".xml": "application/xml", ".csv": "text/csv", ".txt": "application/x-www-form-urlencoded"}
SENT = [(c, name) for c in HOOKED for name in sample_names(c) if expected(c, name)["kind"] != "rejected"]
_SIGNS = {"x-shopify-hmac-sha256", "x-shopify-webhook-id", "x-wc-webhook-signature", "x-wc-webhook-delivery-id",
          "event-sign"}  # fmt: skip


async def stock(api: Api) -> None:
    """The article list that the samples speak of."""
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles()))


async def read_all(api: Api) -> None:
    """Carry out whatever is due, the reading of what arrived among it."""
    await Relay(api.parts.door, outside_of(api.parts.settings, api.parts.mailbox, api.parts.clock)).drain()


async def deliver(
    api: Api, channel: str, name: str, content: bytes, delivery_id: str, more: Mapping[str, str] | None = None
) -> httpx.Response:
    """These bytes with what a sample's headers say, freshly signed as the channel signs."""
    told = {key.lower(): value for key, value in headers(channel, name).items() if key.lower() not in _SIGNS}
    kind = TYPES.get(body_path(channel, name).suffix, "application/json")
    fresh = {**signed(channel, content, delivery_id, api.clock.now), "content-type": kind}
    return await api.http.post(f"/api/v1/hooks/{channel}", content=content, headers={**fresh, **told, **(more or {})})


async def item(api: Api, intake_id: str) -> dict[str, Any]:
    """One item as a person sees it."""
    answer = await api.get(f"/intake/{intake_id}", role="admin")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def adds_up(order: Mapping[str, Any]) -> bool:
    """Lines - discounts + fees + shipping (+ tax unless it is included) = total, to the last decimal."""

    def total(name: str) -> Decimal:
        return sum((Decimal(one["amount"]) for one in order[name] or ()), Decimal(0))

    computed = total("lines") - total("discounts") + total("fees") + Decimal(order["shipping"])
    return computed + (0 if order["tax_included"] else Decimal(order["tax"])) == Decimal(order["total"])
