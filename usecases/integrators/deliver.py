"""One delivery: what is sent and to where, as it is when it is about to be sent; and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

import orjson

from domain.effects import Effect
from domain.integrators.webhooks import PING, health_after
from persistence import outbox, webhooks
from persistence.outbox import Claimed
from persistence.tx import Tx
from usecases.door import use_case
from usecases.integrators.tell import endpoint_of

_PROBLEM_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Prepared:
    """Where to, and the exact bytes; `secret_numbers` are those that sign, the present one first."""

    endpoint_id: UUID
    url: str
    message_id: str
    body: bytes
    secret_numbers: tuple[int, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of one call. `status` None: there was no answer, and `problem` says why."""

    effect: Claimed
    status: int | None
    ms: int
    answer: bytes
    problem: str | None


@use_case(right="admin.all")
async def prepare_delivery(tx: Tx, effect: Claimed) -> Prepared | None:
    """None where the endpoint is gone or paused; a ping is sent to one that is paused, too."""
    endpoint_id = endpoint_of(effect)
    row = await webhooks.find(tx, endpoint_id)
    if row is None or (row["paused_at"] is not None and effect.recipient != PING):
        return None
    number, old_until = row["secret_number"], row["old_secret_until"]
    old = (number - 1,) if old_until is not None and old_until > tx.now else ()
    body = orjson.dumps(dict(effect.body))
    return Prepared(endpoint_id, row["url"], f"msg_{effect.id.hex}", body, (number, *old), tx.now)


@use_case(right="admin.all", quiet=True)
async def note_attempt(tx: Tx, attempt: Attempt) -> dict[str, Any]:
    """Write the attempt down, and pause an endpoint that is gone or has not listened for three days.

    Answers `{"paused"}`.
    """
    endpoint_id = endpoint_of(attempt.effect)
    await webhooks.note_attempt(tx, attempt.effect.id, endpoint_id, _row(attempt))
    endpoint = await webhooks.lock(tx, endpoint_id)
    if endpoint is None:
        return {"paused": False}
    taken = attempt.status is not None and 200 <= attempt.status < 300
    health = health_after(endpoint["failing_since"], tx.now, taken=taken, gone=attempt.status == 410)
    await webhooks.note_health(tx, endpoint_id, health)
    if health.pause is None or endpoint["paused_at"] is not None:
        return {"paused": False}
    await _pause(tx, endpoint, health.pause)
    return {"paused": True}


async def _pause(tx: Tx, endpoint: Mapping[str, Any], reason: str) -> None:
    """Leave it alone, and say so to those who can mend it."""
    await webhooks.pause(tx, endpoint["id"], reason)
    facts = {"template": f"webhook_{reason}", "endpoint": endpoint["name"], "url": endpoint["url"]}
    cause = uuid5(endpoint["id"], f"paused:{tx.now.isoformat()}")
    told = Effect("notify", "*", f"role:admin:webhook_{reason}", {**facts, "channels": ["in_app", "email"]})
    await outbox.add(tx, cause, None, [told])


def _row(attempt: Attempt) -> dict[str, Any]:
    return {
        "status": attempt.status,
        "ms": attempt.ms,
        "answer": attempt.answer.decode("utf-8", "replace").replace("\0", "�") or None,
        "problem": attempt.problem and attempt.problem[:_PROBLEM_CHARACTERS],
    }
