"""The live stream: server-sent events that tell which order changed to which version. The client then reads again."""

from __future__ import annotations

import asyncio
import base64
import hmac
import signal
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import timedelta
from types import FrameType
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Header, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.actor import TheActor, parts_of, refuse_foreign_origin
from api.route import router
from domain.access.actor import Actor
from domain.outgoing.feed import Position
from domain.refusals.general import TOO_MANY_REQUESTS
from domain.refusals.people import RIGHT_MISSING
from integrations.live.hub import Hub, Listener, StreamEnded, TooManyStreams

routes = router("stream")

HEARTBEAT = timedelta(seconds=15)
_RECONNECT_MS = 2000
_MAC_BYTES = 16
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
TOLD = {
    "description": "JSON `data`: type, order_no, version, message_id of a message; `notice.posted`, alone: read your "
    "notices; `reset`: read all anew 实时事件",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}


@routes.get("/stream", response_class=Response, responses={200: TOLD})
async def stream(
    request: Request,
    actor: TheActor,
    last_event_id: Annotated[str | None, Header(max_length=200)] = None,
    cursor: Annotated[str | None, Query(max_length=200, description="as Last-Event-ID")] = None,
) -> Response:
    """What changed, as it changes, of what the reader may see; resumes after `Last-Event-ID`."""
    return await stream_for(request, actor, last_event_id or cursor)


async def stream_for(request: Request, actor: Actor, since: str | None) -> Response:
    """The stream of one reader, staff or customer, from a place on. Raises TOO_MANY_REQUESTS, ORIGIN_NOT_ALLOWED."""
    refuse_foreign_origin(request)
    if actor.kind != "customer" and not actor.may("orders.read"):
        raise RIGHT_MISSING(right="orders.read")
    parts = parts_of(request)
    stack = AsyncExitStack()
    try:
        listener = await stack.enter_async_context(parts.hub.listen(actor))
    except TooManyStreams:
        raise TOO_MANY_REQUESTS() from None
    told = _Told(listener, parts.cursor_key)
    return _Stream(told.events(since), stack)


class _Stream(StreamingResponse):
    """A stream that gives its place back however it ends."""

    def __init__(self, events: AsyncIterator[bytes], stack: AsyncExitStack) -> None:
        super().__init__(events, media_type="text/event-stream", headers=_HEADERS)
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._stack:
            await super().__call__(scope, receive, send)


class _Told:
    """Puts what a listener hears on the wire."""

    def __init__(self, listener: Listener, key: bytes) -> None:
        self._listener, self._key = listener, key

    async def events(self, since: str | None) -> AsyncIterator[bytes]:
        """Frames of the stream, until it ends."""
        yield f"retry: {_RECONNECT_MS}\n\n".encode()
        async for frame in self._beginning(since):
            yield frame
        try:
            while True:
                item = await self._listener.next(HEARTBEAT)
                yield self._frame(item.position, item.as_json()) if item else b": still here\n\n"
        except StreamEnded:
            return

    async def _beginning(self, since: str | None) -> AsyncIterator[bytes]:
        """What was missed. A cursor that is not ours, or too far back, makes the client read everything again."""
        place = _position(since, self._key) if since else None
        missed = await self._listener.catch_up(place) if place else []
        for item in missed:
            yield self._frame(item.position, item.as_json())
        if since and (place is None or self._listener.missed_too_much):
            yield self._frame(self._listener.last, {"type": "reset"})
        else:
            # An id without data: who is cut off before anything happens resumes here.
            yield b"id: %b\n\n" % _cursor(self._listener.last, self._key)

    def _frame(self, position: Position, told: dict[str, Any]) -> bytes:
        return b"id: %b\ndata: %b\n\n" % (_cursor(position, self._key), orjson.dumps(told))


def _cursor(position: Position, key: bytes) -> bytes:
    text = f"{position.xid}:{position.event_id}".encode()
    return base64.urlsafe_b64encode(_mac(key, text) + text).rstrip(b"=")


def _position(cursor: str, key: bytes) -> Position | None:
    """The place that a cursor names; None for one that is not ours."""
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return None
    mac, text = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, text)):
        return None
    xid, _, event_id = text.decode().partition(":")
    return Position(int(xid), UUID(event_id))


def _mac(key: bytes, text: bytes) -> bytes:
    return hmac.digest(key, b"stream:" + text, "sha256")[:_MAC_BYTES]


def end_streams_on_signals(hub: Hub) -> None:
    """Let open streams end when the server is told to stop; it would wait for them otherwise."""
    if threading.current_thread() is not threading.main_thread():
        return
    loop = asyncio.get_running_loop()

    def also(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(hub.close)
        before[number](number, frame)

    before: dict[int, Callable[[int, FrameType | None], Any]] = {}
    for number in (signal.SIGTERM, signal.SIGINT):
        handler = signal.getsignal(number)
        if callable(handler):
            before[number] = handler
            signal.signal(number, also)
