"""A stand-in for the Taobao Open Platform: answers the sample trades over ASGI, and checks how it is called.

Use it with `httpx.ASGITransport(app=TopSimulator(...))`, or serve it with uvicorn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from integrations.taobao.signature import sign

_CHINA = timezone(timedelta(hours=8))
_TOLERANCE = timedelta(minutes=10)


@dataclass
class TopSimulator:
    """Trades by number as the platform's JSON. `answers` are given instead, one per call, while there are any."""

    app_key: str
    app_secret: str
    sessions: Mapping[str, str]
    trades: Mapping[str, bytes]
    now: Callable[[], datetime]
    answers: list[bytes | int] = field(default_factory=list)
    calls: list[dict[str, str]] = field(default_factory=list)
    # What the list of changed trades holds: numbers with the time of their last change, `page` of them at once.
    changed: Mapping[str, datetime] = field(default_factory=dict)
    page: int = 100

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One HTTP request."""
        form = dict(parse_qsl((await _body(receive)).decode(), keep_blank_values=True))
        self.calls.append(form)
        answer = self.answers.pop(0) if self.answers else self._answer(form)
        status, body = (answer, b"") if isinstance(answer, int) else (200, answer)
        kind = b"text/html" if body.startswith(b"<html") else b"application/json;charset=UTF-8"
        await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
        await send({"type": "http.response.body", "body": body})

    def _answer(self, form: Mapping[str, str]) -> bytes:
        if form.get("app_key") != self.app_key or not self._signed(form):
            return error(25, "Invalid signature")
        if not self._timely(form.get("timestamp", "")):
            return error(23, "Invalid timestamp")
        if form.get("session") not in self.sessions.values():
            return error(27, "Invalid session", "invalid-sessionkey")
        if form.get("method") == "taobao.trades.sold.increment.get":
            return self._list(form)
        if form.get("method") != "taobao.trade.fullinfo.get" or not form.get("fields"):
            return error(22, "Invalid method")
        return self.trades.get(form.get("tid", "")) or error(15, "Remote service error", "isv.trade-not-exist")

    def _list(self, form: Mapping[str, str]) -> bytes:
        """A page of trades; where there are none, the list itself is missing."""
        since, until = (
            datetime.strptime(form[n], "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
            for n in ("start_modified", "end_modified")
        )
        if until - since > timedelta(days=1):
            return error(41, "Invalid arguments:end_modified", "isv.invalid-parameter")
        found = sorted((at, tid) for tid, at in self.changed.items() if since <= at <= until)
        start = self.page * (int(form["page_no"]) - 1)
        rows = [
            {"tid": int(tid), "modified": at.astimezone(_CHINA).strftime("%Y-%m-%d %H:%M:%S")}
            for at, tid in found[start : start + self.page]
        ]
        # The page size is the caller's; a stand-in with smaller pages says so by a larger total.
        told = {"total_results": len(found) * 100 // self.page, **({"trades": {"trade": rows}} if rows else {})}
        return json.dumps({"trades_sold_increment_get_response": told}).encode()

    def _signed(self, form: Mapping[str, str]) -> bool:
        method = form.get("sign_method", "")
        if method not in ("md5", "hmac", "hmac-sha256"):
            return False
        return form.get("sign") == sign(form, self.app_secret, method)  # type: ignore[arg-type]

    def _timely(self, written: str) -> bool:
        try:
            told = datetime.strptime(written, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_CHINA)
        except ValueError:
            return False
        return abs(told - self.now().astimezone(UTC)) <= _TOLERANCE


def error(code: int, message: str, sub_code: str = "", sub_message: str = "") -> bytes:
    """The platform's error, which comes with HTTP 200."""
    told = {"code": code, "msg": message, "sub_code": sub_code, "sub_msg": sub_message, "request_id": "simulated"}
    return json.dumps({"error_response": {k: v for k, v in told.items() if v}}).encode()


async def _body(receive: Any) -> bytes:
    found, more = b"", True
    while more:
        message = await receive()
        found += message.get("body", b"")
        more = message.get("more_body", False)
    return found
