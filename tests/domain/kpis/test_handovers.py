"""Who waited for whom: the fold of an order's steps against asking every minute who holds it and who acted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.kpis.handovers import Handover, Step, handovers

BEGAN = datetime(2026, 11, 23, tzinfo=UTC)
STAGES = {
    "signed": "sales",
    "review": "sales",
    "making": "production",
    "qc": "quality",
    "done": None,
    "cancelled": None,
}
MINUTE = timedelta(minutes=1)


def at(minute: int) -> datetime:
    return BEGAN + minute * MINUTE


def step(minute: int, stage: str, by: str | None, held: bool = False) -> Step:
    return Step(at(minute), stage, STAGES[stage], held, by, cancelled=stage == "cancelled")


STEPS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(sorted(STAGES)),
        st.sampled_from(["sales", "production", "quality", None]),
        st.booleans(),
    ),
    max_size=12,
)


def told(history: list[tuple[int, str, str | None, bool]]) -> list[Step]:
    """A history whose minutes add up; it begins with sales and ends where it is over."""
    steps, minute = [step(0, "signed", "sales")], 0
    for later, stage, by, held in history:
        if steps[-1].role is None:
            break
        minute += later
        steps.append(step(minute, stage, by, held))
    return steps


def naive(steps: list[Step]) -> list[tuple[str, str, int]]:
    """(from, to, minutes waited) of each handover taken up, by looking at the order's state minute by minute."""
    found = []
    for place, arrival in enumerate(steps):
        before = steps[place - 1] if place else None
        if before is None or before.role is None or arrival.role is None or before.role == arrival.role:
            continue
        taken = next(
            (
                later
                for later in range(place + 1, len(steps))
                if steps[later].by == arrival.role or steps[later].stage != arrival.stage
            ),
            None,
        )
        if taken is None or steps[taken].cancelled:
            continue
        waited = 0
        minute = arrival.at
        while minute < steps[taken].at:
            standing = [one for one in steps[: taken + 1] if one.at <= minute][-1]
            waited += not standing.held
            minute += MINUTE
        found.append((before.role, arrival.role, waited))
    return found


@given(STEPS)
def test_the_fold_is_what_one_sees_by_looking_every_minute(history: list[tuple[int, str, str | None, bool]]) -> None:
    steps = told(history)
    folded = [(one.from_role, one.to_role, waited(one)) for one in handovers(steps)]
    assert folded == naive(steps)


def waited(handover: Handover) -> int:
    return int(sum((end - begin for begin, end in handover.waits), timedelta()) / MINUTE)


def test_time_on_hold_is_nobodys_waiting() -> None:
    steps = [
        step(0, "signed", "sales"),
        step(10, "making", "sales"),
        step(15, "making", "sales", held=True),
        step(75, "making", "sales"),
        step(80, "making", "production"),
    ]
    (one,) = handovers(steps)
    assert (one.arrived_at, one.taken_at, waited(one)) == (at(10), at(80), 10)


def test_what_was_cancelled_meanwhile_was_never_taken_up() -> None:
    assert handovers([step(0, "signed", "sales"), step(1, "making", "sales"), step(9, "cancelled", "sales")]) == []
