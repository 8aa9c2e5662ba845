"""Endpoints that are told what happens, what they were told, and every attempt to tell them.

A delivery is a row of the outbox: kind `webhook`, channel `webhook:ENDPOINT`, recipient the type. So each endpoint has
a lane of its own, and a slow one holds up nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.integrators.webhooks import CHANNEL, Delivery, Happening, Health, Listener, order_types
from domain.outgoing.feed import Position
from persistence.database import Row
from persistence.roles import stands_as
from persistence.tx import Tx

_LISTENERS = f"""
SELECT id, types, paused_at IS NOT NULL AS paused, {stands_as("field_roles")} AS field_roles FROM webhook_endpoints
"""  # noqa: S608 - composed of constants
# The stage's category is the one of the workflow that the event was written under.
_EVENTS = """
SELECT e.xid::text AS xid, e.id, e.type, e.action, e.from_stage, e.to_stage, e.seq, e.held, e.recorded_at,
  e.body->>'occurred_at' AS occurred_at, (e.body->>'revision')::int AS revision, o.id AS order_id, o.order_no,
  o.channel, o.shop, o.external_id,
  (SELECT s->>'category' FROM documents d, json_array_elements(d.body->'stages') s WHERE d.kind = 'workflow'
     AND d.key = split_part(e.body->>'workflow', '@', 1) AND d.version = split_part(e.body->>'workflow', '@', 2)::int
     AND s->>'key' = e.to_stage) AS category
FROM events e JOIN orders o ON o.id = e.order_id
WHERE (e.xid, e.id) > ($1::text::xid8, $2::uuid) AND e.xid < feed_frontier()
ORDER BY e.xid, e.id LIMIT $3
"""
_WAITING = """
SELECT EXISTS (SELECT 1 FROM webhook_endpoints) AND EXISTS (SELECT 1 FROM events e, feed_positions f
  WHERE f.reader = $1 AND (e.xid, e.id) > (f.xid, f.event_id) AND e.xid < feed_frontier())
"""
_NO_ENDPOINTS = "SELECT NOT EXISTS (SELECT 1 FROM webhook_endpoints)"
_QUEUE = """
INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at, state, problem,
  settled_at, settled_by)
SELECT e.id, e.event_id, e.order_no, 'webhook', e.channel, e.recipient, e.body, $2::timestamptz,
  $2, CASE WHEN e.paused THEN 'done' ELSE 'ready' END, CASE WHEN e.paused THEN 'endpoint_paused' END,
  CASE WHEN e.paused THEN $2 END, CASE WHEN e.paused THEN $3::text END
FROM jsonb_to_recordset($1) AS e(id uuid, event_id uuid, order_no text, channel text, recipient text, body jsonb,
  paused boolean)
