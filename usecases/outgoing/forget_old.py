"""Daily forgetting: answers that nobody can ask for again, refused payloads, counters and turns of long ago."""

from __future__ import annotations

from datetime import timedelta

from persistence import payloads, replies, throttle, ticks
from persistence.tx import Tx
from usecases.door import use_case

REFUSED_KEPT_FOR = timedelta(days=30)
TICKS_KEPT_FOR = timedelta(days=30)


@use_case(right="admin.all")
async def forget_old_replies(tx: Tx, _: None) -> dict[str, int]:
    """Answers older than 30 days, counters of tries whose window is over, and ticks of over a month ago."""
    counters_gone = await throttle.forget_ended(tx)
    ticks_gone = await ticks.forget_before(tx, tx.now - TICKS_KEPT_FOR)
    return {"replies": await replies.forget_old(tx.connection, tx.now), "ticks": ticks_gone, "counters": counters_gone}


@use_case(right="admin.all")
async def prune_refused_payloads(tx: Tx, _: None) -> dict[str, int]:
    """What came with a bad signature more than 30 days ago."""
    return {"payloads": await payloads.prune_refused(tx, tx.now - REFUSED_KEPT_FOR)}
