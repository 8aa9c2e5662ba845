"""Working time as one number: how long the factory has worked since an origin, and back, by bisection.

Built once for a calendar and a stretch of time, asked as often as one likes; what lies outside counts as its edge.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from domain.warning.calendar import Calendar

PAST, FUTURE = timedelta(days=500), timedelta(days=1500)
_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """`begins`, `ends`: working spans in POSIX seconds, in order; `before`: seconds worked before each of them."""

    begins: Sequence[float]
    ends: Sequence[float]
    before: Sequence[float]

    @staticmethod
    def spanning(calendar: Calendar, begins_at: datetime, ends_at: datetime) -> WorkingTime:
        """From one instant to another. A span that passes midnight may reach into the next day's first."""
        begins: list[float] = []
        ends: list[float] = []
        for begin, end in calendar.between(begins_at, ends_at):
            start = max([begin.timestamp(), *ends[-1:]])
            if start < end.timestamp():
                begins.append(start)
                ends.append(end.timestamp())
        worked = accumulate((end - begin for begin, end in zip(begins, ends, strict=True)), initial=0.0)
        return WorkingTime(begins, ends, list(worked))

    @staticmethod
    def around(calendar: Calendar, now: datetime) -> WorkingTime:
        """From PAST before now to FUTURE after it."""
        return WorkingTime.spanning(calendar, now - PAST, now + FUTURE)

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Working time from one instant to a later one."""
        return timedelta(seconds=self._seconds(end) - self._seconds(begin))

    def hours(self, instant: datetime) -> float:
        """How many hours were worked from the origin to the instant."""
        return self._seconds(instant) / _HOUR

    def instant(self, hours: float) -> datetime:
        """The first instant by which so many hours were worked; the last one that is known where there is none."""
        worked = hours * _HOUR
        index = max(bisect_right(self.before, worked) - 1, 0)
        if index > 0 and self.before[index] == worked:
            index -= 1  # the end of a span, not the beginning of the next
        index = min(index, len(self.begins) - 1)
        second = self.begins[index] + worked - self.before[index]
        return datetime.fromtimestamp(min(max(second, self.begins[0]), self.ends[-1]), UTC)

    def _seconds(self, instant: datetime) -> float:
        second = instant.timestamp()
        index = bisect_right(self.begins, second) - 1
        return 0.0 if index < 0 else self.before[index] + min(second, self.ends[index]) - self.begins[index]
