"""The list of reports: filtered, in the order in which they came, one statement whatever its length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_LIST = f"""
SELECT r.*, p.name AS person_name FROM reports r LEFT JOIN people p ON p.id = r.person_id
WHERE ($1 = '' OR r.work_order = $1) AND ($2 = '' OR r.order_no = $2) AND ($3::uuid IS NULL OR r.device_id = $3)
  AND ($4::uuid IS NULL OR r.person_id = $4) AND ($5 = '' OR r.status = $5) AND ($6 = '' OR r.kind = $6)
  AND ($7::text IS NULL OR (r.received_at, r.id) > ($7::text::timestamptz, $8::uuid))
  AND (r.order_no IS NULL OR EXISTS (SELECT 1 FROM orders o WHERE o.order_no = r.order_no AND {within(10)}))
ORDER BY r.received_at, r.id LIMIT $9
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What to list; empty text is everything. `after` is when the last one seen was received, and its id."""

    work_order: str = ""
    order_no: str = ""
    device_id: UUID | None = None
    person_id: UUID | None = None
    status: str = ""
    kind: str = ""
    after: tuple[str, str] | None = None
    limit: int = 50


async def list_reports(tx: Tx, scope: Scope, wanted: ReportFilter) -> list[Mapping[str, Any]]:
    """At most `limit`; a customer has none."""
    if scope.customer_id is not None:
        return []
    filters = (wanted.work_order, wanted.order_no, wanted.device_id, wanted.person_id, wanted.status, wanted.kind)
    after = wanted.after or (None, None)
    return list(await tx.connection.rows(_LIST, *filters, *after, wanted.limit, *scope.values))
