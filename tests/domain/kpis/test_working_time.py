"""Working time between two instants, against counting every minute."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.kpis.working_time import WorkingTime
from domain.warning.calendar import Calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = ((time(8), time(12)), (time(13), time(17)))
NIGHT = ((time(22), time(2)),)
CALENDAR = Calendar(SHANGHAI, (DAY, DAY, NIGHT, DAY, DAY, (), ()), {date(2026, 11, 26): ()})
BEGAN = datetime(2026, 11, 22, tzinfo=SHANGHAI)
MINUTES = st.integers(0, 8 * 24 * 60)


def working(minute: datetime) -> bool:
    """Whether the factory works in the minute that begins there."""
    for back in (0, 1):
        day = minute.date() - timedelta(days=back)
        for begins, ends in CALENDAR.spans(day):
            start = datetime.combine(day, begins, SHANGHAI)
            end = datetime.combine(day + timedelta(days=ends <= begins), ends, SHANGHAI)
            if start <= minute < end:
                return True
    return False


@given(MINUTES, MINUTES)
def test_it_is_what_counting_every_minute_gives(one: int, other: int) -> None:
    begin, end = (BEGAN + timedelta(minutes=minute) for minute in sorted((one, other)))
    counted = sum(working(BEGAN + timedelta(minutes=minute)) for minute in range(*sorted((one, other))))
    clock = WorkingTime(CALENDAR, BEGAN, BEGAN + timedelta(days=8))
    assert clock.between(begin, end) == timedelta(minutes=counted)


def test_spans_that_reach_into_each_other_count_once() -> None:
    always = Calendar(SHANGHAI, tuple(((time(), time()),) for _ in range(7)))
    clock = WorkingTime(always, BEGAN, BEGAN + timedelta(days=3))
    assert clock.between(BEGAN, BEGAN + timedelta(days=2, minutes=5)) == timedelta(days=2, minutes=5)
