"""What arrived, as people look through it: in pages, and by channel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.tx import Tx


def not_anothers(first: int) -> str:
    """SQL: what became an order that is not the reader's is not theirs either; the scope's values begin there."""
    theirs = f"SELECT 1 FROM orders o WHERE o.order_no = payloads.order_no AND {within(first)}"  # noqa: S608
    return f"(order_no IS NULL OR EXISTS ({theirs}))"


DECIDER = "(SELECT p.name FROM people p WHERE p.id::text = payloads.decided_by) AS decided_by_name"
"""SQL: who decided, by name."""
_ROW = (
    "id, channel, shop, parent_id, received_at, content_type, status, authentic, template_version, review_reasons, "
    "problem, external_id, external_version, order_no, version, decided_by, decided_at, decision_reason, repeats"
)
# Numbers alone are told of a sum: what a sender wrote there is its own affair.
_IN_SHORT = """meaning->>'action' AS action, meaning->>'currency' AS currency,
  coalesce(nullif(meaning->'customer'->>'company', ''), meaning->'customer'->>'name') AS customer,
  substring(meaning->>'total' FROM '^-?[0-9]+(?:[.][0-9]+)?$') AS total"""
_LIST = f"""
SELECT {_ROW}, {_IN_SHORT}, {DECIDER} FROM payloads
WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR channel = $2)
  AND (cardinality($3::text[]) = 0 OR review_reasons ?| $3) AND ($4::uuid IS NULL OR id {{}} $4)
  AND {not_anothers(6)}
ORDER BY id {{}} LIMIT $5
"""  # noqa: S608 - composed of constants
_NEWEST_FIRST, _OLDEST_FIRST = _LIST.format("<", "DESC"), _LIST.format(">", "ASC")

# A channel is what has a template, was added by people, or can sign. What anybody can send is counted of a day alone.
_CHANNELS = f"""
WITH known AS (
  SELECT key FROM documents WHERE kind = 'intake_template' UNION SELECT key FROM intake_channels
  UNION SELECT unnest($1::text[])
), waiting AS (
  SELECT channel, count(*) FILTER (WHERE status = 'review') AS review,
    count(*) FILTER (WHERE status = 'failed') AS failed, count(*) FILTER (WHERE status = 'kept') AS kept
  FROM payloads WHERE status IN ('review', 'failed', 'kept') AND {not_anothers(3)} GROUP BY channel
), refused AS (
  SELECT channel, count(*) AS refused FROM payloads WHERE status = 'refused' AND received_at >= $2 GROUP BY channel
)
SELECT k.key AS channel, c.name, c.id IS NOT NULL AS added, t.version AS template_version, t.label, l.last_received_at,
  coalesce(w.review, 0) AS review, coalesce(w.failed, 0) AS failed, coalesce(w.kept, 0) AS kept,
  coalesce(r.refused, 0) AS refused
FROM known k LEFT JOIN intake_channels c ON c.key = k.key
LEFT JOIN waiting w ON w.channel = k.key LEFT JOIN refused r ON r.channel = k.key
LEFT JOIN LATERAL (SELECT d.version, d.body->'label' AS label FROM documents d
  WHERE d.kind = 'intake_template' AND d.key = k.key ORDER BY d.version DESC LIMIT 1) t ON true
LEFT JOIN LATERAL (SELECT p.received_at AS last_received_at FROM payloads p
  WHERE p.channel = k.key AND p.authentic ORDER BY p.id DESC LIMIT 1) l ON true
ORDER BY k.key
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class ItemPage:
    """Items behind `after`, newest first or, where they are to be worked off, oldest first; with any of the reasons."""

    status: str | None = None
    channel: str | None = None
    reasons: Sequence[str] = ()
    after: UUID | None = None
    limit: int = 50
    oldest_first: bool = False


async def page(tx: Tx, wanted: ItemPage) -> list[Mapping[str, Any]]:
    """Without their bytes and meanings."""
    values = (
        wanted.status,
        wanted.channel,
        list(wanted.reasons),
        wanted.after,
        wanted.limit,
        *Scope.of(tx.actor).values,
    )
    return list(await tx.connection.rows(_OLDEST_FIRST if wanted.oldest_first else _NEWEST_FIRST, *values))


async def channels(tx: Tx, built_in: Sequence[str], refused_since: datetime) -> list[Mapping[str, Any]]:
    """Every channel with its template, its last delivery, and how much of what it delivered waits or was refused."""
    values = (list(built_in), refused_since, *Scope.of(tx.actor).values)
    return list(await tx.connection.rows(_CHANNELS, *values))
