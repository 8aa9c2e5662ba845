"""Working time over nights, weekends and holidays, in both directions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.warning.calendar import ALWAYS, calendar_problems, parse_calendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
WEEK = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
BODY = {"week": WEEK, "exceptions": {"2026-11-25": [], "2026-11-28": [["08:00", "12:00"]]}, "quiet": ["22:00", "07:00"]}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 330 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes))
FACTORY = parse_calendar(BODY, SHANGHAI)


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        (local(23, 9), 2, local(23, 11)),
        (local(23, 11), 2, local(23, 14)),
        (local(23, 16), 8, local(24, 16)),
        (local(24, 16), 2, local(26, 9)),
        (local(27, 16), 3, local(28, 10)),
        (local(28, 11), 2, local(30, 9)),
        (local(29, 3), 0.5, local(30, 8, 30)),
    ],
    ids=["morning", "lunch", "night", "holiday", "working Saturday", "its end", "Sunday"],
)
def test_working_hours(begins: datetime, hours: float, ends: datetime) -> None:
    assert FACTORY.after(begins, hours) == ends
    assert FACTORY.after(FACTORY.before(ends, hours), hours) == ends


@given(INSTANTS, st.integers(1, 400))
def test_counting_back_and_forth_meets(instant: datetime, hours: int) -> None:
    since = FACTORY.before(instant, hours)
    assert FACTORY.after(since, hours) <= instant
    assert FACTORY.before(FACTORY.after(instant, hours), hours) >= instant


@given(INSTANTS, st.integers(0, 400))
def test_a_factory_that_never_rests_counts_wall_hours(instant: datetime, hours: int) -> None:
    assert ALWAYS.after(instant, hours) == instant + timedelta(hours=hours)
    assert ALWAYS.before(instant, hours) == instant - timedelta(hours=hours)


def test_quiet_hours_pass_midnight() -> None:
    assert FACTORY.undisturbed_until(local(23, 23)) == local(24, 7)
    assert FACTORY.undisturbed_until(local(24, 6, 59)) == local(24, 7)
    assert FACTORY.undisturbed_until(local(24, 7)) is None
    assert ALWAYS.undisturbed_until(local(24, 3)) is None


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/week"),
        ({"week": {}}, "/week"),
        ({"week": {"funday": [["08:00", "12:00"]]}}, "/week/funday"),
        ({"week": {"mon": [["8 h", "12:00"]]}}, "/week/mon"),
        ({"week": {"mon": [["08:00", "12:00"], ["11:00", "13:00"]]}}, "/week/mon"),
        ({"week": WEEK, "exceptions": {"soon": []}}, "/exceptions/soon"),
        ({"week": {"mon": [["08:00Z", "12:00"]]}}, "/week/mon"),
        ({"week": {"mon": ["08", "12"]}}, "/week/mon"),
        ({"week": {"mon": "0812"}}, "/week/mon"),
        ({"week": {"mon": {"08:00": "12:00"}}}, "/week/mon"),
        ({"week": WEEK, "exceptions": ["2026-10-01"]}, "/exceptions"),
        ({"week": WEEK, "exceptions": {"2026-10-01": True}}, "/exceptions/2026-10-01"),
        ({"week": WEEK, "quiet": ["22:00"]}, "/quiet"),
        ({"week": WEEK, "quiet": ["22:00", 7]}, "/quiet"),
        ({"week": WEEK, "quiet": True}, "/quiet"),
    ],
)
def test_what_is_wrong_is_named(body: dict[str, Any], pointer: str) -> None:
    assert [problem.pointer for problem in calendar_problems(body)] == [pointer]


def test_a_right_calendar_has_no_problems() -> None:
    assert list(calendar_problems(BODY)) == []
