"""From what happened to one row of the outbox for each endpoint that is to hear of it."""

from __future__ import annotations

from uuid import UUID

from domain.integrators.webhooks import TYPES, Happening, deliveries
from persistence import feed, feed_positions, webhooks
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case

READER = "webhooks"
AT_ONCE = 200


@use_case(right="admin.all")
async def anything_to_tell(tx: Tx, _: None) -> bool:
    """Whether `tell_orders` would find something; one small question, so that an idle worker rests."""
    return await webhooks.waiting(tx, READER)


@use_case(right="admin.all")
async def tell_orders(tx: Tx, _: None) -> dict[str, int]:
    """Queue what the next events of orders cause. Answers `{"events", "queued"}`; the feed skips no late commit."""
    place = await feed_positions.of(tx, READER)
    if place is None:
        await feed_positions.move(tx, READER, await feed.newest(tx))
        return {"events": 0, "queued": 0}
    happened, last = await webhooks.events_after(tx, place, AT_ONCE)
    if last is None:
        return {"events": 0, "queued": 0}
    queued = await webhooks.queue(tx, deliveries(happened, await webhooks.listeners(tx)))
    await feed_positions.move(tx, READER, last)
    return {"events": len(happened), "queued": queued}


@use_case(right="admin.all")
async def tell_happening(tx: Tx, effect: Claimed) -> dict[str, int]:
    """The same for what is no event of an order: an effect of kind `announce` whose recipient is the type."""
    if effect.recipient not in TYPES:
        return {"queued": 0}
    happening = Happening(effect.event_id, (effect.recipient,), tx.now, effect.body, effect.order_no)
    return {"queued": await webhooks.queue(tx, deliveries([happening], await webhooks.listeners(tx)))}


async def begin_to_listen(tx: Tx) -> None:
    """Where nobody listened until now, telling begins with what happens from here on."""
    if await webhooks.nobody_listens(tx):
        await feed_positions.move(tx, READER, await feed.newest(tx))


def endpoint_of(effect: Claimed) -> UUID:
    """Whom a delivery is for."""
    return UUID(effect.channel.partition(":")[2])
