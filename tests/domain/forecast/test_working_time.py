from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.forecast.working_time import WorkingTime
from tests.domain.forecast.plant import CALENDAR, NOW, SHANGHAI, TIME

INSTANTS = st.integers(-300 * 24 * 60, 900 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))


@given(INSTANTS, st.floats(0.01, 400))
def test_it_counts_as_the_calendar_does(instant: datetime, hours: float) -> None:
    until = TIME.instant(TIME.hours(instant) + hours)
    assert abs(until - CALENDAR.after(instant, hours)) < timedelta(seconds=1)


@given(INSTANTS, INSTANTS)
def test_later_is_never_less(one: datetime, other: datetime) -> None:
    assert (TIME.hours(one) <= TIME.hours(other)) or other < one


def test_nights_and_sundays_do_not_count() -> None:
    friday, monday = (datetime(2026, 11, day, 16, tzinfo=SHANGHAI) for day in (20, 23))
    assert TIME.hours(monday) - TIME.hours(friday) == 8


def test_what_lies_outside_counts_as_its_edge() -> None:
    assert TIME.hours(NOW - timedelta(days=900)) == 0
    assert TIME.instant(1e9) == WorkingTime.around(CALENDAR, NOW).instant(1e9)
