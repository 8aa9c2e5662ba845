"""Orders with their lines as they are exported: the list's own filters, a page with all lines in one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from persistence.order_rows import LINES
from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_WHOLE = f"""
SELECT o.id, o.discounts, o.shipping, o.requested_date, o.signed_date, o.extension, o.notes, o.cost, o.margin,
  c.phone, c.email,
  coalesce((SELECT d.address FROM delivery_addresses d WHERE d.order_id = o.id), c.address) AS address,
  {LINES}
FROM orders o LEFT JOIN customers c ON c.id = o.customer_id WHERE o.id = ANY ($1::uuid[]) AND {within(2)}
"""  # noqa: S608 - composed of constants


async def whole(tx: Tx, scope: Scope, ids: Sequence[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """By id: what a list of orders does not show of each, and its lines as LINES selects them."""
    return {row["id"]: row for row in await tx.connection.rows(_WHOLE, list(ids), *scope.values)}
