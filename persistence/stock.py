"""Stock and shortages, set-based: a hundred thousand materials take a handful of statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.warning.shortage import Need, Shortage, Standing
from domain.warning.stock import Described
from persistence.tx import Tx
from persistence.work_orders import SWAPPED

# Lists of materials are joined, never compared with `= ANY`: with a hundred thousand each row would walk through them.
# Whoever judges shortages does so alone, so that an older view of the stock is never written over a newer one.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('shortages', 0))"
_COUNT = """
INSERT INTO materials AS m (sku, on_hand, source, changed_at)
SELECT e.sku, e.on_hand, $3, $4 FROM unnest($1::text[], $2::numeric[]) AS e(sku, on_hand)
ON CONFLICT (sku) DO UPDATE SET on_hand = excluded.on_hand, source = excluded.source, changed_at = excluded.changed_at
WHERE m.on_hand IS DISTINCT FROM excluded.on_hand AND m.changed_at <= excluded.changed_at
RETURNING m.sku
"""
_NOT_COUNTED = """
UPDATE materials m SET on_hand = 0, changed_at = $3
WHERE m.source = $2 AND m.on_hand <> 0 AND NOT EXISTS (SELECT 1 FROM unnest($1::text[]) AS c(sku) WHERE c.sku = m.sku)
RETURNING m.sku
"""
# An empty text and a missing figure leave what is known as it is.
_DESCRIBE = """
INSERT INTO materials AS m
  (sku, name, specification, unit, safety_level, unit_cost, lead_days, active, source, changed_at)
SELECT e.*, $9, $10 FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::int[],
  $8::bool[]) AS e(sku, name, specification, unit, safety_level, unit_cost, lead_days, active)
ON CONFLICT (sku) DO UPDATE SET
  name = coalesce(nullif(excluded.name, ''), m.name),
  specification = coalesce(nullif(excluded.specification, ''), m.specification),
  unit = coalesce(nullif(excluded.unit, ''), m.unit), safety_level = coalesce(excluded.safety_level, m.safety_level),
  unit_cost = coalesce(excluded.unit_cost, m.unit_cost), lead_days = coalesce(excluded.lead_days, m.lead_days),
  active = excluded.active
WHERE (m.name, m.specification, m.unit, m.safety_level, m.unit_cost, m.lead_days, m.active) IS DISTINCT FROM
  (coalesce(nullif(excluded.name, ''), m.name), coalesce(nullif(excluded.specification, ''), m.specification),
   coalesce(nullif(excluded.unit, ''), m.unit), coalesce(excluded.safety_level, m.safety_level),
   coalesce(excluded.unit_cost, m.unit_cost), coalesce(excluded.lead_days, m.lead_days), excluded.active)
RETURNING m.sku
"""
# What a released order has set aside is held until its production is through.
RESERVED = """
SELECT r.material, sum(r.quantity) AS quantity FROM reservations r JOIN orders o ON o.id = r.order_id
WHERE o.category IN ('not_started', 'in_production')
"""
_STANDINGS = f"""
SELECT m.sku AS material, m.on_hand, coalesce(r.quantity, 0) AS reserved, coalesce(m.safety_level, 0) AS safety_level
FROM materials m
LEFT JOIN ({RESERVED} AND r.material IN (SELECT unnest($1::text[])) GROUP BY r.material) r ON r.material = m.sku
WHERE m.sku IN (SELECT unnest($1::text[]))
  AND (m.short_since IS NOT NULL OR m.on_hand - coalesce(r.quantity, 0) < m.safety_level)
"""  # noqa: S608 - composed of constants
# `uses`: how much of a material of $1 a unit of each part comes to, through every level of the bills.
_USES = """
WITH RECURSIVE uses AS (
  SELECT m AS part, m AS material, 1::numeric AS quantity FROM unnest($1::text[]) m
  UNION ALL
  SELECT b.product, u.material, b.quantity * u.quantity FROM bom_lines b JOIN uses u ON b.material = u.part
)
"""
# What lines ask for: the article itself, what its bill names, and what stands in the place of that by a change.
_ASKED = f"""
SELECT l.order_id, l.line, u.material, u.quantity * l.quantity AS quantity
FROM uses u JOIN order_lines l ON l.sku = u.part WHERE u.part = u.material
UNION ALL
SELECT l.order_id, l.line, u.material, u.quantity * b.quantity * l.quantity
FROM uses u JOIN bom_lines b ON b.material = u.part JOIN order_lines l ON l.sku = b.product
WHERE NOT l.technical ? 'substitutes' OR NOT (l.technical->'substitutes') ? b.material
UNION ALL
SELECT l.order_id, l.line, u.material, u.quantity * b.quantity * swap.ratio * l.quantity
FROM order_lines l JOIN bom_lines b ON b.product = l.sku AND (l.technical->'substitutes') ? b.material
  {SWAPPED} JOIN uses u ON u.part = swap.material
