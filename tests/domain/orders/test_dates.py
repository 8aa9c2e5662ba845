"""A promised day ends at midnight in the factory, whatever the server's clock says."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from domain.orders.dates import derived_promise, due_at, local_date

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_promised_day_ends_in_the_factorys_zone() -> None:
    assert due_at(date(2026, 12, 5), SHANGHAI) == datetime(2026, 12, 5, 16, 0, tzinfo=UTC)


def test_nothing_promised_is_nothing_due() -> None:
    assert due_at(None, SHANGHAI) is None


def test_the_local_day_may_be_tomorrow() -> None:
    assert local_date(datetime(2026, 11, 23, 18, 0, tzinfo=UTC), SHANGHAI) == date(2026, 11, 24)


def test_a_derived_promise_counts_from_the_local_day_of_review() -> None:
    assert derived_promise(datetime(2026, 11, 23, 18, 0, tzinfo=UTC), 15, SHANGHAI) == date(2026, 12, 9)


def test_a_day_of_a_clock_change_still_ends_at_midnight() -> None:
    assert due_at(date(2026, 10, 25), ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 25, 23, 0, tzinfo=UTC)
