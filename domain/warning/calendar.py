"""The factory's calendar: when it works, when people are left in peace, and working time counted in both directions.

Wall hours pass always; working hours pass only inside the day's spans. Local times; the zone is the factory's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import pairwise
from typing import Any

from domain.refusals.kinds import FieldProblem
from domain.text import Text

Span = tuple[time, time]
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# Nobody plans further; a calendar that never works within it never works.
FURTHEST = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`week` has the spans of Monday to Sunday; `exceptions` those of single days, empty for a holiday.

    `quiet` is when nobody is disturbed but for what is urgent; it may pass midnight.
    """

    zone: tzinfo
    week: Sequence[Sequence[Span]]
    exceptions: Mapping[date, Sequence[Span]] = field(default_factory=dict)
    quiet: Span | None = None

    def spans(self, day: date) -> Sequence[Span]:
        """When the factory works on a day."""
        return self.exceptions.get(day, self.week[day.weekday()])

    def after(self, instant: datetime, hours: float) -> datetime:
        """When so many working hours will have passed; where the factory never works again, FURTHEST from now."""
        left = timedelta(hours=hours)
        for begins, ends in self._forward(instant):
            if ends - begins >= left:
                return begins + left
            left -= ends - begins
        return instant + FURTHEST

    def before(self, instant: datetime, hours: float) -> datetime:
        """The instant since which so many working hours have passed."""
        left = timedelta(hours=hours)
        for begins, ends in self._backward(instant):
            if ends - begins >= left:
                return ends - left
            left -= ends - begins
        return instant - FURTHEST

    def between(self, begins_at: datetime, ends_at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The working spans between two instants, in order; the first and the last cut to what lies between."""
        for begins, ends in self._forward(begins_at, ends_at - begins_at):
            if begins < ends_at:
                yield begins, min(ends, ends_at)

    def undisturbed_until(self, instant: datetime) -> datetime | None:
        """When the quiet hours that the instant lies in end; None outside them."""
        if self.quiet is None:
            return None
        local = instant.astimezone(self.zone)
        for day in (local.date() - timedelta(days=1), local.date()):
            begins, ends = self._at(day, self.quiet)
            if begins <= instant < ends:
                return ends
        return None

    def _forward(self, instant: datetime, furthest: timedelta = FURTHEST) -> Iterator[tuple[datetime, datetime]]:
        """The working spans from the instant on, the first cut to what is left of it."""
        day = instant.astimezone(self.zone).date() - timedelta(days=1)
        while self._start_of(day) < instant + furthest:
            for span in self.spans(day):
                begins, ends = self._at(day, span)
                if ends > instant:
                    yield max(begins, instant), ends
            day += timedelta(days=1)

    def _backward(self, instant: datetime) -> Iterator[tuple[datetime, datetime]]:
        day = instant.astimezone(self.zone).date()
        while self._start_of(day) > instant - FURTHEST:
            for span in reversed(self.spans(day)):
                begins, ends = self._at(day, span)
                if begins < instant:
                    yield begins, min(ends, instant)
            day -= timedelta(days=1)

    def _start_of(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone)

    def _at(self, day: date, span: Span) -> tuple[datetime, datetime]:
        """A span of a day as instants; one that ends at or before its beginning ends on the next day."""
        begins, ends = span
        next_day = day + timedelta(days=1) if ends <= begins else day
        return datetime.combine(day, begins, self.zone), datetime.combine(next_day, ends, self.zone)


ALWAYS = Calendar(UTC, tuple(((time(), time()),) for _ in WEEKDAYS))


def parse_calendar(body: Mapping[str, Any], zone: tzinfo) -> Calendar:
    """`{"week": {"mon": [["08:00", "12:00"], ...]}, "exceptions": {"2026-10-01": []}, "quiet": ["22:00", "07:00"]}`.

    Takes only what `calendar_problems` finds nothing wrong with.
    """
    return Calendar(
        zone,
        tuple(tuple(map(_span, body["week"].get(day, ()))) for day in WEEKDAYS),
        {date.fromisoformat(day): tuple(map(_span, spans)) for day, spans in body.get("exceptions", {}).items()},
        _span(body["quiet"]) if body.get("quiet") else None,
    )


def calendar_problems(body: Mapping[str, Any]) -> Iterator[FieldProblem]:
    """Everything that is wrong with a calendar."""
    week = body.get("week")
    if not isinstance(week, Mapping) or not any(week.values()):
        yield _problem("/week", "the week has no working hours", "一周没有工作时间")
        return
    for name, spans in week.items():
        if name not in WEEKDAYS:
            yield _problem(f"/week/{name}", "is no day of the week: mon to sun", "不是星期：mon 至 sun")
        else:
            yield from _span_problems(f"/week/{name}", spans)
    exceptions = body.get("exceptions") or {}
    if not isinstance(exceptions, Mapping):
        yield _problem("/exceptions", "needs days and their spans", "须为日期与时段")
        return
    for day, spans in exceptions.items():
        if not _reads(date.fromisoformat, day):
            yield _problem(f"/exceptions/{day}", "is no date", "不是日期")
        else:
            yield from _span_problems(f"/exceptions/{day}", spans)
    if body.get("quiet") is not None and not _is_span(body["quiet"]):
        yield _problem("/quiet", "needs a beginning and an end, as in 22:00", "须为起止时间，如 22:00")


def _span_problems(pointer: str, spans: Any) -> Iterator[FieldProblem]:
    if not isinstance(spans, list | tuple) or not all(map(_is_span, spans)):
        yield _problem(pointer, "needs spans of two times, as in 08:00", "须为起止时间，如 08:00")
        return
    read = [_span(span) for span in spans]
    if any(later[0] < earlier[1] or earlier[1] <= earlier[0] for earlier, later in pairwise(read)):
        yield _problem(pointer, "the spans overlap or are not in order", "时段重叠或顺序不对")


def _is_span(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2 and all(map(_is_time, value))


def _is_time(value: Any) -> bool:
    """Hours and minutes by the factory's clock, and nothing more."""
    return isinstance(value, str) and _TIME.fullmatch(value) is not None and _reads(time.fromisoformat, value)


def _reads(read: Any, value: Any) -> bool:
    try:
        read(value)
    except (TypeError, ValueError):
        return False
    return True


def _span(value: Sequence[str]) -> Span:
    return time.fromisoformat(value[0]), time.fromisoformat(value[1])


def _problem(pointer: str, en: str, zh: str) -> FieldProblem:
    return FieldProblem(pointer, "calendar_invalid", Text(zh, en))
