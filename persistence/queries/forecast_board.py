"""Orders that are likely late, the likeliest first, and how often what was foretold held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

# What an order shows of its forecast, for a statement in which the order is `o`.
FORECAST = """
(SELECT to_jsonb(f) FROM forecasts f WHERE f.order_id = o.id AND o.category NOT IN ('done', 'cancelled')) AS forecast
"""
# The same for a row of a list, which says less.
FORECAST_HEAD = """
(SELECT jsonb_build_object('p50', f.p50, 'p80', f.p80, 'p95', f.p95, 'late_percent', f.late_percent,
    'confidence', f.confidence)
  FROM forecasts f WHERE f.order_id = o.id AND o.category NOT IN ('done', 'cancelled')) AS forecast
"""
_LATE = f"""
SELECT o.id, o.order_no, o.order_type, o.workflow_key, o.workflow_version, o.stage, o.category, o.stage_since,
  o.promised_date, o.due_at, o.held, c.name AS customer, m.name AS merchandiser, f.p50, f.p80, f.p95, f.late_percent,
  f.risk_since, f.confidence, f.basis, f.made_at, f.ahead,
  EXISTS (SELECT 1 FROM shortages h WHERE h.order_id = o.id) AS short
FROM forecasts f JOIN orders o ON o.id = f.order_id
LEFT JOIN customers c ON c.id = o.customer_id LEFT JOIN people m ON m.id = o.merchandiser_id
WHERE {within(1)} AND f.risk_since IS NOT NULL AND f.late_percent >= $4 AND o.due_at > $5
  AND o.category NOT IN ('done', 'cancelled')
  AND ($6::int IS NULL OR f.late_percent < $6 OR (f.late_percent = $6 AND f.order_id > $7::uuid))
ORDER BY f.late_percent DESC, f.order_id LIMIT $8
"""  # noqa: S608 - composed of constants
# A forecast counts in the month in which its day came; who is not there by then is counted as not in time, and orders
# that were cancelled are not counted.
_HELD = """
SELECT to_char(d.day AT TIME ZONE $2, 'YYYY-MM') AS month, d.level, count(*)::int AS said,
  (count(*) FILTER (WHERE k.settled_at <= d.day))::int AS held
FROM kept_forecasts k CROSS JOIN LATERAL (VALUES ('p50', k.p50), ('p80', k.p80), ('p95', k.p95)) AS d(level, day)
WHERE k.made_at > $1::timestamptz - interval '400 days' AND k.delivered IS NOT FALSE AND d.day <= $1
GROUP BY 1, 2 ORDER BY 1, 2
"""
_MODEL = "SELECT made_at, stays, outcomes FROM forecast_models ORDER BY id DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class LateFilter:
    """`after` is where the page before ended: the percentage and the id of its last order."""

    percent: int = 50
    after: tuple[int, UUID] | None = None
    limit: int = 50


async def likely_late(tx: Tx, scope: Scope, wanted: LateFilter) -> Sequence[Mapping[str, Any]]:
    """Open orders whose day has not passed, at least so likely to miss it; one statement whatever their number."""
    after = wanted.after or (None, None)
    return await tx.connection.rows(_LATE, *scope.values, wanted.percent, tx.now, *after, wanted.limit)


async def held_by_month(tx: Tx) -> Sequence[Mapping[str, Any]]:
    """By month and level, how many deliveries were foretold for a day in it and how many were there by then."""
    return await tx.connection.rows(_HELD, tx.now, tx.zone.key)


async def present_model(tx: Tx) -> Mapping[str, Any] | None:
    """When the model that counts was made, of how many stays and outcomes; None before there is one."""
    return await tx.connection.row(_MODEL)
