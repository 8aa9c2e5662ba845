"""How fast somebody may ask, and how much is left: a bucket that refills evenly, kept as one number.

The number is the time at which the bucket will be full again (the 'generic cell rate algorithm'): asking moves it on by
the share of one request, and it may not lie further ahead than the window. Times are seconds of any clock that never
goes back. Guessing games have counters of their own (domain/access/throttle.py); this only keeps one from taking all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import ceil

_SHAPE = re.compile(r"([1-9][0-9]{0,6})/([1-9][0-9]{0,4})")


@dataclass(frozen=True, slots=True)
class Pace:
    """At most `quota` requests in any `window` of seconds that begins rested; they refill evenly."""

    quota: int
    window: int

    @staticmethod
    def parse(text: str) -> Pace | None:
        """`600/60` is 600 a minute; `off` is None. Raises ValueError for anything else."""
        if text == "off":
            return None
        found = _SHAPE.fullmatch(text)
        if found is None:
            raise ValueError("must be REQUESTS/SECONDS, as in 600/60, or off")
        return Pace(int(found[1]), int(found[2]))

    def shared_by(self, processes: int) -> Pace:
        """The share of one of so many that do not know of each other."""
        return Pace(max(1, self.quota // processes), self.window)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of asking. `wait`: seconds until one more is possible, None where this one was."""

    full_at: float
    left: int
    full_in: int
    wait: int | None


def take(pace: Pace, full_at: float, now: float) -> Taken:
    """One request at `now`, of somebody whose bucket is full at `full_at`; refused, it costs nothing."""
    share = pace.window / pace.quota
    before = max(full_at, now)
    after = before + share
    if after - now > pace.window + share * 1e-6:
        return Taken(before, 0, ceil(before - now), max(1, ceil(after - now - pace.window)))
    left = int((pace.window - (after - now)) / share + 1e-6)
    return Taken(after, left, ceil(after - now), None)
