"""Asking afterwards when a warning of likely delays would have spoken at other settings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.warning.foresight import Outcome
from domain.warning.settings import SETTINGS, Look, Setting, compare_settings

DUE = datetime(2026, 5, 1, tzinfo=UTC)


def looks(*said: tuple[float, int], known: float = 1000, category: str = "in_production") -> list[Look]:
    """Each (hours before it is due, percent); a risk since `known` hours before it is due."""
    since = DUE - timedelta(hours=known)
    return [Look(DUE - timedelta(hours=before), percent, since, category) for before, percent in said]


def outcome(order_no: str, hours_late: float) -> Outcome:
    return Outcome(order_no, DUE, DUE + timedelta(hours=hours_late), {})


def test_a_higher_percentage_speaks_later_and_of_fewer() -> None:
    outcomes = [outcome("late", 5), outcome("fine", -5)]
    said = {"late": looks((200, 55), (100, 85)), "fine": looks((200, 60), (100, 40))}
    fifty, eighty = compare_settings(outcomes, said, [Setting(50), Setting(80)])
    assert (fifty["warned"], fifty["foreseen"], fifty["false_alarms"]) == (2, 1, 1)
    assert (eighty["warned"], eighty["foreseen"], eighty["false_alarms"]) == (1, 1, 0)
    assert (fifty["hours_before"], eighty["hours_before"]) == ([200] * 3, [100] * 3)


def test_hours_count_since_it_is_a_risk_at_all() -> None:
    said = {"late": looks((200, 90), (150, 90), known=210)}
    (patient,) = compare_settings([outcome("late", 5)], said, [Setting(80, hours=24)])
    assert patient["hours_before"] == [150] * 3


def test_work_that_has_not_begun_may_be_left_out() -> None:
    said = {"late": looks((200, 90), category="not_started") + looks((20, 90))}
    (begun,) = compare_settings([outcome("late", 5)], said, [Setting(80, begun=True)])
    assert begun["hours_before"] == [20] * 3


@given(st.lists(st.tuples(st.floats(-99, 99), st.lists(st.tuples(st.floats(1, 500), st.integers(30, 100))))))
def test_whatever_was_said_a_stricter_setting_never_warns_of_more(
    orders: list[tuple[float, list[tuple[float, int]]]],
) -> None:
    outcomes = [outcome(str(number), late) for number, (late, _) in enumerate(orders)]
    said = {str(n): looks(*sorted(seen, reverse=True), known=300) for n, (_, seen) in enumerate(orders)}
    worth = dict(zip(SETTINGS, compare_settings(outcomes, said), strict=True))
    for one in SETTINGS:
        assert worth[one]["warned"] <= worth[Setting(50)]["warned"]
        assert worth[one]["warned"] == worth[one]["foreseen"] + worth[one]["false_alarms"]
        if one.percent > 50:
            assert worth[one]["warned"] <= worth[Setting(50, one.hours, one.begun)]["warned"]
