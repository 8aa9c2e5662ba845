"""What is known of an order by its sender's number, and how it came to be known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from persistence.tx import Tx

# The meaning that the order stands for is the last one that opened it, changed nothing, or was settled by a person; one
# that asks for a change is settled when that is decided, and never when a newer word of the channel took its place.
_FIND = """
SELECT o.order_no, o.external_version, o.held, o.category,
  o.category IN ('in_production', 'quality', 'shipping') OR o.category = 'not_started' AND EXISTS (
    SELECT 1 FROM work_orders w WHERE w.order_id = o.id AND w.state <> 'cancelled') AS begun,
  (SELECT p.meaning FROM payloads p WHERE p.channel = o.channel AND p.shop = o.shop AND p.external_id = o.external_id
     AND p.order_no = o.order_no AND p.meaning->>'kind' = 'order'
     AND (p.status IN ('ordered', 'parsed') OR p.status = 'ignored' AND p.decided_by IS NOT NULL)
     AND NOT EXISTS (SELECT 1 FROM order_changes h WHERE h.cause = p.id::text
       AND (h.state IN ('proposed', 'awaiting_customer', 'approved')
         OR h.state = 'withdrawn' AND h.decided_by = 'intake'))
   ORDER BY p.external_version DESC NULLS LAST, p.id DESC LIMIT 1) AS meaning,
  (SELECT e.body->'actor'->>'kind' FROM events e WHERE e.order_id = o.id AND e.action IN ('hold', 'release_hold')
   ORDER BY e.seq DESC LIMIT 1) AS held_by
FROM orders o WHERE o.channel = $1 AND o.shop = $2 AND o.external_id = $3
"""


@dataclass(frozen=True, slots=True)
class Known:
    """An order of a channel. `meaning` None: it was not opened from a payload. `held_by_intake`: by no person.

    `begun`: the workshop has it, so that it takes an order change.
    """

    order_no: str
    external_version: str | None
    meaning: Mapping[str, Any] | None
    held_by_intake: bool
    cancelled: bool
    begun: bool


async def find(tx: Tx, channel: str, shop: str, external_id: str | None) -> Known | None:
    """The order, or None."""
    row = await tx.connection.row(_FIND, channel, shop, external_id)
    if row is None:
        return None
    return Known(
        order_no=row["order_no"],
        external_version=row["external_version"],
        meaning=row["meaning"],
        held_by_intake=row["held"] and row["held_by"] == "system",
        cancelled=row["category"] == "cancelled",
        begun=row["begun"],
    )
