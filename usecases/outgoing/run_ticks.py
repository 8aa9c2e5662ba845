"""What recurs is claimed for a period and finished for it. One missed while everything was down is made up, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from persistence import ticks
from persistence.tx import Tx
from usecases.door import use_case

TICK_LEASE = timedelta(minutes=5)
TRY_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Period:
    """One turn of a tick."""

    name: str
    start: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """A claimed period: `started_at` is what proves that it is still ours."""

    period: Period
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Finished:
    """What a turn came to; `problem` set means that it has to be tried again."""

    turn: Turn
    result: Any = None
    problem: str | None = None


@use_case(right="admin.all")
async def due_ticks(tx: Tx, periods: Mapping[str, datetime]) -> list[str]:
    """Names whose present period nobody has run or is running."""
    return await ticks.due(tx, dict(periods))


@use_case(right="admin.all", one_statement=True, quiet=True)
async def claim_tick(tx: Tx, period: Period) -> Turn | None:
    """None where somebody else has it."""
    return Turn(period, tx.now) if await ticks.claim(tx, period.name, period.start, TICK_LEASE) else None


@use_case(right="admin.all", one_statement=True, quiet=True)
async def finish_tick(tx: Tx, command: Finished) -> bool:
    """False where the turn was no longer ours."""
    period, started_at = command.turn.period, command.turn.started_at
    if command.problem is None:
        return await ticks.finish(tx, period.name, period.start, started_at, command.result)
    return await ticks.fail(tx, period.name, period.start, started_at, tx.now + TRY_AGAIN_AFTER, command.problem)
