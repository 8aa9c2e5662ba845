"""What measures are made of, for a period, in one statement a kind of fact however many orders there are.

A delivery counts by when it happened; a phone may have told of it later, but hardly by more than a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.kpis.periods import Period
from persistence.queries.output_board import INSPECTED
from persistence.queries.scope import Scope, everywhere, within
from persistence.tx import Tx

Rows = list[Mapping[str, Any]]
_TOLD_WITHIN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which of them: of one customer, of one order type, of one team; None is all.

    A team is a department: of the merchandiser for what is about orders, of whoever reported for what is about work.
    """

    customer_id: UUID | None = None
    order_type: str | None = None
    team: str | None = None

    @property
    def values(self) -> tuple[UUID | None, str | None, str | None]:
        """What the three numbers of `_chosen` stand for."""
        return self.customer_id, self.order_type, self.team


def _of_order(first: int) -> str:
    """SQL that is true of an order `o` of the customer and the type chosen."""
    customer, order_type = f"${first}", f"${first + 1}"
    return (
        f"({customer}::uuid IS NULL OR o.customer_id = {customer}) "
        f"AND ({order_type}::text IS NULL OR o.order_type = {order_type})"
    )


def _chosen(first: int, department: str | None = None) -> str:
    """SQL that is true of what was chosen; the team is the merchandiser's where no other department is named."""
    own = "(SELECT m.department FROM people m WHERE m.id = o.merchandiser_id)"
    return f"{_of_order(first)} AND (${first + 2}::text IS NULL OR {department or own} = ${first + 2})"


def _everything(first: int) -> str:
    """SQL that is true where nothing was chosen."""
    return f"(${first}::uuid IS NULL AND ${first + 1}::text IS NULL AND ${first + 2}::text IS NULL)"


_OVER = "o.category IN ('done', 'cancelled')"
_ORDER = """
o.order_no, c.name AS customer, coalesce(o.signed_date, (o.opened_at AT TIME ZONE {zone})::date) AS signed_date,
  o.promised_date, o.due_at,
  CASE WHEN o.category IN ('done', 'cancelled') THEN o.category ELSE 'open' END AS standing,
  CASE WHEN o.category IN ('done', 'cancelled') THEN coalesce(ended.at, o.stage_since) END AS ended_at
"""
_ENDED = """
LEFT JOIN customers c ON c.id = o.customer_id
LEFT JOIN LATERAL (SELECT (e.body->>'occurred_at')::timestamptz AS at FROM events e
  WHERE e.order_id = o.id AND e.to_stage = o.stage AND e.from_stage IS DISTINCT FROM e.to_stage
  ORDER BY e.seq DESC LIMIT 1) ended ON o.category IN ('done', 'cancelled')
"""
_ORDERS = f"""
WITH meant AS (
  SELECT o.id FROM orders o WHERE {_OVER} AND o.stage_since >= $7 AND o.stage_since < $8::timestamptz + $10::interval
  UNION SELECT o.id FROM orders o WHERE {_OVER} AND o.due_at > $7 AND o.due_at <= $8
  UNION SELECT o.id FROM orders o WHERE NOT {_OVER} AND o.due_at > $7 AND o.due_at <= $8
)
SELECT {_ORDER.format(zone="$9")} FROM meant t JOIN orders o ON o.id = t.id {_ENDED}
WHERE {within(1)} AND {_chosen(4)}
"""  # noqa: S608 - composed of constants
# Who holds an order follows from its stage in the version of the workflow under which the event was written.
_HISTORIES = f"""
WITH touched AS (
  SELECT DISTINCT e.order_id FROM events e WHERE e.recorded_at >= $7 AND e.recorded_at < $8
), seats AS MATERIALIZED (
  SELECT d.key || '@' || d.version AS workflow, s->>'key' AS stage,
    CASE WHEN s->>'category' NOT IN ('done', 'cancelled') THEN s->>'role' END AS role
  FROM documents d, json_array_elements(d.body->'stages') s WHERE d.kind = 'workflow'
)
SELECT o.order_no, c.name AS customer, jsonb_agg(jsonb_build_array(
    (extract(epoch FROM e.recorded_at) * 1000000)::bigint, e.to_stage, s.role, e.held,
    coalesce(r.based_on, e.body#>>'{{actor,role}}')) ORDER BY e.seq) AS steps
FROM touched t JOIN orders o ON o.id = t.order_id JOIN events e ON e.order_id = o.id AND e.recorded_at < $8
LEFT JOIN seats s ON s.workflow = e.body->>'workflow' AND s.stage = e.to_stage
LEFT JOIN roles r ON r.key = e.body#>>'{{actor,role}}' LEFT JOIN customers c ON c.id = o.customer_id
WHERE {within(1)} AND {_chosen(4)} GROUP BY o.id, c.name
"""  # noqa: S608 - composed of constants
_PERSON_DAYS = f"""
SELECT day, count(DISTINCT who)::int AS people FROM (
  SELECT (e.recorded_at AT TIME ZONE $9)::date AS day, e.body#>>'{{actor,id}}' AS who
  FROM events e JOIN orders o ON o.id = e.order_id
  WHERE e.recorded_at >= $7 AND e.recorded_at < $8 AND e.body#>>'{{actor,kind}}' = 'user'
    AND {within(1)} AND {_chosen(4)}
  UNION ALL
  SELECT r.shift_date, r.person_id::text
  FROM reports r JOIN orders o ON o.order_no = r.order_no
  WHERE r.status = 'applied' AND r.shift_date BETWEEN $10 AND $11 AND r.person_id IS NOT NULL
    AND {within(1)} AND {_chosen(4)}
) acted GROUP BY day
"""  # noqa: S608 - composed of constants
_COMPLAINTS = f"""
SELECT k.id::text AS id, o.order_no, c.name AS customer, k.category, k.opened_at AS filed_at
FROM complaints k JOIN orders o ON o.id = k.order_id LEFT JOIN customers c ON c.id = o.customer_id
WHERE k.opened_at >= $7 AND k.opened_at < $8 AND {within(1)} AND {_chosen(4)}
"""  # noqa: S608 - composed of constants
_FINISHED = f"""
SELECT r.id::text AS id, o.order_no, c.name AS customer, r.work_order, p.name AS person, r.shift_date,
  r.corrected_at AS reported_at, r.good
FROM reports r JOIN work_orders w ON w.number = r.work_order JOIN orders o ON o.id = w.order_id
LEFT JOIN people p ON p.id = r.person_id LEFT JOIN customers c ON c.id = o.customer_id
WHERE r.status = 'applied' AND r.kind = 'complete' AND r.shift_date BETWEEN $7 AND $8 AND r.good > 0
  AND r.operation = w.operations->-1->>'code' AND {within(1)} AND {_chosen(4, "p.department")}
"""  # noqa: S608 - composed of constants
_PASSED = f"""
WITH {INSPECTED}
SELECT j.id::text AS id, o.order_no, c.name AS customer, j.work_order, p.name AS inspector, j.key AS shift,
  s.name AS shift_name, s.name_en AS shift_name_en, j.shift_date, j.at AS inspected_at, j.missed
FROM judged j JOIN orders o ON o.id = j.order_id LEFT JOIN customers c ON c.id = o.customer_id
LEFT JOIN people p ON p.id = j.person_id LEFT JOIN shifts s ON s.key = j.key
WHERE j.passed AND {_chosen(7, "j.department")}
"""  # noqa: S608 - composed of constants
_REPLIES = f"""
SELECT m.id::text AS id, o.order_no, c.name AS customer, p.name AS person, m.answers_since AS waited_since,
  m.created_at AS replied_at
FROM messages m JOIN orders o ON o.id = m.order_id LEFT JOIN people p ON p.id = m.author_id
LEFT JOIN customers c ON c.id = o.customer_id
WHERE m.answers_since IS NOT NULL AND m.created_at >= $7 AND m.created_at < $8
  AND {within(1)} AND {_chosen(4, "p.department")}
"""  # noqa: S608 - composed of constants
# What is about no order is the whole factory's.
_ALERTS = f"""
SELECT a.id::text AS alert_id, d.body->'label' AS label, d.body->>'fact' AS fact, a.opened_at AS raised_at,
  a.acknowledged_by IS NOT NULL OR a.resolution IS NOT DISTINCT FROM 'person' AS handled, {_ORDER.format(zone="$9")}
FROM alerts a JOIN documents d ON d.kind = 'alert_rule' AND d.key = a.rule AND d.version = a.rule_version
LEFT JOIN orders o ON o.order_no = a.order_no {_ENDED}
WHERE a.opened_at >= $7 AND a.opened_at < $8 AND (o.id IS NOT NULL AND {within(1)} AND {_chosen(4)}
  OR o.id IS NULL AND {everywhere(1)} AND {_everything(4)})
"""  # noqa: S608 - composed of constants


