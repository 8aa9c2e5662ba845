"""One reader of the feed per process tells all open streams of that process what changed.

A hundred open screens cost the database one small question every half second, asked sooner when the doorbell rings. A
client that reads too slowly is cut off and comes back with the cursor it has; so no queue grows without end.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

import structlog

from domain.access.actor import Actor, Standing
from domain.outgoing.feed import FeedItem, Position, may_hear
from integrations.live.background import background

POLL_EVERY = timedelta(seconds=0.5)
CHECK_SESSIONS_EVERY = timedelta(seconds=2)
PAGE = 500
LONGEST_CATCH_UP = 2000
QUEUE_LENGTH = 500
STREAMS_PER_ACTOR = 20
STREAMS_IN_ALL = 2000

_log = structlog.stdlib.get_logger("live")


class TooManyStreams(Exception):
    """This reader, or this process, has as many streams open as it may."""


class StreamEnded(Exception):
    """The stream is over: signed out, too slow, or the server stops."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What the hub asks of the database; each may raise, and is then asked again.

    `newest` is the place after which nothing has come yet; `after` gives what comes after a place, oldest first;
    `present` tells which of these sessions still live, and what their people are and may by now; `lost` whether a place
    lies in what a restore of a backup did not bring back.
    """

    newest: Callable[[], Awaitable[Position]]
    after: Callable[[Position, int], Awaitable[Sequence[FeedItem]]]
    present: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Standing]]]
    lost: Callable[[Position], Awaitable[bool]]


@dataclass(eq=False)
class Listener:
    """One open stream. `missed_too_much` means that the reader should read everything again."""

    actor: Actor
    last: Position
    feed: Feed
    waiting: asyncio.Queue[FeedItem | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))
    missed_too_much: bool = False
    ended: bool = False

    async def catch_up(self, since: Position) -> list[FeedItem]:
        """What the reader missed since it was last here, up to now; nothing where that is too much or unknown."""
        if await self.feed.lost(since):
            self.missed_too_much = True
            return []
        missed: list[FeedItem] = []
        place = since
        while len(missed) <= LONGEST_CATCH_UP:
            page = await self.feed.after(place, PAGE)
            missed += page
            if len(page) < PAGE:
                self.last = max(self.last, missed[-1].position) if missed else max(self.last, since)
                return [item for item in missed if may_hear(self.actor, item)]
            place = page[-1].position
        self.missed_too_much = True
        return []

    async def next(self, patience: timedelta) -> FeedItem | None:
        """The next thing to tell, or None when nothing came for so long. Raises StreamEnded."""
        try:
            async with asyncio.timeout(patience.total_seconds()):
                while True:
                    item = None if self.ended else await self.waiting.get()
                    if item is None:
                        raise StreamEnded
                    if item.position > self.last:
                        self.last = item.position
                        return item
        except TimeoutError:
            return None

    def tell(self, item: FeedItem) -> None:
        """Put an item into the queue; a full queue ends the stream."""
        if not may_hear(self.actor, item):
            return
        try:
            self.waiting.put_nowait(item)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """Let the reader go, at once, whatever still waits."""
        self.ended = True
        while not self.waiting.empty():
            self.waiting.get_nowait()
        self.waiting.put_nowait(None)


class Hub:
    """The open streams of this process."""

    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._listeners: set[Listener] = set()
        self._per_actor: Counter[str] = Counter()
        self._place: Position | None = None
        self._look = asyncio.Event()
        self._closed = False

    @property
    def open_streams(self) -> int:
        """How many streams are open."""
        return len(self._listeners)

    def look_now(self) -> None:
        """Something was written: ask at once instead of at the next turn."""
        self._look.set()

    @contextlib.asynccontextmanager
    async def listen(self, actor: Actor) -> AsyncIterator[Listener]:
        """A stream from now on. Raises TooManyStreams."""
        name = f"{actor.kind}:{actor.id}"
        if self._closed or self._per_actor[name] >= STREAMS_PER_ACTOR or len(self._listeners) >= STREAMS_IN_ALL:
            raise TooManyStreams
        newest = self._place or await self._feed.newest()
        self._place = self._place or newest  # somebody else may have begun to listen meanwhile, and is further back
        listener = Listener(actor, self._place, self._feed)
        self._listeners.add(listener)
        self._per_actor[name] += 1
        try:
            yield listener
        finally:
            self._listeners.discard(listener)
            self._per_actor[name] -= 1
            self._per_actor += Counter()  # forgets those who have none

    def close(self) -> None:
        """End every stream and open none any more, so that the server can stop."""
        self._closed = True
        for listener in self._listeners:
            listener.end()

    async def run(self) -> None:
        """Poll and tell until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell_forever())
            group.create_task(self._check_forever())

    async def _tell_forever(self) -> None:
        while True:
            # Not wait_for: before Python 3.12 it loses a cancellation that comes together with the bell.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(POLL_EVERY.total_seconds()):
                    await self._look.wait()
            self._look.clear()
            try:
                await self.turn()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the streams
                _log.warning("feed_away", problem=str(error))

    async def turn(self) -> int:
        """Tell everybody what is new; says how much that was."""
        if not self._listeners:
            self._place = None
            return 0
        told = 0
        place = self._place or await self._feed.newest()
        while True:
            page = await self._feed.after(place, PAGE)
            for item in page:
                for listener in self._listeners:
                    listener.tell(item)
            told += len(page)
            place = self._place = page[-1].position if page else place
            if len(page) < PAGE:
                return told

    async def _check_forever(self) -> None:
        while True:
            await asyncio.sleep(CHECK_SESSIONS_EVERY.total_seconds())
            try:
                await self.check_sessions()
            except Exception as error:  # noqa: BLE001 - a database that is away is no reason to sign people out
                _log.warning("sessions_unknown", problem=str(error))

    async def check_sessions(self) -> None:
        """End the streams of those who were signed or shut out, or who may not what they might."""
        sessions = {listener.actor.session_id for listener in self._listeners if listener.actor.session_id}
        if not sessions:
            return
        present = await self._feed.present(list(sessions))
        for listener in self._listeners:
            session = listener.actor.session_id
            if session in sessions and present.get(session) != listener.actor.standing:
                listener.end()


@contextlib.asynccontextmanager
async def telling(hub: Hub) -> AsyncIterator[Hub]:
    """The hub at work for as long as the block lasts; then all streams end."""
    async with background(hub.run()):
        try:
            yield hub
        finally:
            hub.close()
