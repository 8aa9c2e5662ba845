"""Messages of customers that nobody has answered: since when, on which order, and whose turn it is. Set-based, for
lists of tasks and for alert rules alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from persistence.queries.scope import Scope, within
from persistence.responsible import RESPONSIBLE, STANDING_IN
from persistence.tx import Tx

_UNANSWERED = f"""
SELECT o.id, o.order_no, cu.name AS customer_name, c.waiting_since, o.merchandiser_id,
  {RESPONSIBLE} AS responsible_id
FROM conversations c JOIN orders o ON o.id = c.order_id LEFT JOIN customers cu ON cu.id = o.customer_id
{STANDING_IN.format(now="$4")}
WHERE {within(1)} AND c.waiting_since <= $5
  AND ($6::uuid IS NULL OR {RESPONSIBLE} = $6 OR ($7 AND {RESPONSIBLE} IS NULL))
  AND ($8::text IS NULL OR (c.waiting_since + $9::interval, o.id) > ($8::text::timestamptz, $10::uuid))
ORDER BY c.waiting_since, o.id LIMIT $11
"""  # noqa: S608 - composed of constants


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Which: waiting since `until` at the latest; of one person, and with `also_nobodys` those without anybody.

    `after` is (waiting_since + `shift`, order id) of the last one seen, so that a list may be ordered by when an answer
    is due.
    """

    until: datetime
    responsible: UUID | None = None
    also_nobodys: bool = False
    after: Sequence[str] | None = None
    shift: timedelta = timedelta(0)
    limit: int = 1000


async def unanswered(tx: Tx, scope: Scope, wanted: Unanswered) -> Sequence[Mapping[str, Any]]:
    """Orders whose customer waits for an answer, the one that waits longest first."""
    since, last = wanted.after or (None, None)
    return await tx.connection.rows(
        _UNANSWERED,
        *scope.values,
        tx.now,
        wanted.until,
        wanted.responsible,
        wanted.also_nobodys,
        since,
        wanted.shift,
        last,
        wanted.limit,
    )
