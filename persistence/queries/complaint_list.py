"""Complaints as lists and with their steps; answers after delivery. One statement each."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx

_STEPS = """
coalesce((SELECT jsonb_agg(jsonb_build_object('seq', s.seq, 'action', s.action, 'state', s.to_state, 'text', s.text,
    'internal', s.internal, 'side', CASE WHEN s.author_kind = 'customer' THEN 'customer' ELSE 'staff' END,
    'author', CASE WHEN s.author_kind = 'customer' THEN ct.name ELSE p.name END, 'at', s.at) ORDER BY s.seq)
  FROM complaint_steps s LEFT JOIN people p ON p.id = s.author_id LEFT JOIN contacts ct ON ct.id = s.author_id
  WHERE s.complaint_id = c.id AND ({internal} OR NOT s.internal)), '[]') AS steps
"""
_FILES = """
coalesce((SELECT jsonb_agg(jsonb_build_object('id', f.id, 'file_name', f.file_name, 'media_type', f.media_type,
    'size_bytes', f.size_bytes) ORDER BY f.uploaded_at, f.id) FROM message_files f WHERE f.complaint_id = c.id), '[]')
  AS files
"""
_HEAD = "c.id, o.order_no, c.category, c.text, c.state, c.answer, c.opened_at, c.due_at, c.resolved_at, c.version"
_OWN = f"""
SELECT {_HEAD}, {_FILES}, {_STEPS.format(internal="false")} FROM complaints c JOIN orders o ON o.id = c.order_id
WHERE o.customer_id = ANY ($1) AND ($2::text IS NULL OR o.order_no = $2) AND ($3::uuid IS NULL OR c.id = $3)
ORDER BY c.opened_at DESC, c.id LIMIT 200
"""  # noqa: S608 - composed of constants
_STAFF = f"""
SELECT {_HEAD}, {_FILES}, {_STEPS.format(internal="true")}, cu.name AS customer_name, cu.company AS customer_company,
  t.name AS contact_name, c.assigned_to, a.name AS assigned_name
FROM complaints c JOIN orders o ON o.id = c.order_id JOIN contacts t ON t.id = c.contact_id
LEFT JOIN customers cu ON cu.id = o.customer_id LEFT JOIN people a ON a.id = c.assigned_to
WHERE {within(1)} AND ($4::uuid IS NULL OR c.id = $4) AND (cardinality($5::text[]) = 0 OR c.state = ANY ($5))
  AND ($6::uuid IS NULL OR c.assigned_to = $6) AND ($7::text IS NULL OR o.order_no = $7)
  AND ($8::text IS NULL OR (c.due_at, c.id) > ($8::text::timestamptz, $9::uuid))
ORDER BY c.due_at, c.id LIMIT $10
"""  # noqa: S608 - composed of constants
_SURVEYS = f"""
SELECT o.order_no, cu.name AS customer_name, cu.company AS customer_company, s.score, s.comment, s.answered_at,
  s.changed_at
FROM surveys s JOIN orders o ON o.id = s.order_id LEFT JOIN customers cu ON cu.id = o.customer_id
WHERE {within(1)} AND s.answered_at IS NOT NULL
  AND ($4::text IS NULL OR (s.answered_at, o.order_no) < ($4::text::timestamptz, $5))
ORDER BY s.answered_at DESC, o.order_no DESC LIMIT $6
"""  # noqa: S608 - composed of constants
_SCORES = f"""
SELECT count(*) AS answers, count(*) FILTER (WHERE s.score >= 9) AS promoters,
  count(*) FILTER (WHERE s.score <= 6) AS detractors
FROM surveys s JOIN orders o ON o.id = s.order_id
WHERE {within(1)} AND s.answered_at >= $4 AND s.answered_at < $5
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class ComplaintPage:
    """Which complaints of the factory, those due first; `after` is (due_at, id) of the last one seen."""

    complaint_id: UUID | None = None
    states: Sequence[str] = ()
    assigned_to: UUID | None = None
    order_no: str | None = None
    after: Sequence[str] | None = None
    limit: int = 50


async def own(
    tx: Tx, customers: Collection[UUID], order_no: str | None = None, complaint_id: UUID | None = None
) -> Sequence[Mapping[str, Any]]:
    """A customer's complaints, newest first, at most 200, without what is internal."""
    return await tx.connection.rows(_OWN, list(customers), order_no, complaint_id)


async def of_factory(tx: Tx, scope: Scope, page: ComplaintPage) -> Sequence[Mapping[str, Any]]:
    """Complaints for the staff, with every step."""
    since, last = page.after or (None, None)
    return await tx.connection.rows(
        _STAFF,
        *scope.values,
        page.complaint_id,
        list(page.states),
        page.assigned_to,
        page.order_no,
        since,
        last,
        page.limit,
    )


async def surveys(tx: Tx, scope: Scope, after: Sequence[str] | None, limit: int) -> Sequence[Mapping[str, Any]]:
    """What customers answered, newest first; `after` is (answered_at, order_no)."""
    since, last = after or (None, None)
    return await tx.connection.rows(_SURVEYS, *scope.values, since, last, limit)


async def scores(tx: Tx, scope: Scope, begin: datetime, end: datetime) -> Mapping[str, Any]:
    """`answers`, `promoters` and `detractors` of a period."""
    return await tx.connection.row(_SCORES, *scope.values, begin, end) or {}
