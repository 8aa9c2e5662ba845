"""Entries of finance's ledger, written set-based: told again they change nothing, told otherwise they are corrected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from persistence.tx import Tx

_TAKE = """
WITH told AS (
  SELECT e.* FROM jsonb_to_recordset($2) AS e(id uuid, external_id text, kind text, order_no text, document_no text,
    amount numeric, currency text, booked_date date)
), taken AS (
  INSERT INTO ledger_entries AS l (id, source, external_id, kind, order_no, document_no, amount, currency, booked_date,
    told_by, told_at, changed_at)
  SELECT e.id, $1, e.external_id, e.kind, e.order_no, e.document_no, e.amount, e.currency, e.booked_date, $3, $4, $4
  FROM told e
  ON CONFLICT (source, external_id) DO UPDATE SET kind = excluded.kind, order_no = excluded.order_no,
    document_no = excluded.document_no, amount = excluded.amount, currency = excluded.currency,
    booked_date = excluded.booked_date, told_by = excluded.told_by, changed_at = excluded.changed_at,
    times_changed = l.times_changed + 1
  WHERE (l.kind, l.order_no, l.document_no, l.amount, l.currency, l.booked_date) IS DISTINCT FROM
    (excluded.kind, excluded.order_no, excluded.document_no, excluded.amount, excluded.currency, excluded.booked_date)
  RETURNING (xmax = 0) AS fresh
)
SELECT (SELECT count(*) FROM told) AS told, (SELECT count(*) FROM taken WHERE fresh) AS new,
  (SELECT count(*) FROM taken WHERE NOT fresh) AS changed,
  array(SELECT DISTINCT t.order_no FROM told t WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_no = t.order_no)
    ORDER BY 1 LIMIT 100) AS unknown_orders
"""


async def take(tx: Tx, source: str, entries: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Write entries of one system, in one statement; says how many were told, new and changed, and of no order."""
    rows = [{"id": tx.new_id(), **entry} for entry in entries]
    row = await tx.connection.row(_TAKE, source, rows, tx.actor.id, tx.now)
    return dict(row or {})
