"""Why pieces are lost and what inspections find, as the factory names it."""

from __future__ import annotations

from typing import Any

from persistence.tx import Tx

_LIST = """
SELECT kind, code, name, name_en, place, active FROM reason_codes
WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR code = $2) ORDER BY kind DESC, place, code
"""
_SAVE = """
INSERT INTO reason_codes (kind, code, name, name_en, place, active) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (kind, code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, place = excluded.place,
  active = excluded.active
"""


async def listed(tx: Tx, kind: str | None = None, code: str | None = None) -> list[dict[str, Any]]:
    """All of them, or those of one kind, in the order in which they are offered; scrap before defects."""
    return [dict(row) for row in await tx.connection.rows(_LIST, kind, code)]


async def save(tx: Tx, kind: str, code: str, name: str, name_en: str, place: int, *, active: bool) -> None:
    """Write one, new or known."""
    await tx.connection.run(_SAVE, kind, code, name, name_en, place, active)
