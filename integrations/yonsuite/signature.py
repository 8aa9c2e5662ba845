"""What signs the call for a token. Source: integrations.md, section 8 'YonSuite / YonBIP'."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign(secret: str, asked: Mapping[str, str]) -> str:
    """The signature, base64: the key signs names and values in the order of the names, with nothing between them."""
    text = "".join(name + value for name, value in sorted(asked.items()))
    return base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
