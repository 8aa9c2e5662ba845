"""The signature of calls to the Taobao Open Platform (TOP). Source: integrations.md, section 2."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Literal

SignMethod = Literal["md5", "hmac", "hmac-sha256"]


def sign(parameters: Mapping[str, str], secret: str, method: SignMethod) -> str:
    """Upper-case hex over the sorted names and values, without `sign` and without empty values."""
    joined = "".join(f"{name}{value}" for name, value in sorted(parameters.items()) if name != "sign" and value)
    key, text = secret.encode(), joined.encode()
    if method == "md5":
        return hashlib.md5(key + text + key, usedforsecurity=False).hexdigest().upper()
    digest = "md5" if method == "hmac" else "sha256"
    return hmac.new(key, text, digest).hexdigest().upper()
