"""The outbox: what must be carried out, taken under a lease with a fencing number, and settled by whoever holds it.

A row is `ready`, `leased`, `done` or `dead`. Its id is what a provider is given as the idempotency key, so that a send
repeated after a crash is the same send.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.effects import Effect
from persistence.tx import Tx

# What is carried out in this database is taken by the score, what goes outside by a few at a time.
# Ordered kinds wait until what the same order caused before is carried out or given up; lanes wait for what is told of
# the same order to the same system; the rest never wait.
_DUE = """
SELECT o.id FROM outbox o
WHERE o.state IN ('ready', 'leased') AND o.due_at <= $1 AND (o.lease_until IS NULL OR o.lease_until <= $1)
  AND NOT o.channel = ANY ($4) AND (o.channel = '*') = {inside}
  AND NOT (o.kind = ANY ($5) AND EXISTS (SELECT 1 FROM outbox b WHERE b.order_no = o.order_no AND b.id < o.id
    AND b.kind = ANY ($5) AND b.state IN ('ready', 'leased')))
  AND NOT (o.kind = ANY ($6) AND EXISTS (SELECT 1 FROM outbox b WHERE b.order_no = o.order_no AND b.id < o.id
    AND b.kind = o.kind AND b.channel = o.channel AND b.state IN ('ready', 'leased')))
ORDER BY o.due_at, o.id LIMIT {limit} FOR UPDATE SKIP LOCKED
"""
_CLAIM = f"""
WITH inside AS ({_DUE.format(inside="true", limit="$3")}), outside AS ({_DUE.format(inside="false", limit="$7")}),
due AS (SELECT id FROM inside UNION ALL SELECT id FROM outside)
UPDATE outbox o SET state = 'leased', lease_until = $2, fence = o.fence + 1, attempts = o.attempts + 1,
  tried_since = coalesce(o.tried_since, $1)
FROM due WHERE o.id = due.id
RETURNING o.id, o.event_id, o.order_no, o.kind, o.channel, o.recipient, o.body, o.fence, o.attempts, o.tried_since,
  o.due_at
"""  # noqa: S608 - composed of constants
_DONE = """
UPDATE outbox SET state = 'done', lease_until = NULL, provider_id = $3, problem = NULL, settled_at = $4, settled_by = $5
WHERE id = $1 AND fence = $2 AND state = 'leased'
"""
_ALL_DONE = """
UPDATE outbox o SET state = 'done', lease_until = NULL, problem = NULL, settled_at = $3, settled_by = $4
FROM unnest($1::uuid[], $2::bigint[]) AS mine(id, fence)
WHERE o.id = mine.id AND o.fence = mine.fence AND o.state = 'leased'
"""
_LATER = """
UPDATE outbox SET state = 'ready', lease_until = NULL, due_at = $3, problem = $4
WHERE id = $1 AND fence = $2 AND state = 'leased'
"""
_DEAD = """
UPDATE outbox SET state = 'dead', lease_until = NULL, problem = $3, settled_at = $4, settled_by = $5
WHERE id = $1 AND fence = $2 AND state = 'leased'
"""
_REPLACED = """
UPDATE outbox SET state = 'done', lease_until = NULL, problem = $3, settled_at = $4, settled_by = $5
WHERE id = $1 AND fence = $2 AND state = 'leased'
"""
_ADD = """
INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at,
  state, settled_at, settled_by)
SELECT e.id, e.event_id, e.order_no, e.kind, e.channel, e.recipient, e.body, $2, coalesce(e.due_at, $2),
  CASE WHEN e.done THEN 'done' ELSE 'ready' END, CASE WHEN e.done THEN $2 END, CASE WHEN e.done THEN $3 END
FROM jsonb_to_recordset($1) AS e(id uuid, event_id uuid, order_no text, kind text, channel text, recipient text,
  body jsonb, due_at timestamptz, done boolean)
ON CONFLICT (event_id, kind, channel, recipient) DO NOTHING
"""
_REVIVE = """
UPDATE outbox SET state = 'ready', due_at = $2, attempts = 0, tried_since = NULL, settled_at = NULL, settled_by = NULL
WHERE id = $1 AND state = 'dead'
"""
_DROP = """
UPDATE outbox SET state = 'done', settled_at = $2, settled_by = $3, provider_id = NULL, problem = $4
WHERE id = $1 AND state = 'dead'
"""
# What a person still has to decide about stays. Of deliveries nobody decides anything once their time is over.
_FORGET = """
DELETE FROM outbox WHERE id IN (
  (SELECT id FROM outbox WHERE state = 'done' AND settled_at < $1 AND kind <> 'webhook' ORDER BY settled_at LIMIT $3)
  UNION ALL (SELECT id FROM outbox WHERE state = 'done' AND settled_at < $2 AND kind = 'webhook' ORDER BY settled_at
    LIMIT $3)
  UNION ALL (SELECT id FROM outbox WHERE state = 'dead' AND settled_at < $2 AND kind = 'webhook' LIMIT $3))