ON CONFLICT (event_id, kind, channel, recipient) DO NOTHING
"""
_ADD = """
INSERT INTO webhook_endpoints (id, name, url, types, field_roles, created_at, created_by, secret_number)
VALUES ($1, $2, $3, $4, $5, $6, $7, 1)
"""
_SHOWN = "SELECT w.*, p.name AS maker FROM webhook_endpoints w LEFT JOIN people p ON p.id::text = w.created_by"
_FIND = f"{_SHOWN} WHERE w.id = $1"
_LIST = f"{_SHOWN} WHERE ($1::uuid IS NULL OR w.id < $1) ORDER BY w.id DESC LIMIT $2"
_LOCK = "SELECT * FROM webhook_endpoints WHERE id = $1 FOR UPDATE"
_CHANGE = "UPDATE webhook_endpoints SET name = $2, url = $3, types = $4, field_roles = $5 WHERE id = $1"
_DROP = "DELETE FROM webhook_endpoints WHERE id = $1"
_RENEW = """
UPDATE webhook_endpoints SET secret_number = secret_number + 1, old_secret_until = $2 WHERE id = $1
"""
_PAUSE = "UPDATE webhook_endpoints SET paused_at = $2, paused_by = $3, pause_reason = $4 WHERE id = $1"
_RESUME = """
UPDATE webhook_endpoints SET paused_at = NULL, paused_by = NULL, pause_reason = NULL, failing_since = NULL WHERE id = $1
"""
_CLOSE_WAITING = """
UPDATE outbox SET state = 'done', problem = $2, settled_at = $3, settled_by = $4
WHERE kind = 'webhook' AND channel = $1 AND state = 'ready'
"""
_ATTEMPT = """
INSERT INTO webhook_attempts (id, delivery_id, endpoint_id, at, status, ms, answer, problem)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
# An endpoint that works is not written to for each delivery.
_HEALTH = """
UPDATE webhook_endpoints SET failing_since = $2, last_success_at = CASE WHEN $3 THEN $4 ELSE last_success_at END
WHERE id = $1 AND (failing_since IS DISTINCT FROM $2
  OR $3 AND coalesce(last_success_at < $4::timestamptz - interval '1 minute', true))
"""
_DELIVERY = """
SELECT o.id, o.order_no, o.recipient, o.state, o.attempts, o.created_at, o.due_at, o.settled_at, o.problem, o.body,
  t.* FROM outbox o
CROSS JOIN LATERAL (SELECT array_agg(a.at) AS tried, array_agg(a.status) AS statuses, array_agg(a.ms) AS ms,
  array_agg(a.answer) AS answers, array_agg(a.problem) AS problems
  FROM (SELECT * FROM webhook_attempts WHERE delivery_id = o.id ORDER BY id DESC LIMIT 100) a) t
WHERE o.kind = 'webhook' AND o.channel = $1
"""
_FIND_DELIVERY = f"{_DELIVERY} AND o.id = $2"
_LIST_DELIVERIES = f"""
{_DELIVERY} AND ($2::uuid IS NULL OR o.id < $2) AND ($3::text[] IS NULL OR o.state = ANY ($3))
  AND ($4::boolean IS NULL OR (o.problem IS NOT NULL) = $4) AND ($5::text IS NULL OR o.recipient = $5)
  AND ($6::text IS NULL OR o.order_no = $6) AND ($7::timestamptz IS NULL OR o.created_at >= $7)
  AND ($8::timestamptz IS NULL OR o.created_at < $8)
ORDER BY o.id DESC LIMIT $9
"""
_AGAIN = """
UPDATE outbox SET state = 'ready', due_at = $2, attempts = 0, tried_since = NULL, settled_at = NULL, settled_by = NULL,
  problem = NULL, provider_id = NULL, lease_until = NULL
"""
_REPLAY = f"{_AGAIN} WHERE id = $1 AND kind = 'webhook' AND state IN ('done', 'dead')"
_REPLAY_PERIOD = f"""
{_AGAIN} WHERE id IN (SELECT id FROM outbox WHERE kind = 'webhook' AND channel = $1 AND recipient <> 'ping'
  AND created_at >= $3 AND created_at < $4 AND (state = 'dead' OR state = 'done' AND ($5 OR problem IS NOT NULL))
  ORDER BY id LIMIT $6)
"""  # noqa: S608 - composed of constants
_FORGET_ATTEMPTS = """
DELETE FROM webhook_attempts WHERE id IN (SELECT id FROM webhook_attempts WHERE at < $1 ORDER BY at LIMIT $2)
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deliveries of an endpoint: `states` and `problem` as the outbox has them, the rest as they are shown."""

    endpoint_id: UUID
    before: UUID | None = None
    states: Sequence[str] | None = None
    problem: bool | None = None
    type: str | None = None
    order_no: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = 50


def channel_of(endpoint_id: UUID) -> str:
    """The lane of one endpoint in the outbox."""
    return f"{CHANNEL}{endpoint_id}"


async def listeners(tx: Tx) -> list[Listener]:
    """Every endpoint, as far as telling goes."""
    return [
        Listener(row["id"], frozenset(row["types"]), row["paused"], frozenset(row["field_roles"]))
        for row in await tx.connection.rows(_LISTENERS)
    ]


async def waiting(tx: Tx, reader: str) -> bool:
    """Whether anybody is to be told anything that happened to orders since the reader's last turn."""
    return bool(await tx.connection.value(_WAITING, reader))


async def nobody_listens(tx: Tx) -> bool:
    """Whether there is no endpoint."""
    return bool(await tx.connection.value(_NO_ENDPOINTS))


async def events_after(tx: Tx, place: Position, limit: int) -> tuple[list[Happening], Position | None]:
    """What happened to orders after a place, oldest first, and the place of the last of it."""
    rows = await tx.connection.rows(_EVENTS, str(place.xid), place.event_id, limit)
    last = Position(int(rows[-1]["xid"]), rows[-1]["id"]) if rows else None
    return [_happening(row) for row in rows], last


async def queue(tx: Tx, told: Sequence[Delivery]) -> int:
    """Write what is to be told; what was written before for the same cause is not written twice."""
    rows = [
        {
            "id": tx.new_id(),
            "event_id": str(each.cause),
            "order_no": each.order_no,
            "channel": channel_of(each.endpoint_id),
            "recipient": each.type,
            "body": each.body,
            "paused": each.paused,
        }
        for each in told
    ]
    return await tx.connection.run(_QUEUE, rows, tx.now, tx.actor.id) if rows else 0


async def add(tx: Tx, endpoint: Mapping[str, Any]) -> None:
    """Write a new endpoint with its first secret."""
    granted = (sorted(endpoint["types"]), sorted(endpoint["field_roles"]))
    await tx.connection.run(_ADD, endpoint["id"], endpoint["name"], endpoint["url"], *granted, tx.now, tx.actor.id)


async def find(tx: Tx, endpoint_id: UUID) -> Row | None:
    """One endpoint, or None."""
    return await tx.connection.row(_FIND, endpoint_id)


