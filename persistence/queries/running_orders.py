"""Open orders that run under another version of a workflow than a given one."""

from __future__ import annotations

from persistence.tx import Tx

_OLDEST = """
SELECT min(workflow_version) FROM orders
WHERE workflow_key = $1 AND workflow_version <> $2 AND category NOT IN ('done', 'cancelled')
"""
_RUNNING = """
SELECT order_no, stage, count(*) OVER () AS total FROM orders
WHERE workflow_key = $1 AND workflow_version = $2 AND category NOT IN ('done', 'cancelled') ORDER BY id LIMIT $3
"""


async def of_other_version(tx: Tx, key: str, version: int, limit: int) -> tuple[int | None, list[tuple[str, str]], int]:
    """The oldest other version with open orders, up to `limit` of them as (order_no, stage), and how many there are."""
    source = await tx.connection.value(_OLDEST, key, version)
    if source is None:
        return None, [], 0
    rows = await tx.connection.rows(_RUNNING, key, source, limit)
    return source, [(row["order_no"], row["stage"]) for row in rows], rows[0]["total"] if rows else 0
