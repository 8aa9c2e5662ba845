"""Customers as they are found again: by keys of what they tell, through everybody who was merged into them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from domain.customers.matching import IDENTIFYING, Candidate, Told, new_keys
from domain.orders.order import Order
from persistence.opening_many import event_row
from persistence.order_rows import LINES, order_from
from persistence.tx import Tx


def candidates_of(keys: str) -> str:
    """SQL for all known customers who have one of the keys, as JSON; `keys` is SQL for a list of {kind, value}."""
    return f"""
(SELECT coalesce(jsonb_agg(to_jsonb(c) || jsonb_build_object('by', f.kinds, 'keys', (
    SELECT coalesce(jsonb_agg(jsonb_build_array(k.kind, k.value)), '[]') FROM customers q
    JOIN customer_keys k ON k.customer_id = q.id WHERE q.id = c.id OR q.merged_into = c.id)) ORDER BY c.id), '[]')
  FROM (SELECT coalesce(m.merged_into, m.id) AS id, jsonb_agg(DISTINCT k.kind) AS kinds
    FROM jsonb_to_recordset({keys}) AS w(kind text, value text)
    JOIN customer_keys k ON k.kind = w.kind AND k.value = w.value JOIN customers m ON m.id = k.customer_id
    GROUP BY 1 LIMIT 50) f JOIN customers c ON c.id = f.id)
"""  # noqa: S608 - composed of constants


_MANY = f"""
SELECT w.place, {candidates_of("w.keys")} AS candidates
FROM jsonb_to_recordset($1) AS w(place int, keys jsonb) ORDER BY w.place
"""  # noqa: S608 - composed of constants
_BY_IDS = """
SELECT m.id AS asked, to_jsonb(c) AS customer FROM customers m JOIN customers c ON c.id = coalesce(m.merged_into, m.id)
WHERE m.id = ANY ($1::uuid[])
"""
_LOCK = "SELECT * FROM customers WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE"
_ORDERS = f"SELECT o.*, {LINES} FROM orders o WHERE {{}} ORDER BY o.id FOR UPDATE"  # noqa: S608 - composed of constants
_ORDERS_OF = _ORDERS.format("o.customer_id = $1")
_ORDERS_AMONG = _ORDERS.format("o.customer_id = $1 AND o.id = ANY ($2::uuid[])")
_WORDS = "SELECT order_id, words FROM order_search WHERE order_id = ANY ($1::uuid[])"
_MOVE = """
WITH e AS (
  SELECT * FROM jsonb_to_recordset($3) AS e(id uuid, order_id uuid, seq int, type text, action text, from_stage text,
    to_stage text, held boolean, canonical text, prev_hash text, hash text)
), moved AS (
  UPDATE orders o SET customer_id = $2, version = e.seq, head_hash = e.hash, updated_at = $1 FROM e
  WHERE o.id = e.order_id AND o.version = e.seq - 1 AND o.head_hash = e.prev_hash RETURNING o.id
), written AS (
  INSERT INTO events (id, order_id, seq, type, action, from_stage, to_stage, held, recorded_at, canonical, prev_hash,
    hash)
  SELECT e.id, e.order_id, e.seq, e.type, e.action, e.from_stage, e.to_stage, e.held, $1, e.canonical, e.prev_hash,
    e.hash
  FROM e JOIN moved ON moved.id = e.order_id
), found AS (
  UPDATE order_search s SET words = w.words, grams = w.grams
  FROM jsonb_to_recordset($4) AS w(order_id uuid, words text, grams text[]) JOIN moved ON moved.id = w.order_id
  WHERE s.order_id = w.order_id
)
SELECT count(*) FROM moved
"""
_POINT = """
UPDATE customers SET merged_into = $2 WHERE (id = $1 OR merged_into = $1) AND id <> $2 RETURNING id
"""
_UNPOINT = "UPDATE customers SET merged_into = CASE WHEN id = $1 THEN NULL ELSE $1 END WHERE id = ANY ($2::uuid[])"
_SPEAK_TOO = """
INSERT INTO contact_customers (contact_id, customer_id, origin, added_at, added_by)
SELECT contact_id, $2, 'merge', $3, $4 FROM contact_customers WHERE customer_id = $1
ON CONFLICT DO NOTHING RETURNING contact_id
"""
_SPEAK_NO_MORE = """
DELETE FROM contact_customers WHERE customer_id = $1 AND contact_id = ANY ($2::uuid[]) AND origin = 'merge'
"""
_REPLACE_FOR = """
UPDATE substitutes s SET customer_id = $2 WHERE s.customer_id = $1 AND NOT EXISTS (SELECT 1 FROM substitutes t
  WHERE t.customer_id = $2 AND (t.source, t.material, t.use) = (s.source, s.material, s.use)
    AND t.product IS NOT DISTINCT FROM s.product) RETURNING id
