"""The stock board: materials with what is free of them, and who waits for what is short."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from persistence.queries.scope import Scope, within
from persistence.stock import RESERVED
from persistence.substitutes import ALLOWED
from persistence.tx import Tx

_COLUMNS = f"""
SELECT m.sku, coalesce(nullif(m.name, ''), a.name, '') AS name, m.specification,
  coalesce(nullif(m.unit, ''), a.unit, '') AS unit, m.on_hand, coalesce(m.safety_level, 0) AS safety_level,
  m.unit_cost, m.lead_days, m.active, m.source, m.changed_at, m.short_since, coalesce(r.quantity, 0) AS reserved,
  s.as_of, s.tried_at, s.problem, coalesce(w.orders, 0) AS waiting_orders
FROM materials m LEFT JOIN articles a ON a.sku = m.sku LEFT JOIN stock_sources s ON s.source = m.source
LEFT JOIN LATERAL ({RESERVED} AND r.material = m.sku GROUP BY r.material) r ON true
LEFT JOIN LATERAL (SELECT count(*) AS orders FROM shortages h WHERE h.material = m.sku) w ON true
"""  # noqa: S608 - composed of constants
_LIST = f"""
{_COLUMNS}
WHERE $1::uuid IS NULL AND ($2::text IS NULL OR m.sku > $2)
  AND ($3::bool IS NULL OR (m.short_since IS NOT NULL) = $3)
  AND ($4::text IS NULL OR position(lower($4) in lower(m.sku || ' ' || m.name || ' ' || m.specification)) > 0)
ORDER BY m.sku LIMIT $5
"""
_ONE = f"{_COLUMNS} WHERE $1::uuid IS NULL AND m.sku = $2"
_WAITING = f"""
SELECT h.needed, h.short_by, h.since, o.order_no, o.stage, o.promised_date, o.due_at, c.name AS customer
FROM shortages h JOIN orders o ON o.id = h.order_id LEFT JOIN customers c ON c.id = o.customer_id
WHERE {within(1)} AND h.material = $4 ORDER BY o.due_at, o.id LIMIT $5
"""  # noqa: S608 - composed of constants
_SHORT_OF = f"""
SELECT h.material, coalesce(nullif(m.name, ''), a.name, '') AS name, coalesce(nullif(m.unit, ''), a.unit, '') AS unit,
  h.needed, h.short_by, h.since
FROM shortages h JOIN orders o ON o.id = h.order_id JOIN materials m ON m.sku = h.material
LEFT JOIN articles a ON a.sku = h.material
WHERE {within(1)} AND o.order_no = $4 ORDER BY h.material
"""  # noqa: S608 - composed of constants
# What is being read now: the page that is asked for next says how far it has come.
_SOURCES = """
SELECT source, s.as_of, s.tried_at, s.problem, coalesce(s.report, '{}') AS report, n.reading
FROM stock_sources s FULL JOIN (
  SELECT DISTINCT ON (channel) channel AS source,
    jsonb_build_object('phase', body->>'phase', 'rows', (body->>'start')::int) AS reading
  FROM outbox WHERE kind = 'pull_stock' AND state IN ('ready', 'leased') ORDER BY channel, id DESC) n USING (source)
WHERE $1::uuid IS NULL ORDER BY source
"""
# Without an order, what is allowed for any product.
_SUBSTITUTES = f"""
SELECT DISTINCT ON (s.use) s.use,
  s.ratio, s.priority, s.from_date, s.until_date, s.note, s.product, m.on_hand, m.unit_cost, m.lead_days,
  coalesce(nullif(m.name, ''), a.name, s.use) AS name, coalesce(nullif(m.unit, ''), a.unit, '') AS unit,
  coalesce(m.safety_level, 0) AS safety_level, coalesce(r.quantity, 0) AS reserved
FROM ({ALLOWED}) s LEFT JOIN materials m ON m.sku = s.use LEFT JOIN articles a ON a.sku = s.use
LEFT JOIN LATERAL ({RESERVED} AND r.material = s.use GROUP BY r.material) r ON true
WHERE $1::uuid IS NULL AND s.material = $2 AND coalesce(m.active, true)
  AND (s.from_date IS NULL OR s.from_date <= $3) AND (s.until_date IS NULL OR s.until_date >= $3)
  AND (s.product IS NULL OR $4::text[] = '{{}}' OR s.product = ANY ($4::text[]))
  AND (s.customer_id IS NULL OR s.customer_id = $5)
ORDER BY s.use, s.priority
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class MaterialFilter:
    """`after` is the number of the last material seen; `short` None lists all."""

    after: str | None
    short: bool | None
    words: str | None
    limit: int


async def materials(tx: Tx, scope: Scope, wanted: MaterialFilter) -> list[Mapping[str, Any]]:
    """Materials by number. A customer sees none."""
    return list(
        await tx.connection.rows(_LIST, scope.customer_id, wanted.after, wanted.short, wanted.words, wanted.limit)
    )


async def material(tx: Tx, scope: Scope, sku: str) -> Mapping[str, Any] | None:
    """One material, or None."""
    return await tx.connection.row(_ONE, scope.customer_id, sku)


async def waiting(tx: Tx, scope: Scope, sku: str, limit: int) -> list[Mapping[str, Any]]:
    """The orders that are red for a material, the most urgent first."""
    return list(await tx.connection.rows(_WAITING, *scope.values, sku, limit))


async def short_of(tx: Tx, scope: Scope, order_no: str) -> list[Mapping[str, Any]]:
    """What one order is red for."""
    return list(await tx.connection.rows(_SHORT_OF, *scope.values, order_no))


async def sources(tx: Tx, scope: Scope) -> list[Mapping[str, Any]]:
    """Who counts stock, and when each last gave a whole answer."""
    return list(await tx.connection.rows(_SOURCES, scope.customer_id))


async def allowed_instead(
    tx: Tx, scope: Scope, sku: str, day: Any, products: Sequence[str], customer: Any
) -> list[Mapping[str, Any]]:
    """What may replace a material on that day, for one of these products and this customer, the preferred one first."""
    rows = await tx.connection.rows(_SUBSTITUTES, scope.customer_id, sku, day, list(products), customer)
    return sorted(rows, key=lambda row: (row["priority"], row["use"]))
