"""Asking our own HTTP server, from the same machine."""

from __future__ import annotations

import http.client

from wiring.settings import Settings

_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def local_address(settings: Settings) -> tuple[str, int]:
    """Where the API answers on this machine."""
    return _ANY.get(settings.host, settings.host), settings.port


def status_of(host: str, port: int, path: str) -> int | None:
    """The status of a GET, or None when nobody answers in time."""
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()


def is_ready(host: str, port: int) -> bool:
    """Whether the API says that it can serve."""
    return status_of(host, port, "/readyz") == http.client.OK
