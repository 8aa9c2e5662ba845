"""Who hears of an alert next, and when: levels climb while nobody acts, and stop when somebody does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.warning.calendar import Calendar
from domain.warning.rules import Level, Rule


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done now: tell this level, or show a banner, or nothing; and when to look again (None: never)."""

    told: int
    level: Level | None
    banner: bool
    next_at: datetime | None


def first_look(rule: Rule, since: datetime) -> datetime:
    """When the first level is due. What fell due while nobody looked is due at once, and only once."""
    return since + timedelta(hours=rule.levels[0].after_hours)


def climb(rule: Rule, told: int, now: datetime, calendar: Calendar) -> Step:
    """The step that is due now, `told` levels having been told. The next is counted from this one, so that after a
    standstill people hear one after the other and not all at once.
    """
    if told >= len(rule.levels):
        return Step(told, None, banner=True, next_at=None)
    level = rule.levels[told]
    undisturbed = None if level.urgent else calendar.undisturbed_until(now)
    if undisturbed is not None:
        return Step(told, None, banner=False, next_at=undisturbed)
    return Step(told + 1, level, banner=False, next_at=now + timedelta(hours=_wait(rule, told + 1)))


def _wait(rule: Rule, told: int) -> float:
    return rule.levels[told].after_hours if told < len(rule.levels) else rule.banner_after_hours
