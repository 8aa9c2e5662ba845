"""The one door. Every change, from a person, a phone, a webhook, a tick or the command line, passes here.

It checks the right that the use case declares, opens the transaction with one `now`, gives the first answer of a key
again, turns a refusal into a stored answer that leaves nothing else behind, commits, and retries what lost a race.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.access.actor import Actor
from domain.refusals.general import (
    DATABASE_UNAVAILABLE,
    DISK_FULL,
    IDEMPOTENCY_KEY_REUSED,
    LOST_RACE,
    REQUEST_IN_PROGRESS,
)
from domain.refusals.integrators import KEY_NEEDS_ROLE, KEY_NOT_ALLOWED
from domain.refusals.kinds import Refusal, refusal_from_json
from domain.refusals.people import RIGHT_MISSING, SECOND_FACTOR_MISSING
from persistence import replies
from persistence.database import Connection, Database
from persistence.faults import Fault, fault_of
from persistence.tx import Key, Tx

# The edge names a key by this module; it does not know persistence.
__all__ = ["Door", "Key", "Outcome", "Terms", "use_case"]

TRIES = 8
# Fifty rivals for one order need room to line up; the jitter spreads them.
_BACKOFF_SECONDS = 0.01

Verb = TypeVar("Verb", bound=Callable[..., Awaitable[Any]])


@dataclass(frozen=True, slots=True)
class Terms:
    """What a use case declares: the right it needs, and whether it decides in memory and writes in one statement.

    `quiet`: nobody waits for what it writes, so the bell is not rung.
    """

    right: str | None
    one_statement: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and whether it is one that was given before."""

    answer: Any
    replayed: bool = False


def use_case(*, right: str | None, one_statement: bool = False, quiet: bool = False) -> Callable[[Verb], Verb]:
    """Declare a use case's terms; `right` None is for what anybody may ask, such as signing in."""

    def declare(verb: Verb) -> Verb:
        verb.terms = Terms(right, one_statement, quiet)  # type: ignore[attr-defined]
        return verb

    return declare


