"""A customer's own orders, as far as she may know them: nothing else is selected.

`customers` are those for whom the asking contact speaks; it comes first, and an order of anybody else is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from domain.portal.wording import TOLD_ACTIONS
from persistence.queries.chat_log import UNREAD
from persistence.queries.forecast_board import FORECAST
from persistence.tx import Tx

State = Literal["open", "finished"]

_FINISHED = "o.category IN ('done', 'cancelled')"
_HEAD = f"""
o.id, o.order_no, o.parent_no, o.external_id, o.currency, o.total, o.promised_date, o.promised_derived, o.workflow_key,
  o.workflow_version, o.stage, o.category, o.held, o.opened_at, {FORECAST}
"""
# What a customer is told of: that it began, moved, or one of a few actions.
_TOLD = "(e.from_stage IS DISTINCT FROM e.to_stage OR e.action = ANY ({actions}))"
_UPDATED = f"""
(SELECT max(e.recorded_at) FROM events e WHERE e.order_id = o.id AND {_TOLD.format(actions="$2")}) AS updated_at
"""  # noqa: S608 - composed of constants
_LIST = f"""
SELECT {_HEAD}, {_UPDATED}, {UNREAD.format(internal="false", reader="$7")} AS unread FROM orders o
WHERE o.customer_id = ANY ($1) AND ($3::text IS NULL OR ($3 = 'finished') = ({_FINISHED}))
  AND ($4::text IS NULL OR position(upper($4) IN upper(o.order_no)) > 0
    OR position(upper($4) IN upper(coalesce(o.external_id, ''))) > 0)
  AND ($5::uuid IS NULL OR o.id < $5)
ORDER BY o.id DESC LIMIT $6
"""  # noqa: S608 - composed of constants
_ONE = f"""
SELECT {_HEAD}, {_UPDATED}, {UNREAD.format(internal="false", reader="$4")} AS unread,
  o.discounts, o.fees, o.shipping, o.tax, o.tax_included,
  coalesce((SELECT jsonb_agg(jsonb_build_object('line', l.line, 'sku', l.sku, 'name', l.name,
      'quantity', l.quantity::text, 'unit', l.unit, 'unit_price', l.unit_price::text, 'amount', l.amount::text,
      'is_gift', l.is_gift, 'options', l.options, 'shipped_quantity', l.shipped_quantity::text,
      'returned_quantity', l.returned_quantity::text) ORDER BY l.line)
    FROM order_lines l WHERE l.order_id = o.id), '[]') AS lines,
  coalesce((SELECT jsonb_agg(jsonb_build_object('action', e.action, 'from', e.from_stage, 'to', e.to_stage,
      'at', e.body->>'occurred_at', 'carrier', e.body#>>'{{payload,carrier}}',
      'tracking', e.body#>>'{{payload,tracking}}',
      'lines', CASE WHEN e.action = 'ship_part' THEN e.body#>'{{payload,lines}}' END) ORDER BY e.seq)
    FROM events e WHERE e.order_id = o.id AND {_TOLD.format(actions="$2")}), '[]') AS steps,
  coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.id, 'kind', a.kind, 'file_name', a.file_name,
      'media_type', a.media_type, 'size_bytes', a.size_bytes, 'released_at', a.released_at)
      ORDER BY a.released_at, a.id)
    FROM attachments a WHERE a.order_id = o.id AND a.released_at IS NOT NULL), '[]') AS papers
FROM orders o WHERE o.customer_id = ANY ($1) AND o.order_no = $3
"""  # noqa: S608 - composed of constants
_OWN_PLACE = """
SELECT o.id, o.order_no, o.merchandiser_id, o.category FROM orders o WHERE o.customer_id = ANY ($1) AND o.order_no = $2
"""
_PAPER = """
SELECT a.id, a.file_name, a.media_type, a.size_bytes, a.sha256 FROM attachments a JOIN orders o ON o.id = a.order_id
WHERE o.customer_id = ANY ($1) AND a.id = $2 AND a.released_at IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class PortalFilter:
    """`words` is any part of a number, ours or the customer's own; `after` is the id of the last row seen."""

    state: State | None = None
    words: str | None = None
    after: UUID | None = None
    limit: int = 50


async def list_own(
    tx: Tx, customers: Collection[UUID], reader: str, wanted: PortalFilter
) -> Sequence[Mapping[str, Any]]:
    """Orders, newest first, with how many messages this reader has not read; one statement whatever their number."""
    return await tx.connection.rows(
        _LIST, list(customers), list(TOLD_ACTIONS), wanted.state, wanted.words, wanted.after, wanted.limit, reader
    )


async def find_own(tx: Tx, customers: Collection[UUID], reader: str, order_no: str) -> Mapping[str, Any] | None:
    """One order with its lines, what is told of its history, and its released papers, in one statement."""
    return await tx.connection.row(_ONE, list(customers), list(TOLD_ACTIONS), order_no, reader)


async def own_place(tx: Tx, customers: Collection[UUID], order_no: str) -> Mapping[str, Any] | None:
    """The order that something of hers belongs to, or None."""
    return await tx.connection.row(_OWN_PLACE, list(customers), order_no)


async def find_paper(tx: Tx, customers: Collection[UUID], paper_id: UUID) -> Mapping[str, Any] | None:
    """A paper that was released to these customers."""
    return await tx.connection.row(_PAPER, list(customers), paper_id)
