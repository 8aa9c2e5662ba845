"""Handovers of one order between departments: who had it, who got it, and how long it lay there untouched.

Read from the order's own history (who holds it follows from the stage), so that nobody has to be asked. A handover
begins when an order comes to a stage of another role than before, and ends with the first thing that this role does to
it, or when the order goes on. While the order is on hold nobody waits. What is cancelled meanwhile was never taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Step:
    """How an order stood after one event: `role` holds it (None: nobody, it is over), `by` is the role that acted."""

    at: datetime
    stage: str
    role: str | None
    held: bool
    by: str | None
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Handover:
    """`waits` are the spans in which it lay untouched; `taken_at` None while nobody has taken it up."""

    number: int
    from_role: str
    to_role: str
    arrived_at: datetime
    waits: tuple[tuple[datetime, datetime], ...] = ()
    taken_at: datetime | None = None


def handovers(steps: Sequence[Step]) -> list[Handover]:
    """Every handover of an order that was taken up, by its events in their order."""
    found: list[Handover] = []
    waiting: Handover | None = None
    for before, after in pairwise(steps):
        if waiting is not None:
            waiting = _waited(waiting, before, after)
            if _goes_on(waiting, before, after):
                if not after.cancelled:
                    found.append(replace(waiting, taken_at=after.at))
                waiting = None
        if before.role and after.role and before.role != after.role:
            waiting = Handover(len(found) + 1, before.role, after.role, after.at)
    return found


def _waited(handover: Handover, before: Step, after: Step) -> Handover:
    if before.held:
        return handover
    return replace(handover, waits=(*handover.waits, (before.at, after.at)))


def _goes_on(handover: Handover, before: Step, after: Step) -> bool:
    return after.by == handover.to_role or after.stage != before.stage
