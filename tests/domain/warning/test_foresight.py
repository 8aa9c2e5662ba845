"""Counting whether warnings foresaw what came."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.warning.foresight import ANY, Outcome, foresight

DUE = datetime(2026, 5, 1, tzinfo=UTC)


def an_order(hours_late: float, **warned_hours_before: float) -> Outcome:
    warned = {rule: DUE - timedelta(hours=hours) for rule, hours in warned_hours_before.items()}
    return Outcome("SO1", DUE, DUE + timedelta(hours=hours_late), warned)


def test_late_and_warned_is_foreseen_on_time_and_warned_is_a_false_alarm() -> None:
    outcomes = [an_order(5, a=48), an_order(-5, a=30), an_order(5), an_order(-5)]
    (a, together) = foresight(outcomes, ["a"])
    assert (a.warned, a.foreseen, a.false_alarms, a.late) == (2, 1, 1, 2)
    assert (a.recall, a.precision, a.hours) == (0.5, 0.5, (48, 48, 48))
    assert together.rule == ANY


def test_a_warning_after_the_date_foresees_nothing() -> None:
    (a, _) = foresight([an_order(5, a=-1), an_order(5, a=0)], ["a"])
    assert (a.warned, a.foreseen, a.recall, a.precision, a.hours) == (0, 0, 0.0, None, None)


def test_together_the_first_warning_counts() -> None:
    (*_, together) = foresight([an_order(5, a=10, b=60), an_order(5, b=20)], ["a", "b"])
    assert together.foreseen == 2
    assert together.hours == (30, 40, 50)


@given(st.lists(st.tuples(st.floats(-99, 99), st.dictionaries(st.sampled_from("ab"), st.floats(-99, 99)))))
def test_the_counts_add_up(orders: list[tuple[float, dict[str, float]]]) -> None:
    outcomes = [an_order(late, **warned) for late, warned in orders]
    a, b, together = foresight(outcomes, ["a", "b"])
    for one in (a, b, together):
        assert one.warned == one.foreseen + one.false_alarms
        assert one.foreseen <= one.late == sum(order.late for order in outcomes)
    assert max(a.foreseen, b.foreseen) <= together.foreseen <= a.foreseen + b.foreseen
