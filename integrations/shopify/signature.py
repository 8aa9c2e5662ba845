"""Shopify's webhook signature: base64 HMAC-SHA256 of the raw body under the app's client secret.

Source: integrations.md, section 3; shopify.dev, 'Verify the origin of webhooks'.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from integrations.ports import SignatureRefused, Verified


@dataclass(frozen=True)
class ShopifySender:
    """Knows the app's client secrets: one, or two while a secret is being replaced."""

    secrets: Sequence[str]

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified | SignatureRefused:
        """Judges the exact bytes. Shopify signs no time, so `now` does not matter; the webhook id tells repeats."""
        given = {name.lower(): value.strip() for name, value in headers.items()}
        secrets = [secret for secret in self.secrets if secret]
        if not secrets:
            return SignatureRefused("no_secret")
        signature = given.get("x-shopify-hmac-sha256", "")
        if not signature or not given.get("x-shopify-webhook-id"):
            return SignatureRefused("header_missing")
        if not sum(hmac.compare_digest(_sign(secret, body), signature.encode()) for secret in secrets):
            return SignatureRefused("mismatch")
        return Verified(
            dedupe_key=given["x-shopify-webhook-id"],
            shop=given.get("x-shopify-shop-domain", "").lower(),
            topic=given.get("x-shopify-topic", ""),
        )


def _sign(secret: str, body: bytes) -> bytes:
    return b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
