from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.outgoing.patience import GIVE_UP_AFTER, LONGEST_WAIT, next_try_at, wait_before

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_the_wait_doubles_from_five_seconds_to_an_hour() -> None:
    waits = [wait_before(attempt, 0).total_seconds() for attempt in range(1, 13)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]


@given(attempt=st.integers(1, 10_000), chance=st.floats(0, 1))
def test_jitter_only_shortens_and_by_a_quarter_at_most(attempt: Any, chance: Any) -> None:
    full = wait_before(attempt, 0)
    assert full * 0.75 <= wait_before(attempt, chance) <= full <= LONGEST_WAIT


def test_after_three_days_nothing_is_tried_again() -> None:
    assert next_try_at(NOW, 80, NOW - GIVE_UP_AFTER, 0.5) is None
    assert next_try_at(NOW, 80, NOW - GIVE_UP_AFTER + timedelta(seconds=1), 0) == NOW + LONGEST_WAIT


def test_the_other_side_may_ask_for_more_patience_than_ours() -> None:
    assert next_try_at(NOW, 1, NOW, 0, timedelta(hours=9)) == NOW + timedelta(hours=9)
    assert next_try_at(NOW, 5, NOW, 0, timedelta(seconds=1)) == NOW + timedelta(seconds=80)
