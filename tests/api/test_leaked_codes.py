"""A ticket or a badge that somebody found: what its code says opens nothing, and tells not even what there is."""

from __future__ import annotations

from typing import Any

import httpx

from domain.access.badges import badge_text
from tests.api.support import Api, problem
from tests.api.v1.test_work_orders import released
from tests.support.customers import ELEANOR, a_customer, order_of

NO_TOKEN = "0123456789abcdef" * 2


async def ticket(api: Api) -> dict[str, Any]:
    _, made = await released(api)
    work_order: dict[str, Any] = made[0]
    return work_order


def shown(answer: httpx.Response) -> tuple[int, Any, list[tuple[str, str]]]:
    """All of an answer but the number of the request."""
    headers = [pair for pair in answer.headers.items() if pair[0] != "x-request-id"]
    body = answer.json() if answer.headers.get("content-type", "").endswith("json") else answer.content
    return answer.status_code, body, headers


async def test_the_address_of_a_ticket_shows_whoever_finds_it_the_app_and_nothing_of_the_order(api: Api) -> None:
    found = await ticket(api)
    api.bare()
    real, invented = [await api.http.get(f"/floor/w/{token}") for token in (found["token"], NO_TOKEN)]
    assert shown(real) == shown(invented)
    for secret in (found["number"], found["order_no"], found["sku"]):
        assert secret not in real.text


async def test_a_ticket_without_a_login_is_no_ticket(api: Api) -> None:
    found = await ticket(api)
    for way in ("", "/ticket"):
        api.bare()
        real, invented = [
            await api.http.get(f"/api/v1/work-orders/{token}{way}") for token in (found["token"], NO_TOKEN)
        ]
        problem(real, 401, "unauthenticated")
        assert shown(real) == shown(invented)


async def test_a_customer_is_told_nothing_by_the_code_of_a_ticket(api: Api) -> None:
    found = await ticket(api)
    await order_of(api, ELEANOR)
    async with a_customer(api, ELEANOR) as eleanor:
        real, invented = [
            await eleanor.get(f"http://127.0.0.1:8000/api/v1/work-orders/{token}")
            for token in (found["token"], NO_TOKEN)
        ]
    problem(real, 401, "unauthenticated")
    assert shown(real) == shown(invented)


async def test_a_badge_that_was_found_signs_nobody_in(api: Api) -> None:
    me = (await api.get("/me", role="production")).json()
    issued = (await api.post(f"/users/{me['id']}/badge", None, role="admin")).json()
    badge = badge_text(api.parts.badges.key, issued["number"])
    for headers in ({"authorization": f"Bearer {badge}"}, {"cookie": f"tl_access={badge}"}):
        api.bare()
        problem(await api.http.get("/api/v1/me", headers=headers), 401, "unauthenticated")
    problem(await api.sign_in("production", badge), 401, "credentials_invalid")
    api.bare()
    device = "01a20a9a-a9fe-71b3-acb8-d6b87582837b"
    asked = await api.http.post(f"/api/v1/devices/{device}/badge", json={"badge": badge})
    problem(asked, 401, "unauthenticated")
