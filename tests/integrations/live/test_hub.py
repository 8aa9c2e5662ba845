from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from domain.access.actor import Actor, Standing
from domain.outgoing.feed import FeedItem, Position
from integrations.live import hub as hub_module
from integrations.live.hub import Feed, Hub, StreamEnded, TooManyStreams

SOON, PATIENCE = timedelta(seconds=0.05), timedelta(seconds=5)


class FeedByHand:
    """What the database would answer."""

    def __init__(self) -> None:
        self.items: list[FeedItem] = []
        self.sessions: dict[UUID, Standing] = {}
        self.away = False
        self.forgotten: set[int] = set()

    def happened(self, number: int, customer: int | None = None) -> FeedItem:
        owner = UUID(int=customer) if customer else None
        item = FeedItem(Position(number, UUID(int=number)), "order.changed", f"SO{number}", number, owner)
        self.items.append(item)
        return item

    async def newest(self) -> Position:
        return self.items[-1].position if self.items else Position(0, UUID(int=0))

    async def after(self, place: Position, limit: int) -> Sequence[FeedItem]:
        if self.away:
            raise ConnectionError
        return [item for item in self.items if item.position > place][:limit]

    async def present(self, sessions: Sequence[UUID]) -> Mapping[UUID, Standing]:
        return {session: standing for session, standing in self.sessions.items() if session in sessions}

    async def lost(self, place: Position) -> bool:
        return place.xid in self.forgotten


@pytest.fixture
def feed() -> FeedByHand:
    return FeedByHand()


@pytest.fixture
def hub(feed: FeedByHand) -> Hub:
    return Hub(Feed(feed.newest, feed.after, feed.present, feed.lost))


def staff(number: int = 1, *rights: str, session: int | None = None) -> Actor:
    session_id = UUID(int=session) if session else None
    return Actor(
        "user", str(UUID(int=number)), "Li", frozenset({"sales"}), frozenset(rights or {"orders.read"}), session_id
    )


def customer(number: int) -> Actor:
    return Actor("customer", "1", "Eleanor", customer_ids=frozenset({UUID(int=number)}))


async def test_who_is_limited_to_some_orders_hears_of_those_alone(feed: FeedByHand, hub: Hub) -> None:
    own = replace(staff(1), orders_of="own")
    east = replace(staff(2), orders_of="department", department="east")
    async with hub.listen(own) as mine, hub.listen(east) as departments:
        feed.happened(1)
        feed.items.append(replace(feed.happened(2), merchandiser_id=UUID(int=9), department="west"))
        feed.items.append(replace(feed.items.pop(), position=Position(3, UUID(int=3)), department="east"))
        last = replace(feed.happened(4), merchandiser_id=UUID(int=1), department=None)
        feed.items[-1] = last
        await hub.turn()
        assert await mine.next(PATIENCE) == last
        heard = await departments.next(PATIENCE)
        assert heard is not None
        assert heard.department == "east"
        assert [await mine.next(SOON), await departments.next(SOON)] == [None, None]


async def test_everybody_hears_what_is_new_and_nothing_of_before(feed: FeedByHand, hub: Hub) -> None:
    feed.happened(1)
    async with hub.listen(staff(1)) as one, hub.listen(staff(2)) as other:
        item = feed.happened(2)
        await hub.turn()
        assert [await one.next(PATIENCE), await other.next(PATIENCE)] == [item, item]
        assert await one.next(SOON) is None


async def test_a_reader_hears_only_what_they_may_know_of(feed: FeedByHand, hub: Hub) -> None:
    async with hub.listen(customer(7)) as hers, hub.listen(staff(1, "kpis.read")) as nobodys:
        feed.happened(1, customer=8)
        own = feed.happened(2, customer=7)
        await hub.turn()
        assert await hers.next(PATIENCE) == own
        assert await nobodys.next(SOON) is None


async def test_who_comes_back_hears_what_they_missed_once(feed: FeedByHand, hub: Hub) -> None:
    first, second = feed.happened(1), feed.happened(2)
    async with hub.listen(staff()) as listener:
        third = feed.happened(3)
        await hub.turn()
        assert await listener.catch_up(first.position) == [second, third]
        assert await listener.next(SOON) is None, "what was caught up on is not told again"
        fourth = feed.happened(4)
        await hub.turn()
        assert await listener.next(PATIENCE) == fourth


async def test_who_missed_too_much_is_told_to_read_everything_again(
    feed: FeedByHand, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub_module, "LONGEST_CATCH_UP", 10)
    monkeypatch.setattr(hub_module, "PAGE", 5)
    for number in range(1, 30):
        feed.happened(number)
    async with hub.listen(staff()) as listener:
        assert await listener.catch_up(Position(1, UUID(int=1))) == []
        assert listener.missed_too_much


async def test_who_saw_what_a_restore_did_not_bring_back_reads_everything_again(feed: FeedByHand, hub: Hub) -> None:
    feed.happened(1)
    feed.forgotten.add(7)
    async with hub.listen(staff()) as listener:
        assert await listener.catch_up(Position(7, UUID(int=7))) == []
        assert listener.missed_too_much


async def test_who_reads_too_slowly_is_let_go(feed: FeedByHand, hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    async with hub.listen(staff()) as slow:
        for number in range(hub_module.QUEUE_LENGTH + 1):
            feed.happened(number + 1)
        await hub.turn()
        with pytest.raises(StreamEnded):
            await slow.next(PATIENCE)


async def test_signing_out_ends_the_stream_and_so_does_another_role(feed: FeedByHand, hub: Hub) -> None:
    feed.sessions = {UUID(int=n): Standing(frozenset({"sales"}), frozenset({"orders.read"})) for n in (1, 2, 3)}
    async with (
        hub.listen(staff(1, session=1)) as leaves,
        hub.listen(staff(2, session=2)) as promoted,
        hub.listen(staff(3, session=3)) as stays,
    ):
        await hub.check_sessions()
        assert await leaves.next(SOON) is None
        del feed.sessions[UUID(int=1)]
        feed.sessions[UUID(int=2)] = Standing(frozenset({"admin"}), frozenset({"orders.read"}))
        await hub.check_sessions()
        for gone in (leaves, promoted):
            with pytest.raises(StreamEnded):
                await gone.next(PATIENCE)
        assert await stays.next(SOON) is None


async def test_one_person_has_so_many_streams_and_gets_another_when_one_closes(hub: Hub) -> None:
    streams = [hub.listen(staff()) for _ in range(hub_module.STREAMS_PER_ACTOR)]
    for stream in streams:
        await stream.__aenter__()
    with pytest.raises(TooManyStreams):
        async with hub.listen(staff()):
            pass
    async with hub.listen(staff(2)):
        pass
    await streams[0].__aexit__(None, None, None)
    async with hub.listen(staff()):
        assert hub.open_streams == hub_module.STREAMS_PER_ACTOR


async def test_a_database_that_is_away_ends_no_stream(feed: FeedByHand, hub: Hub) -> None:
    running = asyncio.create_task(hub.run())
    try:
        async with hub.listen(staff()) as listener:
            feed.away = True
            item = feed.happened(1)
            hub.look_now()
            assert await listener.next(SOON) is None
            feed.away = False
            hub.look_now()
            assert await listener.next(PATIENCE) == item
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_closing_ends_all_and_opens_none(hub: Hub) -> None:
    async with hub.listen(staff()) as listener:
        hub.close()
        with pytest.raises(StreamEnded):
            await listener.next(PATIENCE)
    with pytest.raises(TooManyStreams):
        async with hub.listen(staff()):
            pass
