from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from domain.floor.shifts import Shift, shift_of
from domain.text import Text

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY = Shift("day", Text("白班", "Day"), time(8), time(20))
NIGHT = Shift("night", Text("夜班", "Night"), time(20), time(8), weekdays=(1, 2, 3, 4, 5))


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        ((23, 8, 0), ("day", date(2026, 11, 23))),
        ((23, 19, 59), ("day", date(2026, 11, 23))),
        ((23, 20, 0), ("night", date(2026, 11, 23))),
        ((24, 2, 0), ("night", date(2026, 11, 23))),
        ((24, 7, 59), ("night", date(2026, 11, 23))),
        ((28, 3, 0), ("night", date(2026, 11, 27))),
        ((28, 21, 0), (None, date(2026, 11, 28))),
    ],
)
def test_work_at_two_in_the_night_counts_to_the_shift_of_the_day_before(
    local: tuple[int, int, int], expected: tuple[str | None, date]
) -> None:
    day, hour, minute = local
    instant = datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)
    assert shift_of(instant, (DAY, NIGHT), SHANGHAI) == expected


def test_where_shifts_overlap_the_one_that_started_last_counts() -> None:
    late = Shift("late", Text("晚班", "Late"), time(16), time(0))
    instant = datetime(2026, 11, 23, 17, 0, tzinfo=SHANGHAI)
    assert shift_of(instant, (DAY, late), SHANGHAI) == ("late", date(2026, 11, 23))
