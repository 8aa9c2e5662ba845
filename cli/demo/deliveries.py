"""What the web shops deliver in the demo: the published samples, byte for byte or under a number of their own."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.demo.samples import sample_bytes
from usecases.intake.keep_payload import KeepPayload


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request to `hooks/{channel}`, signed. `number` is the shop's number of the order in the body."""

    channel: str
    number: str
    body: bytes
    headers: Mapping[str, str]


_TAOBAO = ("samples/taobao/fullinfo_promotions_multi_item.json", "4012345678905550001")
_SHOPIFY = ("samples/shopify/orders_create_discounts_properties.json", "6123450000001")


def taobao_delivery(secret: str, now: datetime, number: str | None = None) -> Delivery:
    """The Taobao sample as the relay in the platform's cloud posts it, under Standard Webhooks."""
    name, own_number = _TAOBAO
    number = number or own_number
    body = _body(name, own_number, number)
    message_id, seconds = f"demo-{number}", str(int(now.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{message_id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    headers = {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{b64encode(digest).decode()}",
    }
    return Delivery("taobao", number, body, headers)


def shopify_delivery(secret: str, _now: datetime, number: str | None = None) -> Delivery:
    """The Shopify sample with its own headers; under another number it is another delivery and signed anew."""
    name, own_number = _SHOPIFY
    headers: dict[str, str] = json.loads(sample_bytes(name.replace(".json", ".headers.json")))
    if number is None or number == own_number:
        return Delivery("shopify", own_number, sample_bytes(name), headers)
    body = _body(name, own_number, number)
    signature = b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
    fresh = dict.fromkeys(("X-Shopify-Webhook-Id", "X-Shopify-Event-Id"), f"demo-{number}")
    return Delivery("shopify", number, body, {**headers, **fresh, "X-Shopify-Hmac-Sha256": signature})


def _body(name: str, own_number: str, number: str) -> bytes:
    body = sample_bytes(name)
    return body if number == own_number else renumbered(body, own_number, number)


def arrival_of(told: Mapping[str, Any]) -> KeepPayload:
    """A delivery of the past, under a number of its own, so that the sample itself is still new to the factory."""
    name = told["sample"]
    body = renumbered(sample_bytes(f"samples/{name}"), told["number"], told["as"])
    content_type = "application/xml" if name.endswith(".xml") else "application/json"
    return KeepPayload(
        told["channel"], body, content_type, {"content-type": content_type}, f"seed-{told['as']}", told["shop"]
    )


def renumbered(body: bytes, number: str, new: str) -> bytes:
    """The same order under another number of the shop's, wherever it stands in the body."""
    if not (number.isdecimal() and new.isdecimal()) or number.encode() not in body:
        raise ValueError(f"{number} cannot become {new} here")
    return body.replace(number.encode(), new.encode())


def fresh_number(number: str, now: datetime) -> str:
    """A number of the same length that no delivery has had: the last digits tell the present microsecond."""
    told = f"{int(now.timestamp() * 1_000_000):d}"
    return number[: -len(told)] + told if len(number) > len(told) else number[0] + told[-(len(number) - 1) :]
