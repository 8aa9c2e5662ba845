"""The live stream over a real socket, because its whole point is what arrives when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
import uvicorn

from integrations.live.hub import CHECK_SESSIONS_EVERY
from tests.api.support import Api, an_order, problem, serve
from tests.api.v1.test_notices import told_quality
from tests.support.eventually import eventually
from wiring.settings import Settings

PATIENCE = 10


class _Server(uvicorn.Server):
    """A server that leaves the signals of the test run alone."""

    def capture_signals(self) -> Any:
        return nullcontext()


@pytest.fixture
async def live(settings: Settings) -> AsyncIterator[Api]:
    """The application behind a socket; the API's own client talks through it too."""
    async with serve(settings) as api:
        server = _Server(uvicorn.Config(api.app, port=0, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
        task = asyncio.create_task(server.serve())

        async def started() -> bool:
            return server.started

        await eventually(started)
        port = server.servers[0].sockets[0].getsockname()[1]
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http:
            api.http = http
            yield api
        api.parts.hub.close()
        server.should_exit = True
        await task


@dataclass
class Stream:
    """One open stream."""

    lines: AsyncIterator[str]
    last_id: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)

    async def next(self) -> dict[str, Any]:
        """The next event."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if line.startswith("id: "):
                    self.last_id = line.removeprefix("id: ")
                elif line.startswith("data: "):
                    found: dict[str, Any] = json.loads(line.removeprefix("data: "))
                    return found
        raise EOFError

    async def ready(self) -> Stream:
        """Wait until the stream has said where it stands."""
        async with asyncio.timeout(PATIENCE):
            async for line in self.lines:
                if line.startswith("id: "):
                    self.last_id = line.removeprefix("id: ")
                    return self
        raise EOFError

    async def end(self) -> None:
        """Wait until the server closes it."""
        async with asyncio.timeout(PATIENCE):
            async for _ in self.lines:
                pass


@asynccontextmanager
async def listening(api: Api, role: str, **headers: str) -> AsyncIterator[Stream]:
    given = {**await api.as_(role), **{name.replace("_", "-"): value for name, value in headers.items()}}
    async with api.http.stream("GET", "/api/v1/stream", headers=given) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Stream(answer.aiter_lines())


async def opened(api: Api) -> str:
    answer = await api.post("/orders", an_order(customer=None), role="sales")
    assert answer.status_code == 201, answer.text
    order_no: str = answer.json()["order_no"]
    return order_no


async def test_what_changes_is_told_with_number_and_version_and_nothing_else(live: Api) -> None:
    async with listening(live, "sales") as stream:
        await stream.ready()
        order_no = await opened(live)
        assert await stream.next() == {"type": "order.opened", "order_no": order_no, "version": 1}
        await live.post(f"/orders/{order_no}/actions", {"action": "submit_review"}, role="sales")
        assert await stream.next() == {"type": "order.stage_changed", "order_no": order_no, "version": 2}


async def test_who_was_cut_off_resumes_where_they_were(live: Api) -> None:
    async with listening(live, "sales") as stream:
        await stream.ready()
        first = await opened(live)
        assert (await stream.next())["order_no"] == first
        cursor = stream.last_id
    missed = [await opened(live) for _ in range(3)]
    async with listening(live, "sales", last_event_id=cursor) as stream:
        assert [(await stream.next())["order_no"] for _ in missed] == missed
        after = await opened(live)
        assert (await stream.next())["order_no"] == after


async def test_whoever_is_told_in_the_app_hears_that_there_is_something_to_read(live: Api) -> None:
    async with listening(live, "quality") as stream:
        await stream.ready()
        await told_quality(live)
        while (heard := await stream.next())["type"] != "notice.posted":
            pass
    assert heard == {"type": "notice.posted"}


async def test_who_was_cut_off_before_anything_happened_resumes_too(live: Api) -> None:
    async with listening(live, "sales") as stream:
        cursor = (await stream.ready()).last_id
    missed = await opened(live)
    async with listening(live, "sales", last_event_id=cursor) as stream:
        assert (await stream.next())["order_no"] == missed


@pytest.mark.parametrize("cursor", ["nonsense", "AAAA", "x" * 150])
async def test_a_cursor_that_is_not_ours_makes_the_client_read_everything_again(live: Api, cursor: str) -> None:
    async with listening(live, "sales", last_event_id=cursor) as stream:
        assert await stream.next() == {"type": "reset"}


@pytest.mark.parametrize("how", ["disabled", "signed out by an administrator", "the role lost the right", "limited"])
async def test_who_may_not_hear_any_more_is_refused_at_once_and_hears_nothing_after_five_seconds(
    live: Api, how: str
) -> None:
    me = (await live.get("/me", role="sales")).json()["id"]
    role = await live.get("/roles/sales", role="admin")
    rights = {"json": {"rights": ["exports.own"]}, "headers": {"if-match": role.headers["etag"]}}
    calls: dict[str, tuple[str, str, dict[str, Any], int]] = {
        "disabled": ("PATCH", f"/users/{me}", {"json": {"disabled": True}}, 401),
        "signed out by an administrator": ("DELETE", f"/users/{me}/sessions", {}, 401),
        "the role lost the right": ("PATCH", "/roles/sales", rights, 403),
        "limited": ("PATCH", f"/users/{me}", {"json": {"orders_of": "own"}}, 200),
    }
    method, path, more, status = calls[how]
    async with listening(live, "sales") as stream:
        await stream.ready()
        assert (await live.request(method, path, role="admin", **more)).status_code == 200
        assert (await live.get("/orders", role="sales")).status_code == status
        async with asyncio.timeout(5):
            await stream.end()


async def test_signing_out_closes_the_stream_within_five_seconds(live: Api) -> None:
    async with listening(live, "sales") as stream:
        await stream.ready()
        assert (await live.request("POST", "/auth/logout", role="sales")).status_code < 300
        await stream.end()
    assert timedelta(seconds=5) > CHECK_SESSIONS_EVERY


async def test_nobody_and_a_foreign_page_hear_nothing(live: Api) -> None:
    problem(await live.http.get("/api/v1/stream"), 401, "unauthenticated")
    foreign = {**await live.as_("sales"), "origin": "https://evil.example"}
    problem(await live.http.get("/api/v1/stream", headers=foreign), 403, "origin_not_allowed")


async def test_a_place_is_given_back_when_the_client_leaves(live: Api) -> None:
    async with listening(live, "sales") as stream:
        await stream.ready()
        assert live.parts.hub.open_streams == 1

    async def nobody() -> bool:
        await opened(live)  # what is sent to a closed connection is how its end is noticed
        return live.parts.hub.open_streams == 0

    await eventually(nobody, PATIENCE)


async def test_when_the_server_stops_the_streams_end(live: Api) -> None:
    async with listening(live, "sales") as stream:
        await stream.ready()
        live.parts.hub.close()
        await stream.end()