WHERE l.technical ? 'substitutes'
"""  # noqa: S608 - composed of constants
# An order that has set material aside needs just that.
_NEEDS = f"""
{_USES}
SELECT n.order_id, n.material, sum(n.quantity) AS quantity FROM ({_ASKED}) n JOIN orders o ON o.id = n.order_id
WHERE o.category = 'not_started' AND n.quantity > 0
  AND NOT EXISTS (SELECT 1 FROM reservations r WHERE r.order_id = o.id)
GROUP BY n.order_id, n.material
UNION ALL
SELECT r.order_id, r.material, r.quantity FROM reservations r JOIN orders o ON o.id = r.order_id
WHERE r.material IN (SELECT unnest($1::text[])) AND o.category = 'not_started' AND r.quantity > 0
"""  # noqa: S608 - composed of constants
_PRESENT = """
SELECT order_id, material, needed, short_by, since FROM shortages WHERE material IN (SELECT unnest($1::text[]))
"""
_RED = """
INSERT INTO shortages AS s (order_id, material, needed, short_by, since)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::numeric[], $4::numeric[], $5::timestamptz[])
ON CONFLICT (order_id, material) DO UPDATE SET needed = excluded.needed, short_by = excluded.short_by
"""
_CLEAR = """
DELETE FROM shortages s USING unnest($1::uuid[], $2::text[]) AS e(order_id, material)
WHERE s.order_id = e.order_id AND s.material = e.material
"""
_SHORT_SINCE = """
UPDATE materials m SET short_since = CASE WHEN e.short THEN coalesce(m.short_since, $3) END
FROM unnest($1::text[], $2::bool[]) AS e(sku, short) WHERE m.sku = e.sku AND (m.short_since IS NULL) = e.short
"""
_MATERIALS_OF = """
WITH RECURSIVE parts AS (
  SELECT p.part FROM orders o JOIN order_lines l ON l.order_id = o.id CROSS JOIN LATERAL (
    SELECT l.sku AS part
    UNION ALL SELECT s.value->>'material' FROM jsonb_each(CASE WHEN jsonb_typeof(l.technical->'substitutes') = 'object'
      THEN l.technical->'substitutes' ELSE '{}' END) s WHERE jsonb_typeof(s.value) = 'object') p
  WHERE o.order_no = ANY ($1::text[])
  UNION
  SELECT b.material FROM bom_lines b JOIN parts p ON b.product = p.part
)
SELECT part AS material FROM parts WHERE part IS NOT NULL
UNION SELECT r.material FROM reservations r JOIN orders o ON o.id = r.order_id WHERE o.order_no = ANY ($1::text[])
UNION SELECT s.material FROM shortages s JOIN orders o ON o.id = s.order_id WHERE o.order_no = ANY ($1::text[])
UNION SELECT m->>'material' FROM order_changes c JOIN orders o ON o.id = c.order_id,
  jsonb_array_elements(c.impact->'materials') m WHERE o.order_no = ANY ($1::text[]) AND c.state = 'applied'
"""
_PARTS_OF = """
WITH RECURSIVE parts AS (
  SELECT unnest($1::text[]) AS part
  UNION
  SELECT b.material FROM bom_lines b JOIN parts p ON b.product = p.part
)
SELECT part AS material FROM parts
"""
_NEED_OF = f"""
{_USES}
SELECT coalesce(
  (SELECT r.quantity FROM reservations r WHERE r.order_id = $2 AND r.material = ANY ($1::text[]) AND $3::int IS NULL),
  (SELECT sum(n.quantity) FROM ({_ASKED}) n WHERE n.order_id = $2 AND ($3::int IS NULL OR n.line = $3)), 0)
"""  # noqa: S608 - composed of constants
_ANSWERED = """
INSERT INTO stock_sources AS s (source, as_of, tried_at, materials_until, problem, report)
VALUES ($1, $2, $3, $4, NULL, $5)
ON CONFLICT (source) DO UPDATE SET as_of = greatest(s.as_of, excluded.as_of), tried_at = excluded.tried_at,
  materials_until = coalesce(excluded.materials_until, s.materials_until), problem = NULL, report = excluded.report
