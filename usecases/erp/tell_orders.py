"""Tell an ERP what happened to orders: each as it stands when its turn comes, one telling of an order at a time.

So what comes late, twice or out of order makes no difference; an ERP that was away for days hears of an order once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain.erp.told import ToldOrder, told_order
from persistence import documents, erp, feed, feed_positions, orders
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case

TELL = erp.TELL
AT_ONCE = 500


@use_case(right="admin.all", quiet=True)
async def queue_orders(tx: Tx, source: str) -> dict[str, int]:
    """Queue what the next events touched. Answers `{"events", "queued"}`; `events` 0 means: nothing more.

    A system that is connected for the first time is told of every open order.
    """
    reader = f"erp:{source}"
    place = await feed_positions.of(tx, reader)
    if place is None:
        await feed_positions.move(tx, reader, await feed.newest(tx))
        return {"events": 0, "queued": await erp.queue(tx, source, await erp.open_orders(tx))}
    events = await feed.after(tx, place, AT_ONCE)
    if not events:
        return {"events": 0, "queued": 0}
    touched = sorted({event.order_no for event in events if event.about_order})
    queued = await erp.queue(tx, source, touched)
    await feed_positions.move(tx, reader, events[-1].position)
    return {"events": len(events), "queued": queued}


@dataclass(frozen=True, slots=True)
class Telling:
    """What a system is to be told of an order, and which documents it knows already, up to which version."""

    order: ToldOrder
    known: Mapping[str, int]


@use_case(right="orders.read")
async def read_telling(tx: Tx, effect: Claimed) -> Telling | None:
    """The order of an effect as it stands now; None where there is no such order."""
    loaded = await orders.load(tx, effect.order_no or "")
    if loaded is None:
        return None
    order = loaded.order
    workflow = await documents.workflow(tx, order.workflow_key, order.workflow_version)
    customer = loaded.customer or {}
    told = told_order(
        order,
        workflow.stage(order.stage).label,
        customer.get("company") or customer.get("name") or "",
        await erp.left(tx, order.id),
        tx.zone,
        f"{effect.id}/{effect.tried_since.isoformat()}",
    )
    return Telling(told, await erp.told(tx, effect.channel, order.order_no))


@dataclass(frozen=True, slots=True)
class Told:
    """A system took these documents."""

    effect: Claimed
    numbers: Sequence[str]
    version: int


@use_case(right="admin.all")
async def keep_told(tx: Tx, command: Told) -> dict[str, Any]:
    """Remember what a system knows. Answers `{"told"}`."""
    effect = command.effect
    await erp.keep_told(tx, effect.channel, effect.order_no or "", command.numbers, command.version)
    return {"told": list(command.numbers)}
