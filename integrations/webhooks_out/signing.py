"""Secrets of endpoints, and the headers by which a receiver knows a delivery as ours.

A secret follows from the installation's own secret, the endpoint and its number; so none is stored, and the next number
is another secret.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from standardwebhooks.webhooks import Webhook


class WebhookSecrets:
    """Derives from a key that serves nothing else."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def secret(self, endpoint_id: UUID, number: int) -> str:
        """The secret of this number, as a receiver keeps it: `whsec_` and base64 of 32 bytes."""
        derived = hmac.digest(self._key, f"{endpoint_id}:{number}".encode(), "sha256")
        return f"whsec_{b64encode(derived).decode()}"


def signed_headers(secrets: Sequence[str], message_id: str, now: datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks; one signature for each secret, so that either verifies."""
    signatures = [Webhook(secret).sign(message_id, now, body.decode()) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
