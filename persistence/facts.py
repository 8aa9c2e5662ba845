"""What is due for each kind of fact, set-based and by an index: the cost follows what is due, not what is open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.warning.rules import Due
from persistence.tx import Tx

_ORDER = """
SELECT 'order:' || o.order_no AS cause, o.order_no, o.order_type, o.channel, o.stage, o.category, o.priority, o.held,
  floor(extract(epoch FROM $1::timestamptz - o.due_at) / 3600)::int AS hours_late
"""
_OPEN = "o.category NOT IN ('done', 'cancelled')"
_FIRST_OPERATION = f"""
{_ORDER}, o.due_at - $2::interval AS since FROM orders o
WHERE {_OPEN} AND o.due_at <= $1::timestamptz + $2::interval AND o.category IN ('not_started', 'in_production')
  AND NOT EXISTS (SELECT 1 FROM reports r
    WHERE r.order_no = o.order_no AND r.kind = 'complete' AND r.status = 'applied')
"""  # noqa: S608 - composed of constants
_DELIVERY = f"""
{_ORDER}, o.due_at - $2::interval AS since FROM orders o
WHERE {_OPEN} AND o.due_at <= $1::timestamptz + $2::interval AND NOT o.held
"""
_STAGES = f"""
{_ORDER}, o.stage_since AS since, s.service_hours, s.stage_label
FROM unnest($2::text[], $3::int[], $4::text[], $5::int[], $6::timestamptz[], $7::jsonb[])
  AS s(workflow, version, stage, service_hours, until, stage_label)
JOIN orders o ON o.stage = s.stage AND o.stage_since <= s.until AND {_OPEN}
  AND o.workflow_key = s.workflow AND o.workflow_version = s.version
WHERE NOT o.held
"""
_IDLE = f"""
{_ORDER}, o.updated_at AS since, floor(extract(epoch FROM $1::timestamptz - o.updated_at) / 86400)::int AS idle_days
FROM unnest($2::text[], $3::timestamptz[]) AS s(stage, until)
JOIN orders o ON o.stage = s.stage AND o.updated_at <= s.until AND {_OPEN}
"""
_MATERIALS = """
SELECT 'material:' || m.sku AS cause, NULL AS order_no, m.short_since AS since, m.sku AS material, m.name,
  count(h.order_id)::int AS waiting_orders, trim_scale(max(h.short_by))::text AS short_by,
  (array_agg(o.order_no ORDER BY o.due_at, o.id))[1:20] AS orders
FROM materials m JOIN shortages h ON h.material = m.sku JOIN orders o ON o.id = h.order_id
WHERE m.short_since <= $1::timestamptz - $2::interval GROUP BY m.sku
"""
# A fault is over when work on the same work order goes on, and so is want of material, or when it is issued.
_TROUBLES = """
SELECT r.kind || ':' || r.id AS cause, r.order_no, r.corrected_at AS since, r.work_order, r.work_centre, r.operation,
  {fields}
FROM reports r
WHERE r.kind = '{kind}' AND r.status = 'applied' AND r.corrected_at <= $1::timestamptz - $2::interval
  AND r.corrected_at > $1::timestamptz - interval '30 days'
  AND NOT EXISTS (SELECT 1 FROM reports n WHERE n.work_order = r.work_order AND n.status = 'applied'
    AND (n.kind IN ('start', 'resume', 'complete') {over}) AND n.work_order_version > r.work_order_version)
"""
_FAULTS = _TROUBLES.format(
    kind="fault",
    fields="r.body->>'machine' AS machine, r.body->>'symptom' AS symptom, "
    "coalesce((r.body->>'stops_work')::bool, false) AS stops_work",
    over="",
)
_MISSING = _TROUBLES.format(
    kind="shortage",
    fields="r.body->>'material' AS material, r.body->>'quantity' AS quantity, r.body->>'unit' AS unit",
    over="OR n.kind = 'issue_stock' AND n.body->>'sku' = r.body->>'material'",
)
_MESSAGES = f"""
{_ORDER}, c.waiting_since AS since,
  floor(extract(epoch FROM $1::timestamptz - c.waiting_since) / 60)::int AS waiting_minutes
FROM conversations c JOIN orders o ON o.id = c.order_id WHERE c.waiting_since <= $1::timestamptz - $2::interval
"""
_SHIPMENT = f"""
{_ORDER}, o.due_at - $2::interval AS since FROM orders o
WHERE {_OPEN} AND o.due_at <= $1::timestamptz + $2::interval AND o.category <> 'shipping' AND NOT o.held
"""
_FORECAST = f"""
{_ORDER}, f.risk_since AS since, f.late_percent, to_char(f.p80 AT TIME ZONE $3, 'YYYY-MM-DD') AS likely_by,
  ceil(extract(epoch FROM f.p50 - o.due_at) / 3600)::int AS expected_hours_late
FROM forecasts f JOIN orders o ON o.id = f.order_id
WHERE f.risk_since <= $1::timestamptz - $4::interval AND f.late_percent >= $2 AND {_OPEN}
  AND o.due_at > $1 AND NOT o.held
"""
# The day by which finance says the invoice is due counts first, then the order's own `payment_days`, then the rule's
# hours, both from the invoice's day. Days are the factory's.
_PAYMENTS = f"""
{_ORDER}, trim_scale(r.amount)::text AS amount, r.currency, d.due AS since,
  floor(extract(epoch FROM $1::timestamptz - d.due) / 86400)::int AS overdue_days
