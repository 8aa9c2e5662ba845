"""The factory's working time around this day, worked out once a day for each calendar."""

from __future__ import annotations

from domain.warning.calendar import Calendar
from domain.warning.working_time import WorkingTime
from persistence.tx import Tx
from usecases.warning.rulebook import factory_calendar

_CACHED = ("working time", "", 0)


async def working_time(tx: Tx) -> WorkingTime:
    """As of the day's beginning; some five years of spans take as long as fifty forecasts."""
    calendar, cache = await factory_calendar(tx), tx.connection.published
    day = tx.now.replace(hour=0, minute=0, second=0, microsecond=0)
    found: tuple[Calendar, object, WorkingTime] | None = cache.get(_CACHED)
    if found is None or found[:2] != (calendar, day):
        found = cache[_CACHED] = calendar, day, WorkingTime.around(calendar, day)
    return found[2]