"""
_COLUMNS = (
    "id, event_id, order_no, kind, channel, recipient, state, attempts, due_at, created_at, provider_id, problem, "
    "settled_at, settled_by"
)
_FIND = f"SELECT {_COLUMNS} FROM outbox WHERE id = $1"  # noqa: S608 - composed of constants
_LIST = f"""
SELECT {_COLUMNS} FROM outbox
WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR order_no = $2) AND ($3::uuid IS NULL OR id > $3)
ORDER BY id LIMIT $4
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row under lease. Only who shows the same `fence` may settle it."""

    id: UUID
    event_id: UUID
    order_no: str | None
    kind: str
    channel: str
    recipient: str
    body: Mapping[str, Any]
    fence: int
    attempts: int
    tried_since: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Caused:
    """An effect with what caused it.

    `carried_out` where the same transaction does it itself: written as done, for whoever looks it up.
    """

    event_id: UUID
    order_no: str | None
    effect: Effect
    carried_out: bool = False


async def claim(
    tx: Tx,
    limits: tuple[int, int],
    lease: timedelta,
    full_channels: Collection[str],
    in_order: Collection[str],
    in_lanes: Collection[str] = (),
) -> list[Claimed]:
    """Take rows that are due, oldest first; rows that another relay is just taking are passed over.

    `limits`: at most so many that this database carries out itself, and so many that go outside.
    """
    inside, outside = limits
    names = (list(full_channels), list(in_order), list(in_lanes))
    rows = await tx.connection.rows(_CLAIM, tx.now, tx.now + lease, inside, *names, outside)
    return sorted((Claimed(**row) for row in rows), key=lambda claimed: (claimed.due_at, claimed.id))


async def settle_done(tx: Tx, effect_id: UUID, fence: int, provider_id: str | None) -> bool:
    """Carried out. False where the lease has passed to somebody else."""
    return await tx.connection.run(_DONE, effect_id, fence, provider_id, tx.now, tx.actor.id) == 1


async def settle_all_done(tx: Tx, effects: Sequence[Claimed]) -> int:
    """Carried out, all of them by this transaction; says of how many the lease still held."""
    ids, fences = [effect.id for effect in effects], [effect.fence for effect in effects]
    return await tx.connection.run(_ALL_DONE, ids, fences, tx.now, tx.actor.id)


async def settle_later(tx: Tx, effect_id: UUID, fence: int, due_at: datetime, problem: str) -> bool:
    """Failed, to be tried again."""
    return await tx.connection.run(_LATER, effect_id, fence, due_at, problem) == 1


async def settle_dead(tx: Tx, effect_id: UUID, fence: int, problem: str) -> bool:
    """Failed for good; a person decides."""
    return await tx.connection.run(_DEAD, effect_id, fence, problem, tx.now, tx.actor.id) == 1


async def settle_replaced(tx: Tx, effect_id: UUID, fence: int, problem: str) -> bool:
    """Failed for good, and something else is done instead; nobody has to decide."""
    return await tx.connection.run(_REPLACED, effect_id, fence, problem, tx.now, tx.actor.id) == 1


async def add(tx: Tx, event_id: UUID, order_no: str | None, effects: Sequence[Effect]) -> int:
    """Write what one event causes besides; what it caused already is not written twice. Says how many were new."""
    return await add_all(tx, [Caused(event_id, order_no, effect) for effect in effects])


async def add_all(tx: Tx, caused: Sequence[Caused]) -> int:
    """The same for what several events cause."""
    return await tx.connection.run(_ADD, [_row(tx, one) for one in caused], tx.now, tx.actor.id) if caused else 0


async def revive(tx: Tx, effect_id: UUID) -> bool:
    """Try a dead row again from the beginning. False where it is not dead."""
    return await tx.connection.run(_REVIVE, effect_id, tx.now) == 1


async def drop(tx: Tx, effect_id: UUID, reason: str) -> bool:
    """Close a dead row without carrying it out. False where it is not dead."""
    return await tx.connection.run(_DROP, effect_id, tx.now, tx.actor.id, reason) == 1


async def forget_settled(tx: Tx, before: datetime, deliveries_before: datetime, at_most: int) -> int:
    """Delete some of what was settled earlier, deliveries to other systems sooner than the rest; says how many."""
    return await tx.connection.run(_FORGET, before, deliveries_before, at_most)


async def find(tx: Tx, effect_id: UUID) -> Mapping[str, Any] | None:
    """One row without its body, or None."""
    return await tx.connection.row(_FIND, effect_id)


async def list_effects(
    tx: Tx, state: str | None, order_no: str | None, after: UUID | None, limit: int
) -> list[Mapping[str, Any]]:
    """Rows without their bodies, in the order of their ids."""
    return list(await tx.connection.rows(_LIST, state, order_no, after, limit))


def _row(tx: Tx, caused: Caused) -> dict[str, Any]:
    effect = caused.effect
    return {
        "id": tx.new_id(),
        "event_id": caused.event_id,
        "order_no": caused.order_no,
        "kind": effect.kind,
        "channel": effect.channel,
        "recipient": effect.recipient,
        "body": effect.body,
        "due_at": effect.due_at,
        "done": caused.carried_out,
    }
