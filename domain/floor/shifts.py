"""The factory's shifts: which one an instant falls into, and to which day its work counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from domain.text import Text


@dataclass(frozen=True, slots=True)
class Shift:
    """Local times; one that ends at or before its start ends on the next day. `weekdays` 1 is Monday, of its start."""

    key: str
    label: Text
    starts: time
    ends: time
    weekdays: tuple[int, ...] = (1, 2, 3, 4, 5, 6, 7)

    def covers(self, day: date, moment: datetime) -> bool:
        """Whether the shift that starts on this day covers the local moment."""
        begins = datetime.combine(day, self.starts)
        ends = datetime.combine(day + timedelta(days=self.ends <= self.starts), self.ends)
        return day.isoweekday() in self.weekdays and begins <= moment < ends


def shift_of(instant: datetime, shifts: Iterable[Shift], zone: ZoneInfo) -> tuple[str | None, date]:
    """The shift's key and the day on which it began: work at two in the night counts to the night shift of yesterday.

    Outside every shift it is None and the local day. Where shifts overlap, the one that started last counts.
    """
    local = instant.astimezone(zone).replace(tzinfo=None)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    covering = [
        (day, shift.starts, shift.key) for shift in shifts for day in (today, yesterday) if shift.covers(day, local)
    ]
    if not covering:
        return None, today
    day, _, key = max(covering)
    return key, day
