"""What follows an order when it changes: its work orders, its material, its tasks; read once, written set-based."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from domain.orders.change_impact import Facts, Made
from domain.orders.changes import StandingWork
from domain.orders.following import Step, WorkOrder, substitutes
from domain.orders.order import Order
from domain.products.specification import ONE_STEP
from persistence import work_orders
from persistence.faults import LostRace
from persistence.tx import Tx
from persistence.work_orders import ROUTED, SPECIFICATION, SPECIFIED

_LOCK = "SELECT id FROM orders WHERE order_no = $1 FOR UPDATE"
# Whoever reports on a work order waits until what becomes of it is decided.
_LOCK_WORK = "SELECT number FROM work_orders WHERE order_id = $1 ORDER BY number FOR UPDATE"
_FACTS = """
WITH skus AS (SELECT unnest($2::text[]) AS sku),
  bill AS (SELECT b.product, b.material, b.quantity, b.line FROM bom_lines b JOIN skus s ON s.sku = b.product),
  wanted AS (SELECT sku FROM skus UNION SELECT material FROM bill UNION SELECT unnest($3::text[]))
SELECT
  coalesce((SELECT jsonb_agg(jsonb_build_array(a.sku, a.kind, coalesce(a.details->'operations', '[]'),
    a.details->>'cost')) FROM articles a JOIN wanted w ON w.sku = a.sku), '[]') AS articles,
  coalesce((SELECT jsonb_agg(jsonb_build_array(product, material, quantity::text) ORDER BY product, line) FROM bill),
    '[]') AS bills,
  coalesce((SELECT jsonb_object_agg(r.material, r.quantity::text) FROM reservations r WHERE r.order_id = $1),
    '{}') AS reserved,
  coalesce((SELECT jsonb_object_agg(i.sku, i.quantity::text) FROM (SELECT m.sku,
      sum(CASE m.direction WHEN 'issue' THEN m.quantity WHEN 'receive' THEN -m.quantity ELSE 0 END) AS quantity
    FROM material_moves m WHERE m.order_no = $6 GROUP BY m.sku) i), '{}') AS issued,
  EXISTS (SELECT 1 FROM events e WHERE e.order_id = $1 AND e.action = ANY ($4::text[])) AS released,
  EXISTS (SELECT 1 FROM events e WHERE e.order_id = $1 AND e.action = ANY ($5::text[])) AS reserves
"""
_STAFFED = """
SELECT held AS role FROM people, unnest(roles) held WHERE NOT disabled
UNION SELECT r.based_on FROM roles r JOIN people p ON r.key = ANY (p.roles) WHERE NOT p.disabled
"""
# What nobody has begun is made by today's routing, unless a planner gave it one of its own; what has begun keeps the
# operations that it began with. Picking list, drawings and quality standard are those of now for both.
_STEPS = f"""
WITH steps AS (
  SELECT s.* FROM jsonb_to_recordset($4) AS s(number text, was int, quantity numeric, revision int, state text,
    step text)
), stepped AS (
  UPDATE work_orders w SET quantity = s.quantity, revision = s.revision, state = s.state, stop = NULL,
    altered_revision = CASE WHEN s.step = 'untouched' THEN w.altered_revision ELSE s.revision END,
    version = w.version + 1,
    changed_at = $1, product_version = coalesce(n.product_version, w.product_version),
    operations = CASE WHEN s.step = 'remade' AND n.operations IS NOT NULL AND NOT {ROUTED.format(number="w.number")}
      THEN n.operations ELSE w.operations END,
    picking = coalesce(n.picking, w.picking), quality = coalesce(n.quality, w.quality),
    drawings = coalesce(n.drawings, w.drawings)
  FROM steps s LEFT JOIN LATERAL (
    SELECT {SPECIFICATION} FROM work_orders old
    JOIN order_lines l ON l.order_id = old.order_id AND l.line = old.line AND l.sku = old.sku
    CROSS JOIN LATERAL (SELECT s.quantity, $1::timestamptz AS at) wanted
    {SPECIFIED}
    WHERE old.number = s.number AND s.step IN ('remade', 'kept')
  ) n ON true
  WHERE w.number = s.number AND w.version = s.was RETURNING w.number
), told AS (
  INSERT INTO work_order_changes (id, number, kind, changed_at, changed_by, reason, before, after)
  SELECT e.id, e.number, 'order_change', $1, $2, $5, e.before, e.after
  FROM jsonb_to_recordset($6) AS e(id uuid, number text, before jsonb, after jsonb)
)
SELECT count(*) FROM stepped
"""  # noqa: S608 - composed of constants
# No new version: a stop comes with a step, which makes one; that it goes refuses no report that was just being made.
_STOPS = """
UPDATE work_orders w SET stop = s.stop, changed_at = $1
FROM jsonb_to_recordset($2) AS s(number text, stop jsonb)
WHERE w.number = s.number AND w.stop IS DISTINCT FROM s.stop
"""
_STANDING = """
SELECT w.number, s.after->>'split_from' AS split_from, s.changed_at AS split_at
FROM work_orders w LEFT JOIN work_order_changes s
  ON s.number = w.number AND s.kind = 'split' AND s.after ? 'split_from'
