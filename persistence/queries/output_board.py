"""What was made and inspected on the days of shifts, counted from the reports that were applied; a statement each.

A report counts to the day on which its shift began, so that the night's work stands in one row.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_LABELS = """
LEFT JOIN people p ON $3 = 'person' AND p.id::text = g.key
LEFT JOIN work_centres k ON $3 = 'work_centre' AND k.code = g.key
LEFT JOIN shifts s ON $3 = 'shift' AND s.key = g.key
LEFT JOIN articles a ON $3 = 'product' AND a.sku = g.key
"""
_NAMES = "coalesce(p.name, k.name, s.name, a.name) AS name, coalesce(k.name_en, s.name_en, a.name_en) AS name_en"
_KEY = """
coalesce(CASE $3 WHEN 'person' THEN r.person_id::text WHEN 'team' THEN w2.department
  WHEN 'work_centre' THEN r.work_centre WHEN 'shift' THEN r.shift ELSE w.sku END, '')
"""
_OUTPUT = f"""
WITH told AS (
  SELECT {_KEY} AS key, r.kind, coalesce(r.good, 0) AS good, coalesce(r.scrap, 0) AS scrap, r.scrap_reasons,
    coalesce(step.last, false) AS last, coalesce(step.minutes, 0) AS minutes,
    CASE WHEN r.kind = 'rework' THEN (r.body->>'quantity')::numeric ELSE 0 END AS reworked
  FROM reports r JOIN work_orders w ON w.number = r.work_order JOIN orders o ON o.id = w.order_id
  LEFT JOIN people w2 ON w2.id = r.person_id
  LEFT JOIN LATERAL (SELECT (t.step->>'minutes')::numeric AS minutes, t.place = jsonb_array_length(w.operations) AS last
    FROM jsonb_array_elements(w.operations) WITH ORDINALITY AS t(step, place)
    WHERE t.step->>'code' = r.operation LIMIT 1) step ON true
  WHERE r.status = 'applied' AND r.kind IN ('complete', 'rework') AND r.shift_date BETWEEN $1 AND $2 AND {within(4)}
), lost AS (
  SELECT u.key, jsonb_agg(jsonb_build_object('code', u.code, 'quantity', u.quantity::text,
      'name', coalesce(c.name, u.code), 'name_en', coalesce(nullif(c.name_en, ''), c.name, u.code))
    ORDER BY u.quantity DESC, u.code) AS reasons
  FROM (SELECT t.key, x->>'code' AS code, sum((x->>'quantity')::numeric) AS quantity
    FROM told t, jsonb_array_elements(t.scrap_reasons) x GROUP BY t.key, x->>'code') u
  LEFT JOIN reason_codes c ON c.kind = 'scrap' AND c.code = u.code GROUP BY u.key
), counted AS (
  SELECT t.key, sum(t.good) AS good, sum(t.scrap) AS scrap, coalesce(sum(t.good) FILTER (WHERE t.last), 0) AS finished,
    sum(t.reworked) AS reworked, sum((t.good + t.scrap) * t.minutes) AS standard_minutes, count(*) AS reports
  FROM told t GROUP BY t.key
)
SELECT g.*, coalesce(l.reasons, '[]') AS reasons, {_NAMES}
FROM counted g LEFT JOIN lost l ON l.key = g.key {_LABELS} ORDER BY g.finished DESC, g.good DESC, g.key
"""  # noqa: S608 - composed of constants
# A pass was a miss where the same goods proved bad before anybody passed them again: at a later inspection, sent back
# by the workshop, or returned by the customer. As common table expressions, with the days, `by` and the scope.
INSPECTED = f"""
looked AS (
  SELECT {_KEY} AS key, r.id, r.work_order, r.corrected_at AS at, r.shift_date, r.person_id, w2.department,
    r.body->>'result' = 'pass' AS passed, w.order_id, w.line
  FROM reports r JOIN work_orders w ON w.number = r.work_order JOIN orders o ON o.id = w.order_id
  LEFT JOIN people w2 ON w2.id = r.person_id
  WHERE r.status = 'applied' AND r.kind = 'inspect' AND r.shift_date BETWEEN $1 AND $2 AND {within(4)}
), judged AS (
  SELECT v.*, v.passed AND bad.at IS NOT NULL AND (again.at IS NULL OR bad.at <= again.at) AS missed
  FROM looked v
  LEFT JOIN LATERAL (SELECT min(n.corrected_at) AS at FROM reports n WHERE n.work_order = v.work_order
    AND n.status = 'applied' AND n.kind = 'inspect' AND n.body->>'result' = 'pass'
    AND n.corrected_at > v.at) again ON true
  LEFT JOIN LATERAL (SELECT min(f.at) AS at FROM (
      SELECT n.corrected_at AS at FROM reports n WHERE n.work_order = v.work_order AND n.status = 'applied'
        AND n.corrected_at > v.at AND (n.kind = 'rework' OR n.kind = 'inspect' AND n.body->>'result' = 'fail')
      UNION ALL
      SELECT e.recorded_at FROM events e WHERE e.order_id = v.order_id AND e.action = 'receive_return'
        AND e.recorded_at > v.at AND EXISTS (SELECT 1 FROM jsonb_array_elements(e.body#>'{{payload,lines}}') x
          WHERE (x->>'line')::int = v.line)) f) bad ON true
)
"""  # noqa: S608 - composed of constants
_QUALITY = f"""
WITH {INSPECTED}, counted AS (
  SELECT j.key, count(*) FILTER (WHERE j.passed) AS passed, count(*) FILTER (WHERE NOT j.passed) AS failed,
    count(*) FILTER (WHERE j.missed) AS missed
  FROM judged j GROUP BY j.key
)
SELECT g.*, {_NAMES} FROM counted g {_LABELS} ORDER BY g.key
"""  # noqa: S608 - composed of constants


async def output(tx: Tx, scope: Scope, first: date, last: date, by: str) -> list[Mapping[str, Any]]:
    """Rows of the days from first to last, both counted, whoever finished most first."""
    return list(await tx.connection.rows(_OUTPUT, first, last, by, *scope.values))


async def quality(tx: Tx, scope: Scope, first: date, last: date, by: str) -> list[Mapping[str, Any]]:
    """Inspections of these days, by shift or by inspector, with those that passed what proved bad."""
    return list(await tx.connection.rows(_QUALITY, first, last, by, *scope.values))
