from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from domain.access.throttle import Counted, Limit, wait_of, whole_seconds

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
FIVE = Limit("five", 5, timedelta(minutes=10))
TWENTY = Limit("twenty", 20, timedelta(hours=1))


def counted(limit: Limit, taken: int, **left: float) -> Counted:
    return Counted(limit, taken, NOW + timedelta(**left))


def test_the_last_try_that_is_allowed_passes_and_the_next_waits_for_the_window_to_end() -> None:
    assert wait_of([counted(FIVE, 5, minutes=3)], NOW) is None
    assert wait_of([counted(FIVE, 6, minutes=3)], NOW) == timedelta(minutes=3)


def test_of_several_limits_the_longest_wait_counts() -> None:
    used_up = [counted(FIVE, 6, minutes=3), counted(TWENTY, 21, minutes=40)]
    assert wait_of(used_up, NOW) == timedelta(minutes=40)
    assert wait_of([], NOW) is None


@pytest.mark.parametrize(("wait", "seconds"), [(0, 1), (0.2, 1), (1, 1), (1.2, 2), (600, 600)])
def test_a_wait_is_told_in_whole_seconds_and_never_as_none(wait: float, seconds: int) -> None:
    assert whole_seconds(timedelta(seconds=wait)) == seconds


def test_subjects_are_told_apart_and_not_kept_in_clear() -> None:
    one, other = FIVE.on("li.wei@example.com"), FIVE.on("li.wei2@example.com")
    assert one != other
    assert one == FIVE.on("li.wei@example.com")
    assert one != TWENTY.on("li.wei@example.com")
    assert "li.wei" not in one.subject
    assert len(FIVE.on("x" * 10_000).subject) == len(one.subject)
