"""WooCommerce's webhook signature: base64 HMAC-SHA256 of the raw body under the webhook's secret.

Source: integrations.md, section 3. The ping that is sent when a webhook is saved (`webhook_id=7`) bears no signature:
it is known by its form and proves nothing, so it is answered and never read.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from integrations.ports import SignatureRefused, Verified

_PING = re.compile(rb"webhook_id=\d{1,12}")


@dataclass(frozen=True)
class WooCommerceSender:
    """Knows the webhooks' secrets: one, or several while one is being replaced."""

    secrets: Sequence[str]

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified | SignatureRefused:
        """Judges the exact bytes. WooCommerce signs no time; the delivery id tells repeats."""
        given = {name.lower(): value.strip() for name, value in headers.items()}
        secrets = [secret for secret in self.secrets if secret]
        if not secrets:
            return SignatureRefused("no_secret")
        signature = given.get("x-wc-webhook-signature", "")
        if not signature and _PING.fullmatch(body.strip()):
            return Verified(dedupe_key=body.decode("ascii").strip(), shop=_shop(given), topic="ping", ping=True)
        if not signature:
            return SignatureRefused("header_missing")
        if not sum(hmac.compare_digest(_sign(secret, body), signature.encode()) for secret in secrets):
            return SignatureRefused("mismatch")
        return Verified(
            dedupe_key=given.get("x-wc-webhook-delivery-id") or "",
            shop=_shop(given),
            topic=given.get("x-wc-webhook-topic", ""),
        )


def _shop(given: Mapping[str, str]) -> str:
    return given.get("x-wc-webhook-source", "").lower()


def _sign(secret: str, body: bytes) -> bytes:
    return b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())
