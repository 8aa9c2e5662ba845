"""Youzan's push signature: md5 of client id, raw body and client secret, in the header Event-Sign.

Source: integrations.md, section 3. Older pushes have no such header and bear `sign` in the body: md5 of client id,
`msg` and client secret. That sign does not cover the rest of the body, so it counts only where the header is missing.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integrations.ports import SignatureRefused, Verified


@dataclass(frozen=True)
class YouzanSender:
    """Knows the application's id and secrets: one, or several while one is being replaced."""

    client_id: str
    secrets: Sequence[str]

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Verified | SignatureRefused:
        """Judges the exact bytes. Youzan signs no time; `msg_id`, else type, id and version tell repeats."""
        secrets = [secret for secret in self.secrets if secret]
        if not secrets or not self.client_id:
            return SignatureRefused("no_secret")
        given = {name.lower(): value.strip() for name, value in headers.items()}
        told = _object(body)
        if "event-sign" in given:
            signed, signature = body, given["event-sign"]
        else:
            signed, signature = _text(told, "msg").encode("utf-8", "replace"), _text(told, "sign")
        if not signature or (not signed and "event-sign" not in given):
            return SignatureRefused("header_missing")
        wanted = [_sign(self.client_id, secret, signed) for secret in secrets]
        if not sum(hmac.compare_digest(mine, signature.lower().encode("utf-8", "replace")) for mine in wanted):
            return SignatureRefused("mismatch")
        return Verified(
            dedupe_key=_repeat_of(told),
            shop=_text(told, "kdt_id"),
            topic=_text(told, "type"),
            ping=told.get("test") is True,
        )


def _sign(client_id: str, secret: str, signed: bytes) -> bytes:
    # The platform's own choice; nothing of ours relies on md5.
    digest = hashlib.md5(client_id.encode() + signed + secret.encode(), usedforsecurity=False)
    return digest.hexdigest().encode()


def _repeat_of(told: Mapping[str, Any]) -> str:
    """Nothing where the push has no id: then its bytes tell repeats."""
    names = [_text(told, "msg_id")] if _text(told, "msg_id") else [_text(told, n) for n in ("type", "id", "version")]
    return ":".join(names) if all(names) else ""


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told.get(name)
    return str(value)[:200_000] if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _object(body: bytes) -> Mapping[str, Any]:
    """The body where it is an object; a body that is none can still be signed as a whole."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
