"""Architecture rule 4: an action takes few round trips to PostgreSQL, counted at the wire; a list asks once for all."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bench.chaos.proxy import Proxy
from tests.api.support import an_order, serve
from tests.flows.line import STANDARD, Line
from tests.support.wire import behind
from wiring.settings import Settings

MOST = 4
WARM = 3


@pytest.fixture
async def wired(settings: Settings) -> AsyncIterator[tuple[Line, Proxy]]:
    """A factory on one connection to its database, which runs through a counter."""
    async with behind(settings.database_url) as (proxy, url), serve(settings, database_url=url) as api:
        line = Line(api)
        for _ in range(WARM):
            # asyncpg prepares each statement once for each connection.
            order_no = await line.opened()
            await line.goes_on(order_no)
        yield line, proxy


@pytest.mark.parametrize(("role", "action"), STANDARD)
async def test_an_action_takes_four_round_trips_with_the_check_of_who_asks(
    wired: tuple[Line, Proxy], role: str, action: str
) -> None:
    line, proxy = wired
    order_no = await line.opened()
    done = [name for _, name in STANDARD]
    if action != done[0]:
        await line.goes_on(order_no, until=done[done.index(action) - 1])
    body = {"action": action, "payload": {}}
    for headers in ({}, {"idempotency-key": f"k-{action}"}):
        before = proxy.requests
        answer = await line.api.post(f"/orders/{order_no}/actions", body, role=role, headers=headers)
        taken = proxy.requests - before
        assert taken <= MOST, (action, answer.status_code, taken)


@pytest.mark.parametrize(("action", "stage"), [("ship_part", "pass_inspection"), ("receive_return", "sign_delivery")])
async def test_goods_that_move_take_no_more(wired: tuple[Line, Proxy], action: str, stage: str) -> None:
    line, proxy = wired
    order_no = await line.opened()
    await line.goes_on(order_no, until=stage)
    one = {"lines": [{"line": 1, "quantity": "1"}]}
    # Each of them for the first time, so that its statement is prepared.
    await line.does("warehouse", action, order_no, **one)
    before = proxy.requests
    await line.does("warehouse", action, order_no, **one)
    assert proxy.requests - before <= MOST
    await line.proves()


async def test_opening_an_order_takes_no_more(wired: tuple[Line, Proxy]) -> None:
    line, proxy = wired
    before = proxy.requests
    answer = await line.api.post("/orders", an_order(), role="sales", headers={"idempotency-key": "o-1"})
    assert answer.status_code == 201
    assert proxy.requests - before <= MOST


LISTS = ["/orders", "/orders?sort=due", "/tasks", "/intake", "/outbox", "/users", "/notices"]


async def test_a_list_of_many_asks_no_more_than_a_list_of_few(wired: tuple[Line, Proxy]) -> None:
    line, proxy = wired

    async def once(path: str) -> int:
        before = proxy.requests
        assert (await line.api.get(path, role="admin")).status_code == 200
        return proxy.requests - before

    async def asked(path: str) -> int:
        """A connection that meets a statement for the first time asks more, so the least of several counts."""
        return min([await once(path) for _ in range(4)])

    few = {path: await asked(path) for path in LISTS}
    for _ in range(60):
        order_no = await line.opened()
        await line.does("sales", "submit_review", order_no)
    await line.drain()
    many = {path: await asked(f"{path}{'&' if '?' in path else '?'}limit=200") for path in LISTS}
    assert many == few
