"""Orders: loaded whole in one statement, and written with their event, effects and key in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.effects import Effect
from domain.orders.events import SealedEvent
from domain.orders.order import Line, Order
from domain.orders.search import grams
from persistence.faults import LostRace
from persistence.order_rows import LINES, line_row, moved_line_row, order_from, order_words
from persistence.queries.forecast_board import FORECAST
from persistence.queries.scope import Scope, within
from persistence.replies import Replayed
from persistence.statements import BESIDE
from persistence.tx import Key, Tx

# The oldest change in force that stops the order's work, because departments have not acknowledged it.
UNACKNOWLEDGED = """
(SELECT jsonb_build_object('change', h.number, 'revision', h.applied_revision, 'departments',
    jsonb_agg(a.role ORDER BY a.role))
  FROM change_acknowledgements a JOIN order_changes h ON h.id = a.change_id
  WHERE a.order_id = o.id AND a.acknowledged_at IS NULL AND a.stops_work
  GROUP BY h.id ORDER BY h.number LIMIT 1) AS unacknowledged
"""

_LOAD_WITH = f"""
SELECT o.*, {{more}}, {LINES},
  coalesce((SELECT jsonb_object_agg(kind, n) FROM (SELECT a.kind, count(*) AS n FROM attachments a
    WHERE a.order_id = o.id GROUP BY a.kind) counted), '{{{{}}}}') AS papers,
  c.name AS customer_name, c.company AS customer_company, c.phone AS customer_phone, c.email AS customer_email,
  coalesce((SELECT d.address FROM delivery_addresses d WHERE d.order_id = o.id), c.address) AS customer_address,
  {UNACKNOWLEDGED}, c.masked AS customer_masked, m.name AS merchandiser_name,
  EXISTS (SELECT 1 FROM replies r WHERE r.scope = $2 AND r.key = $3) AS answered
FROM (SELECT 1) AS once LEFT JOIN orders o ON o.order_no = $1 AND {within(4)}
LEFT JOIN customers c ON c.id = o.customer_id LEFT JOIN people m ON m.id = o.merchandiser_id
"""  # noqa: S608 - composed of constants
_LOAD = _LOAD_WITH.format(more="NULL AS forecast")
_LOAD_TO_SHOW = _LOAD_WITH.format(more=FORECAST)


@dataclass(frozen=True, slots=True)
class Loaded:
    """An order with what is asked together with it: counts of papers by kind, customer and merchandiser.

    `unacknowledged` is the change that stops its work (`{"change", "revision", "departments"}`), None where none does;
    `forecast` the row of it, where it was asked for.
    """

    order: Order
    papers: Mapping[str, int]
    customer: Mapping[str, Any] | None
    merchandiser: Mapping[str, Any] | None
    unacknowledged: Mapping[str, Any] | None = None
    forecast: Mapping[str, Any] | None = None


async def load(tx: Tx, order_no: str, scope: Scope | None = None, *, with_forecast: bool = False) -> Loaded | None:
    """The order, or None: one that is not the actor's is as good as none, to read and to change.

    `scope` says whose it may be where that was found out already, as for a customer's contact. Raises Replayed where
    this transaction's key has been answered already.
    """
    key = tx.unclaimed_key
    values = (key and key.scope, key and key.key, *(scope or Scope.of(tx.actor)).values)
    row = await tx.connection.row(_LOAD_TO_SHOW if with_forecast else _LOAD, order_no, *values)
    if row is None:
        return None
    if row["answered"] and key is not None:
        raise Replayed(key)
    return None if row["id"] is None else loaded_from(row)


def loaded_from(row: Mapping[str, Any]) -> Loaded:
    """A row of the load statement as values of the domain."""
    return Loaded(
        order_from(row), row["papers"], _customer(row), _merchandiser(row), row["unacknowledged"], row["forecast"]
    )


def _customer(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["customer_id"] is None:
        return None
    names = ("name", "company", "phone", "email", "address", "masked")
    return {"id": str(row["customer_id"]), **{name: row[f"customer_{name}"] for name in names}}


def _merchandiser(row: Mapping[str, Any]) -> dict[str, Any] | None:
    if row["merchandiser_id"] is None:
        return None
    return {"id": str(row["merchandiser_id"]), "name": row["merchandiser_name"]}


_LINE_VALUES = """
quantity = e.quantity, amount = e.amount, shipped_quantity = e.shipped_quantity,
  returned_quantity = e.returned_quantity, refund = e.refund, technical = e.technical
"""
_LINE_ROWS = """
e(line int, quantity numeric, amount numeric, shipped_quantity numeric, returned_quantity numeric, refund text,
  technical jsonb)
"""
_MOVED = f"""
WITH moved AS (
  UPDATE orders SET stage = $7, category = $19, held = $8, stage_since = $20, version = $3, head_hash = $12,
    updated_at = $9, promised_date = $21, promised_derived = $22, due_at = $23, external_version = $24,
    revision = $25, workflow_version = $26
  WHERE id = $2 AND version = $3 - 1 AND head_hash = $11 RETURNING id
), {BESIDE}
"""  # noqa: S608 - composed of constants
_MOVE = f"{_MOVED} SELECT count(*) FROM moved"  # noqa: S608 - composed of constants
_MOVE_WITH_LINES = f"""
{_MOVED}, lined AS (
  UPDATE order_lines l SET {_LINE_VALUES}
  FROM moved, jsonb_to_recordset($27) AS {_LINE_ROWS} WHERE l.order_id = $2 AND l.line = e.line
)
SELECT count(*) FROM moved
"""  # noqa: S608 - composed of constants
_SAVE_LINES = f"""
UPDATE order_lines l SET {_LINE_VALUES} FROM jsonb_to_recordset($2) AS {_LINE_ROWS}
WHERE l.order_id = $1 AND l.line = e.line
"""  # noqa: S608 - composed of constants

_SAVE_EDIT = """
UPDATE orders SET discounts = $2, fees = $3, shipping = $4, tax = $5, tax_included = $6, total = $7, cost = $8,
  margin = $9,
  priority = $10, merchandiser_id = $11, extension = $12, notes = $13, requested_date = $14, signed_date = $15
