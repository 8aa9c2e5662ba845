"""Trouble that waits for a person: alerts that they were told of and nobody took, reports that fit nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.responsible import RESPONSIBLE, STANDING_IN
from persistence.tx import Tx

# Due when the next one up hears of it; what nobody else will hear of, since it was raised.
_ALERTS = f"""
SELECT * FROM (
  SELECT a.id, a.order_no, a.severity, a.facts, a.opened_at, coalesce(a.next_at, a.opened_at) AS due,
    d.body->'label' AS label, d.body->>'fact' AS fact, cu.name AS customer
  FROM alerts a JOIN documents d ON d.kind = 'alert_rule' AND d.key = a.rule AND d.version = a.rule_version
  LEFT JOIN orders o ON o.order_no = a.order_no LEFT JOIN customers cu ON cu.id = o.customer_id
  {STANDING_IN.format(now="$4")}
  WHERE a.state = 'open' AND (a.order_no IS NOT NULL AND {within(1)} OR a.order_no IS NULL AND $1::uuid IS NULL)
    AND EXISTS (
      SELECT 1 FROM json_array_elements(d.body->'levels') WITH ORDINALITY AS levels(level, number),
        json_array_elements_text(level->'to') AS told(party)
      WHERE number <= a.told AND (party = ANY ($5::text[]) OR party = 'party:merchandiser' AND {RESPONSIBLE} = $6::uuid
        OR party = (SELECT 'person:' || p.login FROM people p WHERE p.id = $6::uuid)))
) open
WHERE $7::text IS NULL OR (due, id) > ($7::text::timestamptz, $8::uuid)
ORDER BY due, id LIMIT $9
"""  # noqa: S608 - composed of constants
_REPORTS = f"""
SELECT c.id, c.raised_at AS since, c.work_order, r.kind, coalesce(c.order_no, o.order_no) AS order_no,
  p.name AS person, cu.name AS customer
FROM conflicts c JOIN reports r ON r.id = c.report_id LEFT JOIN people p ON p.id = r.person_id
LEFT JOIN work_orders w ON w.number = c.work_order
LEFT JOIN orders o ON o.order_no = c.order_no OR c.order_no IS NULL AND o.id = w.order_id
LEFT JOIN customers cu ON cu.id = o.customer_id
WHERE c.state = 'open' AND (o.id IS NULL OR {within(1)})
  AND ($4::text IS NULL OR (c.raised_at, c.id) > ($4::text::timestamptz, $5::uuid))
ORDER BY c.raised_at, c.id LIMIT $6
"""  # noqa: S608 - composed of constants


async def told_alerts(
    tx: Tx, scope: Scope, parties: Sequence[str], person: UUID | None, after: Sequence[Any] | None, limit: int
) -> list[Mapping[str, Any]]:
    """Open alerts of which one of these parties (`role:…`, `position:…`) or this person was told, by `due`."""
    due, last = after or (None, None)
    rows = await tx.connection.rows(_ALERTS, *scope.values, tx.now, list(parties), person, due, last, limit)
    return list(rows)


async def waiting_reports(tx: Tx, scope: Scope, after: Sequence[Any] | None, limit: int) -> list[Mapping[str, Any]]:
    """Reports that wait for a decision, the one that waits longest first."""
    since, last = after or (None, None)
    return list(await tx.connection.rows(_REPORTS, *scope.values, since, last, limit))
