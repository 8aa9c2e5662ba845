"""Periods of whole days in the factory's own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from domain.refusals.kinds import FieldProblem
from domain.text import Text

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted, in the factory's zone."""

    first: date
    last: date
    zone: tzinfo

    @property
    def begins_at(self) -> datetime:
        """The first instant that counts, as UTC."""
        return datetime.combine(self.first, time(), self.zone).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant that does not count any more, as UTC."""
        return datetime.combine(self.last + timedelta(days=1), time(), self.zone).astimezone(UTC)

    def day_of(self, instant: datetime) -> date | None:
        """The day on which an instant counts; None outside the period."""
        day = instant.astimezone(self.zone).date()
        return day if self.first <= day <= self.last else None

    def days(self) -> Iterator[date]:
        """Every day, in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def is_over(self, now: datetime) -> bool:
        """Whether nothing more can come to it."""
        return self.ends_at <= now


@dataclass(frozen=True, slots=True)
class Asked:
    """The days that somebody named; None where they named none."""

    first: date | None = None
    last: date | None = None
    compare_first: date | None = None
    compare_last: date | None = None


def periods(asked: Asked, today: date, zone: tzinfo) -> tuple[Period, Period | None]:
    """The period, this month up to today where none is named, and the one beside it."""
    last = asked.last or today
    first = asked.first or last.replace(day=1)
    if asked.compare_first is None or asked.compare_last is None:
        return Period(first, last, zone), None
    return Period(first, last, zone), Period(asked.compare_first, asked.compare_last, zone)


def period_problems(asked: Asked, today: date) -> Iterator[FieldProblem]:
    """Everything that is wrong with the days that were named."""
    last = asked.last or today
    yield from _span_problems("to", asked.first or last.replace(day=1), last)
    if (asked.compare_first is None) != (asked.compare_last is None):
        missing = "compare_from" if asked.compare_first is None else "compare_to"
        text = Text("对比期须有起止两天", "a period to compare with needs its first and its last day")
        yield FieldProblem(f"/query/{missing}", "needs_another", text)
    elif asked.compare_first is not None and asked.compare_last is not None:
        yield from _span_problems("compare_to", asked.compare_first, asked.compare_last)


def _span_problems(name: str, first: date, last: date) -> Iterator[FieldProblem]:
    if not 0 <= (last - first).days < LONGEST_DAYS:
        text = Text("须不早于起始日，且不超过一年", "not before the first day, and within a year of it")
        yield FieldProblem(f"/query/{name}", "range_invalid", text)
