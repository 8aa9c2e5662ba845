"""How long the relay keeps trying: soon at first, then ever more rarely, and after three days it asks a person."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=72)
_DOUBLINGS = 10  # 5 s x 2^10 is over an hour; more would only overflow
_JITTER = 0.25


def wait_before(attempt: int, chance: float) -> timedelta:
    """How long to wait after failed attempt number `attempt` (1 for the first).

    5 s x 2^(attempt - 1), at most an hour, shortened by up to a quarter by `chance` (0 to 1), so that a thousand things
    that failed together do not come back together.
    """
    doublings: int = 2 ** min(attempt - 1, _DOUBLINGS)
    full = min(FIRST_WAIT * doublings, LONGEST_WAIT)
    return full * (1 - _JITTER * chance)


def next_try_at(
    now: datetime, attempt: int, tried_since: datetime, chance: float, at_least: timedelta = timedelta(0)
) -> datetime | None:
    """When to try again, or None once 72 h have been spent on it.

    `at_least` is what the other side asked for (Retry-After); it may be longer than an hour, and is obeyed.
    """
    if now - tried_since >= GIVE_UP_AFTER:
        return None
    return now + max(wait_before(attempt, chance), at_least)
