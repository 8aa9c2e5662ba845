"""The counters of domain/access/throttle.py: charged, and given back, in one statement each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import cast

from domain.access.throttle import Charge, Counted
from persistence.tx import Tx

# In one order, so that two attempts that fall under the same limits meet at the first and not crosswise.
_TAKE = """
INSERT INTO throttle_counters AS t (limit_name, subject, taken, ends_at)
SELECT a.limit_name, a.subject, 1, $4::timestamptz + a.span
FROM unnest($1::text[], $2::text[], $3::interval[]) AS a(limit_name, subject, span) ORDER BY 1, 2
ON CONFLICT (limit_name, subject) DO UPDATE SET
  taken = CASE WHEN t.ends_at > $4 THEN least(t.taken + 1, 1000000) ELSE 1 END,
  ends_at = CASE WHEN t.ends_at > $4 THEN t.ends_at ELSE excluded.ends_at END
RETURNING limit_name, taken, ends_at
"""
# Limits that have no room left: an attempt that is refused anyway need not be written down, however many there are.
FULL = """
SELECT max(t.ends_at) FROM unnest($1::text[], $2::text[], $3::int[]) AS a(limit_name, subject, tries)
JOIN throttle_counters t USING (limit_name, subject) WHERE t.ends_at > $4 AND t.taken >= a.tries
"""
_GIVE_BACK = """
UPDATE throttle_counters t SET taken = greatest(t.taken - 1, 0)
FROM unnest($1::text[], $2::text[]) AS a(limit_name, subject)
WHERE t.limit_name = a.limit_name AND t.subject = a.subject AND t.ends_at > $3
"""
_FORGET = """
DELETE FROM throttle_counters WHERE (limit_name, subject) IN (
  SELECT limit_name, subject FROM throttle_counters WHERE ends_at <= $1 ORDER BY ends_at LIMIT $2)
"""


async def take(tx: Tx, charges: Iterable[Charge]) -> list[Counted]:
    """Charge every one of them; how often each stands charged then. It must be committed whatever follows."""
    each = list(dict.fromkeys(charges))
    limits = {charge.limit.name: charge.limit for charge in each}
    names, subjects = [charge.limit.name for charge in each], [charge.subject for charge in each]
    spans = [charge.limit.window for charge in each]
    rows = await tx.connection.rows(_TAKE, names, subjects, spans, tx.now)
    return [Counted(limits[row["limit_name"]], row["taken"], row["ends_at"]) for row in rows]


async def full_until(tx: Tx, charges: Iterable[Charge]) -> datetime | None:
    """Until when at least one of them has no room for another try; nothing is charged. None where all have room."""
    return cast("datetime | None", await tx.connection.value(FULL, *as_columns(charges), tx.now))


def as_columns(charges: Iterable[Charge]) -> tuple[list[str], list[str], list[int]]:
    """Names, subjects and how often each may be tried, as FULL takes them."""
    each = list(charges)
    return [one.limit.name for one in each], [one.subject for one in each], [one.limit.tries for one in each]


async def give_back(tx: Tx, charges: Iterable[Charge]) -> None:
    """Take back what an attempt that was right had been charged."""
    each = list(dict.fromkeys(charges))
    names, subjects = [charge.limit.name for charge in each], [charge.subject for charge in each]
    await tx.connection.run(_GIVE_BACK, names, subjects, tx.now)


async def forget_ended(tx: Tx, at_most: int) -> int:
    """Remove some of the counters whose window is over; says how many."""
    return await tx.connection.run(_FORGET, tx.now, at_most)
