"""Work orders: made when an order is released, read many at once, and written with what changed them.

Releasing is set-based, and each thing happens once however often it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from domain.floor.work_order import WorkOrder, progress_from
from domain.products.specification import ONE_STEP
from persistence.faults import LostRace
from persistence.products import LATEST
from persistence.substitutes import ALLOWED
from persistence.tx import Tx

# 128 of the 244 random bits of two ids that PostgreSQL makes by its strong generator.
RANDOM_CODE = """
encode(substring(sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8')) FROM 1 FOR 16), 'hex')
"""
# What a bill's line `b` asks for, with the substitute that the order's line `l` names in its place.
SWAPPED = """
CROSS JOIN LATERAL (SELECT coalesce(l.technical#>>ARRAY['substitutes', b.material, 'material'], b.material) AS material,
  CASE WHEN l.technical#>>ARRAY['substitutes', b.material, 'ratio'] ~ '^[0-9]{1,14}([.][0-9]{1,6})?$'
    THEN (l.technical#>>ARRAY['substitutes', b.material, 'ratio'])::numeric ELSE 1 END AS ratio) swap
"""
# What may be taken instead of what is picked for the line `l`, on the day of `wanted.at`.
_INSTEAD = f"""
SELECT jsonb_agg(jsonb_build_object('sku', s.use, 'ratio', trim_scale(s.ratio)::text,
  'note', coalesce(s.note->>'zh', '')) ORDER BY s.priority, s.use) AS list
FROM ({ALLOWED}) s
WHERE s.material = m.sku AND (s.product IS NULL OR s.product = l.sku)
  AND (s.from_date IS NULL OR s.from_date <= wanted.at::date)
  AND (s.until_date IS NULL OR s.until_date >= wanted.at::date)
  AND (s.customer_id IS NULL OR s.customer_id = (SELECT c.customer_id FROM orders c WHERE c.id = l.order_id))
"""  # noqa: S608 - composed of constants
_PICKING = f"""
SELECT jsonb_agg(jsonb_build_object('material', m.sku, 'name', m.name, 'name_en', m.name_en, 'unit', m.unit,
    'quantity', trim_scale(b.quantity * swap.ratio * wanted.quantity)::text, 'alternatives',
    coalesce(({_INSTEAD}), '[]')) ORDER BY b.line) AS list
FROM bom_lines b {SWAPPED} JOIN articles m ON m.sku = swap.material WHERE b.product = l.sku
"""  # noqa: S608 - composed of constants
_DRAWINGS = """
SELECT jsonb_agg(w || jsonb_build_object('media_type', g.media_type, 'size_bytes', g.size_bytes) ORDER BY place) AS list
FROM jsonb_array_elements(d.body->'drawings') WITH ORDINALITY AS named(w, place)
  JOIN drawings g ON g.sku = l.sku AND g.sha256 = w->>'sha256'
"""
# What makes `wanted.quantity` of the order's line `l` at `wanted.at`, by the newest version of its article: only what
# is made here.
SPECIFIED = f"""
JOIN articles a ON a.sku = l.sku AND (a.kind = 'product' OR a.kind = 'part' AND a.details ? 'operations')
{LATEST}
CROSS JOIN LATERAL (SELECT coalesce(d.body->'operations', a.details->'operations') AS list) steps
LEFT JOIN LATERAL ({_PICKING}) p ON true
LEFT JOIN LATERAL ({_DRAWINGS}) g ON true
"""
SPECIFICATION = """
CASE WHEN coalesce(steps.list, '[]') = '[]' THEN $3::jsonb ELSE steps.list END AS operations,
  coalesce(d.version, 0) AS product_version, coalesce(p.list, '[]') AS picking,
  coalesce(d.body->'quality', '[]') AS quality, coalesce(g.list, '[]') AS drawings
"""
# What a line asks for and no work order of its article makes yet: all of it at first, later what a change adds.
_RELEASE = f"""
INSERT INTO work_orders (number, token, order_id, line, sku, quantity, operations, product_version, picking, quality,
  drawings, revision, altered_revision, released_at, changed_at)
SELECT 'WO' || nextval('work_order_numbers'), {RANDOM_CODE}, o.id, l.line, l.sku, wanted.quantity, {SPECIFICATION},
  o.revision, o.revision, $2, $2
FROM orders o JOIN order_lines l ON l.order_id = o.id
CROSS JOIN LATERAL (
  SELECT l.quantity - coalesce(sum(w.quantity), 0) AS quantity, $2::timestamptz AS at FROM work_orders w
  WHERE w.order_id = o.id AND w.line = l.line AND w.sku = l.sku AND w.state <> 'cancelled') wanted
{SPECIFIED}
WHERE o.order_no = $1 AND wanted.quantity > 0 AND o.category NOT IN ('done', 'cancelled')
ORDER BY l.line
"""  # noqa: S608 - composed of constants
# By the bills, with the substitutes that the lines name; what is needed no more is free.
_RESERVE = f"""
WITH needed AS (
  SELECT o.id, swap.material, sum(b.quantity * swap.ratio * l.quantity) AS quantity
  FROM orders o JOIN order_lines l ON l.order_id = o.id JOIN bom_lines b ON b.product = l.sku {SWAPPED}
    JOIN articles m ON m.sku = swap.material
  WHERE o.order_no = $1 AND l.quantity > 0 AND o.category NOT IN ('done', 'cancelled') GROUP BY o.id, swap.material
), freed AS (
  DELETE FROM reservations r USING orders o WHERE o.order_no = $1 AND r.order_id = o.id
    AND NOT EXISTS (SELECT 1 FROM needed n WHERE n.material = r.material)
)
INSERT INTO reservations AS r (order_id, material, quantity, reserved_at) SELECT id, material, quantity, $2 FROM needed
ON CONFLICT (order_id, material) DO UPDATE SET quantity = excluded.quantity WHERE r.quantity <> excluded.quantity
"""  # noqa: S608 - composed of constants
_COUNT = """
SELECT count(*) FROM work_orders w JOIN orders o ON o.id = w.order_id
WHERE o.order_no = $1 AND w.state <> 'cancelled' AND o.category IN ('not_started', 'in_production')
"""
WITH_ORDER = """
SELECT w.number, w.token, w.order_id, o.order_no, w.line, w.sku, w.quantity, w.operations, w.revision,
  o.revision AS order_revision, w.altered_revision, o.category AS order_category, o.stage AS order_stage,
  o.held AS order_held,
  w.state, w.stop, w.version, w.progress
FROM work_orders w JOIN orders o ON o.id = w.order_id
"""
_BY_CODE = f"{WITH_ORDER} WHERE w.number = ANY ($1::text[]) OR w.token = ANY ($1::text[])"
_BY_ORDER = f"{WITH_ORDER} WHERE o.order_no = $1 ORDER BY w.number"
# Guarded by the version that was read; a row that another has changed meanwhile is not written.
SAVED = """
UPDATE work_orders w SET progress = e.progress, good = e.good, scrap = e.scrap, state = e.state, version = e.version,
  started_at = e.started_at, finished_at = e.finished_at, changed_at = $1
FROM jsonb_to_recordset($2) AS e(number text, was int, version int, progress jsonb, good numeric, scrap numeric,
  state text, started_at timestamptz, finished_at timestamptz)
WHERE w.number = e.number AND w.version = e.was RETURNING w.number
"""
_REROUTE = """
UPDATE work_orders SET operations = $3, state = $4, good = $5, scrap = $6, version = $7, finished_at = $8,
  changed_at = $9
WHERE number = $1 AND version = $2
"""
_SCALED = """
coalesce((SELECT jsonb_agg(line || jsonb_build_object('quantity',
    trim_scale(round((line->>'quantity')::numeric * $3 / old.quantity, 6))::text) ORDER BY place)
  FROM jsonb_array_elements(old.picking) WITH ORDINALITY AS listed(line, place)), '[]')
"""
_SPLIT_OFF = f"""
INSERT INTO work_orders (number, token, order_id, line, sku, quantity, operations, product_version, picking, quality,
  drawings, stop, revision, altered_revision, released_at, changed_at, parent_number)
SELECT coalesce(old.parent_number, old.number) || '-' || (2 + (SELECT count(*) FROM work_orders c
    WHERE c.parent_number = coalesce(old.parent_number, old.number))),
  {RANDOM_CODE}, old.order_id, old.line, old.sku, $3, old.operations, old.product_version, {_SCALED}, old.quality,
  old.drawings, old.stop, old.revision, old.altered_revision, $4, $4, coalesce(old.parent_number, old.number)
FROM work_orders old WHERE old.number = $1 AND old.version = $2 RETURNING number
"""  # noqa: S608 - composed of constants
_SHRINK = f"""
UPDATE work_orders old SET quantity = $3, picking = {_SCALED}, state = $5, version = version + 1, changed_at = $4
WHERE number = $1 AND version = $2
"""  # noqa: S608 - composed of constants
# Whether a planner gave it, or what it was split off from, a routing of its own.
ROUTED = """
EXISTS (SELECT 1 FROM work_order_changes r WHERE r.number = {number} AND (r.kind = 'rerouted' OR r.after ? 'rerouted'))
"""
_ROUTED = f"SELECT {ROUTED.format(number='$1')}"
_TELL = """
INSERT INTO work_order_changes (id, number, kind, changed_at, changed_by, reason, before, after)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""


@dataclass(frozen=True, slots=True)
class Written:
    """A work order as it now is, and the version that was read before it."""

    work_order: WorkOrder
    was: int


async def release(tx: Tx, order_no: str) -> int:
    """One work order for each line whose article is made here and that lacks one; says how many are new.

    Only with the order's row held, so that two who ask at once do not both find it missing.
    """
    return await tx.connection.run(_RELEASE, order_no, tx.now, [dict(step) for step in ONE_STEP])


async def reserve(tx: Tx, order_no: str) -> int:
    """Set aside what the bills of material ask for; says how many materials are new or changed."""
    return await tx.connection.run(_RESERVE, order_no, tx.now)


async def released_count(tx: Tx, order_no: str) -> int:
    """How many work orders an order that is not finished in the workshop has."""
    count: int = await tx.connection.value(_COUNT, order_no)
    return count


async def load_many(tx: Tx, codes: Sequence[str]) -> dict[str, WorkOrder]:
    """The work orders of these numbers or tokens, each under its number and its token, in one statement."""
    if not codes:
        return {}
    rows = await tx.connection.rows(_BY_CODE, list(codes))
    found: dict[str, WorkOrder] = {}
    for row in rows:
        found[row["number"]] = found[row["token"]] = work_order_from(row)
    return found


async def of_order(tx: Tx, order_no: str) -> list[WorkOrder]:
    """Every work order of an order, by number."""
    return [work_order_from(row) for row in await tx.connection.rows(_BY_ORDER, order_no)]


async def save(tx: Tx, written: Sequence[Written]) -> None:
    """Write work orders as they now are. Raises LostRace where another changed one of them meanwhile."""
    rows = [row_of(one) for one in written]
    if rows and len(await tx.connection.rows(SAVED, tx.now, rows)) != len(rows):
        raise LostRace


def row_of(written: Written) -> dict[str, Any]:
    """A work order as one row of what SAVED writes."""
    now = written.work_order
    return {
        "number": now.number,
        "was": written.was,
        "version": now.version,
        "progress": now.progress_json(),
        "good": now.good,
        "scrap": now.scrap,
        "state": now.state,
        "started_at": now.started_at,
        "finished_at": now.finished_at,
    }


def work_order_from(row: Mapping[str, Any]) -> WorkOrder:
    """A row of WITH_ORDER as the domain sees it."""
    progress, inspection = progress_from(row["progress"])
    return WorkOrder(
        number=row["number"],
        order_id=row["order_id"],
        order_no=row["order_no"],
        line=row["line"],
        sku=row["sku"],
        quantity=row["quantity"],
        operations=row["operations"],
        revision=row["revision"],
        order_revision=row["order_revision"],
        altered_revision=row["altered_revision"],
        order_category=row["order_category"],
        order_stage=row["order_stage"],
        order_held=row["order_held"],
        cancelled=row["state"] == "cancelled",
        stop=row["stop"],
        version=row["version"],
        progress=progress,
        inspection=inspection,
    )


async def reroute(tx: Tx, work_order: WorkOrder, was: int) -> None:
    """Write other operations and what follows from them. Raises LostRace."""
    now = work_order
    values = (now.operations, now.state, now.good, now.scrap, now.version, now.finished_at, tx.now)
    if await tx.connection.run(_REROUTE, now.number, was, *values) != 1:
        raise LostRace


async def split_off(tx: Tx, work_order: WorkOrder, quantity: Decimal) -> str:
    """Let so many pieces go their own way, with their share of the material; the new number. Raises LostRace."""
    number: str | None = await tx.connection.value(_SPLIT_OFF, work_order.number, work_order.version, quantity, tx.now)
    stays = replace(work_order, quantity=work_order.quantity - quantity)
    shrunk = await tx.connection.run(
        _SHRINK, work_order.number, work_order.version, stays.quantity, tx.now, stays.state
    )
    if number is None or shrunk != 1:
        raise LostRace
    return number


async def is_routed(tx: Tx, number: str) -> bool:
    """Whether a planner gave it a routing of its own, which outlives changes of its order."""
    return bool(await tx.connection.value(_ROUTED, number))


async def tell_change(
    tx: Tx, number: str, kind: str, reason: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Write what a planner did to a work order into its history."""
    values = (kind, tx.now, tx.actor.id, reason, dict(before), dict(after))
    await tx.connection.run(_TELL, tx.new_id(), number, *values)
