"""Who of a customer may sign in: from what a channel told of them to an address that a code can be sent to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from domain.text import Language

_LONGEST = 254
# What a code can be sent to. Whether anybody reads it there only the code itself shows.
_ADDRESS = re.compile(r"[^\s@*<>,;:\"()\[\]\\]+@[^\s@*<>,;:\"()\[\]\\]+\.[^\s@*<>,;:\"()\[\]\\]+")
_CHINESE_READERS = frozenset({"CN", "HK", "MO", "TW"})


def folded_email(email: str) -> str:
    """The one way in which an address of mail is kept and compared: no blanks around it, lower-case."""
    return email.strip().lower()


def contact_email(customer: Mapping[str, Any]) -> str | None:
    """The address that a customer signs in by; None where the channel told none, or only a masked one."""
    email = folded_email(customer.get("email") or "")
    if customer.get("masked") or len(email) > _LONGEST or not _ADDRESS.fullmatch(email):
        return None
    return email


def contact_language(customer: Mapping[str, Any]) -> Language:
    """The language that a customer most likely reads, by the country of the address; Chinese where none is known."""
    address = customer.get("address")
    country = address.get("country") if isinstance(address, Mapping) else None
    return "zh" if country is None or country in _CHINESE_READERS else "en"
