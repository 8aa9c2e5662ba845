"""Handovers of one order between departments: who had it, who got it, and how long it lay there untouched.

Read from the order's own history (who holds it follows from the stage), so that nobody has to be asked. A handover
begins when an order comes to a stage of another role than before, and ends with the first thing that this role does to
it, or when the order goes on. While the order is on hold nobody waits. What is cancelled meanwhile was never taken up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """`waits` are the spans in which it lay untouched, until it was taken up."""

    number: int
    from_role: str
    to_role: str
    arrived_at: datetime
    waits: tuple[tuple[datetime, datetime], ...]
    taken_at: datetime


def handovers(steps: Sequence[Step]) -> list[Handover]:
    """Every handover of an order that was taken up, by its events in their order."""
    found: list[Handover] = []
    arrival: tuple[str, str, datetime] | None = None
    waits: list[tuple[datetime, datetime]] = []
    for before, after in pairwise(steps):
        if arrival is not None:
            if not before.held:
                waits.append((before.at, after.at))
            if after.by == arrival[1] or after.stage != before.stage:
                if not after.cancelled:
                    found.append(Handover(len(found) + 1, *arrival, tuple(waits), after.at))
                arrival = None
        if before.role and after.role and before.role != after.role:
            arrival, waits = (before.role, after.role, after.at), []
    return found
