"""What all calls to foreign systems share: a cap, a time limit, and a rest for an ERP that keeps failing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from integrations.calling import FAILURES_IN_A_ROW, LEFT_ALONE, CallFailed, ErpLine, call
from integrations.ports import ErpFailed


class Server:
    """Answers what it is told to, and counts how often it was asked."""

    def __init__(self) -> None:
        self.status, self.asked = 200, 0
        self.now = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.status == 0:
            raise httpx.ConnectError("nobody is there")
        return httpx.Response(self.status, content=b"x" * 100)

    def line(self) -> ErpLine:
        return ErpLine(httpx.AsyncClient(transport=httpx.MockTransport(self)), lambda: self.now)


async def tried(line: ErpLine) -> str:
    """What came of one call."""
    try:
        return str((await line.call("GET", "http://erp/")).status)
    except ErpFailed as failed:
        return failed.reason


@pytest.mark.parametrize("status", [0, 502])
async def test_an_erp_that_keeps_failing_is_left_alone_for_a_while(status: int) -> None:
    server = Server()
    line, server.status = server.line(), status
    for _ in range(FAILURES_IN_A_ROW + 3):
        await tried(line)
    assert server.asked == FAILURES_IN_A_ROW
    assert await tried(line) == "paused"
    server.now += LEFT_ALONE
    assert await tried(line) != "paused"
    assert await tried(line) == "paused"
    assert server.asked == FAILURES_IN_A_ROW + 1
    server.now, server.status = server.now + LEFT_ALONE, 200
    for _ in range(3):
        assert (await line.call("GET", "http://erp/")).status == 200


async def test_failures_that_do_not_follow_each_other_do_not_add_up() -> None:
    server = Server()
    line = server.line()
    for status in [502, 200] * FAILURES_IN_A_ROW:
        server.status = status
        assert (await line.call("GET", "http://erp/")).status == status


async def test_an_answer_without_end_is_cut_off() -> None:
    async def drip() -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(0.005)
            yield b"x"

    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, content=drip()))) as http:
        with pytest.raises(CallFailed, match="answer_too_large"):
            await call(http, "GET", "http://erp/", most_bytes=3)
        with pytest.raises(CallFailed, match="unreachable"):
            await call(http, "GET", "http://erp/", seconds=0.03)
