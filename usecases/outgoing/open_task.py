"""Open a task for a role, as a step of the workflow asked."""

from __future__ import annotations

from typing import Any

from persistence import tasks
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="admin.all")
async def open_task(tx: Tx, effect: Claimed) -> dict[str, Any]:
    """Answers `{"opened"}`: 1, or 0 where this event has opened it already."""
    role = effect.recipient.partition(":")[2]
    body = effect.body
    opened = await tasks.open_task(tx, effect.event_id, body["order_no"], role, body.get("form"), body["stage"])
    return {"opened": opened}
