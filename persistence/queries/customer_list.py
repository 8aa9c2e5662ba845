"""Customers as people look for them: by any part of a name, number or address of mail, within one's reach."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, everywhere, within
from persistence.tx import Tx


def _in_reach(first: int) -> str:
    return f"""({everywhere(first)} OR EXISTS (
    SELECT 1 FROM orders o WHERE o.customer_id = c.id AND {within(first)}))"""  # noqa: S608 - numbers of parameters


_COLUMNS = """
c.id, c.channel, c.external_id, c.name, c.company, c.phone, c.email, c.tax_no, c.address, c.masked, c.merged_into,
c.created_at, (SELECT count(*) FROM orders n WHERE n.customer_id = c.id) AS orders,
(SELECT max(n.opened_at) FROM orders n WHERE n.customer_id = c.id) AS last_order_at
"""
# Whom people are to look at: another customer shares a phone number, a tax number or a firm's name, and nobody has said
# yet that they are not the same.
_ALIKE = """
WITH held AS (
  SELECT DISTINCT k.kind, k.value, coalesce(m.merged_into, m.id) AS id
  FROM customer_keys k JOIN customers m ON m.id = k.customer_id WHERE k.kind <> 'source'
), shared AS (SELECT kind, value FROM held GROUP BY kind, value HAVING count(*) > 1)
SELECT h.id FROM shared s JOIN held h ON h.kind = s.kind AND h.value = s.value
WHERE EXISTS (SELECT 1 FROM held o WHERE o.kind = h.kind AND o.value = h.value AND o.id <> h.id
  AND NOT EXISTS (SELECT 1 FROM customers_apart a
    WHERE a.one_id = least(h.id, o.id) AND a.other_id = greatest(h.id, o.id)))
"""
_LIST = f"""
SELECT {_COLUMNS} FROM customers c
WHERE c.merged_into IS NULL AND ($1::uuid IS NULL OR c.id < $1)
  AND ($2::text IS NULL OR concat_ws(' ', c.name, c.company, c.phone, c.email, c.tax_no, c.external_id) ILIKE $2
    OR EXISTS (SELECT 1 FROM customers q JOIN customer_keys k ON k.customer_id = q.id
      WHERE (q.id = c.id OR q.merged_into = c.id) AND k.kind IN ('phone', 'tax_no') AND k.value LIKE $3))
  AND {_in_reach(5)} AND {{}}
ORDER BY c.id DESC LIMIT $4
"""  # noqa: S608 - composed of constants
_EVERYBODY, _DOUBLES = _LIST.format("true"), _LIST.format(f"c.id IN ({_ALIKE})")
_APART = """
SELECT CASE WHEN one_id = $1 THEN other_id ELSE one_id END AS id FROM customers_apart WHERE one_id = $1 OR other_id = $1
"""
_ONE = f"""
SELECT {_COLUMNS}, coalesce((SELECT jsonb_agg(jsonb_build_array(k.kind, k.value)) FROM customers q
  JOIN customer_keys k ON k.customer_id = q.id WHERE q.id = c.id OR q.merged_into = c.id), '[]') AS keys
FROM customers c WHERE c.id = $1 AND {_in_reach(2)}
"""  # noqa: S608 - composed of constants
_SOME = f"SELECT {_COLUMNS} FROM customers c WHERE c.id = ANY ($1::uuid[]) AND {_in_reach(2)} ORDER BY c.id"  # noqa: S608
_REACHED = f"SELECT count(*) FROM orders o WHERE o.id = ANY ($1::uuid[]) AND {within(2)}"  # noqa: S608 - constants
_MERGES = """
SELECT m.id, m.kept_id, m.merged_id, m.reason, m.merged_at, m.merged_by, m.undone_at, m.undone_by,
  jsonb_array_length(m.moved->'orders') AS orders, k.name AS kept_name, g.name AS merged_name
FROM customer_merges m JOIN customers k ON k.id = m.kept_id JOIN customers g ON g.id = m.merged_id
WHERE m.kept_id = $1 OR m.merged_id = $1 ORDER BY m.id DESC LIMIT 100
"""


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """Customers older than `before`, newest first; `number` is the words as a part of a phone or tax number.

    `alike`: only those who may be the same as another.
    """

    words: str | None = None
    number: str | None = None
    before: UUID | None = None
    limit: int = 50
    alike: bool = False


async def page(tx: Tx, scope: Scope, wanted: CustomerPage) -> list[Mapping[str, Any]]:
    """Who was merged into somebody is found by that one."""
    words, number = (None if not part else f"%{_plain(part)}%" for part in (wanted.words, wanted.number))
    values = (wanted.before, words, number, wanted.limit, *scope.values)
    return list(await tx.connection.rows(_DOUBLES if wanted.alike else _EVERYBODY, *values))


async def one(tx: Tx, scope: Scope, customer_id: UUID) -> Mapping[str, Any] | None:
    """One customer with their keys, merged or not."""
    return await tx.connection.row(_ONE, customer_id, *scope.values)


async def some(tx: Tx, scope: Scope, ids: Sequence[UUID]) -> list[Mapping[str, Any]]:
    """Those of the customers that are within reach."""
    return list(await tx.connection.rows(_SOME, list(ids), *scope.values))


async def apart_from(tx: Tx, customer_id: UUID) -> set[UUID]:
    """Those of whom somebody said that they are not this customer."""
    return {row["id"] for row in await tx.connection.rows(_APART, customer_id)}


async def orders_in_reach(tx: Tx, scope: Scope, order_ids: Sequence[UUID]) -> int:
    """How many of the orders exist in the scope."""
    count: int = await tx.connection.value(_REACHED, list(order_ids), *scope.values)
    return count


async def merges(tx: Tx, customer_id: UUID) -> list[Mapping[str, Any]]:
    """Every merge that the customer was part of, newest first."""
    return list(await tx.connection.rows(_MERGES, customer_id))


def _plain(words: str) -> str:
    for special in "\\%_":
        words = words.replace(special, f"\\{special}")
    return words
