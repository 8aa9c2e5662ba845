"""Carries out what the outbox holds: takes rows under a lease, acts with no transaction open, settles what is its own.

Killed at any moment, nothing is lost: a row whose lease ran out is simply taken again, and what was sent but not
settled is sent once more under the same id.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

import structlog

from domain.access.actor import Actor
from domain.refusals.kinds import Nature, Refusal
from integrations.ports import SendFailed
from persistence.outbox import Claimed
from usecases.door import Door
from usecases.outgoing.claim_effects import LEASE, ClaimEffects, claim_effects
from usecases.outgoing.settle_effect import (
    Failed,
    Follow,
    FollowTogether,
    Sent,
    follow,
    follow_together,
    settle_failed,
    settle_sent,
)
from wiring.outside import Outside
from workers.carriers import CARRIERS, IN_LANES
from workers.reactions import IN_ORDER, REACTIONS, RELAY, TOGETHER

TAKE_INSIDE, TAKE_OUTSIDE = 32, 8
AT_ONCE_PER_CHANNEL = 8
LONGEST = LEASE - timedelta(seconds=10)
_SETTLE_AGAIN_AFTER_SECONDS = 0.5
_MAY_CHANGE = {Nature.UNAVAILABLE, Nature.FULL, Nature.TOO_MANY, Nature.STALE}
_RACES = {"lost_race", "request_in_progress"}

_log = structlog.stdlib.get_logger("relay")


class Relay:
    """One process's relay; any number may run on one database. `chance` gives numbers from 0 to 1."""

    def __init__(self, door: Door, outside: Outside, chance: Callable[[], float] = random.random) -> None:
        self._door, self._outside, self._chance = door, outside, chance
        self._in_flight: Counter[str] = Counter()
        self._tasks: set[asyncio.Task[None]] = set()
        self._left_out = False
        self._when_free: Callable[[], None] = lambda: None

    def on_free(self, when_free: Callable[[], None]) -> None:
        """What to call when something has ended because of which others had to wait."""
        self._when_free = when_free

    async def turn(self) -> int:
        """Take what is due and begin to carry it out; says how much that was. A refusal means: no database now."""
        full = frozenset(channel for channel, number in self._in_flight.items() if number >= _most(channel))
        self._left_out = bool(full)
        wanted = ClaimEffects(TAKE_INSIDE, TAKE_OUTSIDE, full, IN_ORDER, IN_LANES)
        claimed = (await self._door.run(RELAY, claim_effects, wanted)).answer
        for group in _grouped(claimed):
            self._in_flight.update(effect.channel for effect in group)
            task = asyncio.create_task(self._carry(group))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return len(claimed)

    async def drain(self) -> int:
        """Carry out until nothing is due; says how much that was."""
        total = 0
        while True:
            # What ends while the claim is under way may have made more due, which the claim does not know of.
            idle = not self._tasks
            begun = await self.turn()
            total += begun
            if begun == 0 and idle:
                return total
            if begun < TAKE_OUTSIDE and self._tasks:
                await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def finish(self, grace: timedelta) -> None:
        """Let what is under way come to its end; what does not is left to its lease."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace.total_seconds())
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if self._left_out:
            self._left_out = False
            self._when_free()

    async def _carry(self, group: Sequence[Claimed]) -> None:
        try:
            if not await self._carried_together(group):
                for effect in group:
                    await self._carry_one(effect)
        finally:
            self._in_flight.subtract(effect.channel for effect in group)

    async def _carry_one(self, effect: Claimed) -> None:
        try:
            await self._settle(await self._attempt(effect))
        except Exception as error:  # noqa: BLE001 - the lease runs out and the row is taken again
            _log.error("effect_not_settled", exc_info=error, **_named(effect))

    async def _carried_together(self, group: Sequence[Claimed]) -> bool:
        """Whether one transaction did them all; where it could not, each shows by itself what is wrong with it."""
        reaction = REACTIONS.get((group[0].kind, group[0].channel))
        if len(group) == 1 or reaction is None:
            return False
        command = reaction.command(group, self._outside.channels)
        try:
            together = FollowTogether(group, reaction.verb, command)
            _note_skipped((await self._door.run(reaction.actor, follow_together, together)).answer, group[0])
        except Exception as error:  # noqa: BLE001 - whatever it was, it is said of the one that it comes from
            _log.info("effects_go_one_by_one", problem=str(error), kind=group[0].kind, effects=len(group))
            return False
        return True

    async def _attempt(self, effect: Claimed) -> Sent | Failed | None:
        """What came of it; None where it is settled already, as reactions are."""
        try:
            async with asyncio.timeout(LONGEST.total_seconds()):
                return await self._act(effect)
        except SendFailed as failed:
            return self._failed(effect, failed.problem, final=failed.final, retry_after=failed.retry_after)
        except Refusal as refusal:
            again = refusal.kind.nature in _MAY_CHANGE or refusal.code in _RACES
            return self._failed(effect, f"{refusal.code}: {refusal.detail.en}", final=not again)
        except Exception as error:  # noqa: BLE001 - a bug in one effect must not stop the others; it is tried again
            _log.error("effect_failed", exc_info=error, **_named(effect))
            return self._failed(effect, f"{type(error).__name__}: {error}")

    async def _act(self, effect: Claimed) -> Sent | None:
        reaction = REACTIONS.get((effect.kind, effect.channel))
        if reaction is not None:
            command = reaction.to_one(effect, self._outside.channels)
            await self._follow(reaction.actor, Follow(effect, reaction.verb, command))
            return None
        carrier = CARRIERS.get(effect.kind)
        if carrier is None:
            raise SendFailed(f"nothing carries {effect.kind} over {effect.channel}", final=True)
        outcome = await carrier(self._door, self._outside, effect)
        if isinstance(outcome, Sent):
            return outcome
        await self._follow(RELAY, outcome)
        return None

    async def _follow(self, actor: Actor, command: Follow) -> None:
        _note_skipped((await self._door.run(actor, follow, command)).answer, command.effect)

    async def _settle(self, outcome: Sent | Failed | None) -> None:
        """Say what came of it, again while the database is away: an unsettled send would be repeated."""
        while outcome is not None:
            try:
                await self._say(outcome)
            except Refusal as refusal:
                if refusal.kind.nature not in _MAY_CHANGE:
                    raise
                await asyncio.sleep(_SETTLE_AGAIN_AFTER_SECONDS)
            else:
                return

    async def _say(self, outcome: Sent | Failed) -> None:
        if isinstance(outcome, Sent):
            settled: Any = (await self._door.run(RELAY, settle_sent, outcome)).answer
            _log.info("effect_sent", mine=settled, **_named(outcome.effect))
        else:
            state = (await self._door.run(RELAY, settle_failed, outcome)).answer
            _log.warning("effect_refused", state=state, problem=outcome.problem, **_named(outcome.effect))

    def _failed(
        self, effect: Claimed, problem: str, *, final: bool = False, retry_after: timedelta = timedelta(0)
    ) -> Failed:
        return Failed(effect, problem, final, retry_after, self._chance())


def _most(channel: str) -> int:
    """How many of a channel may be under way: a hung provider stops nobody else, and inside nothing hangs."""
    return TAKE_INSIDE if channel == "*" else AT_ONCE_PER_CHANNEL


def _grouped(claimed: Iterable[Claimed]) -> list[list[Claimed]]:
    """Those that one transaction may carry out together; every other one by itself."""
    groups: dict[object, list[Claimed]] = {}
    for effect in claimed:
        named = (effect.kind, effect.channel)
        groups.setdefault(named if named in TOGETHER else effect.id, []).append(effect)
    return list(groups.values())


def _note_skipped(answer: Any, effect: Claimed) -> None:
    skipped = answer.get("skipped") if isinstance(answer, dict) else None
    if skipped:
        _log.info("channels_not_configured", skipped=skipped, **_named(effect))


def _named(effect: Claimed) -> dict[str, Any]:
    """What a log line says of an effect: no person, no address."""
    return {
        "effect_id": str(effect.id),
        "kind": effect.kind,
        "channel": effect.channel,
        "order_no": effect.order_no,
        "attempt": effect.attempts,
    }
