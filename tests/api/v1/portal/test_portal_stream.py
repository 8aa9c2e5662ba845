"""What a customer hears live, over a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import httpx
import pytest

from tests.api.support import Api, problem
from tests.api.v1.test_stream import Stream, listening
from tests.api.v1.test_stream import live as live  # noqa: PLC0414 - the fixture
from tests.support.customers import ELEANOR, JONAS, OURS, a_customer, order_of
from tests.support.frontier import nothing_is_withheld


@asynccontextmanager
async def heard(api: Api, cookie: str, **headers: str) -> AsyncIterator[Stream]:
    given = {"cookie": f"tl_portal={cookie}", **headers}
    api.bare()
    async with api.http.stream("GET", "/api/v1/portal/stream", headers=given) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Stream(answer.aiter_lines())


async def say(customer: httpx.AsyncClient, order_no: str) -> str:
    message = {"id": str(uuid4()), "text": "CANARY-TEXT"}
    assert (await customer.post(f"/orders/{order_no}/messages", json=message)).status_code == 201
    return message["id"]


async def test_she_hears_of_her_own_orders_and_messages_and_of_nobody_elses(live: Api) -> None:
    hers, theirs = [(await order_of(live, email))["order_no"] for email in (ELEANOR, JONAS)]
    await nothing_is_withheld(live.parts)
    async with (
        a_customer(live, ELEANOR) as eleanor,
        a_customer(live, JONAS) as jonas,
        heard(live, eleanor.cookies["tl_portal"]) as stream,
        listening(live, "sales") as desk,
    ):
        await stream.ready()
        await desk.ready()
        other = await say(jonas, theirs)
        note = {"id": str(uuid4()), "text": "CANARY-NOTE", "internal": True}
        assert (await live.post(f"/orders/{hers}/messages", note, role="sales")).status_code == 201
        own = await say(eleanor, hers)
        told = {"type": "message.posted", "order_no": hers, "version": 2, "message_id": own}
        assert await stream.next() == told
        assert [(await desk.next())["message_id"] for _ in range(3)] == [other, note["id"], own]
        await live.post(f"/orders/{theirs}/actions", {"action": "submit_review"}, role="sales")
        await live.post(f"/orders/{hers}/actions", {"action": "submit_review"}, role="sales")
        assert await stream.next() == {"type": "order.stage_changed", "order_no": hers, "version": 2}


async def test_signing_out_closes_her_stream(live: Api) -> None:
    await order_of(live, ELEANOR)
    async with a_customer(live, ELEANOR) as eleanor, heard(live, eleanor.cookies["tl_portal"]) as stream:
        await stream.ready()
        assert (await eleanor.post("/logout")).status_code == 204
        await stream.end()


async def test_being_shut_out_closes_her_stream(live: Api) -> None:
    await order_of(live, ELEANOR)
    contact = (await live.get("/contacts", role="sales")).json()["items"][0]
    async with a_customer(live, ELEANOR) as eleanor, heard(live, eleanor.cookies["tl_portal"]) as stream:
        await stream.ready()
        await live.request("DELETE", f"/contacts/{contact['id']}", role="sales")
        await stream.end()


@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer x"}])
async def test_nobody_hears_anything(live: Api, headers: dict[str, str]) -> None:
    problem(await live.http.get("/api/v1/portal/stream", headers=headers), 401, "unauthenticated")


async def test_a_foreign_page_hears_nothing(live: Api) -> None:
    await order_of(live, ELEANOR)
    async with a_customer(live, ELEANOR) as eleanor:
        given = {"cookie": f"tl_portal={eleanor.cookies['tl_portal']}", "origin": "https://evil.example"}
        assert OURS["origin"] != given["origin"]
        problem(await live.http.get("/api/v1/portal/stream", headers=given), 403, "origin_not_allowed")


async def test_she_hears_what_is_done_about_a_complaint_what_asks_her_and_what_was_read(live: Api) -> None:
    hers = (await order_of(live, ELEANOR))["order_no"]
    await nothing_is_withheld(live.parts)
    async with (
        a_customer(live, ELEANOR) as eleanor,
        heard(live, eleanor.cookies["tl_portal"]) as stream,
        listening(live, "production") as workshop,
    ):
        await stream.ready()
        await workshop.ready()
        complaint = {"id": str(uuid4()), "category": "damage", "text": "CANARY-TEXT"}
        assert (await eleanor.post(f"/orders/{hers}/complaints", json=complaint)).status_code == 201
        assert await stream.next() == {"type": "complaint.moved", "order_no": hers, "version": 1}
        for action in ("take", "note", "answer"):
            step = {"action": action, "text": "CANARY-TEXT"}
            assert (await live.post(f"/complaints/{complaint['id']}/actions", step, role="sales")).status_code == 200
        answered = [await stream.next(), await stream.next()]
        assert [told["version"] for told in answered if told["type"] == "complaint.moved"] == [2, 4]
        change = {"patch": {"lines": [{"line": 1, "quantity": "3"}]}, "reason": "CANARY", "asked_by": "customer"}
        assert (await live.post(f"/orders/{hers}/changes", change, role="sales")).status_code == 201
        await say(eleanor, hers)
        await live.post(f"/orders/{hers}/messages/read", {"through": 1}, role="sales")
        assert [(await stream.next())["type"] for _ in range(2)] == ["message.posted", "messages.read"]
        assert await workshop.next() == {"type": "change.moved", "order_no": hers, "version": 1}
