"""An answer lost between the application and PostgreSQL, or a request cut in half, at every place there is.

Whether the transaction was committed cannot be known then; the key of the attempt decides it, and once only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bench.chaos.proxy import Proxy
from tests.api.support import an_order, serve
from tests.flows.line import Line
from tests.support.files import pdf
from tests.support.senders import sample, signed
from tests.support.wire import behind
from wiring.settings import Settings

Attempt = Callable[[Line, str, dict[str, str]], Awaitable[httpx.Response]]


@dataclass
class Fault:
    """Strikes once, at the n-th answer or request from when it was armed."""

    at: int = 0

    def __call__(self, n: int) -> bool:
        return n == self.at


@dataclass
class Wired:
    """A factory whose way to its database can be cut."""

    line: Line
    proxy: Proxy
    lost: Fault
    halved: Fault


@pytest.fixture
async def wired(settings: Settings) -> AsyncIterator[Wired]:
    """Everything as ever, until a fault is armed."""
    lost, halved = Fault(), Fault()
    async with (
        behind(settings.database_url, drops=lost, halves=halved) as (proxy, url),
        serve(settings, database_url=url) as api,
    ):
        line = Line(api)
        await line.stock_articles()
        yield Wired(line, proxy, lost, halved)
        await line.proves()


async def opens(line: Line, _: str, headers: dict[str, str]) -> httpx.Response:
    return await line.api.post(
        "/orders", an_order(external_id=headers["idempotency-key"]), role="sales", headers=headers
    )


def acts(role: str, action: str, **payload: Any) -> Attempt:
    async def act(line: Line, order_no: str, headers: dict[str, str]) -> httpx.Response:
        body = {"action": action, "payload": payload}
        return await line.api.post(f"/orders/{order_no}/actions", body, role=role, headers=headers)

    return act


async def edits(line: Line, order_no: str, headers: dict[str, str]) -> httpx.Response:
    headers = {**headers, "if-match": '"1"'}
    return await line.api.request("PATCH", f"/orders/{order_no}", role="sales", json={"priority": 5}, headers=headers)


async def attaches(line: Line, order_no: str, headers: dict[str, str]) -> httpx.Response:
    files = {"file": ("plan.pdf", pdf(), "application/pdf")}
    return await line.api.request(
        "POST", f"/orders/{order_no}/attachments", role="sales", data={"kind": "drawing"}, files=files, headers=headers
    )


async def delivers(line: Line, _: str, headers: dict[str, str]) -> httpx.Response:
    number = headers["idempotency-key"].rpartition("-")[2].zfill(6)
    body = sample("shopify/orders_create_china_address.json").replace(b"6123450000002", f"6123450{number}".encode())
    signature = signed("shopify", body, headers["idempotency-key"], line.api.clock())
    return await line.api.http.post("/api/v1/hooks/shopify", content=body, headers=signature)


VERBS: dict[str, tuple[str | None, Attempt]] = {
    "open": (None, opens),
    "act": (None, acts("sales", "submit_review")),
    "approve": ("submit_review", acts("sales", "approve_review")),
    "dispatch": ("pass_inspection", acts("warehouse", "dispatch")),
    "split": (None, acts("sales", "split", lines=[{"line": 1, "quantity": "1"}])),
    "edit": (None, edits),
    "attach": (None, attaches),
    "deliver": (None, delivers),
}


@pytest.mark.parametrize("cut", ["lost", "halved"])
@pytest.mark.parametrize("verb", VERBS)
async def test_what_was_tried_until_there_was_a_verdict_was_done_once(wired: Wired, verb: str, cut: str) -> None:
    line, (before, attempt) = wired.line, VERBS[verb]
    struck, n = True, 0
    while struck:
        n += 1
        order_no = await line.opened()
        if before:
            await line.goes_on(order_no, until=before)
        was = len(await line.history(order_no))
        await attempt_through(wired, cut, n, attempt, order_no)
        struck = wired.proxy.cut == n
        if verb not in {"open", "deliver"}:
            assert len(await line.history(order_no)) == was + 1
    assert n > 1, "the fault struck at every place there is"
    await line.drain()
    if verb in {"open", "deliver"}:
        found = (await line.api.get("/orders?limit=200", role="admin")).json()["items"]
        assert len([order for order in found if order["external_id"]]) == n


async def attempt_through(wired: Wired, cut: str, n: int, attempt: Attempt, order_no: str) -> None:
    """Arm the fault, and try again until there is a verdict; with the connections of before still in the pool."""
    for role in ("sales", "production", "warehouse", "admin"):
        await wired.line.api.as_(role)
    counted = wired.proxy.answers if cut == "lost" else wired.proxy.requests
    (wired.lost if cut == "lost" else wired.halved).at = counted + n
    headers = {"idempotency-key": f"attempt-{n}"}
    answer = await attempt(wired.line, order_no, headers)
    while answer.status_code == 503 and answer.headers["retry-after"]:
        answer = await attempt(wired.line, order_no, headers)
    assert answer.status_code in (200, 201, 202), answer.text
    wired.lost.at = wired.halved.at = 0
