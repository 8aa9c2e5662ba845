"""Daily forgetting: what nobody can ask for again, sessions and counters that ended, refused payloads, old turns."""

from __future__ import annotations

from datetime import timedelta

from persistence import hints, outbox, payloads, people, portal_logins, replies, throttle, ticks, webhooks
from persistence.tx import Tx
from usecases.door import use_case

REFUSED_KEPT_FOR = timedelta(days=30)
TICKS_KEPT_FOR = timedelta(days=30)
EFFECTS_KEPT_FOR = timedelta(days=180)
DELIVERIES_KEPT_FOR = timedelta(days=30)
# A screen that was away for longer reads everything anew.
HINTS_KEPT_FOR = timedelta(days=1)
# By then whoever asks where they were signed in, or uses a stolen token again, gets the same answer without the row.
SESSIONS_KEPT_FOR = timedelta(days=30)


@use_case(right="admin.all", quiet=True)
async def forget_ticks(tx: Tx, _: None) -> dict[str, int]:
    """Turns of over a month ago."""
    return {"ticks": await ticks.forget_before(tx, tx.now - TICKS_KEPT_FOR)}


@use_case(right="admin.all", quiet=True)
async def forget_settled(tx: Tx, at_most: int) -> dict[str, int]:
    """A small batch of what is kept for a while only and whose time is over; nothing left where all are 0.

    In batches, so that no night's work holds locks or one statement for long.
    """
    return {
        "replies": await replies.forget_old(tx.connection, tx.now, at_most),
        "effects": await outbox.forget_settled(tx, tx.now - EFFECTS_KEPT_FOR, tx.now - DELIVERIES_KEPT_FOR, at_most),
        "attempts": await webhooks.forget_attempts(tx, tx.now - DELIVERIES_KEPT_FOR, at_most),
        "sessions": await people.forget_sessions(tx, tx.now - SESSIONS_KEPT_FOR, at_most),
        "portal_sessions": await portal_logins.forget_sessions(tx, tx.now - SESSIONS_KEPT_FOR, at_most),
        "hints": await hints.forget_before(tx, tx.now - HINTS_KEPT_FOR, at_most),
        "counters": await throttle.forget_ended(tx, at_most),
    }


@use_case(right="admin.all")
async def prune_refused_payloads(tx: Tx, _: None) -> dict[str, int]:
    """What came with a bad signature more than 30 days ago."""
    return {"payloads": await payloads.prune_refused(tx, tx.now - REFUSED_KEPT_FOR)}
