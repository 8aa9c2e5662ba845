"""A mail server as a relay meets it: takes mail, refuses recipients, or keeps the sender waiting for its 250."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from tests.support.eventually import eventually


@dataclass
class SmtpSimulator:
    """`answers` are given to RCPT, one by one; then 250. While `silent` is set, mail is taken without an answer."""

    mails: list[EmailMessage] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    silent: bool = False
    port: int = 0
    _server: asyncio.Server | None = None
    _held: list[asyncio.StreamWriter] = field(default_factory=list)

    @property
    def url(self) -> str:
        """As THROUGHLINE_SMTP_URL."""
        return f"smtp://127.0.0.1:{self.port}"

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SmtpSimulator]:
        """Serve for as long as the block lasts."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._server.close()

    async def taken(self, number: int) -> None:
        """Wait until so many mails have come."""
        await eventually(lambda: self._have(number))

    async def _have(self, number: int) -> bool:
        return len(self.mails) >= number

    def release(self) -> None:
        """Answer for the mails that were taken in silence."""
        while self._held:
            self._held.pop().write(b"250 taken\r\n")

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 simulator\r\n")
        try:
            while line := await reader.readline():
                await self._answer(line.decode().strip().upper(), reader, writer)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    async def _answer(self, command: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if command.startswith("RCPT") and self.answers:
            writer.write(f"{self.answers.pop(0)}\r\n".encode())
        elif command.startswith("DATA"):
            writer.write(b"354 go on\r\n")
            raw = await reader.readuntil(b"\r\n.\r\n")
            self.mails.append(message_from_bytes(raw[:-5], policy=policy.default))
            self._held.append(writer)
            if not self.silent:
                self.release()
        elif command.startswith("QUIT"):
            writer.write(b"221 bye\r\n")
            writer.close()
        else:
            writer.write(b"250 simulator\r\n")
