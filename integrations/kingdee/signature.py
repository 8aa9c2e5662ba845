"""A call signed by the application instead of a session. Source: integrations.md, section 1 'Signature'."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass

_MASK = b"0054f397c6234378b09ca7d3e5debce7"


@dataclass(frozen=True, slots=True)
class Application:
    """What Kingdee gives an application, and on whose behalf it acts. `app_id` holds its key after an underscore."""

    app_id: str
    app_secret: str
    data_centre: str
    user: str
    language: int = 2052
    organisation: str = "0"


def signature_headers(application: Application, path: str, timestamp: str, nonce: str) -> Mapping[str, str]:
    """The nine headers of one call to `path`; `timestamp` in seconds."""
    client, _, hidden = application.app_id.partition("_")
    plain = f"{application.data_centre},{application.user},{application.language},{application.organisation}"
    to_sign = f"POST\n{path.replace('/', '%2F')}\n\nx-api-nonce:{nonce}\nx-api-timestamp:{timestamp}\n"
    return {
        "X-Api-ClientID": client,
        "X-Api-Auth-Version": "2.0",
        "x-api-timestamp": timestamp,
        "x-api-nonce": nonce,
        "x-api-signheaders": "x-api-timestamp,x-api-nonce",
        "X-Api-Signature": _mac(_client_secret(hidden), to_sign),
        "X-Kd-Appkey": application.app_id,
        "X-Kd-Appdata": base64.b64encode(plain.encode()).decode(),
        "X-Kd-Signature": _mac(application.app_secret, application.app_id + plain),
    }


def _client_secret(hidden: str) -> str:
    raw = base64.b64decode(hidden)
    return base64.b64encode(bytes(a ^ b for a, b in zip(raw, _MASK, strict=False))).decode()


def _mac(key: str, text: str) -> str:
    digest = hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
    return base64.b64encode(digest.encode()).decode()
