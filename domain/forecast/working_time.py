"""Working time as one number: hours that the factory has worked since an origin, and back, by bisection."""

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
    """`begins`, `ends`: working spans in POSIX seconds, in order; `before`: hours worked before each of them."""

    begins: Sequence[float]
    ends: Sequence[float]
    before: Sequence[float]

    @staticmethod
    def around(calendar: Calendar, now: datetime) -> WorkingTime:
        """From PAST before now to FUTURE after it; what lies outside counts as its edges."""
        spans = list(calendar.between(now - PAST, now + FUTURE))
        begins = [begin.timestamp() for begin, _ in spans]
        ends = [end.timestamp() for _, end in spans]
        hours = accumulate(((e - b) / _HOUR for b, e in zip(begins, ends, strict=True)), initial=0.0)
        return WorkingTime(begins, ends, list(hours))

    def hours(self, instant: datetime) -> float:
        """How many hours were worked from the origin to the instant."""
        second = instant.timestamp()
        index = bisect_right(self.begins, second) - 1
        if index < 0:
            return 0.0
        return self.before[index] + (min(second, self.ends[index]) - self.begins[index]) / _HOUR

    def instant(self, hours: float) -> datetime:
        """The first instant by which so many hours were worked; the last one that is known where there is none."""
        index = max(bisect_right(self.before, hours) - 1, 0)
        if index > 0 and self.before[index] == hours:
            index -= 1  # the end of a span, not the beginning of the next
        index = min(index, len(self.begins) - 1)
        second = self.begins[index] + (hours - self.before[index]) * _HOUR
        return datetime.fromtimestamp(min(max(second, self.begins[0]), self.ends[-1]), UTC)
