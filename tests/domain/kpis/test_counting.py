"""What counts, and when: every order once, whatever periods one cuts the year into."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from domain.kpis.counting import Facts, count, outcome
from domain.kpis.facts import Alert, Order, Standing
from domain.kpis.figures import figure, rank
from domain.kpis.measures import MEASURES
from domain.kpis.periods import Asked, Period, period_problems, periods
from domain.text import Text

ZONE = ZoneInfo("Asia/Shanghai")
FIRST = date(2026, 11, 1)
LATER = datetime(2027, 3, 1, tzinfo=ZONE)


def period(first: date = FIRST, days: int = 30) -> Period:
    return Period(first, first + timedelta(days=days - 1), ZONE)


def order(
    number: int = 1, promised: int | None = 10, ended: tuple[int, int] | None = None, standing: Standing = "open"
) -> Order:
    """Signed on the first; `promised` is a day of the month, `ended` a day and an hour."""
    promised_date = None if promised is None else FIRST + timedelta(days=promised - 1)
    due = None if promised_date is None else datetime.combine(promised_date + timedelta(days=1), time(), ZONE)
    ended_at = None if ended is None else datetime(2026, 11, 1, ended[1], tzinfo=ZONE) + timedelta(days=ended[0] - 1)
    return Order(f"SO{number}", "客户", FIRST, promised_date, due, standing, ended_at)


ORDERS = st.lists(
    st.builds(
        lambda promised, ended, standing: order(0, promised, None if standing == "open" else ended, standing),
        st.none() | st.integers(1, 60),
        st.tuples(st.integers(1, 60), st.integers(0, 23)),
        st.sampled_from(["open", "done", "cancelled"]),
    ),
    max_size=20,
)


@given(ORDERS, st.integers(1, 59))
def test_cut_anywhere_every_order_counts_once_and_the_same(orders: Sequence[Order], cut: int) -> None:
    whole, before = period(days=60), period(days=cut)
    after = period(FIRST + timedelta(days=cut), 60 - cut)
    facts = Facts(orders=[replace(one, order_no=f"SO{n}") for n, one in enumerate(orders)])
    for key in ("on_time_share", "fulfilment_cycle"):
        parts = [row for one in (before, after) for row in count(key, facts, one, LATER).rows]
        assert sorted(parts, key=str) == sorted(count(key, facts, whole, LATER).rows, key=str)


@given(ORDERS)
def test_on_time_is_what_the_promised_day_says(orders: Sequence[Order]) -> None:
    for one in orders:
        found = outcome(one, period(), LATER)
        delivered = one.ended_at.astimezone(ZONE).date() if one.ended_at and one.standing == "done" else None
        ended_in_time = (
            one.ended_at is not None
            and one.promised_date is not None
            and (one.ended_at.astimezone(ZONE).date() <= one.promised_date)
        )
        if one.promised_date is None or (one.standing == "cancelled" and ended_in_time):
            assert found is None
        else:
            assert found is not None
            assert found.on_time == (delivered is not None and delivered <= one.promised_date)


def test_not_delivering_never_looks_better() -> None:
    facts = Facts(orders=[order(1, 10), order(2, 10, (10, 23), "done"), order(3, 10, (20, 1), "cancelled")])
    rows = count("on_time_share", facts, period(), LATER).rows
    assert {(row.order_no, row.hit, row.day.day) for row in rows} == {
        ("SO1", False, 10),
        ("SO2", True, 10),
        ("SO3", False, 10),
    }
    yesterday = datetime(2026, 11, 10, 12, tzinfo=ZONE)
    assert count("on_time_share", Facts(orders=[order(1, 10)]), period(), yesterday).rows == []


def an_alert(number: int, about: Order | None, day: int, fact: str = "stage_over_service_level") -> Alert:
    raised = datetime(2026, 11, day, 9, tzinfo=ZONE)
    return Alert(str(number), Text("阶段超时", "Overdue"), fact, raised, handled=number % 2 == 0, order=about)


def test_saved_is_warned_before_the_date_and_then_on_time() -> None:
    on_time, late = order(1, 10, (9, 12), "done"), order(2, 10, (12, 12), "done")
    alerts = [
        an_alert(1, on_time, 5),
        an_alert(2, on_time, 6),  # the same order is saved once
        an_alert(3, late, 5),
        an_alert(4, order(3, 10, (9, 12), "done"), 10),  # raised when it had been delivered
        an_alert(5, order(4, 10, (14, 12), "done"), 12),  # raised when it was late already
        an_alert(6, order(5, 10, (9, 12), "done"), 5, "message_unanswered"),
        an_alert(7, None, 5, "material_short"),
        an_alert(8, order(6, 200), 5),  # not decided yet
    ]
    rows = count("alerts_saved", Facts(alerts=alerts), period(), LATER).rows
    assert [(row.order_no, row.hit) for row in rows] == [("SO1", True), ("SO2", False)]
    whole = figure(MEASURES["alerts_saved"], rows, 0)
    assert (whole.value, whole.numerator, whole.denominator) == (Decimal("0.5000"), Decimal(1), Decimal(2))
    handled = figure(MEASURES["alerts_handled"], count("alerts_handled", Facts(alerts=alerts), period(), LATER).rows, 0)
    assert (handled.numerator, handled.denominator) == (Decimal(4), Decimal(8))


@given(st.lists(st.integers(0, 50).map(Decimal), min_size=1), st.integers(1, 100))
def test_a_rank_is_the_smallest_value_that_so_many_do_not_exceed(values: list[Decimal], percent: int) -> None:
    share = Decimal(percent) / 100
    found = rank(sorted(values), share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values)
    smaller = [value for value in values if value < found]
    assert len(smaller) < share * len(values)


def test_periods_are_this_month_where_none_is_named_and_wrong_ones_are_told() -> None:
    today = date(2026, 11, 25)
    named, beside = periods(Asked(), today, ZONE)
    assert (named.first, named.last, beside) == (FIRST, today, None)
    problems = list(period_problems(Asked(today, FIRST, compare_first=FIRST), today))
    assert [(one.pointer, one.code) for one in problems] == [
        ("/query/to", "range_invalid"),
        ("/query/compare_to", "needs_another"),
    ]
    year = Asked(date(2025, 1, 1), date(2026, 1, 2))
    assert [one.pointer for one in period_problems(year, today)] == ["/query/to"]
