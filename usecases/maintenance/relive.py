"""Live a step of the past: the step itself as it is always done, and what it caused carried out with it or let go.

A demo factory gets its last two months by this. Nobody must be mailed today about a delivery of last month, so messages
are closed unsent, in the same transaction, as carried out by `seed`; what happens inside happens at once.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from domain.orders.events import instant_text
from domain.refusals.people import RIGHT_MISSING
from persistence import past
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import Terms, use_case

PROVIDER = "seed"


@dataclass(frozen=True, slots=True)
class Relive:
    """A use case with its command, done by the actor at the clock of the door.

    `react` does what an effect causes inside the database, which may be further effects; what it passes over counts as
    carried out.
    """

    verb: Callable[[Tx, Any], Awaitable[Any]]
    command: Any
    react: Callable[[Tx, Claimed], Awaitable[None]]


@use_case(right="orders.read")
async def relive(tx: Tx, step: Relive) -> Any:
    """Answers as the step's own use case. Raises RIGHT_MISSING where the actor may not do that."""
    terms: Terms = step.verb.terms  # type: ignore[attr-defined]
    if terms.right is not None and not tx.actor.may(terms.right):
        raise RIGHT_MISSING(right=terms.right)
    answer = await step.verb(tx, step.command)
    while effects := await past.close_effects(tx, PROVIDER):
        for effect in effects:
            await step.react(tx, effect)
    return answer


@use_case(right="admin.all")
async def note_instant(tx: Tx, _: None) -> dict[str, Any]:
    """Answers `{"at"}`. Asked again with the same key it is the first instant: when something was begun, or done."""
    return {"at": instant_text(tx.now)}


@use_case(right="admin.all")
async def read_past(tx: Tx, scope: str) -> dict[str, bool]:
    """`{"begun", "complete", "in_use"}`: whether a past of this scope was begun, is complete, and any order exists."""
    return await past.standing(tx, scope)
