"""Promised dates: a whole day in the factory's own time, and the instant at which it ends."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def due_at(promised: date | None, zone: ZoneInfo) -> datetime | None:
    """The end of the promised day in the factory's zone, as UTC; None where nothing is promised."""
    if promised is None:
        return None
    return datetime.combine(promised + timedelta(days=1), time(), zone).astimezone(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The factory's calendar day at this instant."""
    return instant.astimezone(zone).date()


def derived_promise(reviewed_at: datetime, lead_time_days: int, zone: ZoneInfo) -> date:
    """The promised day that an order without one gets at review: the day of review and the type's lead time."""
    return local_date(reviewed_at, zone) + timedelta(days=lead_time_days)
