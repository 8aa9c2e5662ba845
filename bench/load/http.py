"""A closed-loop HTTP/1.1 generator on bare asyncio protocols: one connection and one request in flight a client.

A request that was sent is accounted for: it is answered in the window, answered after it, refused, or unfinished.
"""

from __future__ import annotations

import asyncio
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter

GRACE_SECONDS = 15.0
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_SHOWN = 5


@dataclass
class Tally:
    """What one slice saw. Latencies in seconds, of every request sent in the window, also of those answered later."""

    seconds: float
    latencies: list[float] = field(default_factory=list)
    completed: int = 0  # answered 2xx inside the window
    late: int = 0  # sent inside, answered 2xx after the window's end
    errors: int = 0
    unfinished: int = 0
    samples: list[str] = field(default_factory=list)
    received_bytes: int = 0

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.completed / self.seconds


class Slice:
    """One stretch of load: a warm-up, a window that is measured, and the end of what is in flight."""

    def __init__(self, warm_up: float, window: float) -> None:
        self.warm_up, self.window = warm_up, window
        self.tally = Tally(window)
        self.opens_at = self.closes_at = float("inf")

    def ended(self, sent_at: float, now: float, status: int, body: bytes) -> None:
        """Account for one answer."""
        if not self.opens_at <= sent_at < self.closes_at and not self.opens_at <= now < self.closes_at:
            return
        if status // 100 != 2:
            self.tally.errors += 1
            if len(self.tally.samples) < _SHOWN:
                self.tally.samples.append(f"{status} {body[:300].decode(errors='replace')}")
            return
        self.tally.received_bytes += len(body)
        if now < self.closes_at:
            self.tally.completed += 1
        else:
            self.tally.late += 1
        if sent_at >= self.opens_at:
            self.tally.latencies.append(now - sent_at)


class Client(asyncio.Protocol):
    """One connection. `feed` gives the next request's bytes, and is told the status of the one before."""

    def __init__(self, feed: Callable[[], bytes], slice_: Slice) -> None:
        self._feed, self._slice = feed, slice_
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._needed = 0
        self._body_at = 0
        self._sent_at = 0.0
        self.in_flight = False
        self.idle = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.idle.done():
            self.idle.set_result(None)

    def send(self) -> None:
        """Send the next request."""
        assert self._transport is not None
        request = self._feed()
        self.in_flight = True
        self._sent_at = perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if not self._needed and not self._read_head():
            return
        if len(self._buffer) >= self._needed:
            self._answered()

    def _read_head(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        length = _LENGTH.search(self._buffer, 0, end + 2)
        self._body_at = end + 4
        self._needed = self._body_at + (int(length[1]) if length else 0)
        return True

    def _answered(self) -> None:
        now = perf_counter()
        status = int(self._buffer[9:12])
        self._slice.ended(self._sent_at, now, status, self._buffer[self._body_at : self._needed])
        self._buffer, self._needed, self.in_flight = b"", 0, False
        if now < self._slice.closes_at:
            self.send()
        elif not self.idle.done():
            self.idle.set_result(None)

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.abort()


async def run_slice(
    host: str,
    port: int,
    feeds: list[Callable[[], bytes]],
    *,
    warm_up: float,
    window: float,
    at_window: Callable[[], None] = lambda: None,
) -> Tally:
    """Load one address with one client for each feed; `at_window` is called as the window opens and as it closes."""
    loop = asyncio.get_running_loop()
    slice_ = Slice(warm_up, window)
    clients = [(await loop.create_connection(functools.partial(Client, feed, slice_), host, port))[1] for feed in feeds]
    for client in clients:
        client.send()
    await asyncio.sleep(warm_up)
    at_window()
    slice_.opens_at = perf_counter()
    slice_.closes_at = slice_.opens_at + window
    await asyncio.sleep(window)
    slice_.tally.seconds = perf_counter() - slice_.opens_at
    at_window()
    await asyncio.wait([client.idle for client in clients], timeout=GRACE_SECONDS)
    slice_.tally.unfinished = sum(client.in_flight for client in clients)
    for client in clients:
        client.close()
    return slice_.tally


def request(
    method: str, path: str, *, token: str = "", body: bytes = b"", headers: tuple[tuple[str, str], ...] = ()
) -> bytes:
    """One request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "host: bench", "accept: application/json", "accept-language: zh"]
    if token:
        lines.append(f"authorization: Bearer {token}")
    lines += [f"{name}: {value}" for name, value in headers]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
