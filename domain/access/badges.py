"""What the code on somebody's badge says: a number, and digits that only this installation can make of it.

Digits alone, because a scanner that types like a keyboard writes them the same on every layout and past every input
method, and because a code of digits is the smallest. A badge says who somebody is and opens nothing.
"""

from __future__ import annotations

import hmac
import re

_NUMBER_DIGITS, _PROOF_DIGITS = 10, 30  # a proof of 99 bits
BADGE = re.compile(rf"[0-9]{{{_NUMBER_DIGITS + _PROOF_DIGITS}}}")


def badge_text(key: bytes, number: int) -> str:
    """The 40 digits of the badge with this number. `key` has 32 bytes."""
    proof = int.from_bytes(hmac.digest(key, f"badge:{number}".encode(), "sha256")) % 10**_PROOF_DIGITS
    return f"{number:0{_NUMBER_DIGITS}d}{proof:0{_PROOF_DIGITS}d}"


def number_of(key: bytes, text: str) -> int | None:
    """The number of a badge of ours; None for whatever else was scanned."""
    if not BADGE.fullmatch(text):
        return None
    number = int(text[:_NUMBER_DIGITS])
    return number if hmac.compare_digest(badge_text(key, number), text) else None
