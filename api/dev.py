"""For demo installations alone: every mail and SMS that would have left the house."""

from __future__ import annotations

from html import escape
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from api.actor import parts_of
from api.route import dumps
from domain.refusals.general import NOT_FOUND

routes = APIRouter(include_in_schema=False)
_PAGE = """<!doctype html><html lang="zh"><meta charset="utf-8"><title>Mailbox 收件箱</title>
<style>body{{font:16px/1.5 system-ui;max-width:48rem;margin:2rem auto;padding:0 1rem}}
article{{border-top:1px solid #ccc;padding:.5rem 0}}pre{{white-space:pre-wrap;font:inherit;margin:.25rem 0}}</style>
<h1>Mailbox 收件箱</h1><p>What this demo would have sent. 演示环境发出的邮件与短信。</p>{letters}</html>"""
_STYLED = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"


@routes.get("/dev/mailbox")
async def mailbox(request: Request) -> Response:
    """The newest thousand, newest first: JSON for `Accept: application/json`, else a page."""
    parts = parts_of(request)
    if not parts.settings.demo:
        raise NOT_FOUND()
    letters = await parts.mailbox.letters()
    if "application/json" in request.headers.get("accept", ""):
        return Response(dumps({"items": letters, "next_cursor": None}), 200, media_type="application/json")
    page = _PAGE.format(letters="".join(map(_shown, letters)) or "<p>Empty. 空。</p>")
    return Response(page, 200, {"content-security-policy": _STYLED}, "text/html")


def _shown(letter: dict[str, Any]) -> str:
    head = escape(f"{letter['sent_at']} · {letter['channel']} → {letter['to']}")
    subject, text = escape(letter["subject"] or ""), escape(letter["text"])
    return f"<article><small>{head}</small><pre><b>{subject}</b>\n{text}</pre></article>"