FROM receivables r JOIN orders o ON o.order_no = r.order_no
CROSS JOIN LATERAL (
  SELECT CASE WHEN r.due_date IS NOT NULL THEN (r.due_date + 1)::timestamp AT TIME ZONE $3
    ELSE ((r.since + 1)::timestamp AT TIME ZONE $3) + CASE WHEN o.extension->>'payment_days' ~ '^[0-9]{{1,3}}$'
      THEN make_interval(days => (o.extension->>'payment_days')::int) ELSE $2::interval END END AS due
) d WHERE d.due <= $1::timestamptz AND o.category <> 'cancelled'
"""
_DUE_BY_HOURS: Mapping[str, str] = {
    "first_operation_open": _FIRST_OPERATION,
    "delivery_late": _DELIVERY,
    "material_short": _MATERIALS,
    "machine_fault": _FAULTS,
    "material_missing": _MISSING,
    "shipment_open": _SHIPMENT,
    "message_unanswered": _MESSAGES,
}
_NOT_FACTS = frozenset({"cause", "since"})
# Twice what nineteen of twenty rests came to; below so many rests there is no habit yet.
_COUNT_HABITS = """
WITH rests AS (
  SELECT e.from_stage AS stage, extract(epoch FROM e.recorded_at - p.recorded_at) / 3600 AS hours
  FROM events e JOIN events p ON p.order_id = e.order_id AND p.seq = e.seq - 1
  WHERE e.from_stage IS NOT NULL AND e.recorded_at > $1::timestamptz - interval '180 days'
)
INSERT INTO stage_habits AS h (stage, usual_hours, seen, counted_at)
SELECT r.stage, greatest(ceil(2 * percentile_cont(0.95) WITHIN GROUP (ORDER BY r.hours))::int, 24),
  count(*), $1
FROM rests r GROUP BY r.stage HAVING count(*) >= $2
ON CONFLICT (stage) DO UPDATE SET usual_hours = excluded.usual_hours, seen = excluded.seen,
  counted_at = excluded.counted_at
"""
_HABITS = "SELECT stage, usual_hours FROM stage_habits"
LEAST_RESTS = 200
# From one pair to the next by the index, so that a million open orders of three workflows are three probes.
_STAGES_IN_USE = f"""
WITH RECURSIVE used AS (
  (SELECT o.workflow_key, o.workflow_version FROM orders o WHERE {_OPEN} ORDER BY 1, 2 LIMIT 1)
  UNION ALL
  SELECT n.workflow_key, n.workflow_version FROM used u, LATERAL (
    SELECT o.workflow_key, o.workflow_version FROM orders o
    WHERE {_OPEN} AND (o.workflow_key, o.workflow_version) > (u.workflow_key, u.workflow_version)
    ORDER BY 1, 2 LIMIT 1) n
)
SELECT workflow_key, workflow_version FROM used
"""  # noqa: S608 - composed of constants


async def due_by_hours(tx: Tx, fact: str, hours: float) -> list[Due]:
    """What is due of a kind whose hours are wall hours. Raises KeyError for a kind that is none."""
    return _read(await tx.connection.rows(_DUE_BY_HOURS[fact], tx.now, _interval(hours)))


StageLimit = tuple[str, int, str, int, datetime, Mapping[str, str]]


async def stages_since(tx: Tx, limits: Sequence[StageLimit]) -> list[Due]:
    """Orders that stand in a stage since before its `until`.

    Each limit is (workflow, version, stage, service hours, until, the stage's label as `{"zh", "en"}`).
    """
    columns = [list(column) for column in zip(*limits, strict=True)] or [[], [], [], [], [], []]
    return _read(await tx.connection.rows(_STAGES, tx.now, *columns))


async def idle_since(tx: Tx, limits: Sequence[tuple[str, datetime]]) -> list[Due]:
    """Orders of a stage to which nothing has happened since before its `until`."""
    columns = [list(column) for column in zip(*limits, strict=True)] or [[], []]
    return _read(await tx.connection.rows(_IDLE, tx.now, *columns))


async def forecast_late(tx: Tx, percent: int, hours: float = 0) -> list[Due]:
    """Orders that come too late with at least this probability, of those whose day has not passed.

    `hours` is for how long at least that has been a risk (forecasts.RISK_PERCENT).
    """
    return _read(await tx.connection.rows(_FORECAST, tx.now, percent, tx.zone.key, _interval(hours)))


async def payments_overdue(tx: Tx, hours: float) -> list[Due]:
    """Orders of which an invoice is unpaid so many hours after its day."""
    return _read(await tx.connection.rows(_PAYMENTS, tx.now, _interval(hours), tx.zone.key))


async def count_habits(tx: Tx) -> int:
    """Work out how long orders usually rest in each stage; says for how many stages there is a habit."""
    return await tx.connection.run(_COUNT_HABITS, tx.now, LEAST_RESTS)


async def usual_hours(tx: Tx) -> dict[str, int]:
    """How long is too long in each stage that has a habit, in wall hours."""
    return {row["stage"]: row["usual_hours"] for row in await tx.connection.rows(_HABITS)}


async def workflows_in_use(tx: Tx) -> list[tuple[str, int]]:
    """Which versions of which workflows open orders run under."""
    return [(row["workflow_key"], row["workflow_version"]) for row in await tx.connection.rows(_STAGES_IN_USE)]


def _interval(hours: float) -> Any:
    return timedelta(hours=hours)


def _read(rows: Sequence[Mapping[str, Any]]) -> list[Due]:
    return [
        Due(row["cause"], row["since"], {n: v for n, v in row.items() if n not in _NOT_FACTS}, row["order_no"])
        for row in rows
    ]