async def orders(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Orders that were delivered or cancelled in the period, and those promised for it."""
    instants = period.begins_at, period.ends_at
    return list(await tx.connection.rows(_ORDERS, *scope.values, *chosen.values, *instants, tx.zone.key, _TOLD_WITHIN))


async def histories(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Of each order that moved in the period, its steps as [instant in µs, stage, role, held, acting role]."""
    return list(await tx.connection.rows(_HISTORIES, *scope.values, *chosen.values, period.begins_at, period.ends_at))


async def person_days(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> dict[date, int]:
    """How many people acted on each day."""
    instants = period.begins_at, period.ends_at
    days = period.first, period.last
    rows = await tx.connection.rows(_PERSON_DAYS, *scope.values, *chosen.values, *instants, tx.zone.key, *days)
    return {row["day"]: row["people"] for row in rows}


async def complaints(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Complaints filed in the period."""
    return list(await tx.connection.rows(_COMPLAINTS, *scope.values, *chosen.values, period.begins_at, period.ends_at))


async def finished(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Reports of pieces through the last operation, by the day of the shift."""
    return list(await tx.connection.rows(_FINISHED, *scope.values, *chosen.values, period.first, period.last))


async def passed(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Inspections that passed, each with whether it was a miss."""
    return list(await tx.connection.rows(_PASSED, period.first, period.last, "shift", *scope.values, *chosen.values))


async def replies(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Answers to customers who had begun to wait."""
    return list(await tx.connection.rows(_REPLIES, *scope.values, *chosen.values, period.begins_at, period.ends_at))


async def alerts(tx: Tx, scope: Scope, chosen: Chosen, period: Period) -> Rows:
    """Alerts raised in the period, each with the order that it is about."""
    instants = period.begins_at, period.ends_at
    return list(await tx.connection.rows(_ALERTS, *scope.values, *chosen.values, *instants, tx.zone.key))
