"""The reconciliation of orders: every department's figures side by side, in one statement however many they are.

An order's worth as far as shipped is its total's share by what its lines come to. What was finished by a business
action alone, without a report of the workshop, counts as produced; the proof is then the event.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from domain.orders.money import MINOR_DIGITS
from domain.orders.reconciliation import SIDES, UNSIGNED_DAYS
from persistence.queries.scope import Scope, within
from persistence.tx import Tx

Basis = Literal["signed", "delivered"]


def _sum(side: str) -> str:
    """SQL of what the entries of one side come to."""
    signs = " ".join(f"WHEN '{kind}' THEN {sign} * f.amount" for kind, (on, sign) in SIDES.items() if on == side)
    return f"coalesce(sum(CASE f.kind {signs} ELSE 0 END) FILTER (WHERE f.currency = o.currency), 0)"


def _documents(side: str) -> str:
    kinds = ", ".join(f"'{kind}'" for kind, (on, _) in SIDES.items() if on == side)
    return f"""coalesce(jsonb_agg(jsonb_build_object('kind', f.kind, 'number', f.document_no, 'date', f.booked_date,
      'due', f.due_date, 'amount', trim_scale(f.amount)::text, 'currency', f.currency, 'source', f.source)
      ORDER BY f.booked_date, f.id)
      FILTER (WHERE f.kind IN ({kinds})), '[]')"""


def _papers(*kinds: str) -> str:
    """SQL of an order's papers of these kinds."""
    named = ", ".join(f"'{kind}'" for kind in kinds)
    return f"""coalesce((SELECT jsonb_agg(jsonb_build_object('kind', a.kind, 'attachment_id', a.id, 'sha256', a.sha256,
      'file_name', a.file_name) ORDER BY a.added_at, a.id)
      FROM attachments a WHERE a.order_id = o.id AND a.kind IN ({named})), '[]')"""  # noqa: S608 - constants


def _events(condition: str) -> str:
    """SQL of the events of an order that a department's word rests on."""
    return f"""coalesce((SELECT jsonb_agg(jsonb_build_object('kind', 'event', 'event_id', e.id, 'seq', e.seq, 'action',
      e.action, 'at', e.body->>'occurred_at') ORDER BY e.seq)
      FROM events e WHERE e.order_id = o.id AND {condition}), '[]')"""  # noqa: S608 - composed of constants


