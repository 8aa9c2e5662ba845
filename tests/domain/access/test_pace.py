from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.access.pace import Pace, take

PACES = st.builds(Pace, st.integers(1, 500), st.integers(1, 3600))


@given(PACES, st.lists(st.floats(0, 20, allow_nan=False), max_size=200))
def test_no_window_lets_more_than_the_quota_and_what_refilled_through(pace: Pace, waits: list[float]) -> None:
    full_at, now, let_through = 0.0, 1000.0, []
    for wait in waits:
        now += wait
        taken = take(pace, full_at, now)
        full_at = taken.full_at
        if taken.wait is None:
            let_through.append(now)
    for begin in let_through:
        inside = sum(begin <= at < begin + pace.window for at in let_through)
        assert inside <= 2 * pace.quota


@given(PACES, st.integers(0, 600))
def test_a_rested_caller_may_spend_the_whole_quota_at_once_and_no_more(pace: Pace, asked: int) -> None:
    full_at, told = 0.0, []
    for _ in range(asked):
        taken = take(pace, full_at, 5000.0)
        full_at = taken.full_at
        told.append(taken)
    assert [taken.wait is None for taken in told] == [at < pace.quota for at in range(asked)]
    assert [taken.left for taken in told] == [max(0, pace.quota - at - 1) for at in range(asked)]


@given(PACES)
def test_who_waits_as_told_is_let_through(pace: Pace) -> None:
    full_at = 0.0
    while True:
        taken = take(pace, full_at, 5000.0)
        full_at = taken.full_at
        if taken.wait is not None:
            break
    assert take(pace, full_at, 5000.0 + taken.wait).wait is None
    assert take(pace, full_at, 5000.0 + taken.full_in).left == pace.quota - 1


@pytest.mark.parametrize("text", ["", "0/60", "60", "60/0", "-1/60", "60/60/60", "1e3/60", "OFF", "99999999/60"])
def test_what_is_no_pace_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="REQUESTS/SECONDS"):
        Pace.parse(text)


def test_a_pace_is_read_and_shared() -> None:
    assert Pace.parse("600/60") == Pace(600, 60)
    assert Pace.parse("off") is None
    assert Pace(10, 60).shared_by(4) == Pace(2, 60)
    assert Pace(1, 60).shared_by(4) == Pace(1, 60)
