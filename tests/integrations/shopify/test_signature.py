"""Shopify's signature: the vector, every sample, and what is refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ports import Sender, SignatureRefused, Verified
from integrations.shopify.signature import ShopifySender
from tests.domain.intake.support import SAMPLES, body, headers, sample_names

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SENDER: Sender = ShopifySender(["hush_client_secret"])
NAME = "orders_create_china_address"
GENUINE = [name for name in sample_names("shopify") if name != "orders_create_bad_signature"]


def test_the_published_vector() -> None:
    vector = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text("utf-8"))["shopify_hmac"]
    given_headers = {"X-Shopify-Hmac-Sha256": vector["X-Shopify-Hmac-Sha256"], "X-Shopify-Webhook-Id": "w"}
    verdict = ShopifySender([vector["secret"]]).verify(given_headers, vector["raw_body_utf8"].encode(), NOW)
    assert verdict == Verified("w")


@pytest.mark.parametrize("name", GENUINE)
def test_samples_are_genuine(name: str) -> None:
    told = headers("shopify", name)
    verdict = SENDER.verify(told, body("shopify", name), NOW)
    assert verdict == Verified(told["X-Shopify-Webhook-Id"], "huanuan-home.myshopify.com", told["X-Shopify-Topic"])


def test_header_names_in_any_case() -> None:
    told = {name.swapcase(): value for name, value in headers("shopify", NAME).items()}
    assert isinstance(SENDER.verify(told, body("shopify", NAME), NOW), Verified)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_altered_byte_is_refused(place: int, change: int) -> None:
    content = bytearray(body("shopify", NAME))
    content[place % len(content)] ^= change
    assert SENDER.verify(headers("shopify", NAME), bytes(content), NOW) == SignatureRefused("mismatch")


@pytest.mark.parametrize("secrets", [[], [""], ["", ""]])
def test_without_a_secret_nothing_is_genuine(secrets: list[str]) -> None:
    assert ShopifySender(secrets).verify(headers("shopify", NAME), body("shopify", NAME), NOW) == SignatureRefused(
        "no_secret"
    )


def test_an_empty_secret_never_signs() -> None:
    forged = base64.b64encode(hmac.new(b"", b"{}", hashlib.sha256).digest()).decode()
    told = {"X-Shopify-Hmac-Sha256": forged, "X-Shopify-Webhook-Id": "w"}
    assert isinstance(ShopifySender(["", "real"]).verify(told, b"{}", NOW), SignatureRefused)


def test_either_secret_while_one_is_being_replaced() -> None:
    for secrets in (["new", "hush_client_secret"], ["hush_client_secret", "new"]):
        assert isinstance(ShopifySender(secrets).verify(headers("shopify", NAME), body("shopify", NAME), NOW), Verified)


@pytest.mark.parametrize("missing", ["X-Shopify-Hmac-Sha256", "X-Shopify-Webhook-Id"])
def test_a_missing_header_is_refused(missing: str) -> None:
    told = {name: value for name, value in headers("shopify", NAME).items() if name != missing}
    assert SENDER.verify(told, body("shopify", NAME), NOW) == SignatureRefused("header_missing")


@given(st.dictionaries(st.text(max_size=40), st.text(max_size=80)), st.binary(max_size=100))
def test_any_headers_get_a_verdict(told: dict[str, str], content: bytes) -> None:
    assert isinstance(SENDER.verify(told, content, NOW), SignatureRefused)


@given(st.text(min_size=1, max_size=80))
def test_any_signature_gets_a_verdict(signature: str) -> None:
    told = {"X-Shopify-Hmac-Sha256": signature, "X-Shopify-Webhook-Id": "w"}
    assert isinstance(SENDER.verify(told, b"{}", NOW), SignatureRefused)
