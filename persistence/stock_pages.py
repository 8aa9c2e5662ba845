"""A whole count, page by page: kept aside until the last page is there, and taken up again where it stopped."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from persistence.tx import Tx

_KEEP = """
INSERT INTO stock_pages (source, run, row, material, quantity)
SELECT $1, $2, e.* FROM unnest($3::text[], $4::text[], $5::numeric[]) AS e(row, material, quantity)
ON CONFLICT (source, run, row) DO UPDATE SET material = excluded.material, quantity = excluded.quantity
"""
_TOTALS = "SELECT material, sum(quantity) AS quantity FROM stock_pages WHERE source = $1 AND run = $2 GROUP BY material"
_FORGET = "DELETE FROM stock_pages WHERE source = $1"
_UNDER_WAY = """
SELECT DISTINCT channel FROM outbox WHERE kind = 'pull_stock' AND state IN ('ready', 'leased') AND channel = ANY ($1)
"""
_KNOWN = "SELECT count(*) FROM materials WHERE source = $1 AND on_hand > 0"


async def keep(tx: Tx, source: str, run: UUID, rows: Sequence[tuple[str, str, Decimal]]) -> None:
    """Keep one page of (row, material, quantity); a row that comes twice counts once, as it came last."""
    latest = {row[0]: row for row in rows}
    columns = [list(column) for column in zip(*latest.values(), strict=True)] or [[], [], []]
    await tx.connection.run(_KEEP, source, run, *columns)


async def totals(tx: Tx, source: str, run: UUID) -> dict[str, Decimal]:
    """What all pages of a run come to, by material."""
    return {row["material"]: row["quantity"] for row in await tx.connection.rows(_TOTALS, source, run)}


async def forget(tx: Tx, source: str) -> None:
    """Forget every page of a source."""
    await tx.connection.run(_FORGET, source)


async def under_way(tx: Tx, sources: Sequence[str]) -> set[str]:
    """Those of the sources that are being read already."""
    return {row["channel"] for row in await tx.connection.rows(_UNDER_WAY, list(sources))}


async def counted_before(tx: Tx, source: str) -> int:
    """Of how many materials the source said last that there were some."""
    found: int = await tx.connection.value(_KNOWN, source)
    return found
