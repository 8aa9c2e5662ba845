"""Reports that wait for a person, each with the report itself and how its work order stood and stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_SELECT = """
SELECT c.*, r.kind, r.v, r.seq, r.person_id, p.name AS person_name, r.sent_by, r.body, r.occurred_at, r.corrected_at,
  r.received_at, r.operation, r.revision, d.name AS device_name, w.progress AS now_progress, w.state AS now_state,
  w.version AS now_version, b.name AS decided_by_name
FROM conflicts c JOIN reports r ON r.id = c.report_id LEFT JOIN people p ON p.id = r.person_id
  LEFT JOIN devices d ON d.id = c.device_id LEFT JOIN work_orders w ON w.number = c.work_order
  LEFT JOIN people b ON b.id::text = c.decided_by
"""


def _in_reach(first: int) -> str:
    """SQL that is true of a conflict about an order in the scope, or about none that is known."""
    return f"""(c.order_no IS NULL AND w.order_id IS NULL OR EXISTS (
    SELECT 1 FROM orders o WHERE (o.order_no = c.order_no OR o.id = w.order_id) AND {within(first)}))"""  # noqa: S608


_LIST = f"""
{_SELECT} WHERE ($1 = '' OR c.state = $1) AND ($2::uuid IS NULL OR c.device_id = $2)
  AND ($3 = '' OR c.work_order = $3) AND ($4 = '' OR c.order_no = $4) AND ($5 = '' OR c.code = $5)
  AND ($6::uuid IS NULL OR c.id > $6) AND {_in_reach(8)}
ORDER BY c.id LIMIT $7
"""
_FIND = f"{_SELECT} WHERE c.id = $1 AND {_in_reach(2)}"


@dataclass(frozen=True, slots=True)
class ConflictFilter:
    """What to list; empty text is everything."""

    state: str = ""
    device_id: UUID | None = None
    work_order: str = ""
    order_no: str = ""
    code: str = ""
    after: UUID | None = None
    limit: int = 50


async def list_conflicts(tx: Tx, scope: Scope, wanted: ConflictFilter) -> Sequence[Mapping[str, Any]]:
    """At most `limit`, oldest first; a customer has none."""
    if scope.customer_id is not None:
        return []
    return await tx.connection.rows(
        _LIST,
        wanted.state,
        wanted.device_id,
        wanted.work_order,
        wanted.order_no,
        wanted.code,
        wanted.after,
        wanted.limit,
        *scope.values,
    )


async def find(tx: Tx, scope: Scope, conflict_id: UUID) -> Mapping[str, Any] | None:
    """One, or None."""
    return None if scope.customer_id is not None else await tx.connection.row(_FIND, conflict_id, *scope.values)
