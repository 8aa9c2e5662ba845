"""The questions of the live stream, asked by the process itself, which then tells each reader only their part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.access.actor import Standing
from domain.integrators.keys import SCOPES
from domain.outgoing.feed import FeedItem, Position
from persistence import api_keys, feed
from persistence.tx import Tx
from usecases.door import use_case


@dataclass(frozen=True, slots=True)
class FeedPage:
    """At most `limit` items after a place."""

    after: Position
    limit: int


@use_case(right="admin.all")
async def read_feed(tx: Tx, page: FeedPage) -> list[FeedItem]:
    """What comes after a place, oldest first; never anything that a later commit could still precede."""
    return await feed.after(tx, page.after, page.limit, notices=True)


@use_case(right="admin.all")
async def newest_place(tx: Tx, _: None) -> Position:
    """Where a new reader begins."""
    return await feed.newest(tx)


@use_case(right="admin.all")
async def is_lost(tx: Tx, place: Position) -> bool:
    """Whether a reader at this place saw what a restore of a backup did not bring back."""
    return await feed.is_lost(tx, place)


@use_case(right="admin.all")
async def present_sessions(tx: Tx, sessions: Sequence[UUID]) -> Mapping[UUID, Standing]:
    """Which sessions live, with what their people are and may at this moment."""
    return {**await feed.present(tx, sessions), **await _present_keys(tx, sessions)}


async def _present_keys(tx: Tx, sessions: Sequence[UUID]) -> Mapping[UUID, Standing]:
    """The same for keys, whose session is the key itself."""
    rows = await api_keys.present(tx, sessions)
    return {row["id"]: Standing(frozenset(row["roles"]), SCOPES.intersection(row["scopes"])) for row in rows}
