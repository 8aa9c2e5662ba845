"""Deliveries as the shops make them: the samples' bodies, under numbers of their own, signed like the real ones."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from pathlib import Path

from wiring.settings import DEMO_SECRETS, DEMO_WEBHOOK_SECRET

SAMPLES = Path(__file__).resolve().parent.parent / "samples"


def sample(path: str) -> bytes:
    """A sample, byte for byte: `shopify/orders_create_china_address.json`."""
    return (SAMPLES / path).read_bytes()


def signed(channel: str, body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    """The headers under which a demo installation takes this delivery."""
    headers = {"content-type": "application/xml" if body.lstrip().startswith(b"<") else "application/json"}
    if channel == "shopify":
        return {**headers, **_shopify(body, delivery_id)}
    if channel == "woocommerce":
        return {**headers, **_woocommerce(body, delivery_id)}
    if channel == "youzan":
        return {**headers, **_youzan(body)}
    return {**headers, **_standard_webhooks(body, delivery_id, now)}


def _shopify(body: bytes, delivery_id: str) -> dict[str, str]:
    digest = hmac.digest(DEMO_SECRETS["shopify_secret"].encode(), body, hashlib.sha256)
    return {
        "x-shopify-topic": "orders/create",
        "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
        "x-shopify-shop-domain": "huanuan-home.myshopify.com",
        "x-shopify-webhook-id": delivery_id,
    }


def _woocommerce(body: bytes, delivery_id: str) -> dict[str, str]:
    digest = hmac.digest(DEMO_SECRETS["woocommerce_secret"].encode(), body, hashlib.sha256)
    return {
        "x-wc-webhook-source": "https://shop.huanuan.example/",
        "x-wc-webhook-topic": "order.created",
        "x-wc-webhook-signature": base64.b64encode(digest).decode(),
        "x-wc-webhook-delivery-id": delivery_id,
    }


def _youzan(body: bytes) -> dict[str, str]:
    """Its ids stand in the body."""
    client = DEMO_SECRETS["youzan_client_id"]
    text = client.encode() + body + DEMO_SECRETS["youzan_secret"].encode()
    return {"client-id": client, "event-sign": hashlib.md5(text, usedforsecurity=False).hexdigest()}


def _standard_webhooks(body: bytes, delivery_id: str, now: datetime) -> dict[str, str]:
    seconds = str(int(now.timestamp()))
    key = base64.b64decode(DEMO_WEBHOOK_SECRET.removeprefix("whsec_"))
    digest = hmac.digest(key, f"{delivery_id}.{seconds}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": seconds,
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
