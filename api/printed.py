"""Answers that are a page to print: HTML with its own style, no script and no other server."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from starlette.responses import Response

from domain.text import Language

PRINTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "A page to print 可打印的页面", "content": {"text/html": {}}}
}
PrintLanguage = Annotated[Language | None, Query(description="zh or en; else by Accept-Language 语言")]
_STYLED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"


def printed(page: str) -> Response:
    """The page, kept by nobody on the way."""
    headers = {"content-security-policy": _STYLED, "cache-control": "private, no-store"}
    return Response(page, 200, headers, "text/html")
