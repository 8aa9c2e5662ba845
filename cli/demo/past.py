"""Time and ids of the demo factory's past: each step has its own instant, and ids that follow from its name."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from uuid import UUID


class PastClock:
    """The clock and the ids of a door that lives in the past. Between steps nothing may ask for either."""

    def __init__(self, present: datetime) -> None:
        self._now, self._name, self._numbers = present, "", count()

    @contextmanager
    def at(self, instant: datetime, name: str) -> Iterator[None]:
        """It is this instant, and ids follow from this name: done again, the step makes the same ones."""
        self._now, self._name, self._numbers = instant, name, count()
        yield

    def now(self) -> datetime:
        """The instant of the present step."""
        return self._now

    def new_id(self) -> UUID:
        """A UUIDv7 of the present instant, in the order in which a step makes them (RFC 9562, 5.7 and 6.2)."""
        number = next(self._numbers)
        milliseconds = int(self._now.timestamp() * 1000)
        chance = int.from_bytes(hashlib.sha256(f"{self._name}/{number}".encode()).digest()[:8])
        value = milliseconds << 80 | 0x7 << 76 | (number & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1
        return UUID(int=value)
