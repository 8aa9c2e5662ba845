"""Working time between two instants, against counting every minute and against the calendar itself."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.warning.calendar import Calendar
from domain.warning.working_time import WorkingTime
from tests.domain.forecast.plant import CALENDAR as PLANT
from tests.domain.forecast.plant import NOW, TIME

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
    clock = WorkingTime.spanning(CALENDAR, BEGAN, BEGAN + timedelta(days=8))
    assert clock.between(begin, end) == timedelta(minutes=counted)


def test_spans_that_reach_into_each_other_count_once() -> None:
    always = Calendar(SHANGHAI, tuple(((time(), time()),) for _ in range(7)))
    clock = WorkingTime.spanning(always, BEGAN, BEGAN + timedelta(days=3))
    assert clock.between(BEGAN, BEGAN + timedelta(days=2, minutes=5)) == timedelta(days=2, minutes=5)


INSTANTS = st.integers(-300 * 24 * 60, 900 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(INSTANTS, st.floats(0.01, 400))
def test_it_counts_as_the_calendar_does(instant: datetime, hours: float) -> None:
    until = TIME.instant(TIME.hours(instant) + hours)
    assert abs(until - PLANT.after(instant, hours)) < timedelta(seconds=1)


@given(INSTANTS, INSTANTS)
def test_later_is_never_less(one: datetime, other: datetime) -> None:
    assert (TIME.hours(one) <= TIME.hours(other)) or other < one


def test_nights_and_sundays_do_not_count() -> None:
    friday, monday = (datetime(2026, 11, day, 16, tzinfo=SHANGHAI) for day in (20, 23))
    assert TIME.hours(monday) - TIME.hours(friday) == 8


def test_what_lies_outside_counts_as_its_edge() -> None:
    assert TIME.hours(NOW - timedelta(days=900)) == 0
    assert TIME.instant(1e9) == WorkingTime.around(PLANT, NOW).instant(1e9)