async def list_endpoints(tx: Tx, before: UUID | None, limit: int) -> list[Row]:
    """Endpoints, newest first."""
    return await tx.connection.rows(_LIST, before, limit)


async def lock(tx: Tx, endpoint_id: UUID) -> Row | None:
    """One endpoint as it is until this transaction ends."""
    return await tx.connection.row(_LOCK, endpoint_id)


async def change(tx: Tx, endpoint: Mapping[str, Any]) -> None:
    """Write a locked endpoint as it is from now on."""
    granted = (sorted(endpoint["types"]), sorted(endpoint["field_roles"]))
    await tx.connection.run(_CHANGE, endpoint["id"], endpoint["name"], endpoint["url"], *granted)


async def drop(tx: Tx, endpoint_id: UUID) -> bool:
    """Remove an endpoint; False where there is none."""
    return await tx.connection.run(_DROP, endpoint_id) == 1


async def renew_secret(tx: Tx, endpoint_id: UUID, old_until: datetime) -> None:
    """The next secret from now on; the one before it signs, too, until then."""
    await tx.connection.run(_RENEW, endpoint_id, old_until)


async def pause(tx: Tx, endpoint_id: UUID, reason: str) -> None:
    """Call it no more. What waited is closed, and can be replayed."""
    await tx.connection.run(_PAUSE, endpoint_id, tx.now, tx.actor.id, reason)
    await close_waiting(tx, endpoint_id, "endpoint_paused")


async def resume(tx: Tx, endpoint_id: UUID) -> None:
    """Call it again, its patience renewed."""
    await tx.connection.run(_RESUME, endpoint_id)


async def close_waiting(tx: Tx, endpoint_id: UUID, problem: str) -> int:
    """Close what waits to be told, without telling it."""
    return await tx.connection.run(_CLOSE_WAITING, channel_of(endpoint_id), problem, tx.now, tx.actor.id)


async def note_attempt(tx: Tx, delivery_id: UUID, endpoint_id: UUID, attempt: Mapping[str, Any]) -> None:
    """Write down one attempt: `status` None where there was no answer, `answer` its beginning."""
    told = (attempt["status"], attempt["ms"], attempt["answer"], attempt["problem"])
    await tx.connection.run(_ATTEMPT, tx.new_id(), delivery_id, endpoint_id, tx.now, *told)


async def note_health(tx: Tx, endpoint_id: UUID, health: Health) -> None:
    """Write how an endpoint does, where that changed."""
    await tx.connection.run(_HEALTH, endpoint_id, health.failing_since, health.failing_since is None, tx.now)


async def find_delivery(tx: Tx, endpoint_id: UUID, delivery_id: UUID) -> Row | None:
    """One delivery with the newest hundred attempts, or None."""
    return await tx.connection.row(_FIND_DELIVERY, channel_of(endpoint_id), delivery_id)


async def list_deliveries(tx: Tx, asked: Asked) -> list[Row]:
    """Deliveries of one endpoint, newest first."""
    return await tx.connection.rows(
        _LIST_DELIVERIES,
        *(channel_of(asked.endpoint_id), asked.before, asked.states, asked.problem, asked.type, asked.order_no),
        *(asked.since, asked.until, asked.limit),
    )


async def replay(tx: Tx, delivery_id: UUID) -> bool:
    """Tell it once more, from the beginning and under the same id. False where it is still being told."""
    return await tx.connection.run(_REPLAY, delivery_id, tx.now) == 1


async def replay_period(
    tx: Tx, endpoint_id: UUID, since: datetime, until: datetime, *, everything: bool, at_most: int
) -> int:
    """Tell again what was to be told in a period and was not, or all of it; says how much."""
    values = (channel_of(endpoint_id), tx.now, since, until, everything, at_most)
    return await tx.connection.run(_REPLAY_PERIOD, *values)


async def forget_attempts(tx: Tx, before: datetime, at_most: int) -> int:
    """Delete attempts of earlier; says how many."""
    return await tx.connection.run(_FORGET_ATTEMPTS, before, at_most)


def _happening(row: Mapping[str, Any]) -> Happening:
    category = row["category"] or row["to_stage"]
    return Happening(
        id=row["id"],
        types=order_types(row["type"], row["from_stage"], row["to_stage"], row["category"]),
        at=row["recorded_at"],
        order_no=row["order_no"],
        data={
            "order_id": str(row["order_id"]),
            "order_no": row["order_no"],
            "channel": row["channel"],
            "shop": row["shop"],
            "external_id": row["external_id"],
            "event_id": str(row["id"]),
            "seq": row["seq"],
            "event_type": row["type"],
            "action": row["action"],
            "from_stage": row["from_stage"],
            "stage": row["to_stage"],
            "category": category,
            "held": row["held"],
            "revision": row["revision"],
            "occurred_at": row["occurred_at"],
        },
    )
