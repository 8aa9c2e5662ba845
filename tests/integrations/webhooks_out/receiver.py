"""A plain HTTP server on loopback that counts who comes, and answers what a test tells it to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Came:
    """One request."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answer` gives the whole answer for a request; None hangs until the caller leaves."""

    answer: Callable[[Came], bytes | None] = lambda _: b"HTTP/1.1 204 No Content\r\n\r\n"
    connections: int = 0
    came: list[Came] = field(default_factory=list)
    port: int = 0

    @property
    def place(self) -> str:
        """As THROUGHLINE_WEBHOOK_ALLOW names it."""
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """Where to post."""
        return f"http://{self.place}/hook?from=test"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request."""
        self.connections += 1
        try:
            came = await _read(reader)
            self.came.append(came)
            answer = self.answer(came)
            if answer is None:
                await reader.read()
            else:
                writer.write(answer)
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def receiving(answer: Callable[[Came], bytes | None] | None = None) -> AsyncIterator[Receiver]:
    """A receiver for as long as the block lasts."""
    receiver = Receiver(answer) if answer else Receiver()
    server = await asyncio.start_server(receiver.serve, "127.0.0.1", 0)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


def answering(status: int, *headers: str, body: bytes = b"") -> bytes:
    """An answer's bytes."""
    lines = [f"HTTP/1.1 {status} Told", f"content-length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


async def _read(reader: asyncio.StreamReader) -> Came:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    return Came(head[0], headers, await reader.readexactly(int(headers.get("content-length", 0))))
