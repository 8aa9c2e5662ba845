"""Many new orders at once: customers, orders, lines, search words, first events and contacts in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.orders.events import SealedEvent
from domain.orders.order import Order
from domain.orders.search import grams
from domain.portal.contacts import contact_email, contact_language
from persistence.order_rows import line_row, order_words
from persistence.tx import Tx

_COLUMNS = """
id uuid, order_no text, stage text, held boolean, version int, head_hash text, channel text, shop text,
  external_id text, external_version text, order_type text, customer_id uuid, currency text, discounts jsonb,
  fees jsonb, shipping numeric, tax numeric, tax_included boolean, total numeric, cost numeric, margin numeric,
  signed_date date, promised_date date, promised_derived boolean, requested_date date, due_at timestamptz,
  merchandiser_id uuid, priority int, extension jsonb, notes jsonb, workflow_key text, workflow_version int,
  category text
"""
_NAMES = ", ".join(part.split()[0] for part in _COLUMNS.split(","))
_INSERT = f"""
WITH customer AS (
  INSERT INTO customers (id, channel, external_id, name, company, phone, email, tax_no, address, masked, created_at)
  SELECT c.id, c.channel, c.external_id, c.name, c.company, c.phone, c.email, c.tax_no, c.address, c.masked, $1
  FROM jsonb_to_recordset($2) AS c(id uuid, channel text, external_id text, name text, company text, phone text,
    email text, tax_no text, address jsonb, masked boolean)
), keyed AS (
  INSERT INTO customer_keys (kind, value, customer_id, sole)
  SELECT DISTINCT ON (k.kind, k.value, k.customer_id) k.kind, k.value, k.customer_id, k.sole
  FROM jsonb_to_recordset($8) AS k(kind text, value text, customer_id uuid, sole boolean)
  ON CONFLICT (kind, value, customer_id) DO NOTHING
), delivered AS (
  INSERT INTO delivery_addresses (order_id, address, changed_at)
  SELECT d.order_id, d.address, $1 FROM jsonb_to_recordset($9) AS d(order_id uuid, address jsonb)
), moved AS (
  INSERT INTO orders ({_NAMES}, opened_at, updated_at, stage_since)
  SELECT {_NAMES}, $1, $1, $1 FROM jsonb_to_recordset($3) AS o({_COLUMNS})
), lined AS (
  INSERT INTO order_lines (order_id, line, external_id, sku, name, quantity, unit, unit_price, amount, is_gift,
    gift_origin, gift_confirmed, options, technical, refund)
  SELECT e.* FROM jsonb_to_recordset($4) AS e(order_id uuid, line int, external_id text, sku text, name text,
    quantity numeric, unit text, unit_price numeric, amount numeric, is_gift boolean, gift_origin text,
    gift_confirmed boolean, options jsonb, technical jsonb, refund text)
), searchable AS (
  INSERT INTO order_search (order_id, words, grams, extension)
  SELECT s.* FROM jsonb_to_recordset($5) AS s(order_id uuid, words text, grams text[], extension jsonb)
), written AS (
  INSERT INTO events (id, order_id, seq, type, action, from_stage, to_stage, held, recorded_at, canonical, prev_hash,
    hash)
  SELECT v.id, v.order_id, v.seq, v.type, v.action, v.from_stage, v.to_stage, v.held, $1, v.canonical, v.prev_hash,
    v.hash
  FROM jsonb_to_recordset($6) AS v(id uuid, order_id uuid, seq int, type text, action text, from_stage text,
    to_stage text, held boolean, canonical text, prev_hash text, hash text)
), contact AS (
  INSERT INTO contacts AS t (id, email, name, language, created_at, created_by)
  SELECT DISTINCT ON (c.email) c.id, c.email, c.name, c.language, $1, 'order'
  FROM jsonb_to_recordset($7) AS c(id uuid, email text, name text, language text) ORDER BY c.email
  ON CONFLICT (email) DO UPDATE SET email = excluded.email RETURNING t.id, t.email
), spoken_for AS (
  INSERT INTO contact_customers (contact_id, customer_id, origin, added_at, added_by)
  SELECT contact.id, c.customer_id, 'order', $1, 'order'
  FROM jsonb_to_recordset($7) AS c(email text, customer_id uuid) JOIN contact ON contact.email = c.email
)
SELECT 1
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Opening:
    """One new order with its customer, who is new or known, and its first event.

    `keys` are what the customer is to be found by besides; `delivery` is where it goes, if not to their own address.
    """

    order: Order
    customer: Mapping[str, Any] | None
    new_customer: bool
    sealed: SealedEvent
    keys: Sequence[Mapping[str, Any]] = ()
    delivery: Mapping[str, Any] | None = None


async def insert_many(tx: Tx, openings: Sequence[Opening]) -> None:
    """Write them; a customer who is new for several orders stands once with the first of them."""
    customers = [one.customer for one in openings if one.new_customer and one.customer is not None]
    lines = [{"order_id": one.order.id, **line_row(line)} for one in openings for line in one.order.lines]
    contacts = [found for customer in customers if (found := _contact(tx, customer)) is not None]
    orders = [_order_row(one.order) for one in openings]
    searched = [_search_row(one) for one in openings]
    events = [event_row(one.order.id, one.sealed) for one in openings]
    keys = [key for one in openings for key in one.keys]
    deliveries = [{"order_id": one.order.id, "address": one.delivery} for one in openings if one.delivery]
    await tx.connection.value(_INSERT, tx.now, customers, orders, lines, searched, events, contacts, keys, deliveries)


_DAYS = {"signed_date", "promised_date", "requested_date", "due_at"}
_ORDER = tuple(_NAMES.split(", "))


def _order_row(order: Order) -> dict[str, Any]:
    row: dict[str, Any] = {name: getattr(order, name) for name in _ORDER}
    return {**row, **{name: row[name] and row[name].isoformat() for name in _DAYS}}


def _search_row(opening: Opening) -> dict[str, Any]:
    words = order_words(opening.order, opening.customer)
    return {"order_id": opening.order.id, "words": words, "grams": grams(words), "extension": opening.order.extension}


def event_row(order_id: UUID, sealed: SealedEvent) -> dict[str, Any]:
    """An event as the value of one row of a jsonb record set."""
    event = sealed.event
    return {
        "id": event.id,
        "order_id": order_id,
        "seq": event.seq,
        "type": event.type,
        "action": event.action,
        "from_stage": event.from_stage,
        "to_stage": event.to_stage,
        "held": event.held,
        "canonical": sealed.canonical,
        "prev_hash": event.prev_hash,
        "hash": sealed.hash,
    }


def _contact(tx: Tx, customer: Mapping[str, Any]) -> dict[str, Any] | None:
    email = contact_email(customer)
    if email is None:
        return None
    named = {"name": customer["name"], "language": contact_language(customer)}
    return {"id": tx.new_id(), "email": email, "customer_id": customer["id"], **named}
