"""Working time between two instants, by the factory's calendar; built once, asked as often as one likes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.warning.calendar import Calendar, Span

_A_DAY = timedelta(days=1)


class WorkingTime:
    """The working spans from one instant to another, with what passed before each, so that a question is two looks."""

    def __init__(self, calendar: Calendar, begins_at: datetime, ends_at: datetime) -> None:
        self._starts: list[datetime] = []
        self._ends: list[datetime] = []
        self._before: list[timedelta] = []
        passed = timedelta()
        for begin, end in _spans(calendar, begins_at, ends_at):
            # One that passes midnight may reach into the next day's first.
            start = max(begin, self._ends[-1]) if self._ends else begin
            if start >= end:
                continue
            self._starts.append(start)
            self._ends.append(end)
            self._before.append(passed)
            passed += end - start

    def between(self, begin: datetime, end: datetime) -> timedelta:
        """Working time from one instant to a later one."""
        return self._until(end) - self._until(begin)

    def _until(self, instant: datetime) -> timedelta:
        place = bisect_right(self._starts, instant) - 1
        if place < 0:
            return timedelta()
        return self._before[place] + min(instant, self._ends[place]) - self._starts[place]


def _spans(calendar: Calendar, begins_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    # A span of the day before may reach into the first day.
    day = begins_at.astimezone(calendar.zone).date() - _A_DAY
    last = ends_at.astimezone(calendar.zone).date()
    while day <= last:
        for span in calendar.spans(day):
            yield _at(calendar, day, span)
        day += _A_DAY


def _at(calendar: Calendar, day: date, span: Span) -> tuple[datetime, datetime]:
    begins, ends = span
    next_day = day + _A_DAY if ends <= begins else day
    return _instant(calendar, day, begins), _instant(calendar, next_day, ends)


def _instant(calendar: Calendar, day: date, at: time) -> datetime:
    # All in one zone: comparing instants of two zones takes ten times as long.
    return datetime.combine(day, at, calendar.zone).astimezone(UTC)
