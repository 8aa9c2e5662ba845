"""Whose features are, where the factory has said it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from domain.access.previews import Audience, Given
from persistence.tx import Tx

_ALL = "SELECT key, audience, people, changed_at, changed_by FROM feature_previews"
_SAVE = """
INSERT INTO feature_previews (key, audience, people, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (key) DO UPDATE SET audience = excluded.audience, people = excluded.people,
  changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""
_UNKNOWN = (
    "SELECT id FROM unnest($1::uuid[]) AS asked(id) WHERE NOT EXISTS (SELECT 1 FROM people p WHERE p.id = asked.id)"
)


async def given(tx: Tx) -> dict[str, Given]:
    """By key: what the factory has said."""
    return {row["key"]: given_from(row) for row in await rows(tx)}


async def rows(tx: Tx) -> list[Mapping[str, Any]]:
    """The same with who said it, and when."""
    return list(await tx.connection.rows(_ALL))


def given_from(row: Mapping[str, Any]) -> Given:
    """What a row says."""
    return Given(row["audience"], frozenset(str(person) for person in row["people"]))


async def save(tx: Tx, key: str, audience: Audience, people: Collection[UUID]) -> None:
    """Say whose a feature is."""
    await tx.connection.run(_SAVE, key, audience, list(people), tx.now, tx.actor.id)


async def unknown_people(tx: Tx, people: Collection[UUID]) -> set[UUID]:
    """Those ids that are nobody's."""
    return {row["id"] for row in await tx.connection.rows(_UNKNOWN, list(people))}
