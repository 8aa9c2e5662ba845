"""Open tasks for a role, as steps of the workflow asked."""

from __future__ import annotations

from collections.abc import Sequence

from persistence import tasks
from persistence.outbox import Claimed
from persistence.tasks import Task
from persistence.tx import Tx
from usecases.door import use_case


@use_case(right="admin.all")
async def open_tasks(tx: Tx, effects: Sequence[Claimed]) -> dict[str, int]:
    """Answers `{"opened"}`: how many are new, as an event opens its own once."""
    return {"opened": await tasks.open_tasks(tx, [_task(effect) for effect in effects])}


def _task(effect: Claimed) -> Task:
    role, body = effect.recipient.partition(":")[2], effect.body
    return Task(effect.event_id, body["order_no"], role, body.get("form"), body["stage"])