_CASES = " ".join(f"WHEN '{currency}' THEN {digits}" for currency, digits in MINOR_DIGITS.items())
_DIGITS = f"CASE o.currency {_CASES} ELSE 2 END"
_LEAVES = "(e.action = 'ship_part' OR e.action IN ('dispatch', 'sign_delivery') AND e.from_stage <> e.to_stage)"
_ARRIVES = "e.action = 'sign_delivery'"
_ORDERS = f"""
SELECT o.id, o.order_no, o.stage, o.category, o.currency, o.total, o.signed_date, c.name AS customer,
  l.ordered, l.sent, l.returned, w.to_make, w.works,
  CASE WHEN w.reported THEN w.made
    WHEN EXISTS (SELECT 1 FROM events e WHERE e.order_id = o.id AND e.action IN ('completion_reported',
      'pass_inspection')) THEN w.to_make ELSE w.made END AS made, w.sent AS sent_made,
  CASE WHEN l.worth = 0 THEN CASE WHEN l.sent >= l.ordered THEN o.total ELSE 0 END
    WHEN l.sent >= l.ordered THEN o.total ELSE round(o.total * l.sent_worth / l.worth, {_DIGITS}) END AS sent_worth,
  f.invoiced, f.paid, f.invoices, f.payments, f.foreign_currency, f.credited,
  {_papers("contract", "signed_quotation", "quotation")} AS contracts,
  {_events(_LEAVES)} || {_papers("packing_list", "packing_photo", "customs_papers")} AS shipments,
  {_events(_ARRIVES)} || {_papers("signed_delivery_note", "delivery_photo")} AS receipts,
  (SELECT max(e.recorded_at) FROM events e WHERE e.order_id = o.id AND {_LEAVES}) AS sent_at,
  (SELECT max(e.recorded_at) FROM events e WHERE e.order_id = o.id AND {_ARRIVES}) AS received_at,
  EXISTS (SELECT 1 FROM attachments a WHERE a.order_id = o.id AND a.kind IN ('signed_delivery_note', 'delivery_photo'))
    OR EXISTS (SELECT 1 FROM events e WHERE e.order_id = o.id AND {_ARRIVES}
      AND jsonb_array_length(e.body->'evidence') > 0) AS proven
FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
CROSS JOIN LATERAL (SELECT coalesce(sum(n.quantity), 0) AS ordered, coalesce(sum(n.shipped_quantity), 0) AS sent,
    coalesce(sum(n.returned_quantity), 0) AS returned, coalesce(sum(n.amount), 0) AS worth,
    coalesce(sum(CASE WHEN n.quantity = 0 THEN 0 ELSE n.amount * n.shipped_quantity / n.quantity END), 0) AS sent_worth
  FROM order_lines n WHERE n.order_id = o.id) l
CROSS JOIN LATERAL (SELECT coalesce(sum(k.good), 0) AS made, coalesce(sum(k.quantity), 0) AS to_make,
    coalesce(bool_or(k.started_at IS NOT NULL), false) AS reported,
    coalesce((SELECT sum(n.shipped_quantity - n.returned_quantity) FROM order_lines n WHERE n.order_id = o.id
      AND n.line IN (SELECT y.line FROM work_orders y WHERE y.order_id = o.id)), 0) AS sent,
    coalesce(jsonb_agg(jsonb_build_object('kind', 'work_order', 'number', k.number, 'good',
      trim_scale(k.good)::text, 'quantity', trim_scale(k.quantity)::text) ORDER BY k.number)
      FILTER (WHERE k.number IS NOT NULL), '[]') AS works
  FROM work_orders k WHERE k.order_id = o.id AND k.state <> 'cancelled') w
CROSS JOIN LATERAL (SELECT {_sum("invoiced")} AS invoiced, {_sum("paid")} AS paid, {_documents("invoiced")} AS invoices,
    {_documents("paid")} AS payments, coalesce(bool_or(f.currency <> o.currency), false) AS foreign_currency,
    coalesce(bool_or(f.kind IN ('credit_note', 'refund')), false) AS credited
  FROM ledger_entries f WHERE f.order_no = o.order_no) f
WHERE CASE WHEN $1 = 'signed' THEN coalesce(o.signed_date, (o.opened_at AT TIME ZONE $4)::date) BETWEEN $2 AND $3
    ELSE o.category = 'done' AND (o.stage_since AT TIME ZONE $4)::date BETWEEN $2 AND $3 END
  AND {within(9)}
"""  # noqa: S608 - composed of constants
_REASONS = f"""
array_remove(ARRAY[
  CASE WHEN sent > 0 AND signed_date IS NULL AND contracts = '[]' THEN 'shipped_without_contract' END,
  CASE WHEN sent_made > made THEN 'shipped_more_than_produced' END,
  CASE WHEN category = 'done' AND sent < ordered THEN 'delivered_not_shipped' END,
  CASE WHEN received_at IS NOT NULL AND NOT proven THEN 'delivered_without_proof' END,
  CASE WHEN sent >= ordered AND ordered > 0 AND received_at IS NULL AND category = 'shipping'
    AND sent_at < $5::timestamptz - interval '{UNSIGNED_DAYS} days' THEN 'shipped_not_received' END,
  CASE WHEN invoiced > sent_worth THEN 'invoiced_more_than_shipped' END,
  CASE WHEN category = 'done' AND invoiced < total AND NOT credited THEN 'delivered_not_invoiced' END,
  CASE WHEN returned > 0 AND NOT credited THEN 'returned_not_credited' END,
  CASE WHEN paid < invoiced THEN 'paid_less_than_invoiced' END,
  CASE WHEN paid > invoiced AND category = 'done' THEN 'paid_more_than_invoiced' END,
  CASE WHEN foreign_currency THEN 'currency_differs' END,
  CASE WHEN category = 'cancelled' AND paid > 0 THEN 'cancelled_and_paid' END
], NULL)
"""
_INSTANT = '\'YYYY-MM-DD"T"HH24:MI:SS.US"Z"\''
_RECONCILE = f"""
WITH figures AS ({_ORDERS}), judged AS (SELECT g.*, {_REASONS} AS reasons FROM figures g),
page AS (
  SELECT * FROM judged WHERE (NOT $6::boolean OR reasons <> '{{}}') AND ($7::uuid IS NULL OR id > $7)
  ORDER BY id LIMIT $8
)
SELECT
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.id, 'order_no', p.order_no, 'customer', p.customer,
      'stage', p.stage, 'category', p.category, 'currency', p.currency, 'total', p.total::text,
      'signed_date', p.signed_date, 'contracts', p.contracts, 'to_make', p.to_make::text, 'made', p.made::text,
      'works', p.works, 'ordered', p.ordered::text, 'sent', p.sent::text, 'returned', p.returned::text,
      'sent_worth', p.sent_worth::text, 'sent_at', to_char(p.sent_at AT TIME ZONE 'UTC', {_INSTANT}),
      'shipments', p.shipments, 'received_at', to_char(p.received_at AT TIME ZONE 'UTC', {_INSTANT}),
      'receipts', p.receipts, 'invoiced', p.invoiced::text, 'invoices', p.invoices, 'paid', p.paid::text,
      'payments', p.payments, 'reasons', p.reasons) ORDER BY p.id) FROM page p), '[]') AS items,
  coalesce((SELECT jsonb_agg(to_jsonb(t) ORDER BY t.currency) FROM (SELECT currency, count(*) AS orders,
      count(*) FILTER (WHERE reasons <> '{{}}') AS disagreements, sum(total)::text AS signed,
      sum(sent_worth)::text AS shipped, sum(invoiced)::text AS invoiced, sum(paid)::text AS paid
    FROM judged GROUP BY currency) t), '[]') AS totals
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class ReconciliationFilter:
    """Orders signed, or delivered, from one day to another, both counted, in the factory's own time."""

    basis: Basis
    from_date: date
    to_date: date
    zone: str
    now: datetime
    only_disagreements: bool = False
    after: UUID | None = None
    limit: int = 50


async def reconcile(tx: Tx, scope: Scope, wanted: ReconciliationFilter) -> Mapping[str, Any]:
    """`items`, at most `limit`, by the order in which orders were opened, and `totals` of all by currency."""
    row = await tx.connection.row(
        _RECONCILE,
        wanted.basis,
        wanted.from_date,
        wanted.to_date,
        wanted.zone,
        wanted.now,
        wanted.only_disagreements,
        wanted.after,
        wanted.limit,
        *scope.values,
    )
    if row is None:
        raise AssertionError("a SELECT without FROM rows")
    return row
