"""WooCommerce's signature: the vector, every sample, the ping, and what is refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from integrations.ports import Sender, SignatureRefused, Verified
from integrations.woocommerce.signature import WooCommerceSender
from tests.domain.intake.support import SAMPLES, body, headers, sample_names

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SENDER: Sender = WooCommerceSender(["woo_hook_secret"])
SHOP = "https://shop.huanuan.example/"
ORDERS = [name for name in sample_names("woocommerce") if name != "ping"]


def test_the_vector() -> None:
    vector = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text("utf-8"))["woocommerce_hmac"]
    told = {"X-WC-Webhook-Signature": vector["X-WC-Webhook-Signature"], "X-WC-Webhook-Delivery-ID": "d"}
    assert SENDER.verify(told, vector["raw_body_utf8"].encode(), NOW) == Verified("d")


@pytest.mark.parametrize("name", ORDERS)
def test_samples_are_genuine_and_altered_ones_are_not(name: str) -> None:
    told, content = headers("woocommerce", name), body("woocommerce", name)
    verdict = SENDER.verify(told, content, NOW)
    assert verdict == Verified(told["X-WC-Webhook-Delivery-ID"], SHOP, told["X-WC-Webhook-Topic"])
    assert SENDER.verify(told, content + b" ", NOW) == SignatureRefused("mismatch")


def test_a_ping_needs_no_signature_and_nothing_else_goes_without() -> None:
    told = headers("woocommerce", "ping")
    assert SENDER.verify(told, body("woocommerce", "ping"), NOW) == Verified("webhook_id=7", "", "ping", ping=True)
    assert SENDER.verify(told, b"webhook_id=7&order=1", NOW) == SignatureRefused("header_missing")


def test_without_a_secret_everything_is_refused() -> None:
    assert WooCommerceSender(["", ""]).verify({}, b"webhook_id=7", NOW) == SignatureRefused("no_secret")


def test_while_a_secret_is_replaced_both_count() -> None:
    told, content = headers("woocommerce", ORDERS[0]), body("woocommerce", ORDERS[0])
    assert isinstance(WooCommerceSender(["new", "woo_hook_secret"]).verify(told, content, NOW), Verified)
