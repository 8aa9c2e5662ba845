"""Take what a stock system tells: counts, master data, substitutes; whoever is red for it follows at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from domain.integrators.webhooks import announcement
from domain.orders.events import instant_text
from domain.refusals.general import FIELD_INVALID
from domain.warning.stock import Described, named_twice
from persistence import outbox, stock
from persistence.tx import Tx
from usecases.door import use_case
from usecases.orders.writing import refuse_unwritable
from usecases.warning.judge_shortages import judge_shortages

_PROBLEMS_TOLD = 100
_MATERIALS_TOLD = 100


@dataclass(frozen=True, slots=True)
class TakeStock:
    """What `source` says was true at `as_of` (None: now); quantities in each material's own unit.

    `whole`: it is everything the source has, so that what it no longer names is gone.
    """

    source: str
    as_of: datetime | None = None
    on_hand: Mapping[str, Decimal] = field(default_factory=dict)
    described: Sequence[Described] = ()
    whole: bool = False
    materials_until: str | None = None


@use_case(right="stock.write")
async def take_stock(tx: Tx, command: TakeStock) -> dict[str, Any]:
    """Answers `{"source", "as_of", "counted", "changed", "red", "cleared"}`; the last two count orders per material.

    Raises FIELD_NOT_WRITABLE for what things cost, where the actor may not write that: nothing of it is taken then.
    """
    costs = [index for index, one in enumerate(command.described) if one.unit_cost is not None]
    refuse_unwritable(tx.actor, [(f"/levels/{index}/unit_cost", "unit_cost") for index in costs[:_PROBLEMS_TOLD]])
    if twice := list(named_twice(one.material for one in command.described)):
        raise FIELD_INVALID(*twice[:_PROBLEMS_TOLD], summary=twice[0].pointer)
    as_of = min(command.as_of or tx.now, tx.now)
    changed = await _write(tx, command, as_of)
    verdict = await judge_shortages(tx, changed)
    report = {
        "counted": len(command.on_hand),
        "changed": len(changed),
        "red": len(verdict.red),
        "cleared": len(verdict.cleared),
    }
    await stock.source_answered(tx, command.source, as_of, command.materials_until, report)
    await _announce(tx, command.source, as_of, changed)
    return {"source": command.source, "as_of": instant_text(as_of), **report}


async def _announce(tx: Tx, source: str, as_of: datetime, changed: set[str]) -> None:
    """Other systems hear of which materials something is different; who wants the figures asks."""
    if changed:
        facts = {"source": source, "as_of": instant_text(as_of), "changed": len(changed)}
        told = announcement("stock.updated", {**facts, "materials": sorted(changed)[:_MATERIALS_TOLD]})
        await outbox.add(tx, tx.new_id(), None, [told])


async def _write(tx: Tx, command: TakeStock, as_of: datetime) -> set[str]:
    """The materials of which something is different now."""
    changed = await stock.describe(tx, command.source, command.described) if command.described else set()
    if command.on_hand:
        changed |= await stock.count(tx, command.source, as_of, command.on_hand)
    if command.whole:
        changed |= await stock.nothing_else(tx, command.source, as_of, command.on_hand)
    return changed


@dataclass(frozen=True, slots=True)
class SourceFailed:
    """Why a source gave no usable answer: `reason` is a stable code, `problem` its own words."""

    source: str
    reason: str
    problem: str
    needs_person: bool = False

    def as_problem(self, now: datetime) -> dict[str, Any]:
        """As it is kept and shown."""
        return {
            "reason": self.reason,
            "problem": self.problem[:500],
            "needs_person": self.needs_person,
            "at": instant_text(now),
        }


@use_case(right="stock.write")
async def note_failure(tx: Tx, failed: SourceFailed) -> dict[str, Any]:
    """Keep why there is no newer stock; nothing that is known changes, and nothing turns red from it."""
    problem = failed.as_problem(tx.now)
    await stock.source_silent(tx, failed.source, problem)
    return problem
