"""A server that is ended tells each connection so; one that nobody was using is then lent out, and must do no harm."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from persistence.database import Database
from persistence.faults import Fault, fault_of
from tests.support.servers import TestDatabase

_FIELDS = b"SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0"
LAST_WORDS = b"E" + (len(_FIELDS) + 4).to_bytes(4, "big") + _FIELDS


class Dying:
    """Passes everything on, until it speaks in the server's place."""

    def __init__(self) -> None:
        self.clients: list[asyncio.StreamWriter] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def serve(self, database: TestDatabase) -> asyncio.Server:
        port = urlsplit(database.app_url).port

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            upstream = await asyncio.open_connection("127.0.0.1", port)
            self.clients.append(writer)
            for source, sink in ((reader, upstream[1]), (upstream[0], writer)):
                self.tasks.append(asyncio.create_task(self._pass_on(source, sink)))

        return await asyncio.start_server(connected, "127.0.0.1", 0)

    @staticmethod
    async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while piece := await source.read(65536):
            sink.write(piece)
        sink.close()


@pytest.fixture
async def dying(database: TestDatabase) -> AsyncIterator[tuple[Dying, Database]]:
    proxy = Dying()
    server = await proxy.serve(database)
    port = server.sockets[0].getsockname()[1]
    pool = Database(database.app_url.replace(f":{urlsplit(database.app_url).port}/", f":{port}/"), pool_size=1)
    yield proxy, pool
    await pool.close()
    server.close()
    await asyncio.gather(*proxy.tasks)


async def test_a_connection_with_last_words_is_away_and_is_never_lent_again(dying: tuple[Dying, Database]) -> None:
    proxy, pool = dying
    async with pool.connect() as connection:
        assert await connection.value("SELECT 1") == 1
    proxy.clients[0].write(LAST_WORDS)
    await asyncio.sleep(0.1)
    with pytest.raises(asyncpg.InternalClientError) as raised:
        async with pool.connect() as connection:
            await connection.value("SELECT 1")
    assert fault_of(raised.value) is Fault.AWAY
    async with pool.connect() as connection:
        assert await connection.value("SELECT 1") == 1
