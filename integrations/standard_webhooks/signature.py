"""Standard Webhooks, inbound: Taobao's relay, the CRM, export and project senders sign so.

Source: integrations.md, section 7; standardwebhooks.com. The signed text is `id.timestamp.body` over the raw bytes; the
library of that name signs decoded text only, which a body in another encoding has none of, so the digest is made here.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integrations.ports import SignatureRefused, Verified

TOLERANCE = timedelta(minutes=5)
_PREFIX = "whsec_"
_SECONDS = re.compile(r"[0-9]{1,12}")
_ID = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True)
class StandardWebhooksSender:
    """Knows the secrets of one channel (`whsec_` and base64): one, or several while one is being replaced.

    `shop` names the account behind the channel where its payloads do not.
    """

    secrets: Sequence[str]
    shop: str = ""

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified | SignatureRefused:
        """Judges the exact bytes and the time, five minutes either way. Any known signature of any secret will do."""
        given = {name.lower(): value.strip() for name, value in headers.items()}
        keys = [key for secret in self.secrets if (key := _key(secret))]
        if not keys:
            return SignatureRefused("no_secret")
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        message_id, timestamp, signatures = (given.get(name, "") for name in names)
        if not (message_id and timestamp and signatures):
            return SignatureRefused("header_missing")
        if not _ID.fullmatch(message_id) or not _SECONDS.fullmatch(timestamp):
            return SignatureRefused("header_malformed")
        if not _any_fits(keys, f"{message_id}.{timestamp}.".encode() + body, signatures):
            return SignatureRefused("mismatch")
        return _timely(int(timestamp), now) or Verified(message_id, self.shop)


def _timely(seconds: int, now: datetime) -> SignatureRefused | None:
    """Judged after the signature, so that a wrong time is only told to who holds the secret."""
    late = timedelta(seconds=now.timestamp() - seconds)
    if late > TOLERANCE:
        return SignatureRefused("too_old")
    return SignatureRefused("in_the_future") if -late > TOLERANCE else None


def _any_fits(keys: Sequence[bytes], signed: bytes, signatures: str) -> bool:
    """Versions other than `v1` are skipped. All pairs are compared, so that time tells nothing."""
    offered = [part[3:].encode() for part in signatures.split() if part.startswith("v1,")]
    expected = [b64encode(hmac.new(key, signed, hashlib.sha256).digest()) for key in keys]
    return sum(hmac.compare_digest(mine, theirs) for mine in expected for theirs in offered) > 0


def _key(secret: str) -> bytes:
    """The bytes of a secret; none for one that is empty or no base64."""
    try:
        return b64decode(secret.strip().removeprefix(_PREFIX) + "==")
    except ValueError:
        return b""
