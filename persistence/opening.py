"""A new order: what must be known before it can be decided, and its first rows, each in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.customers.matching import Told
from domain.effects import Effect
from domain.orders.events import SealedEvent
from domain.orders.order import Order
from domain.orders.search import grams
from domain.portal.contacts import contact_email, contact_language
from persistence.customers import candidates_of, wanted_keys
from persistence.order_rows import line_row, order_words
from persistence.orders import beside_values, key_to_answer
from persistence.replies import Replayed
from persistence.statements import BESIDE
from persistence.tx import Tx

_LOOK = f"""
SELECT (SELECT order_no FROM orders WHERE channel = $1 AND shop = $2 AND external_id = $3) AS existing,
  (SELECT to_jsonb(c) FROM customers m JOIN customers c ON c.id = coalesce(m.merged_into, m.id)
    WHERE (m.channel = $1 AND m.external_id = $4) OR m.id = $5 LIMIT 1) AS customer,
  {candidates_of("$11")} AS candidates,
  (SELECT jsonb_build_object('id', p.id, 'name', p.name) FROM people p WHERE p.id = $6) AS merchandiser,
  EXISTS (SELECT 1 FROM replies r WHERE r.scope = $8 AND r.key = $9) AS answered,
  t.version AS type_version, w.key AS workflow_key, w.version AS workflow_version, nextval('order_numbers') AS number
FROM (SELECT 1) AS once
LEFT JOIN LATERAL (SELECT version, body FROM documents WHERE kind = 'order_type' AND key = $7
  ORDER BY version DESC LIMIT 1) t ON true
LEFT JOIN LATERAL (SELECT key, version FROM documents WHERE kind = 'workflow'
  AND key = coalesce($10, t.body->>'workflow') ORDER BY version DESC LIMIT 1) w ON true
"""  # noqa: S608 - composed of constants

_INSERT = f"""
WITH customer AS (
  INSERT INTO customers (id, channel, external_id, name, company, phone, email, tax_no, address, masked, created_at)
  SELECT c.id, c.channel, c.external_id, c.name, c.company, c.phone, c.email, c.tax_no, c.address, c.masked, $9
  FROM jsonb_to_recordset($19) AS c(id uuid, channel text, external_id text, name text, company text, phone text,
    email text, tax_no text, address jsonb, masked boolean)
), keyed AS (
  INSERT INTO customer_keys (kind, value, customer_id, sole)
  SELECT k.kind, k.value, k.customer_id, k.sole
  FROM jsonb_to_recordset($52) AS k(kind text, value text, customer_id uuid, sole boolean)
  ON CONFLICT (kind, value, customer_id) DO NOTHING
), delivered AS (
  INSERT INTO delivery_addresses (order_id, address, changed_at)
  SELECT $2, $53::jsonb, $9 WHERE $53::jsonb IS NOT NULL
), moved AS (
  INSERT INTO orders (id, order_no, stage, held, version, head_hash, opened_at, updated_at, stage_since, parent_no,
    channel,
    shop, external_id, external_version, order_type, customer_id, currency, discounts, fees, shipping, tax,
      tax_included,
    total, cost, margin, signed_date, promised_date, promised_derived, requested_date, due_at, merchandiser_id,
      priority,
    extension, notes, workflow_key, workflow_version, category)
  VALUES ($2, $13, $7, $8, $3, $12, $9, $9, $9, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33,
    $34,
    $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47)
  RETURNING id
), lined AS (
  INSERT INTO order_lines (order_id, line, external_id, sku, name, quantity, unit, unit_price, amount, is_gift,
    gift_origin,
    gift_confirmed, options, technical, refund)
  SELECT $2, e.line, e.external_id, e.sku, e.name, e.quantity, e.unit, e.unit_price, e.amount, e.is_gift, e.gift_origin,
    e.gift_confirmed, e.options, e.technical, e.refund
  FROM moved, jsonb_to_recordset($48) AS e(line int, external_id text, sku text, name text, quantity numeric, unit text,
    unit_price numeric, amount numeric, is_gift boolean, gift_origin text, gift_confirmed boolean, options jsonb,
    technical jsonb, refund text)
), searchable AS (
  INSERT INTO order_search (order_id, words, grams, extension) SELECT $2, $49, $50, $43 FROM moved
), contact AS (
  INSERT INTO contacts AS t (id, email, name, language, created_at, created_by)
  SELECT c.id, c.email, c.name, c.language, $9, 'order'
  FROM jsonb_to_recordset($51) AS c(id uuid, email text, name text, language text)
  ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING t.id
), spoken_for AS (
  INSERT INTO contact_customers (contact_id, customer_id, origin, added_at, added_by)
  SELECT contact.id, $26, 'order', $9, 'order' FROM contact
), {BESIDE}
SELECT count(*) FROM moved
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Wanted:
    """What identifies the order to be opened, its customer and its documents."""

    channel: str
    shop: str
    external_id: str | None
    customer_external_id: str | None
    customer_id: UUID | None
    merchandiser_id: UUID | None
    order_type: str
    workflow: str | None
    told: Told | None = None


async def look(tx: Tx, wanted: Wanted) -> Mapping[str, Any]:
    """What is known already, the newest documents, and a fresh number. Raises Replayed for an answered key."""
    key = tx.unclaimed_key
    row = await tx.connection.row(
        _LOOK,
        wanted.channel,
        wanted.shop,
        wanted.external_id,
        wanted.customer_external_id,
        wanted.customer_id,
        wanted.merchandiser_id,
        wanted.order_type,
        key and key.scope,
        key and key.key,
        wanted.workflow,
        wanted_keys(wanted.told),
    )
    if row is None:
        raise AssertionError("a SELECT without FROM rows")
    if row["answered"] and key is not None:
        raise Replayed(key)
    return row


async def insert(
    tx: Tx,
    order: Order,
    customer: Mapping[str, Any] | None,
    *,
    new_customer: bool,
    sealed: SealedEvent,
    effects: Sequence[Effect] = (),
    answer: Mapping[str, Any] | None = None,
    keys: Sequence[Mapping[str, Any]] = (),
    delivery: Mapping[str, Any] | None = None,
) -> None:
    """Write the order, its customer if new, lines, search words, first event, effects and answer in one statement."""
    words = order_words(order, customer)
    await tx.connection.value(
        _INSERT,
        *beside_values(tx, order, sealed, effects, key_to_answer(tx, answer), answer),
        [customer] if new_customer and customer else [],
        order.parent_no,
        order.channel,
        order.shop,
        order.external_id,
        order.external_version,
        order.order_type,
        order.customer_id,
        order.currency,
        list(order.discounts),
        list(order.fees),
        order.shipping,
        order.tax,
        order.tax_included,
        order.total,
        order.cost,
        order.margin,
        order.signed_date,
        order.promised_date,
        order.promised_derived,
        order.requested_date,
        order.due_at,
        order.merchandiser_id,
        order.priority,
        dict(order.extension),
        dict(order.notes),
        order.workflow_key,
        order.workflow_version,
        order.category,
        [line_row(line) for line in order.lines],
        words,
        grams(words),
        _contacts(tx, customer) if new_customer and customer else [],
        list(keys),
        delivery,
    )


def _contacts(tx: Tx, customer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Whoever orders with an address of mail may sign in by it."""
    email = contact_email(customer)
    if email is None:
        return []
    language = contact_language(customer)
    return [{"id": tx.new_id(), "email": email, "name": customer["name"], "language": language}]
