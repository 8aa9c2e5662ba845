"""Who had an order at every hour of its life: its stays with one role after another, read from its own history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from domain.kpis.handovers import Step, handovers

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Stay:
    """One stage with one role: `until` is None where it is there still, `spans` are all of it up to now.

    `held` are the spans on hold. `waits` are those in which it lay untouched after another role had handed it over,
    until `taken_at`; both are empty where nobody handed it over.
    """

    stage: str
    role: str
    since: datetime
    until: datetime | None
    spans: tuple[Span, ...]
    held: tuple[Span, ...] = ()
    waits: tuple[Span, ...] = ()
    taken_at: datetime | None = None


def stays(steps: Sequence[Step], now: datetime) -> list[Stay]:
    """Every stay of an order, by its events in their order; nobody has what is over."""
    taken = {(one.arrived_at, one.to_role): one for one in handovers(steps)}
    found = []
    for spells, until in _runs(steps, now):
        first = spells[0][0]
        if first.role is None:
            continue
        up = taken.get((first.at, first.role))
        begins = [(step, (step.at, end)) for step, end in spells]
        found.append(
            Stay(
                first.stage,
                first.role,
                first.at,
                until,
                tuple(span for _, span in begins),
                tuple(span for step, span in begins if step.held),
                up.waits if up else (),
                up.taken_at if up else None,
            )
        )
    return found


def total(spans: Iterable[Span]) -> timedelta:
    """How long spans are together, by the clock."""
    return sum((end - begin for begin, end in spans), timedelta())


def _runs(steps: Sequence[Step], now: datetime) -> list[tuple[list[tuple[Step, datetime]], datetime | None]]:
    """Steps in one stage with one role, each with its end; and when the next stay began, None for the last."""
    runs: list[tuple[list[tuple[Step, datetime]], datetime | None]] = []
    current: list[tuple[Step, datetime]] = []
    for step, following in pairwise([*steps, None]):
        if step is None:
            continue
        current.append((step, following.at if following else max(now, step.at)))
        if following is None or (following.stage, following.role) != (step.stage, step.role):
            runs.append((current, following.at if following else None))
            current = []
    return runs
