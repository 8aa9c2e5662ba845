"""Entries of finance's ledger, written set-based: told again they change nothing, told otherwise they are corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from persistence.tx import Tx

_TAKE = """
WITH told AS (
  SELECT e.* FROM jsonb_to_recordset($2) AS e(id uuid, external_id text, kind text, order_no text, document_no text,
    amount numeric, currency text, booked_date date, due_date date)
), taken AS (
  INSERT INTO ledger_entries AS l (id, source, external_id, kind, order_no, document_no, amount, currency, booked_date,
    due_date, told_by, told_at, changed_at)
  SELECT e.id, $1, e.external_id, e.kind, e.order_no, e.document_no, e.amount, e.currency, e.booked_date, e.due_date,
    $3, $4, $4
  FROM told e
  ON CONFLICT (source, external_id) DO UPDATE SET kind = excluded.kind, order_no = excluded.order_no,
    document_no = excluded.document_no, amount = excluded.amount, currency = excluded.currency,
    booked_date = excluded.booked_date, due_date = excluded.due_date, told_by = excluded.told_by,
    changed_at = excluded.changed_at, times_changed = l.times_changed + 1
  WHERE (l.kind, l.order_no, l.document_no, l.amount, l.currency, l.booked_date, l.due_date) IS DISTINCT FROM
    (excluded.kind, excluded.order_no, excluded.document_no, excluded.amount, excluded.currency, excluded.booked_date,
      excluded.due_date)
  RETURNING (xmax = 0) AS fresh
)
SELECT (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM taken WHERE fresh) AS new,
  (SELECT count(*) FROM taken WHERE NOT fresh) AS changed,
  array(SELECT DISTINCT t.order_no FROM told t WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_no = t.order_no)
    ORDER BY 1 LIMIT 100) AS unknown_orders
"""
# Who works out what is open does so alone, so that of two that tell of one order none overlooks the other's.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('receivables', 0))"
_TOLD_BEFORE = """
SELECT DISTINCT l.order_no FROM ledger_entries l WHERE l.source = $1 AND l.external_id IN (SELECT unnest($2::text[]))
"""
_FORGET_OPEN = "DELETE FROM receivables WHERE order_no IN (SELECT unnest($1::text[]))"
# Payments and credit notes settle the oldest invoice first; what they do not reach is open since its day.
_OPEN = """
INSERT INTO receivables (order_no, currency, amount, since, due_date)
SELECT s.order_no, s.currency, s.invoiced - s.settled, i.booked_date, i.due_date
FROM (
  SELECT l.order_no, l.currency, sum(l.amount) FILTER (WHERE l.kind = 'invoice') AS invoiced,
    sum(CASE l.kind WHEN 'invoice' THEN 0 WHEN 'refund' THEN -l.amount ELSE l.amount END) AS settled
  FROM ledger_entries l WHERE l.order_no IN (SELECT unnest($1::text[])) GROUP BY l.order_no, l.currency
) s CROSS JOIN LATERAL (
  SELECT n.booked_date, n.due_date FROM (
    SELECT l.id, l.booked_date, l.due_date, sum(l.amount) OVER (ORDER BY l.booked_date, l.id) AS so_far
    FROM ledger_entries l WHERE l.kind = 'invoice' AND l.order_no = s.order_no AND l.currency = s.currency
  ) n WHERE n.so_far > s.settled ORDER BY n.booked_date, n.id LIMIT 1
) i WHERE s.invoiced > s.settled
"""


async def take(tx: Tx, source: str, entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Write entries of one system, and what is open of their orders now; in five statements, however many they are.

    Says how many were told, new and changed, and of no order.
    """
    rows = [{"id": tx.new_id(), **entry} for entry in entries]
    await tx.connection.value(_ALONE)
    before = await tx.connection.rows(_TOLD_BEFORE, source, [entry["external_id"] for entry in entries])
    row = await tx.connection.row(_TAKE, source, rows, tx.actor.id, tx.now)
    orders = sorted({entry["order_no"] for entry in entries} | {told["order_no"] for told in before})
    await tx.connection.run(_FORGET_OPEN, orders)
    await tx.connection.run(_OPEN, orders)
    return dict(row or {})