"""
_SILENT = """
INSERT INTO stock_sources AS s (source, tried_at, problem) VALUES ($1, $2, $3)
ON CONFLICT (source) DO UPDATE SET tried_at = excluded.tried_at, problem = excluded.problem
"""
_CURSOR = "SELECT materials_until FROM stock_sources WHERE source = $1"


async def alone(tx: Tx) -> None:
    """Wait until nobody else judges shortages; until the end of the transaction nobody will."""
    await tx.connection.value(_ALONE)


async def count(tx: Tx, source: str, as_of: datetime, on_hand: Mapping[str, Decimal]) -> set[str]:
    """Write what is on hand; the materials that differ from before. An older count changes nothing newer."""
    rows = await tx.connection.rows(_COUNT, list(on_hand), list(on_hand.values()), source, as_of)
    return {row["sku"] for row in rows}


async def nothing_else(tx: Tx, source: str, as_of: datetime, counted: Iterable[str]) -> set[str]:
    """After a whole count: of everything else that the source ever told of there is none left."""
    rows = await tx.connection.rows(_NOT_COUNTED, list(counted), source, as_of)
    return {row["sku"] for row in rows}


async def describe(tx: Tx, source: str, described: Sequence[Described]) -> set[str]:
    """Write master data; the materials that differ from before."""
    columns = (
        "material",
        "name",
        "specification",
        "unit",
        "safety_level",
        "unit_cost",
        "lead_days",
        "active",
    )
    values = [[getattr(one, column) for one in described] for column in columns]
    return {row["sku"] for row in await tx.connection.rows(_DESCRIBE, *values, source, tx.now)}


async def standings(tx: Tx, materials: Iterable[str]) -> list[Standing]:
    """How those of the materials stand that are short, or were when somebody last looked."""
    return [Standing(**row) for row in await tx.connection.rows(_STANDINGS, list(materials))]


async def needs(tx: Tx, materials: Iterable[str]) -> list[Need]:
    """What orders that have not started need of them."""
    return [Need(**row) for row in await tx.connection.rows(_NEEDS, list(materials))]


async def present(tx: Tx, materials: Iterable[str]) -> list[Shortage]:
    """Which orders are red for them now."""
    return [Shortage(**row) for row in await tx.connection.rows(_PRESENT, list(materials))]


async def write_verdict(
    tx: Tx, judged: Sequence[Standing], red: Sequence[Shortage], cleared: Sequence[Shortage]
) -> None:
    """Write who is red and who no longer is, and since when the materials themselves are short."""
    if red:
        columns = ("order_id", "material", "needed", "short_by", "since")
        await tx.connection.run(_RED, *([getattr(one, column) for one in red] for column in columns))
    if cleared:
        await tx.connection.run(_CLEAR, [one.order_id for one in cleared], [one.material for one in cleared])
    short = [one.short_by > 0 for one in judged]
    await tx.connection.run(_SHORT_SINCE, [one.material for one in judged], short, tx.now)


async def materials_of(tx: Tx, order_nos: Iterable[str]) -> set[str]:
    """Everything that these orders need, have set aside or are red for, through every level of the bills."""
    return {row["material"] for row in await tx.connection.rows(_MATERIALS_OF, list(order_nos))}


async def parts_of(tx: Tx, products: Iterable[str]) -> set[str]:
    """The products and everything that goes into them, through every level of the bills."""
    return {row["material"] for row in await tx.connection.rows(_PARTS_OF, list(products))}


async def source_answered(
    tx: Tx, source: str, as_of: datetime, materials_until: str | None, report: Mapping[str, Any]
) -> None:
    """A source gave a whole answer, true at `as_of`."""
    await tx.connection.run(_ANSWERED, source, as_of, tx.now, materials_until, report)


async def source_silent(tx: Tx, source: str, problem: Mapping[str, Any]) -> None:
    """A source gave none; what it said before stays, with its time."""
    await tx.connection.run(_SILENT, source, tx.now, problem)


async def need_of(tx: Tx, order_id: UUID, material: str, line: int | None) -> Decimal:
    """How much of one material an order needs: what it has set aside, else what its bills say; or one line's bills."""
    found: Decimal = await tx.connection.value(_NEED_OF, [material], order_id, line)
    return found


async def materials_until(tx: Tx, source: str) -> str | None:
    """Up to which change the source's master data has been read; the source's own words."""
    found: str | None = await tx.connection.value(_CURSOR, source)
    return found