WHERE id = $1
"""
_REPLACE_LINES = """
INSERT INTO order_lines AS l (order_id, line, external_id, sku, name, quantity, unit, unit_price, amount, is_gift,
  gift_origin, gift_confirmed, options, technical, refund)
SELECT $1, e.* FROM jsonb_to_recordset($2) AS e(line int, external_id text, sku text, name text, quantity numeric,
  unit text, unit_price numeric, amount numeric, is_gift boolean, gift_origin text, gift_confirmed boolean, options
    jsonb,
  technical jsonb, refund text)
ON CONFLICT (order_id, line) DO UPDATE SET sku = excluded.sku, name = excluded.name, quantity = excluded.quantity,
  unit = excluded.unit, unit_price = excluded.unit_price, amount = excluded.amount, is_gift = excluded.is_gift,
  options = excluded.options, technical = excluded.technical
"""
_SAVE_SEARCH = "UPDATE order_search SET words = $2, grams = $3, extension = $4 WHERE order_id = $1"
_SAVE_MONEY = "UPDATE orders SET discounts = $2, total = $3 WHERE id = $1"
_CHILDREN = "SELECT count(*) FROM orders WHERE parent_no = $1"


async def save_move(
    tx: Tx,
    order: Order,
    sealed: SealedEvent,
    effects: Sequence[Effect],
    answer: Mapping[str, Any] | None,
    lines: Sequence[Line] = (),
) -> None:
    """Write the order's new standing, what changed on lines, the event, effects and answer, in one statement.

    Raises LostRace where somebody was faster.
    """
    key = key_to_answer(tx, answer)
    values = (
        *beside_values(tx, order, sealed, effects, key, answer),
        order.category,
        order.stage_since,
        order.promised_date,
        order.promised_derived,
        order.due_at,
        order.external_version,
        order.revision,
        order.workflow_version,
    )
    if lines:
        moved = await tx.connection.value(_MOVE_WITH_LINES, *values, [moved_line_row(line) for line in lines])
    else:
        moved = await tx.connection.value(_MOVE, *values)
    if moved != 1:
        raise LostRace


async def save_lines(tx: Tx, order_id: UUID, lines: Sequence[Line]) -> None:
    """Write what changed on lines; only inside an open transaction together with save_move."""
    if lines:
        await tx.connection.run(_SAVE_LINES, order_id, [moved_line_row(line) for line in lines])


async def save_edit(tx: Tx, order: Order, customer: Mapping[str, Any] | None) -> None:
    """Write edited fields, lines and search words; only inside an open transaction together with save_move."""
    await tx.connection.run(
        _SAVE_EDIT,
        order.id,
        list(order.discounts),
        list(order.fees),
        order.shipping,
        order.tax,
        order.tax_included,
        order.total,
        order.cost,
        order.margin,
        order.priority,
        order.merchandiser_id,
        dict(order.extension),
        dict(order.notes),
        order.requested_date,
        order.signed_date,
    )
    await tx.connection.run(_REPLACE_LINES, order.id, [line_row(line) for line in order.lines])
    words = order_words(order, customer)
    await tx.connection.run(_SAVE_SEARCH, order.id, words, grams(words), dict(order.extension))


async def person_name(tx: Tx, person_id: UUID) -> str | None:
    """The name of one of the staff, or None where there is nobody of that id."""
    name: str | None = await tx.connection.value("SELECT name FROM people WHERE id = $1", person_id)
    return name


async def save_money(tx: Tx, order: Order) -> None:
    """Write discounts and total after a split; only inside an open transaction together with save_move."""
    await tx.connection.run(_SAVE_MONEY, order.id, list(order.discounts), order.total)


async def next_child(tx: Tx, root_no: str) -> int:
    """The number of the next split child of an order: 2 for the first."""
    count: int = await tx.connection.value(_CHILDREN, root_no)
    return count + 2


def key_to_answer(tx: Tx, answer: Mapping[str, Any] | None) -> Key | None:
    """The key that this statement answers. In an open transaction the door itself claims and settles it."""
    return tx.unclaimed_key if answer is not None else None


def beside_values(
    tx: Tx,
    order: Order,
    sealed: SealedEvent,
    effects: Sequence[Effect],
    key: Key | None,
    answer: Mapping[str, Any] | None,
) -> tuple[Any, ...]:
    """The first 18 values of a statement that holds BESIDE, in its order."""
    event = sealed.event
    return (
        event.id,
        order.id,
        event.seq,
        event.type,
        event.action,
        event.from_stage,
        event.to_stage,
        event.held,
        event.recorded_at,
        sealed.canonical,
        event.prev_hash,
        sealed.hash,
        order.order_no,
        [_effect_row(tx, effect) for effect in effects],
        key.scope if key else None,
        key.key if key else None,
        key.fingerprint if key else None,
        answer if key else None,
    )


def _effect_row(tx: Tx, effect: Effect) -> dict[str, Any]:
    return {
        "id": tx.new_id(),
        "kind": effect.kind,
        "channel": effect.channel,
        "recipient": effect.recipient,
        "body": effect.body,
        "due_at": effect.due_at,
    }
