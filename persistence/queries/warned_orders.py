"""Orders that are over, with their date, their delivery, and when each rule first spoke of them: one statement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from persistence.tx import Tx

# An order that came back stays in its last stage, so that the first event that led there tells of the delivery.
_DELIVERED = """
SELECT o.order_no, o.due_at, d.delivered_at, coalesce(w.warned, '{}') AS warned
FROM orders o
JOIN LATERAL (SELECT min(e.recorded_at) AS delivered_at FROM events e
  WHERE e.order_id = o.id AND e.to_stage = o.stage AND e.from_stage IS DISTINCT FROM e.to_stage) d ON true
LEFT JOIN LATERAL (SELECT jsonb_object_agg(a.rule, a.first) AS warned FROM (
  SELECT rule, min(opened_at) AS first FROM alerts WHERE order_no = o.order_no GROUP BY rule) a) w ON true
WHERE o.category = 'done' AND o.due_at IS NOT NULL ORDER BY o.order_no
"""
_ALERTS = "SELECT rule, count(*) AS opened FROM alerts GROUP BY rule ORDER BY rule"


async def delivered(tx: Tx) -> list[Mapping[str, Any]]:
    """`order_no`, `due_at`, `delivered_at`, and `warned`: rule -> instant as text."""
    return list(await tx.connection.rows(_DELIVERED))


async def alerts_by_rule(tx: Tx) -> dict[str, int]:
    """How often each rule spoke at all, of orders and of other things."""
    return {row["rule"]: row["opened"] for row in await tx.connection.rows(_ALERTS)}
