"""How a server of somebody else's is ill: what becomes of one call, for every stand-in that speaks JSON over httpx."""

from __future__ import annotations

from collections.abc import Callable

import httpx


def through(fault: str, answer: Callable[[], httpx.Response], stamp: str) -> httpx.Response:
    """The answer as it comes with a fault; an empty one, or one of the server's own, is none.

    drop, slow, commit_then_drop (the work is done, but nobody hears), html, garbage, empty, http502, and half, where
    records lack their field `stamp`.
    """
    if fault == "drop":
        raise httpx.RemoteProtocolError("the server hung up")
    if fault == "slow":
        raise httpx.ReadTimeout("nothing came")
    told = answer()
    match fault:
        case "commit_then_drop":
            raise httpx.RemoteProtocolError("the server hung up")
        case "html":
            return httpx.Response(200, html="<html><body>Log in</body></html>")
        case "garbage":
            return httpx.Response(200, content=told.content[:-3])
        case "empty":
            return httpx.Response(200, content=b"")
        case "half":
            return httpx.Response(200, content=told.content.replace(f'"{stamp}"'.encode(), b'"other"'))
        case "http502":
            return httpx.Response(502, html="<html>Bad Gateway</html>")
        case _:
            return told
