"""A small TCP proxy that cuts connections where it hurts most, and counts round trips."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

PIECE_BYTES = 64 * 1024
LOOPBACK = "127.0.0.1"


@dataclass
class Proxy:
    """Passes everything on to a port of this machine.

    `drops(n)` is asked for the n-th answer of all, once the upstream has given it: true cuts the connection instead of
    passing it on, so that the client cannot know what came of its request. `halves(n)` is asked for the n-th request:
    true passes half of it on and cuts.
    """

    upstream_port: int
    drops: Callable[[int], bool] = lambda _: False
    halves: Callable[[int], bool] = lambda _: False
    port: int = 0
    requests: int = 0
    answers: int = 0
    cut: int = 0
    _open: set[asyncio.Task[None]] = field(default_factory=set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Proxy]:
        """Serve for as long as the block lasts."""
        server = await asyncio.start_server(self._serve, LOOPBACK, self.port)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for task in self._open:
                task.cancel()
            await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._open.add(task)
            task.add_done_callback(self._open.discard)
        try:
            upstream = await asyncio.open_connection(LOOPBACK, self.upstream_port)
        except OSError:
            writer.close()
            return
        try:
            await _Exchange(self, (reader, writer), upstream).run()
        except asyncio.CancelledError:
            pass  # at the end of `running`; asyncio asks this task for its result
        finally:
            for each in (writer, upstream[1]):
                each.close()


Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class _Exchange:
    """One connection. A request is whatever the client sends until the upstream answers; the same the other way."""

    def __init__(self, proxy: Proxy, client: Ends, upstream: Ends) -> None:
        self._proxy, self._client, self._upstream = proxy, client, upstream
        self._asking = False

    async def run(self) -> None:
        """Pass on in both directions until either side is done with it, or it is cut."""
        ways = [asyncio.create_task(self._ask()), asyncio.create_task(self._tell())]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    async def _ask(self) -> None:
        with suppress(ConnectionError):
            while piece := await self._client[0].read(PIECE_BYTES):
                if not self._asking:
                    self._asking = True
                    self._proxy.requests += 1
                    if self._proxy.halves(self._proxy.requests):
                        self._proxy.cut += 1
                        self._upstream[1].write(piece[: len(piece) // 2])
                        return
                self._upstream[1].write(piece)
                await self._upstream[1].drain()

    async def _tell(self) -> None:
        with suppress(ConnectionError):
            while piece := await self._upstream[0].read(PIECE_BYTES):
                if self._asking:
                    self._asking = False
                    self._proxy.answers += 1
                    if self._proxy.drops(self._proxy.answers):
                        self._proxy.cut += 1
                        return
                self._client[1].write(piece)
                await self._client[1].drain()
