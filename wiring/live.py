"""The live stream's questions, asked through the door by the process itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.access.actor import Standing, system
from domain.outgoing.feed import FeedItem, Position
from integrations.live.hub import Feed, Hub
from usecases.door import Door
from usecases.outgoing.read_feed import FeedPage, is_lost, newest_place, present_sessions, read_feed

_STREAM = system("stream")


def hub_of(door: Door) -> Hub:
    """The open streams of one process."""

    async def newest() -> Position:
        place: Position = await door.read(_STREAM, newest_place, None)
        return place

    async def after(place: Position, limit: int) -> Sequence[FeedItem]:
        items: Sequence[FeedItem] = await door.read(_STREAM, read_feed, FeedPage(place, limit))
        return items

    async def present(sessions: Sequence[UUID]) -> Mapping[UUID, Standing]:
        living: Mapping[UUID, Standing] = await door.read(_STREAM, present_sessions, sessions)
        return living

    async def lost(place: Position) -> bool:
        return bool(await door.read(_STREAM, is_lost, place))

    return Hub(Feed(newest, after, present, lost))
