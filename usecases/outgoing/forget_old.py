"""Daily forgetting: answers that nobody can ask for again, refused payloads, and turns of ticks long gone."""

from __future__ import annotations

from datetime import timedelta

from persistence import payloads, replies, ticks
from persistence.tx import Tx
from usecases.door import use_case

REFUSED_KEPT_FOR = timedelta(days=30)
TICKS_KEPT_FOR = timedelta(days=400)


@use_case(right="admin.all")
async def forget_old_replies(tx: Tx, _: None) -> dict[str, int]:
    """Answers older than 30 days, and ticks of over a year ago."""
    ticks_gone = await ticks.forget_before(tx, tx.now - TICKS_KEPT_FOR)
    return {"replies": await replies.forget_old(tx.connection, tx.now), "ticks": ticks_gone}


@use_case(right="admin.all")
async def prune_refused_payloads(tx: Tx, _: None) -> dict[str, int]:
    """What came with a bad signature more than 30 days ago."""
    return {"payloads": await payloads.prune_refused(tx, tx.now - REFUSED_KEPT_FOR)}
