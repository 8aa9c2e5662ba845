"""Payloads that wait for a person, as a list of things to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from persistence.queries.scope import Scope
from persistence.tx import Tx

_WAITING = """
SELECT id, channel, external_id, received_at, review_reasons FROM payloads
WHERE status IN ('review', 'failed') AND $1::uuid IS NULL
  AND ($2::text IS NULL OR (received_at, id) > ($2::text::timestamptz, $3::uuid))
ORDER BY received_at, id LIMIT $4
"""


async def waiting_reviews(tx: Tx, scope: Scope, after: Sequence[Any] | None, limit: int) -> list[Mapping[str, Any]]:
    """Reviews after (received_at, id), oldest first. A customer has none."""
    since, last = after or (None, None)
    return list(await tx.connection.rows(_WAITING, scope.customer_id, since, last, limit))
