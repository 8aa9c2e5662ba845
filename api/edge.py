"""The outermost ring of the HTTP server, as plain ASGI: request id, body limit, headers, log line, measures.

One object does it all, because each further ring costs every request.
"""

from __future__ import annotations

import re
from time import perf_counter
from typing import Any

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uuid_utils.compat import uuid7

from api.actor import ACTOR
from api.metrics import Metrics
from api.pace import TOLD
from api.problems import internal_error_response

BODY = "throughline.body"
REQUEST_ID = "throughline.request_id"
_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{8,128}")
_CLIENT_LEFT = 499
_log = structlog.stdlib.get_logger("api")

# What every answer says where it does not say otherwise itself: nothing may be run, framed, guessed or kept. Cameras,
# microphones and places are for our own pages alone; floor phones scan, dictate and report where a truck is.
_SECURITY = {
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"no-referrer",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"content-security-policy": b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    b"permissions-policy": b"accelerometer=(), bluetooth=(), camera=(self), display-capture=(), geolocation=(self), "
    b"gyroscope=(), hid=(), magnetometer=(), microphone=(self), midi=(), payment=(), serial=(), usb=()",
    b"cache-control": b"no-store",
}
_ONLY_HTTPS = {b"strict-transport-security": b"max-age=31536000; includeSubDomains"}


class BodyTooLarge(HTTPException):
    """Raised inside the application where it reads on past the limit."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(413)
        self.limit_bytes = limit_bytes


class Body:
    """The request's body on its way in, counted; a route may raise `limit` before it reads."""

    __slots__ = ("_announced", "_read", "_receive", "limit")

    def __init__(self, receive: Receive, limit: int, announced: int) -> None:
        self._receive, self.limit, self._announced, self._read = receive, limit, announced, 0

    async def __call__(self) -> Message:
        if self._announced > self.limit:
            raise BodyTooLarge(self.limit)
        message = await self._receive()
        if message["type"] == "http.request":
            self._read += len(message.get("body", b""))
            if self._read > self.limit:
                raise BodyTooLarge(self.limit)
        return message


class Edge:
    """Wraps the whole application. `limit_bytes` holds for every route that does not say otherwise."""

    def __init__(self, app: ASGIApp, *, limit_bytes: int, metrics: Metrics, https: bool) -> None:
        self._app, self._limit, self._metrics = app, limit_bytes, metrics
        self._headers = [*_SECURITY.items(), *(_ONLY_HTTPS.items() if https else ())]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        await self._http(scope, receive, _Exchange(send, self._headers, scope))

    async def _http(self, scope: Scope, receive: Receive, exchange: _Exchange) -> None:
        headers = dict(scope["headers"])
        exchange.request_id = scope[REQUEST_ID] = _request_id(headers)
        scope[BODY] = Body(receive, self._limit, _announced(headers))
        structlog.contextvars.bind_contextvars(request_id=exchange.request_id)
        self._metrics.in_flight.inc()
        began = perf_counter()
        try:
            await self._app(scope, scope[BODY], exchange.send)
        except ClientDisconnect:
            exchange.status = _CLIENT_LEFT
        except Exception as error:  # noqa: BLE001 - the last place that could answer
            await self._apologise(scope, receive, exchange, error)
        finally:
            self._metrics.in_flight.dec()
            self._record(scope, exchange.status, perf_counter() - began)
            structlog.contextvars.unbind_contextvars("request_id")

    async def _apologise(self, scope: Scope, receive: Receive, exchange: _Exchange, error: Exception) -> None:
        _log.error("unhandled", exc_info=error, method=scope["method"], path=scope["path"])
        if exchange.started:
            exchange.status = 500
            return
        response = internal_error_response(Request(scope), exchange.request_id)
        await response(scope, receive, exchange.send)

    def _record(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("route")
        template = getattr(route, "path_format", None) or "unmatched"
        self._metrics.observe(scope["method"], template, status, seconds)
        actor = scope.get(ACTOR)
        _log.info(
            "request",
            method=scope["method"],
            path=scope["path"],
            route=template,
            status=status,
            ms=round(seconds * 1000, 2),
            actor=f"{actor.kind}:{actor.id}" if actor else None,
        )


class _Exchange:
    """One answer on its way out: what is added to it, and what became of it."""

    __slots__ = ("_headers", "_scope", "_send", "request_id", "started", "status")

    def __init__(self, send: Send, headers: list[tuple[bytes, bytes]], scope: Scope) -> None:
        self._send, self._headers, self._scope = send, headers, scope
        self.request_id, self.started, self.status = "", False, 0

    async def send(self, message: Message) -> None:
        """Pass a message on; the first one gets our headers."""
        if message["type"] == "http.response.start":
            self.started, self.status = True, message["status"]
            message["headers"] = [*message.get("headers", ()), *self._added(message)]
        await self._send(message)

    def _added(self, message: Any) -> list[tuple[bytes, bytes]]:
        said = {name for name, _ in message.get("headers", ())}
        own = [header for header in self._headers if header[0] not in said]
        return [*own, *self._scope.get(TOLD, ()), (b"x-request-id", self.request_id.encode())]


def _request_id(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _SANE_ID.fullmatch(given) else uuid7().hex


def _announced(headers: dict[bytes, bytes]) -> int:
    length = headers.get(b"content-length", b"")
    return int(length) if length.isdigit() and len(length) < 19 else 0
