"""The periods of what recurs: each has one beginning, which names it, whoever asks and whenever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def period_start(now: datetime, every: timedelta, offset: timedelta = timedelta(0)) -> datetime:
    """The beginning of the period that `now` lies in, counted from the epoch plus `offset`."""
    return _EPOCH + offset + (now - _EPOCH - offset) // every * every
