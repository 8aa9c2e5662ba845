"""Lists of order changes: the inbox with its filters, those of one order, and what waits for a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.statements import CHANGE
from persistence.tx import Tx

_LIST = f"""
{CHANGE}
WHERE ($1::text IS NULL OR o.order_no = $1) AND ($2::text[] IS NULL OR c.state = ANY ($2))
  AND ($3::text IS NULL OR c.asked_by = $3)
  AND ($4::text[] IS NULL OR EXISTS (SELECT 1 FROM change_acknowledgements a
    WHERE a.change_id = c.id AND a.role = ANY ($4) AND a.acknowledged_at IS NULL))
  AND ($5::uuid IS NULL OR c.id < $5) AND {within(7)}
ORDER BY c.id DESC LIMIT $6
"""  # noqa: S608 - composed of constants
_WAITING = f"""
SELECT * FROM (
  SELECT c.id, 'approval' AS kind, o.order_no, c.number, c.reason, c.proposed_at AS since, NULL::text[] AS roles,
    cu.name AS customer
  FROM order_changes c JOIN orders o ON o.id = c.order_id LEFT JOIN customers cu ON cu.id = o.customer_id
  WHERE c.state IN ('proposed', 'approved') AND $1::boolean AND {within(6)}
  UNION ALL
  SELECT c.id, 'acknowledgement', o.order_no, c.number, c.reason, min(a.asked_at), array_agg(a.role ORDER BY a.role),
    cu.name
  FROM change_acknowledgements a JOIN order_changes c ON c.id = a.change_id JOIN orders o ON o.id = a.order_id
  LEFT JOIN customers cu ON cu.id = o.customer_id
  WHERE a.acknowledged_at IS NULL AND a.role = ANY ($2::text[]) AND o.category NOT IN ('done', 'cancelled')
    AND {within(6)}
  GROUP BY c.id, o.order_no, cu.name
) waiting
WHERE $3::text IS NULL OR (since, id) > ($3::text::timestamptz, $4::uuid)
ORDER BY since, id LIMIT $5
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class ChangeFilter:
    """Which changes to list, newest first; `waits_for` are roles that have not acknowledged, `before` the last seen."""

    order_no: str | None = None
    state: Sequence[str] | None = None
    asked_by: str | None = None
    waits_for: Sequence[str] | None = None
    before: UUID | None = None
    limit: int = 50


async def list_changes(tx: Tx, scope: Scope, wanted: ChangeFilter) -> list[Mapping[str, Any]]:
    """At most `limit` changes, the newest first, in one statement."""
    rows = await tx.connection.rows(
        _LIST,
        wanted.order_no,
        list(wanted.state) if wanted.state else None,
        wanted.asked_by,
        list(wanted.waits_for) if wanted.waits_for else None,
        wanted.before,
        wanted.limit,
        *scope.values,
    )
    return list(rows)


async def waiting_changes(
    tx: Tx, scope: Scope, roles: Sequence[str], after: Sequence[Any] | None, limit: int, *, approves: bool
) -> list[Mapping[str, Any]]:
    """Changes that wait for somebody with these roles, the longest first."""
    since, last = after or (None, None)
    return list(await tx.connection.rows(_WAITING, approves, list(roles), since, last, limit, *scope.values))
