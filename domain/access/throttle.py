"""How often somebody may try: limits, and how long to wait where one of them is used up.

THE piece for guessing games: passwords, second factors, portal codes, and whatever else somebody outside may try. The
counters stand in PostgreSQL (persistence/throttle.py), so that neither a restart nor a flushed Redis forgets them.

A caller charges every limit that an attempt falls under before it does the work, and gives the charge back where the
attempt was right; so attempts that run side by side cannot slip through together. Two counters for one account, one for
browsers that it knows and one for everybody else, keep a stranger from locking the owner out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `tries` within a `window`, which begins with the first try. `name` parts its counters from all others."""

    name: str
    tries: int
    window: timedelta

    def on(self, subject: str) -> Charge:
        """One attempt by, or against, this subject: an account, an address, a browser, a code."""
        return Charge(self, hashlib.sha256(subject.encode()).hexdigest())


@dataclass(frozen=True, slots=True)
class Charge:
    """One attempt under one limit. The subject is kept as a hash: it may be somebody's address, and of any length."""

    limit: Limit
    subject: str


@dataclass(frozen=True, slots=True)
class Counted:
    """How often a limit's subject has been charged in the present window, this attempt with it."""

    limit: Limit
    taken: int
    ends_at: datetime


def wait_of(counted: Iterable[Counted], now: datetime) -> timedelta | None:
    """How long to wait until every limit has room again; None where there is room now."""
    waits = [each.ends_at - now for each in counted if each.taken > each.limit.tries]
    return max(waits) if waits else None


def whole_seconds(wait: timedelta) -> int:
    """The wait as `Retry-After` takes it: whole seconds, rounded up, at least one."""
    return max(1, -(-wait // timedelta(seconds=1)))
