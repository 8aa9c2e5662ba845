"""Stands between browser and server, and can swallow an answer after the server has given it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Between:
    """`url` is what the browser knows. `swallow` is asked before each answer to a sync goes on: True loses it.

    `altered` holds what is put at the end of what the server answers under a path.
    """

    def __init__(self, port: int) -> None:
        self.swallow: Callable[[], bool] = lambda: False
        self.altered: dict[str, bytes] = {}
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                outer._forward(self, port)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_any  # noqa: N815

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def _asked(self, handler: BaseHTTPRequestHandler) -> set[str]:
        """What is not asked on: what is altered has to come plain and whole."""
        whole = {"accept-encoding", "if-none-match", "if-modified-since"}
        return whole if handler.path in self.altered else set()

    def _forward(self, handler: BaseHTTPRequestHandler, port: int) -> None:
        body = handler.rfile.read(int(handler.headers.get("content-length") or 0))
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            headers = {name: text for name, text in handler.headers.items() if name.lower() not in self._asked(handler)}
            connection.request(handler.command, handler.path, body, headers)
            answer = connection.getresponse()
            content = answer.read() + self.altered.get(handler.path, b"")
        except (OSError, http.client.HTTPException):
            handler.close_connection = True
            return
        finally:
            connection.close()
        if handler.command == "POST" and handler.path.startswith("/api/v1/sync") and self.swallow():
            handler.close_connection = True
            return
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _HOP:
                handler.send_header(name, value)
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(content)


@contextmanager
def between(port: int) -> Iterator[Between]:
    """Runs until the block ends."""
    made = Between(port)
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
        thread.join(timeout=5)
