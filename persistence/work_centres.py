"""Where things are made, who works there, and the shifts of the factory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.floor.shifts import Shift
from domain.text import Text
from persistence.tx import Tx

_LIST = """
SELECT c.code, c.name, c.name_en, c.outsourced, c.active, coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.id,
    'name', p.name) ORDER BY p.name) FROM work_centre_people w JOIN people p ON p.id = w.person_id
    WHERE w.work_centre = c.code), '[]') AS people
FROM work_centres c WHERE $1::text IS NULL OR c.code = $1 ORDER BY c.code
"""
_CODES = "SELECT code FROM work_centres WHERE active"
_SAVE = """
INSERT INTO work_centres (code, name, name_en, outsourced, active) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, outsourced = excluded.outsourced,
  active = excluded.active
"""
_ADD_MISSING = "INSERT INTO work_centres (code, name) SELECT c, c FROM unnest($1::text[]) c ON CONFLICT DO NOTHING"
_DROP_PEOPLE = "DELETE FROM work_centre_people WHERE work_centre = $1 AND NOT person_id = ANY ($2::uuid[])"
_ADD_PEOPLE = """
INSERT INTO work_centre_people (work_centre, person_id) SELECT $1, p.id FROM people p WHERE p.id = ANY ($2::uuid[])
ON CONFLICT DO NOTHING
"""
_KNOWN_PEOPLE = "SELECT id FROM people WHERE id = ANY ($1::uuid[])"
_SHIFTS = "SELECT key, name, name_en, starts, ends, weekdays FROM shifts ORDER BY starts, key"
_SAVE_SHIFT = """
INSERT INTO shifts (key, name, name_en, starts, ends, weekdays) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (key) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, starts = excluded.starts,
  ends = excluded.ends, weekdays = excluded.weekdays
"""
_DROP_SHIFT = "DELETE FROM shifts WHERE key = $1"


async def listed(tx: Tx, code: str | None = None) -> list[dict[str, Any]]:
    """Every work centre with its people, or the one of this code."""
    return [dict(row) for row in await tx.connection.rows(_LIST, code)]


async def codes(tx: Tx) -> set[str]:
    """The codes of those in use."""
    return {row["code"] for row in await tx.connection.rows(_CODES)}


async def save(tx: Tx, centre: Mapping[str, Any]) -> None:
    """Write one, new or known."""
    names = ("code", "name", "name_en", "outsourced", "active")
    await tx.connection.run(_SAVE, *(centre[name] for name in names))


async def add_missing(tx: Tx, wanted: Sequence[str]) -> None:
    """Have a work centre for each of these names."""
    if wanted:
        await tx.connection.run(_ADD_MISSING, list(wanted))


async def set_people(tx: Tx, code: str, people: Sequence[UUID]) -> None:
    """Make these the people who work there."""
    await tx.connection.run(_DROP_PEOPLE, code, list(people))
    await tx.connection.run(_ADD_PEOPLE, code, list(people))


async def known_people(tx: Tx, people: Sequence[UUID]) -> set[UUID]:
    """Those of the ids that are somebody's."""
    return {row["id"] for row in await tx.connection.rows(_KNOWN_PEOPLE, list(people))}


async def shifts(tx: Tx) -> tuple[Shift, ...]:
    """The factory's shifts by when they start."""
    rows = await tx.connection.rows(_SHIFTS)
    return tuple(
        Shift(row["key"], Text(row["name"], row["name_en"]), row["starts"], row["ends"], tuple(row["weekdays"]))
        for row in rows
    )


async def save_shift(tx: Tx, shift: Shift) -> None:
    """Write one, new or known."""
    label = shift.label
    await tx.connection.run(_SAVE_SHIFT, shift.key, label.zh, label.en, shift.starts, shift.ends, list(shift.weekdays))


async def drop_shift(tx: Tx, key: str) -> int:
    """Remove one; says how many there were (0 or 1)."""
    return await tx.connection.run(_DROP_SHIFT, key)
