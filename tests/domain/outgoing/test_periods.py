from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from domain.outgoing.periods import period_start

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("now", "every", "offset", "start"),
    [
        ("2026-11-23T08:59:59+00:00", HOUR, timedelta(0), "2026-11-23T08:00:00+00:00"),
        ("2026-11-23T09:00:00+00:00", HOUR, timedelta(0), "2026-11-23T09:00:00+00:00"),
        ("2026-11-23T18:59:59+00:00", DAY, timedelta(hours=19), "2026-11-22T19:00:00+00:00"),
        ("2026-11-23T19:00:00+00:00", DAY, timedelta(hours=19), "2026-11-23T19:00:00+00:00"),
    ],
)
def test_a_moment_belongs_to_one_period(now: Any, every: Any, offset: Any, start: Any) -> None:
    assert period_start(datetime.fromisoformat(now), every, offset) == datetime.fromisoformat(start)


def test_the_zone_of_the_clock_does_not_matter() -> None:
    here = datetime(2026, 11, 24, 1, 30, tzinfo=timezone(timedelta(hours=8)))
    assert period_start(here, HOUR) == period_start(here.astimezone(UTC), HOUR)
