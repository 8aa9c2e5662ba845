"""Red follows what happens to orders: opened, changed, released, started, split or cancelled, whoever did it."""

from __future__ import annotations

from typing import Any

from persistence import feed, feed_positions, stock
from persistence.tx import Tx
from usecases.door import use_case
from usecases.warning.judge_shortages import judge_shortages

READER = "shortages"
AT_ONCE = 1000


@use_case(right="admin.all", quiet=True)
async def follow_orders(tx: Tx, _: None) -> dict[str, Any]:
    """Judge what the next events touched. Answers `{"events", "red", "cleared"}`; `events` 0 means: nothing more."""
    place = await feed_positions.of(tx, READER)
    if place is None:
        # What happened before was judged when the stock first came.
        await feed_positions.move(tx, READER, await feed.newest(tx))
        return {"events": 0, "red": 0, "cleared": 0}
    events = await feed.after(tx, place, AT_ONCE)
    if not events:
        return {"events": 0, "red": 0, "cleared": 0}
    touched = await stock.materials_of(tx, {event.order_no for event in events})
    verdict = await judge_shortages(tx, touched)
    await feed_positions.move(tx, READER, events[-1].position)
    return {"events": len(events), "red": len(verdict.red), "cleared": len(verdict.cleared)}
