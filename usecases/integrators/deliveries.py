"""What an endpoint was told, every attempt, and telling it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.integrators.webhooks import PING, Delivery
from domain.orders.events import instant_text
from domain.refusals.general import NOT_FOUND
from domain.refusals.integrators import DELIVERY_UNDER_WAY, ENDPOINT_PAUSED
from persistence import webhooks
from persistence.tx import Tx
from persistence.webhooks import Asked
from usecases.door import use_case
from usecases.integrators.endpoints import locked

REPLAYED_AT_ONCE = 10_000
# How the outbox says it: its states, and whether there must be a problem.
_AS_STORED: Mapping[str, tuple[list[str], bool | None]] = {
    "pending": (["ready", "leased"], None),
    "delivered": (["done"], False),
    "skipped": (["done"], True),
    "failed": (["dead"], None),
}


@dataclass(frozen=True, slots=True)
class DeliveryPage:
    """`state`: pending, delivered, skipped (the endpoint was paused or removed) or failed; None for all."""

    endpoint_id: UUID
    state: str | None = None
    before: UUID | None = None
    type: str | None = None
    order_no: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Named:
    """One delivery of one endpoint."""

    endpoint_id: UUID
    delivery_id: UUID


@dataclass(frozen=True, slots=True)
class ReplayPeriod:
    """From `since` until before `until`; what was delivered is told again only where `everything` is wanted."""

    endpoint_id: UUID
    since: datetime
    until: datetime
    everything: bool = False


@use_case(right="integrations.edit")
async def list_deliveries(tx: Tx, page: DeliveryPage) -> list[dict[str, Any]]:
    """Deliveries with their attempts, newest first. Raises NOT_FOUND where there is no endpoint."""
    if await webhooks.find(tx, page.endpoint_id) is None:
        raise NOT_FOUND()
    states, problem = _AS_STORED[page.state] if page.state else (None, None)
    asked = Asked(
        page.endpoint_id, page.before, states, problem, page.type, page.order_no, page.since, page.until, page.limit
    )
    rows = await webhooks.list_deliveries(tx, asked)
    return [_view(row) for row in rows]


@use_case(right="integrations.edit")
async def read_delivery(tx: Tx, named: Named) -> dict[str, Any]:
    """One delivery with its body. Raises NOT_FOUND."""
    return await _shown(tx, named)


@use_case(right="integrations.edit")
async def send_ping(tx: Tx, endpoint_id: UUID) -> dict[str, Any]:
    """Tell an endpoint something harmless, also where it is paused; answers the delivery. Raises NOT_FOUND."""
    await locked(tx, endpoint_id)
    body = {"type": PING, "timestamp": instant_text(tx.now), "data": {"endpoint_id": str(endpoint_id)}}
    cause = tx.new_id()
    await webhooks.queue(tx, [Delivery(cause, PING, endpoint_id, body, None, paused=False)])
    asked = Asked(endpoint_id, type=PING, limit=1)
    return _view((await webhooks.list_deliveries(tx, asked))[0])


@use_case(right="integrations.edit")
async def replay_delivery(tx: Tx, named: Named) -> dict[str, Any]:
    """Tell it once more under the same id. Raises NOT_FOUND, ENDPOINT_PAUSED, DELIVERY_UNDER_WAY."""
    endpoint = await locked(tx, named.endpoint_id)
    await _shown(tx, named)
    if endpoint["paused_at"] is not None:
        raise ENDPOINT_PAUSED()
    if not await webhooks.replay(tx, named.delivery_id):
        raise DELIVERY_UNDER_WAY()
    return await _shown(tx, named)


@use_case(right="integrations.edit")
async def replay_period(tx: Tx, command: ReplayPeriod) -> dict[str, Any]:
    """Answers `{"queued"}`, at most ten thousand at once, the oldest first. Raises NOT_FOUND, ENDPOINT_PAUSED."""
    endpoint = await locked(tx, command.endpoint_id)
    if endpoint["paused_at"] is not None:
        raise ENDPOINT_PAUSED()
    queued = await webhooks.replay_period(
        tx,
        command.endpoint_id,
        command.since,
        command.until,
        everything=command.everything,
        at_most=REPLAYED_AT_ONCE,
    )
    return {"queued": queued}


async def _shown(tx: Tx, named: Named) -> dict[str, Any]:
    row = await webhooks.find_delivery(tx, named.endpoint_id, named.delivery_id)
    if row is None:
        raise NOT_FOUND()
    return _view(row)


def _state(row: Mapping[str, Any]) -> str:
    if row["state"] == "done":
        return "skipped" if row["problem"] else "delivered"
    return "failed" if row["state"] == "dead" else "pending"


def _view(row: Mapping[str, Any]) -> dict[str, Any]:
    """`next_try_at` only where one follows; the attempts are the newest hundred, the last one first."""
    state = _state(row)
    tries = zip(*(row[name] or () for name in ("tried", "statuses", "ms", "answers", "problems")), strict=True)
    return {
        "id": str(row["id"]),
        "message_id": f"msg_{row['id'].hex}",
        "type": row["recipient"],
        "order_no": row["order_no"],
        "state": state,
        "problem": row["problem"],
        "created_at": instant_text(row["created_at"]),
        "settled_at": row["settled_at"] and instant_text(row["settled_at"]),
        "next_try_at": instant_text(row["due_at"]) if state == "pending" else None,
        "body": row["body"],
        "attempts": [
            {"at": instant_text(at), "status": status, "ms": ms, "answer": answer, "problem": problem}
            for at, status, ms, answer, problem in tries
        ],
    }
