"""Releasing an order to the workshop: work orders and reservations, set-based, each once however often it is asked."""

from __future__ import annotations

from persistence.tx import Tx

_RELEASE = """
INSERT INTO work_orders (number, order_id, line, sku, quantity, operations, revision, released_at)
SELECT 'WO' || nextval('work_order_numbers'), o.id, l.line, l.sku, l.quantity,
  coalesce(a.details->'operations', '[]'), o.revision, $2
FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN articles a ON a.sku = l.sku
  AND (a.kind = 'product' OR a.kind = 'part' AND a.details ? 'operations')
WHERE o.order_no = $1 AND l.quantity > 0 AND NOT EXISTS (
  SELECT 1 FROM work_orders w WHERE w.order_id = o.id AND w.line = l.line AND w.revision = o.revision)
ON CONFLICT DO NOTHING
"""
_RESERVE = """
INSERT INTO reservations AS r (order_id, material, quantity, reserved_at)
SELECT o.id, b.material, sum(b.quantity * l.quantity), $2
FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN bom_lines b ON b.product = l.sku
WHERE o.order_no = $1 AND l.quantity > 0 GROUP BY o.id, b.material
ON CONFLICT (order_id, material) DO UPDATE SET quantity = excluded.quantity WHERE r.quantity <> excluded.quantity
"""
_COUNT = """
SELECT count(*) FROM work_orders w JOIN orders o ON o.id = w.order_id
WHERE o.order_no = $1 AND o.category IN ('not_started', 'in_production')
"""


async def release(tx: Tx, order_no: str) -> int:
    """One work order for each line whose article is made here; says how many are new."""
    return await tx.connection.run(_RELEASE, order_no, tx.now)


async def reserve(tx: Tx, order_no: str) -> int:
    """Set aside what the bills of material ask for; says how many materials are new or changed."""
    return await tx.connection.run(_RESERVE, order_no, tx.now)


async def released_count(tx: Tx, order_no: str) -> int:
    """How many work orders an order that is not finished in the workshop has."""
    count: int = await tx.connection.value(_COUNT, order_no)
    return count
