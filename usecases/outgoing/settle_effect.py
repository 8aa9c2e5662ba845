"""Say what became of something taken from the outbox. The relay's second verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from domain.effects import Effect
from domain.outgoing.patience import next_try_at
from domain.refusals.general import LOST_RACE
from persistence import outbox
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class Sent:
    """The outside took it; `provider_id` is what it calls it, where it says."""

    effect: Claimed
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not go. `final` means that trying again cannot help; `chance` (0 to 1) spreads the next tries."""

    effect: Claimed
    problem: str
    final: bool = False
    retry_after: timedelta = timedelta(0)
    chance: float = 0.0


@dataclass(frozen=True, slots=True)
class Follow:
    """An effect that is itself a use case, carried out and settled in one transaction, so that it happens once."""

    effect: Claimed
    verb: Callable[[Tx, Any], Awaitable[Any]]
    command: Any


@dataclass(frozen=True, slots=True)
class FollowTogether:
    """The same for several effects that one use case carries out: all of them once, or none."""

    effects: Sequence[Claimed]
    verb: Callable[[Tx, Any], Awaitable[Any]]
    command: Any


_PROBLEM_CHARACTERS = 1000


@use_case(right="admin.all", one_statement=True, quiet=True)
async def settle_sent(tx: Tx, command: Sent) -> bool:
    """False where the lease has passed to another relay, whose word then counts."""
    return await outbox.settle_done(tx, command.effect.id, command.effect.fence, command.provider_id)


@use_case(right="admin.all", one_statement=True, quiet=True)
async def settle_failed(tx: Tx, command: Failed) -> str:
    """What becomes of it: `ready` (tried again), `replaced` (by another way), `dead` (a person decides) or `lost`."""
    effect, problem = command.effect, command.problem[:_PROBLEM_CHARACTERS]
    again_at = next_try_at(tx.now, effect.attempts, effect.tried_since, command.chance, command.retry_after)
    if command.final or again_at is None:
        return await _give_up(tx, effect, problem)
    return "ready" if await outbox.settle_later(tx, effect.id, effect.fence, again_at, problem) else "lost"


async def _give_up(tx: Tx, effect: Claimed, problem: str) -> str:
    """Dead; where its body names another way (`otherwise`: kind, channel, recipient), that is tried instead."""
    ways = effect.body.get("otherwise")
    if not ways:
        return "dead" if await outbox.settle_dead(tx, effect.id, effect.fence, problem) else "lost"
    await tx.open()
    if not await outbox.settle_replaced(tx, effect.id, effect.fence, problem):
        return "lost"
    (kind, channel, recipient), *rest = ways
    instead = Effect(kind, channel, recipient, {**effect.body, "otherwise": rest})
    await outbox.add(tx, effect.event_id, effect.order_no, [instead])
    return "replaced"


@use_case(right="admin.all")
async def follow(tx: Tx, command: Follow) -> Any:
    """Settles first, which takes the row's lock and shows whether the lease still holds; None where it does not."""
    if not await outbox.settle_done(tx, command.effect.id, command.effect.fence, None):
        return None
    return await command.verb(tx, command.command)


@use_case(right="admin.all")
async def follow_together(tx: Tx, command: FollowTogether) -> Any:
    """Raises LOST_RACE where the lease of any has passed to somebody else: then each goes by itself."""
    if await outbox.settle_all_done(tx, command.effects) < len(command.effects):
        raise LOST_RACE()
    return await command.verb(tx, command.command)
