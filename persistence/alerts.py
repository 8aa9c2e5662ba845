"""Alerts: opened for what is due and ended for what no longer is, each in one statement, whatever their number."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from domain.warning.rules import Due
from persistence.tx import Tx

# Whoever judges a rule does so alone; another rule's judge is not kept waiting.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('alert rule ' || $1, 0))"
# Other systems hear of it where any of them asked to; docs/decisions/0022. An alert may open again, so each time is an
# event of its own.
_TOLD = """
told AS (
  INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at)
  SELECT gen_random_uuid(), gen_random_uuid(), c.order_no, 'announce', '*', '{type}',
    jsonb_build_object('alert_id', c.id, 'order_no', c.order_no, 'rule', c.rule, 'severity', c.severity), {now}, {now}
  FROM {changed} c WHERE EXISTS (SELECT 1 FROM webhook_endpoints w WHERE '{type}' = ANY (w.types))
)
"""
# What a person has settled stays settled for as long as the same thing goes on; what had ended by itself opens again,
# and goes on with the level at which it stopped.
_OPEN = f"""
WITH opened AS (
  INSERT INTO alerts AS a (id, rule, rule_version, cause, order_no, severity, facts, since, opened_at, next_at)
  SELECT e.id, $2, $3, e.cause, e.order_no, $4, e.facts, e.since, $5, e.next_at
  FROM jsonb_to_recordset($1) AS e(id uuid, cause text, order_no text, facts jsonb, since timestamptz,
    next_at timestamptz)
  WHERE NOT EXISTS (SELECT 1 FROM alerts k WHERE k.rule = $2 AND k.cause = e.cause AND k.state <> 'resolved')
  ON CONFLICT (rule, cause, since) DO UPDATE SET state = 'open', resolved_at = NULL, resolution = NULL,
    opened_at = excluded.opened_at, next_at = greatest(a.next_at, excluded.next_at), facts = excluded.facts
    WHERE a.state = 'resolved' AND a.resolution = 'ended'
  RETURNING a.id, a.order_no, a.rule, a.severity
), {_TOLD.format(type="alert.raised", now="$5", changed="opened")}
INSERT INTO alert_steps (alert_id, kind, at, by) SELECT id, 'opened', $5, 'system' FROM opened
"""  # noqa: S608 - composed of constants
_END = f"""
WITH ended AS (
  UPDATE alerts SET state = 'resolved', resolved_at = $3, resolution = 'ended', banner = false
  WHERE rule = $1 AND state <> 'resolved'
    AND NOT EXISTS (SELECT 1 FROM unnest($2::text[]) AS d(cause) WHERE d.cause = alerts.cause)
  RETURNING id, order_no, rule, severity
), {_TOLD.format(type="alert.resolved", now="$3", changed="ended")}
INSERT INTO alert_steps (alert_id, kind, at, by) SELECT id, 'ended', $3, 'system' FROM ended
"""  # noqa: S608 - composed of constants
_DUE = """
SELECT a.id, a.rule, a.cause, a.order_no, a.severity, a.facts, a.since, a.told, o.merchandiser_id
FROM alerts a LEFT JOIN orders o ON o.order_no = a.order_no
WHERE a.state = 'open' AND a.next_at <= $1 ORDER BY a.next_at, a.id LIMIT $2 FOR UPDATE OF a SKIP LOCKED
"""
_CLIMBED = """
WITH climbed AS (
  UPDATE alerts a SET told = e.told, next_at = e.next_at, banner = a.banner OR e.banner
  FROM unnest($1::uuid[], $2::int[], $3::timestamptz[], $4::bool[]) AS e(id, told, next_at, banner) WHERE a.id = e.id
)
INSERT INTO alert_steps (alert_id, kind, at, by, detail)
SELECT e.alert_id, e.kind, $6, 'system', e.detail
FROM jsonb_to_recordset($5) AS e(alert_id uuid, kind text, detail jsonb)
"""
_ACKNOWLEDGE = """
UPDATE alerts SET state = 'acknowledged', acknowledged_at = $2, acknowledged_by = $3, next_at = NULL, banner = false
WHERE id = $1 AND state = 'open'
"""
_RESOLVE = f"""
WITH settled AS (
  UPDATE alerts SET state = 'resolved', resolved_at = $2, resolution = 'person', next_at = NULL, banner = false
  WHERE id = $1 AND state <> 'resolved' RETURNING id, order_no, rule, severity
), {_TOLD.format(type="alert.resolved", now="$2", changed="settled")}
SELECT count(*) FROM settled
"""  # noqa: S608 - composed of constants
_STEP = "INSERT INTO alert_steps (alert_id, kind, at, by, detail) VALUES ($1, $2, $3, $4, $5)"
_BANNER = """
WITH shown AS (
  UPDATE alerts SET banner = true WHERE id = ANY ($1::uuid[]) AND state = 'open' RETURNING id
)
INSERT INTO alert_steps (alert_id, kind, at, by, detail)
SELECT id, 'banner', $2, 'system', $3::jsonb FROM shown
"""


@dataclass(frozen=True, slots=True)
class DueAlert:
    """An alert whose next step is due."""

    id: UUID
    rule: str
    cause: str
    order_no: str | None
    severity: str
    facts: Mapping[str, Any]
    since: datetime
    told: int
    merchandiser_id: UUID | None


async def alone(tx: Tx, rule: str) -> None:
    """Wait until nobody else judges this rule; until the end of the transaction nobody will."""
    await tx.connection.value(_ALONE, rule)


async def open_for(tx: Tx, rule: str, version: int, severity: str, due: Sequence[tuple[Due, datetime]]) -> int:
    """Open an alert for each cause that has none, with the instant of its first look; says how many."""
    rows = [
        {
            "id": tx.new_id(),
            "cause": one.cause,
            "order_no": one.order_no,
            "facts": one.facts,
            "since": one.since.isoformat(),
            "next_at": first.isoformat(),
        }
        for one, first in due
    ]
    return await tx.connection.run(_OPEN, rows, rule, version, severity, tx.now)


async def end_others(tx: Tx, rule: str, causes: Collection[str]) -> int:
    """End every alert of the rule whose cause is none of these; says how many."""
    return await tx.connection.run(_END, rule, list(causes), tx.now)


async def due(tx: Tx, limit: int) -> list[DueAlert]:
    """Alerts whose next step is due, oldest first; those that another is just seeing to are passed over."""
    return [DueAlert(**row) for row in await tx.connection.rows(_DUE, tx.now, limit)]


async def write_steps(
    tx: Tx, moved: Sequence[tuple[UUID, int, datetime | None, bool]], steps: Sequence[Mapping[str, Any]]
) -> None:
    """Write where alerts stand now, (id, told, next_at, banner) each, and what was done about them."""
    columns = [list(column) for column in zip(*moved, strict=True)]
    await tx.connection.run(_CLIMBED, *columns, list(steps), tx.now)


async def acknowledge(tx: Tx, alert_id: UUID, note: str | None) -> bool:
    """Somebody has taken it on; False where it is not open."""
    taken = await tx.connection.run(_ACKNOWLEDGE, alert_id, tx.now, tx.actor.id) == 1
    if taken:
        await _step(tx, alert_id, "acknowledged", note)
    return taken


async def resolve(tx: Tx, alert_id: UUID, note: str | None) -> bool:
    """Somebody has settled it; False where it is settled already."""
    done = bool(await tx.connection.value(_RESOLVE, alert_id, tx.now))
    if done:
        await _step(tx, alert_id, "resolved", note)
    return done


async def show_banner(tx: Tx, alert_ids: Sequence[UUID], why: str) -> int:
    """Nobody could be told: everybody sees it until somebody acts. Says how many alerts are open still."""
    return await tx.connection.run(_BANNER, list(alert_ids), tx.now, {"why": why})


async def _step(tx: Tx, alert_id: UUID, kind: str, note: str | None) -> None:
    detail = {"note": note} if note else {}
    await tx.connection.run(_STEP, alert_id, kind, tx.now, tx.actor.id, detail)
