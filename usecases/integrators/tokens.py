"""The text of an API key: a prefix by which it is found and recognised, and 256 random bits kept only as a hash."""

from __future__ import annotations

import hashlib
import re
import secrets
import string
from dataclasses import dataclass

MARK = "tl_"
_LETTERS = string.ascii_letters + string.digits
_SHAPE = re.compile(r"(tl_[A-Za-z0-9]{12})_([A-Za-z0-9_-]{43})")


@dataclass(frozen=True, slots=True)
class KeyToken:
    """`prefix` is shown in lists and logs and proves nothing; `secret` is told once."""

    prefix: str
    secret: str

    @staticmethod
    def fresh() -> KeyToken:
        """A new one."""
        handle = "".join(secrets.choice(_LETTERS) for _ in range(12))
        return KeyToken(f"{MARK}{handle}", secrets.token_urlsafe(32))

    @staticmethod
    def parse(text: str) -> KeyToken | None:
        """What `str` wrote, or None."""
        found = _SHAPE.fullmatch(text)
        return KeyToken(found[1], found[2]) if found else None

    @property
    def hash(self) -> str:
        """What is kept of it. The bits are random, so that a plain hash suffices."""
        return hashlib.sha256(str(self).encode()).hexdigest()

    def __str__(self) -> str:
        return f"{self.prefix}_{self.secret}"
