"""Orders that still try to run beside the system: changed in Excel and brought back, or past their date in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

RETURNED_WITHIN = timedelta(days=30)
_BESIDE = f"""
WITH returned AS (
  SELECT k.key AS order_no, max(r.confirmed_at) AS at, count(*)::int AS times
  FROM export_returns r, jsonb_each(r.results) k
  WHERE r.confirmed_at > $4::timestamptz - $5::interval AND k.value->>'state' IN ('edited', 'proposed') GROUP BY k.key
), silent AS (
  SELECT o.id FROM orders o
  WHERE o.category NOT IN ('done', 'cancelled') AND o.due_at <= $4 AND o.updated_at < o.due_at AND NOT o.held
), meant AS (
  SELECT id FROM silent UNION SELECT o.id FROM returned r JOIN orders o ON o.order_no = r.order_no
)
SELECT o.id, o.order_no, c.name AS customer, m.name AS merchandiser, o.stage, o.category, o.promised_date,
  o.updated_at AS last_action_at, r.at AS returned_at, coalesce(r.times, 0) AS returned_times,
  EXISTS (SELECT 1 FROM silent s WHERE s.id = o.id) AS silent
FROM meant t JOIN orders o ON o.id = t.id LEFT JOIN returned r ON r.order_no = o.order_no
LEFT JOIN customers c ON c.id = o.customer_id LEFT JOIN people m ON m.id = o.merchandiser_id
WHERE {within(1)} AND ($6::uuid IS NULL OR o.id < $6) ORDER BY o.id DESC LIMIT $7
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class BesidePage:
    """Orders older than `before`, newest first."""

    before: UUID | None = None
    limit: int = 50


async def beside(tx: Tx, scope: Scope, page: BesidePage) -> list[Mapping[str, Any]]:
    """One statement however many there are."""
    values = (tx.now, RETURNED_WITHIN, page.before, page.limit)
    return list(await tx.connection.rows(_BESIDE, *scope.values, *values))
