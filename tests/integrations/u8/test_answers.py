"""The sample of U8 is sent and read as it is meant, results are asked for at its own server, no answer is 'nothing'."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.calling import Answered
from integrations.ports import ErpFailed
from integrations.u8.answers import body_of, rows_of
from integrations.u8.client import Access, U8Client

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "other_erp"
SERVER = "https://api.yonyouup.com"
ASKED = json.loads((SAMPLES / "u8_async_add.json").read_text(encoding="utf-8"))
WANTED = json.loads((SAMPLES / "u8_async_add.expected.json").read_text(encoding="utf-8"))
QUERY = ASKED["request"]["query"]


class Server:
    """Signs everybody in, accepts as the sample does, and then answers what it was given."""

    def __init__(self, *results: dict[str, Any]) -> None:
        self.results, self.sent = list(results), list[httpx.Request]()
        self.accepted = ASKED["response"]["body"]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        if request.url.path == "/system/token":
            return httpx.Response(200, json={"errcode": "0", "token": {"id": QUERY["token"]}})
        return httpx.Response(200, json=self.accepted if request.method == "POST" else self.results.pop(0))

    def client(self) -> U8Client:
        access = Access(QUERY["from_account"], QUERY["to_account"], QUERY["app_key"], "secret")
        http = httpx.AsyncClient(transport=httpx.MockTransport(self))
        return U8Client(http, SERVER, access, lambda: datetime(2026, 11, 24, tzinfo=UTC), waits=(0, 0, 0))

    async def add(self) -> None:
        await self.client().add("saleorder", ASKED["request"]["body"]["saleorder"], WANTED["trade_id"])


async def test_an_order_is_added_as_in_the_sample_and_then_asked_for_with_the_same_trade_number() -> None:
    server = Server({"errcode": "1", "errmsg": "处理中"}, {"errcode": "0", "errmsg": "", "id": "SO-1"})
    await server.add()
    _, added, *asked = server.sent
    assert (added.method, added.url.path) == (ASKED["request"]["method"], ASKED["request"]["path"])
    assert dict(added.url.params) == QUERY
    assert json.loads(added.content) == ASKED["request"]["body"]
    where = httpx.URL(ASKED["response"]["body"]["url"])
    assert [(one.url.host, one.url.path) for one in asked] == [(where.host, where.path)] * 2
    for one in asked:
        assert dict(one.url.params) == {**where.params, "tradeid": WANTED["trade_id"]}


@pytest.mark.parametrize(
    ("results", "reason", "retryable"),
    [
        ([{"errcode": "1", "errmsg": "排队中"}] * 3, "under_way", True),
        ([{"errcode": "-1", "errmsg": "存货不存在"}], "refused", False),
        ([{"errmsg": "?"}], "not_an_api_answer", True),
    ],
)
async def test_what_is_not_made_is_not_done(results: list[dict[str, Any]], reason: str, retryable: bool) -> None:
    with pytest.raises(ErpFailed) as failed:
        await Server(*results).add()
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)


@pytest.mark.parametrize(
    "url",
    ["http://169.254.169.254/latest", "https://api.yonyouup.com.evil.example/result", "file:///etc/passwd", "//x"],
)
async def test_a_server_sends_nobody_elsewhere(url: str) -> None:
    server = Server()
    server.accepted = {**server.accepted, "url": url}
    with pytest.raises(ErpFailed, match="foreign_address"):
        await server.add()
    assert {request.url.host for request in server.sent} == {"api.yonyouup.com"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"{}",
        b'{"errcode": "0"}',
        b'{"errcode": "0", "page_count": "1"}',
        b'{"errcode": "0", "page_count": "x", "currentstock": []}',
        b'{"errcode": "0", "page_count": "1", "currentstock": [1]}',
        b'{"errcode": "0", "currentstock": []}',
        b"<html>Login</html>",
        b"\xff",
    ],
)
def test_what_is_no_answer_is_never_no_rows(body: bytes) -> None:
    with pytest.raises(ErpFailed):
        rows_of(Answered(200, {}, body), "currentstock", 1)


@pytest.mark.parametrize(
    ("code", "words", "reason", "retryable"),
    [
        ("20002", "无效的token", "token", True),
        ("30001", "访问过于频繁", "rate_limited", True),
        ("40001", "单据号重复", "refused", False),
    ],
)
def test_a_refusal_is_read_from_its_words(code: str, words: str, reason: str, retryable: bool) -> None:
    body = json.dumps({"errcode": code, "errmsg": words}).encode()
    with pytest.raises(ErpFailed) as failed:
        body_of(Answered(200, {}, body))
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)


def test_a_busy_server_is_no_refusal() -> None:
    with pytest.raises(ErpFailed) as failed:
        body_of(Answered(502, {}, b"<html></html>"))
    assert (failed.value.reason, failed.value.retryable) == ("server_error", True)