WHERE w.order_id = $1 AND w.state <> 'cancelled'
"""
_CANCEL_ALL = """
UPDATE work_orders SET state = CASE state WHEN 'done' THEN state ELSE 'cancelled' END, stop = NULL,
  version = version + 1, changed_at = $2
WHERE order_id = $1 AND state <> 'cancelled'
"""
_FREE = "DELETE FROM reservations WHERE order_id = $1"
_TASKS_DUE = "UPDATE tasks SET due_at = $2 WHERE order_no = $1 AND done_at IS NULL AND due_at IS DISTINCT FROM $2"


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look up: the order as it is and as it would be, and the actions of its workflow that release it."""

    orders: Sequence[Order]
    releases: Sequence[str]
    reserves: Sequence[str]
    lead_time_days: int = 0


async def lock_order(tx: Tx, order_no: str) -> UUID | None:
    """Hold the order's row until the transaction ends; None where there is no such order."""
    found: UUID | None = await tx.connection.value(_LOCK, order_no)
    return found


async def lock_work(tx: Tx, order_id: UUID) -> None:
    """Hold the order's work orders until the transaction ends."""
    await tx.connection.rows(_LOCK_WORK, order_id)


async def facts(tx: Tx, asked: Asked) -> Facts:
    """What a change of an order must know beside it."""
    order = asked.orders[0]
    lines = [line for one in asked.orders for line in one.lines]
    skus = sorted({line.sku for line in lines if line.sku})
    others = sorted({use.material for line in lines for use in substitutes(line).values()})
    row = await tx.connection.row(
        _FACTS, order.id, skus, others, list(asked.releases), list(asked.reserves), order.order_no
    )
    if row is None:
        raise AssertionError("a SELECT without FROM rows")
    bills: dict[str, list[tuple[str, Decimal]]] = {}
    for product, material, quantity in row["bills"]:
        bills.setdefault(product, []).append((material, Decimal(quantity)))
    found = await _work_orders(tx, order.order_no)
    return Facts(
        articles={article[0]: _article(*article[1:]) for article in row["articles"]},
        bills=bills,
        work_orders=found,
        reserved=_quantities(row["reserved"]),
        issued=_quantities(row["issued"]),
        released=row["released"] or bool(found),
        reserves=row["reserves"] or bool(row["reserved"]),
        lead_time_days=asked.lead_time_days,
    )


def _quantities(found: Mapping[str, str]) -> dict[str, Decimal]:
    return {name: Decimal(quantity) for name, quantity in found.items()}


def _article(kind: str, operations: Sequence[Mapping[str, Any]], cost: str | None) -> Made:
    return Made(
        made_here=kind == "product" or (kind == "part" and bool(operations)),
        minutes=sum((Decimal(one["minutes"]) for one in operations), Decimal(0)),
        setup_minutes=sum((Decimal(one.get("setup_minutes", "0")) for one in operations), Decimal(0)),
        cost=None if cost is None else Decimal(cost),
    )


async def _work_orders(tx: Tx, order_no: str) -> list[WorkOrder]:
    return [
        WorkOrder(
            number=one.number,
            line=one.line,
            sku=one.sku,
            quantity=one.quantity,
            state=one.state,
            revision=one.revision,
            version=one.version,
            made=one.good,
            operations_done=sum(one.is_done(index) for index in range(len(one.operations))),
            operations=len(one.operations),
        )
        for one in await work_orders.of_order(tx, order_no)
    ]


async def staffed_roles(tx: Tx) -> frozenset[str]:
    """The roles that somebody has who may sign in."""
    return frozenset(row["role"] for row in await tx.connection.rows(_STAFFED))


async def take_steps(tx: Tx, order: Order, steps: Sequence[Step], reason: str) -> None:
    """Adjust, keep and cancel work orders as decided, each with its history. Raises LostRace."""
    if not steps:
        return
    rows = [
        {
            "number": step.number,
            "was": step.version,
            "quantity": step.after,
            "revision": order.revision,
            "state": step.state,
            "step": step.kind,
        }
        for step in steps
    ]
    told = [
        {
            "id": tx.new_id(),
            "number": step.number,
            "before": step.told_before(),
            "after": step.told_after(order.revision),
        }
        for step in steps
        if step.kind != "untouched"
    ]
    one_step = [dict(step) for step in ONE_STEP]
    if await tx.connection.value(_STEPS, tx.now, tx.actor.id, one_step, rows, reason, told) != len(steps):
        raise LostRace


async def write_stops(tx: Tx, stops: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Put the red stop on work orders, or take it away."""
    rows = [{"number": number, "stop": stop} for number, stop in stops.items()]
    if rows:
        await tx.connection.run(_STOPS, tx.now, rows)


async def standing_work(tx: Tx, order_id: UUID) -> list[StandingWork]:
    """The order's work orders that are not cancelled."""
    return [StandingWork(**row) for row in await tx.connection.rows(_STANDING, order_id)]


async def cancel_all(tx: Tx, order_id: UUID) -> None:
    """The order is called off: what is not made is not made any more, and its material is free."""
    await tx.connection.run(_CANCEL_ALL, order_id, tx.now)
    await tx.connection.run(_FREE, order_id)


async def move_deadlines(tx: Tx, order: Order) -> None:
    """Open tasks are due when the order is."""
    await tx.connection.run(_TASKS_DUE, order.order_no, order.due_at)