class Door:
    """Runs use cases against one database. `clock` gives aware UTC instants, `new_id` UUIDv7."""

    def __init__(
        self,
        database: Database,
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
        zone: ZoneInfo,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        self._database, self._clock, self._new_id, self._zone, self._ring = database, clock, new_id, zone, ring

    async def run(
        self, actor: Actor, verb: Callable[[Tx, Any], Awaitable[Any]], command: Any, *, key: Key | None = None
    ) -> Outcome:
        """Carry out one use case, exactly once for a key. Raises Refusal; anything else is a bug."""
        terms = _authorised(actor, verb)
        _refuse_writing_by_reading(actor, terms)
        for attempt in range(TRIES):
            try:
                outcome = await self._once(actor, verb, command, key, terms)
            except Refusal:
                raise
            except Exception as error:  # noqa: BLE001 - told apart by fault_of; a bug is raised again
                await self._again_or_refuse(error, attempt, retriable_when_away=key is not None)
            else:
                if not terms.quiet:
                    self._ring()
                return outcome
        raise LOST_RACE()

    async def given_before(self, actor: Actor, key: Key | None) -> Outcome | None:
        """The first answer of a key, for what must know of it before its work is done; None where there is none yet.

        Raises IDEMPOTENCY_KEY_REUSED where something else was asked by that key, or what it was refused by.
        """
        outcome: Outcome | None = None if key is None else await self._asked(actor, _known_answer, key)
        return outcome

    async def read(self, actor: Actor, verb: Callable[[Tx, Any], Awaitable[Any]], query: Any) -> Any:
        """Answer a question; nothing is written and no transaction is opened."""
        _authorised(actor, verb)
        return await self._asked(actor, verb, query)

    async def _asked(self, actor: Actor, verb: Callable[[Tx, Any], Awaitable[Any]], query: Any) -> Any:
        for attempt in range(2):
            try:
                async with self._database.connect() as connection:
                    return await verb(self._tx(connection, actor, None), query)
            except Refusal:
                raise
            except Exception as error:  # noqa: BLE001 - told apart by fault_of; a bug is raised again
                await self._again_or_refuse(error, attempt, retriable_when_away=attempt == 0)
        raise DATABASE_UNAVAILABLE()

    def _tx(self, connection: Connection, actor: Actor, key: Key | None) -> Tx:
        return Tx(connection, actor, self._clock(), self._new_id, self._zone, key)

    async def _once(
        self, actor: Actor, verb: Callable[[Tx, Any], Awaitable[Any]], command: Any, key: Key | None, terms: Terms
    ) -> Outcome:
        async with self._database.connect() as connection:
            tx = self._tx(connection, actor, key)
            try:
                return await (_in_one_statement if terms.one_statement else _in_transaction)(tx, verb, command)
            except BaseException:
                await _abandon_quietly(tx)
                raise

    async def _again_or_refuse(self, error: Exception, attempt: int, *, retriable_when_away: bool) -> None:
        match fault_of(error):
            case Fault.RACE:
                await asyncio.sleep(random.uniform(0, _BACKOFF_SECONDS * 2**attempt))  # noqa: S311
            case Fault.BUSY:
                raise REQUEST_IN_PROGRESS() from error
            case Fault.FULL:
                raise DISK_FULL() from error
            case Fault.AWAY if retriable_when_away and attempt < TRIES // 2:
                await asyncio.sleep(0.1 * 2**attempt)
            case Fault.AWAY:
                raise DATABASE_UNAVAILABLE() from error
            case _:
                raise error


async def _known_answer(tx: Tx, key: Key) -> Outcome | None:
    known = await replies.touch(tx.connection, key, tx.now)
    return None if known is None else _given_before(known, key)


def _authorised(actor: Actor, verb: Any) -> Terms:
    """The verb's terms. A key acts by its scopes alone: what needs no right is for people."""
    terms: Terms = verb.terms
    if terms.right is None and actor.kind == "key":
        raise KEY_NOT_ALLOWED()
    if terms.right is not None and not actor.may(terms.right):
        raise SECOND_FACTOR_MISSING() if actor.lacks_second_factor else RIGHT_MISSING(right=terms.right)
    return terms


def _refuse_writing_by_reading(actor: Actor, terms: Terms) -> None:
    """What a reading right lets people do is decided by their roles; a key that has none only reads."""
    if actor.kind == "key" and not actor.roles and (terms.right or "").endswith(".read"):
        raise KEY_NEEDS_ROLE()


async def _in_one_statement(tx: Tx, verb: Callable[[Tx, Any], Awaitable[Any]], command: Any) -> Outcome:
    """The hot path: the use case reads once (its key with it), decides, and writes everything in one statement."""
    try:
        answer = await verb(tx, command)
    except replies.Replayed as replayed:
        return await _replay(tx, replayed.key)
    except Refusal as refusal:
        if tx.transaction is not None:
            await tx.abandon()
        if tx.key is not None:
            await replies.keep_refusal(tx.connection, tx.key, refusal.as_json(), tx.now)
        raise
    await tx.finish()
    return Outcome(answer)


async def _in_transaction(tx: Tx, verb: Callable[[Tx, Any], Awaitable[Any]], command: Any) -> Outcome:
    """The ordinary path: begin, run, commit. A refusal rolls back, unless a key has to remember it."""
    await tx.open()
    outcome = Outcome(await verb(tx, command)) if tx.key is None else await _under_key(tx, tx.key, verb, command)
    await tx.finish()
    return outcome


async def _under_key(tx: Tx, key: Key, verb: Callable[[Tx, Any], Awaitable[Any]], command: Any) -> Outcome:
    """Claim the key, run behind a savepoint, and keep the answer or the refusal in the same transaction."""
    known = await replies.claim(tx.connection, key, tx.now)
    tx.key_claimed = True
    if not known["fresh"]:
        await tx.finish()
        return _given_before(known, key)
    savepoint = tx.connection.driver.transaction()
    await savepoint.start()
    try:
        answer = await verb(tx, command)
    except Refusal as refusal:
        await savepoint.rollback()
        await replies.settle(tx.connection, key, None, refusal.as_json())
        await tx.finish()
        raise
    await savepoint.commit()
    await replies.settle(tx.connection, key, answer, None)
    return Outcome(answer)


async def _replay(tx: Tx, key: Key) -> Outcome:
    return _given_before(await replies.touch(tx.connection, key, tx.now), key)


def _given_before(known: Any, key: Key) -> Outcome:
    if known["fingerprint"] != key.fingerprint:
        raise IDEMPOTENCY_KEY_REUSED()
    if known["refusal"] is not None:
        raise refusal_from_json(known["refusal"])
    return Outcome(known["answer"], replayed=True)


async def _abandon_quietly(tx: Tx) -> None:
    """Roll back; where the connection is gone there is nothing left to roll back."""
    try:
        await tx.abandon()
    except Exception as error:  # the first error is the one to tell
        if fault_of(error) is Fault.BUG:
            raise
