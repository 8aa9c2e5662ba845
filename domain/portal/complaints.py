"""A complaint's own small way: who may move it from where to where, and what it takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

State = Literal["open", "in_progress", "resolved", "reopened", "closed"]
Side = Literal["staff", "customer"]

CATEGORIES = ("quality", "quantity", "damage", "delay", "documents", "service", "other")
ANSWER_WITHIN = timedelta(days=2)
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Step:
    """One action: from which states, by whom, to which state (None: it stays), and which of its texts it needs."""

    action: str
    side: Side
    from_states: tuple[State, ...]
    to_state: State | None
    needs: Literal["answer", "note", "assigned_to", "text", None] = None


_UNSETTLED: tuple[State, ...] = ("open", "in_progress", "reopened")
_ALL: tuple[State, ...] = (*_UNSETTLED, "resolved", "closed")

STEPS: dict[tuple[Side, str], Step] = {
    (step.side, step.action): step
    for step in (
        Step("take", "staff", ("open", "reopened"), "in_progress"),
        Step("assign", "staff", _UNSETTLED, None, "assigned_to"),
        Step("note", "staff", _ALL, None, "note"),
        Step("answer", "staff", _UNSETTLED, None, "answer"),
        Step("resolve", "staff", _UNSETTLED, "resolved", "answer"),
        Step("close", "staff", ("resolved",), "closed"),
        Step("reopen", "customer", ("resolved", "closed"), "reopened", "text"),
        Step("accept", "customer", ("resolved",), "closed"),
        Step("add", "customer", _UNSETTLED, None, "text"),
    )
}
# What only the staff may know of a step.
INTERNAL = frozenset({"take", "assign", "note"})


def step_of(side: Side, action: str, state: State) -> Step | None:
    """The step that an action is in this state; None where it is not possible."""
    step = STEPS.get((side, action))
    return step if step is not None and state in step.from_states else None


def possible(side: Side, state: State) -> list[str]:
    """What this side may do now."""
    return [step.action for (one, _), step in STEPS.items() if one == side and state in step.from_states]


def due_at(opened_at: datetime) -> datetime:
    """Until when a complaint should be resolved; one that was opened again counts from then."""
    return opened_at + ANSWER_WITHIN
