"""The heads of all histories in one figure to be kept elsewhere, and computed again later from the events alone."""

from __future__ import annotations

from dataclasses import dataclass

from persistence.tx import Tx

# A head is the newest event written by a transaction below the frontier: whatever is still open, or comes later, does
# not change the figure.
_ROOT = """
WITH frontier AS MATERIALIZED (SELECT coalesce($1::text::xid8, feed_frontier()) AS xid)
SELECT f.xid::text AS frontier, count(h.hash) AS orders,
  encode(sha256(convert_to(coalesce(
    string_agg(o.order_no || ' ' || h.hash, E'\\n' ORDER BY o.order_no COLLATE "C"), ''), 'UTF8')), 'hex') AS root
FROM frontier f LEFT JOIN orders o ON true
LEFT JOIN LATERAL (SELECT e.hash FROM events e WHERE e.order_id = o.id AND e.xid < f.xid ORDER BY e.seq DESC LIMIT 1) h
  ON true
GROUP BY f.xid
"""


@dataclass(frozen=True, slots=True)
class Root:
    """SHA-256 over the lines `<order_no> <head hash>`, sorted by order number, joined by newlines.

    It covers the events of all transactions below `frontier`.
    """

    root: str
    orders: int
    frontier: str


async def root(tx: Tx, frontier: str | None = None) -> Root:
    """The root now, or as it must be for an earlier frontier."""
    row = await tx.connection.row(_ROOT, frontier)
    if row is None:
        raise AssertionError("an aggregate without a row")
    return Root(row["root"], row["orders"], row["frontier"])