"""
_REPLACE_BACK = "UPDATE substitutes SET customer_id = $1 WHERE id = ANY ($2::uuid[])"
_KEEP_MERGE = """
INSERT INTO customer_merges (id, kept_id, merged_id, reason, moved, merged_at, merged_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LOCK_MERGE = "SELECT * FROM customer_merges WHERE id = $1 FOR UPDATE"
_UNDO_MERGE = "UPDATE customer_merges SET undone_at = $2, undone_by = $3 WHERE id = $1"

_TELL_APART = """
INSERT INTO customers_apart (one_id, other_id, said_at, said_by) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
"""
_TELL_APART_NO_MORE = "DELETE FROM customers_apart WHERE one_id = $1 AND other_id = $2"


@dataclass(frozen=True, slots=True)
class Known:
    """Those who share a key with whom is told of: to be judged, and by id as they stand."""

    candidates: tuple[Candidate, ...] = ()
    rows: Mapping[str, Mapping[str, Any]] | None = None

    @staticmethod
    def of(found: Sequence[Mapping[str, Any]]) -> Known:
        """From the JSON of `candidates_of`."""
        return Known(tuple(map(_candidate, found)), {row["id"]: row for row in found})

    def row(self, customer_id: str) -> Mapping[str, Any]:
        """One of them as they stand."""
        return (self.rows or {})[customer_id]


def _candidate(row: Mapping[str, Any]) -> Candidate:
    by_kind: dict[str, set[str]] = {}
    for kind, value in row["keys"]:
        by_kind.setdefault(kind, set()).add(value)
    sets = [frozenset(by_kind.get(kind, ())) for kind in ("source", "tax_no", "phone", "name")]
    return Candidate(row["id"], frozenset(row["by"]), *sets)


def wanted_keys(told: Told | None) -> list[dict[str, str]]:
    """The keys to look for, as `candidates_of` takes them."""
    return [{"kind": kind, "value": value} for kind, value in told.all_keys()] if told else []


def keys_to_keep(told: Told | None, customer_id: str, known: Known) -> list[dict[str, Any]]:
    """What this customer is to be found by from now on.

    A key that nobody has yet and that identifies is the sole one of its kind: whoever else was about to be written
    under it at this moment is told by the database, and looks again.
    """
    if told is None:
        return []
    own = next((one for one in known.candidates if one.id == customer_id), None)
    has = _keys(own) if own else []
    taken = {key for one in known.candidates for key in _keys(one)}
    return [
        {"kind": kind, "value": value, "customer_id": customer_id, "sole": _is_sole(kind, value, taken)}
        for kind, value in new_keys(told, has)
    ]


def _is_sole(kind: str, value: str, taken: Collection[tuple[str, str]]) -> bool:
    return kind in IDENTIFYING and (kind, value) not in taken


def _keys(one: Candidate) -> Iterator[tuple[str, str]]:
    for kind, values in (("source", one.sources), ("tax_no", one.tax_nos), ("phone", one.phones), ("name", one.names)):
        yield from ((kind, value) for value in values)


async def find_many(tx: Tx, told: Sequence[Told]) -> list[Known]:
    """Who may be meant by each, in order, in one statement."""
    wanted = [{"place": place, "keys": wanted_keys(one)} for place, one in enumerate(told)]
    return [Known.of(row["candidates"]) for row in await tx.connection.rows(_MANY, wanted)]


async def by_ids(tx: Tx, ids: Sequence[UUID]) -> dict[str, Mapping[str, Any]]:
    """Customers by id, as what they have become where they were merged."""
    rows = await tx.connection.rows(_BY_IDS, list(ids)) if ids else []
    return {str(row["asked"]): row["customer"] for row in rows}


async def find(tx: Tx, told: Told) -> Known:
    """Who may be meant."""
    (found,) = await find_many(tx, [told])
    return found


async def sharing(tx: Tx, keys: Sequence[Mapping[str, str]]) -> Known:
    """Everybody who has one of the keys ({kind, value})."""
    (row,) = await tx.connection.rows(_MANY, [{"place": 0, "keys": list(keys)}])
    return Known.of(row["candidates"])


async def lock(tx: Tx, ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """These customers, and nobody else merges them until we commit."""
    return {row["id"]: row for row in await tx.connection.rows(_LOCK, sorted(ids))}


async def orders_of(tx: Tx, customer_id: UUID, among: Sequence[UUID] | None = None) -> list[Order]:
    """All orders of a customer, or those among some; nobody else moves them until we commit."""
    values = (customer_id,) if among is None else (customer_id, list(among))
    rows = await tx.connection.rows(_ORDERS_OF if among is None else _ORDERS_AMONG, *values)
    return [order_from(row) for row in rows]


async def search_words_of(tx: Tx, order_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The words by which orders are found."""
    return {row["order_id"]: row["words"] for row in await tx.connection.rows(_WORDS, list(order_ids))}


async def move_orders(
    tx: Tx, customer_id: UUID, moved: Sequence[tuple[Order, Any]], words: Sequence[Mapping[str, Any]]
) -> int:
    """Give orders to another customer, each with its event; says how many nobody else had changed meanwhile."""
    events = [event_row(order.id, sealed) for order, sealed in moved]
    count: int = await tx.connection.value(_MOVE, tx.now, customer_id, events, list(words))
    return count


async def point(tx: Tx, merged: UUID, kept: UUID) -> list[UUID]:
    """Whoever is this customer is the other from now on, and those who were merged into them before; their ids."""
    return [row["id"] for row in await tx.connection.rows(_POINT, merged, kept)]


async def unpoint(tx: Tx, merged: UUID, pointed: Sequence[UUID]) -> None:
    """The opposite."""
    await tx.connection.run(_UNPOINT, merged, list(pointed))


async def speak_too(tx: Tx, merged: UUID, kept: UUID) -> list[UUID]:
    """Whoever signs in for the one signs in for the other, too; the contacts who are new to that."""
    rows = await tx.connection.rows(_SPEAK_TOO, merged, kept, tx.now, tx.actor.id)
    return [row["contact_id"] for row in rows]


async def speak_no_more(tx: Tx, kept: UUID, contacts: Sequence[UUID]) -> None:
    """The opposite."""
    await tx.connection.run(_SPEAK_NO_MORE, kept, list(contacts))


async def replace_for(tx: Tx, merged: UUID, kept: UUID) -> list[UUID]:
    """Substitutes that the one allows are allowed by the other; which."""
    return [row["id"] for row in await tx.connection.rows(_REPLACE_FOR, merged, kept)]


async def replace_back(tx: Tx, merged: UUID, substitutes: Sequence[UUID]) -> None:
    """The opposite."""
    await tx.connection.run(_REPLACE_BACK, merged, list(substitutes))


async def keep_merge(tx: Tx, merge_id: UUID, kept: UUID, merged: UUID, reason: str, moved: Mapping[str, Any]) -> None:
    """Write who was merged into whom and what went along, so that it can be undone."""
    await tx.connection.run(_KEEP_MERGE, merge_id, kept, merged, reason, moved, tx.now, tx.actor.id)


async def lock_merge(tx: Tx, merge_id: UUID) -> Mapping[str, Any] | None:
    """One merge, or None."""
    return await tx.connection.row(_LOCK_MERGE, merge_id)


async def undo_merge(tx: Tx, merge_id: UUID) -> None:
    """Mark it as undone."""
    await tx.connection.run(_UNDO_MERGE, merge_id, tx.now, tx.actor.id)


async def tell_apart(tx: Tx, one: UUID, other: UUID) -> None:
    """They are not the same; the smaller id comes first."""
    await tx.connection.run(_TELL_APART, one, other, tx.now, tx.actor.id)


async def tell_apart_no_more(tx: Tx, one: UUID, other: UUID) -> None:
    """The opposite."""
    await tx.connection.run(_TELL_APART_NO_MORE, one, other)
