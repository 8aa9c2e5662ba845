"""Orders to which nothing happens, longest first, with what they hold back from others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

# The page first, what hangs on its orders then: so that its cost follows the page.
_LIST = f"""
WITH idle AS (
  SELECT o.id, o.order_no, o.customer_id, o.merchandiser_id, o.workflow_key, o.workflow_version, o.stage, o.category,
    o.held, o.promised_date, o.currency, o.total, o.updated_at AS since,
    floor(extract(epoch FROM $4::timestamptz - o.updated_at) / 86400)::int AS idle_days
  FROM unnest($5::text[], $6::timestamptz[]) AS s(stage, until)
  JOIN orders o ON o.stage = s.stage AND o.updated_at <= s.until AND o.category NOT IN ('done', 'cancelled')
  WHERE {within(1)} AND ($7::timestamptz IS NULL OR (o.updated_at, o.id) > ($7, $8::uuid))
  ORDER BY o.updated_at, o.id LIMIT $9
)
SELECT i.*, c.name AS customer, m.name AS merchandiser, r.reserved, r.cost, w.work_orders
FROM idle i LEFT JOIN customers c ON c.id = i.customer_id LEFT JOIN people m ON m.id = i.merchandiser_id
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(jsonb_build_object('material', v.material, 'name', coalesce(nullif(t.name, ''), a.name, ''),
      'unit', coalesce(nullif(t.unit, ''), a.unit, ''), 'quantity', trim_scale(v.quantity)::text) ORDER BY v.material),
      '[]') AS reserved, sum(v.quantity * t.unit_cost) AS cost
  FROM reservations v LEFT JOIN materials t ON t.sku = v.material LEFT JOIN articles a ON a.sku = v.material
  WHERE v.order_id = i.id AND v.quantity > 0
) r
CROSS JOIN LATERAL (
  SELECT coalesce(jsonb_agg(jsonb_build_object('number', k.number, 'sku', k.sku, 'state', k.state,
      'quantity', trim_scale(k.quantity)::text, 'good', trim_scale(k.good)::text) ORDER BY k.number), '[]')
      AS work_orders
  FROM work_orders k WHERE k.order_id = i.id AND k.state IN ('released', 'in_progress')
) w
ORDER BY i.since, i.id
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class IdleFilter:
    """`after` is where the page before ended: since when its last order rests, and its id."""

    after: tuple[datetime, UUID] | None = None
    limit: int = 50


async def idle_orders(
    tx: Tx, scope: Scope, limits: Sequence[tuple[str, datetime]], wanted: IdleFilter
) -> list[Mapping[str, Any]]:
    """Open orders that were touched last before their stage's limit, (stage, until) each."""
    stages, until = [stage for stage, _ in limits], [instant for _, instant in limits]
    after = wanted.after or (None, None)
    return list(await tx.connection.rows(_LIST, *scope.values, tx.now, stages, until, *after, wanted.limit))
