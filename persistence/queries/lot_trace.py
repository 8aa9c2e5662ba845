"""Where a lot went and what is in an order: both directions of a recall, each in one statement, through every level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

# A lot reaches an order through what was made of it, and what was made of that.
_ORDERS_OF_LOT = f"""
WITH RECURSIVE reached(sku, lot) AS (
  SELECT $1::text, $2::text
  UNION
  SELECT made.sku, made.lot FROM reached r
    JOIN material_moves went ON went.sku = r.sku AND went.lot = r.lot AND went.direction IN ('used', 'issue')
    JOIN material_moves made ON made.work_order = went.work_order AND made.direction = 'made' AND made.lot <> ''
)
SELECT m.order_no, m.work_order, m.operation, m.sku, m.lot, m.direction, sum(m.quantity) AS quantity,
  max(m.unit) AS unit, min(m.moved_at) AS first_at, max(m.moved_at) AS last_at, max(c.name) AS customer_name
FROM reached r JOIN material_moves m ON m.sku = r.sku AND m.lot = r.lot
  JOIN orders o ON o.order_no = m.order_no AND {within(3)} LEFT JOIN customers c ON c.id = o.customer_id
WHERE m.direction IN ('used', 'issue', 'made')
GROUP BY m.order_no, m.work_order, m.operation, m.sku, m.lot, m.direction
ORDER BY min(m.moved_at), m.order_no, m.work_order, m.sku, m.direction LIMIT 1000
"""  # noqa: S608 - composed of constants
_LOTS_OF_ORDER = f"""
WITH RECURSIVE involved(work_order) AS (
  SELECT w.number FROM work_orders w JOIN orders o ON o.id = w.order_id WHERE o.order_no = $1 AND {within(2)}
  UNION
  SELECT made.work_order FROM involved i
    JOIN material_moves went ON went.work_order = i.work_order AND went.lot <> ''
      AND went.direction IN ('used', 'issue')
    JOIN material_moves made ON made.sku = went.sku AND made.lot = went.lot AND made.direction = 'made'
  WHERE made.work_order IS NOT NULL
)
SELECT m.order_no, m.work_order, m.operation, m.sku, m.lot, m.direction, sum(m.quantity) AS quantity,
  max(m.unit) AS unit, min(m.moved_at) AS first_at, max(m.moved_at) AS last_at, max(a.name) AS name,
  max(a.name_en) AS name_en
FROM material_moves m LEFT JOIN articles a ON a.sku = m.sku
WHERE m.lot <> '' AND m.direction IN ('used', 'issue', 'made') AND (
  m.work_order IN (SELECT work_order FROM involved)
  OR m.order_no = $1 AND EXISTS (SELECT 1 FROM orders o WHERE o.order_no = $1 AND {within(2)}))
GROUP BY m.order_no, m.work_order, m.operation, m.sku, m.lot, m.direction
ORDER BY m.sku, m.lot, m.work_order, m.direction LIMIT 1000
"""  # noqa: S608 - composed of constants


async def orders_of_lot(tx: Tx, scope: Scope, sku: str, lot: str) -> list[Mapping[str, Any]]:
    """Every order that a lot reached, directly or in something made of it; a customer is told nothing."""
    if scope.customer_id is not None:
        return []
    return list(await tx.connection.rows(_ORDERS_OF_LOT, sku, lot, *scope.values))


async def lots_of_order(tx: Tx, scope: Scope, order_no: str) -> list[Mapping[str, Any]]:
    """Every lot that is in an order, directly or in something that went into it."""
    if scope.customer_id is not None:
        return []
    return list(await tx.connection.rows(_LOTS_OF_ORDER, order_no, *scope.values))
