from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.api.support import Api, an_order, problem


async def _five_orders(api: Api) -> dict[str, str]:
    headers = await api.as_("sales")
    for number in range(5):
        sent = await api.http.post("/api/v1/orders", json=an_order(external_id=f"E{number}"), headers=headers)
        assert sent.status_code == 201
    return headers


async def test_pages_hold_every_row_once_and_the_last_says_so(api: Api) -> None:
    headers = await _five_orders(api)
    seen: list[str] = []
    cursor: str | None = None
    for size in (2, 2, 1):
        asked: dict[str, Any] = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        body = (await api.http.get("/api/v1/orders", params=asked, headers=headers)).json()
        assert len(body["items"]) == size
        seen += [order["external_id"] for order in body["items"]]
        cursor = body["next_cursor"]
    assert seen == ["E4", "E3", "E2", "E1", "E0"]
    assert cursor is None


async def test_a_full_last_page_says_that_it_is_the_last(api: Api) -> None:
    headers = await _five_orders(api)
    body = (await api.http.get("/api/v1/orders?limit=5", headers=headers)).json()
    assert len(body["items"]) == 5
    assert body["next_cursor"] is None


async def test_another_page_size_goes_on_with_the_same_cursor(api: Api) -> None:
    headers = await _five_orders(api)
    cursor = (await api.http.get("/api/v1/orders?limit=1", headers=headers)).json()["next_cursor"]
    body = (await api.http.get("/api/v1/orders", params={"cursor": cursor, "limit": 4}, headers=headers)).json()
    assert [order["external_id"] for order in body["items"]] == ["E3", "E2", "E1", "E0"]


async def test_a_cursor_fits_only_the_list_it_came_from(api: Api) -> None:
    headers = await _five_orders(api)
    cursor = (await api.http.get("/api/v1/orders?limit=2", headers=headers)).json()["next_cursor"]
    for path in ("/api/v1/orders?sort=due", "/api/v1/orders?channel=manual", "/api/v1/tasks"):
        joint = "&" if "?" in path else "?"
        problem(await api.http.get(f"{path}{joint}cursor={cursor}", headers=headers), 400, "cursor_invalid")


async def test_a_cursor_of_another_installation_is_refused(api: Api) -> None:
    headers = await _five_orders(api)
    cursor = (await api.http.get("/api/v1/orders?limit=2", headers=headers)).json()["next_cursor"]
    api.parts.cursor_key = b"another key of thirty-two bytes!!"
    problem(await api.http.get(f"/api/v1/orders?cursor={cursor}", headers=headers), 400, "cursor_invalid")


async def test_an_altered_cursor_is_refused(api: Api) -> None:
    headers = await _five_orders(api)
    cursor = (await api.http.get("/api/v1/orders?limit=2", headers=headers)).json()["next_cursor"]
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for place in (0, 15, 16, len(raw) - 3):
        altered = raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :]
        text = base64.urlsafe_b64encode(altered).decode().rstrip("=")
        problem(await api.http.get(f"/api/v1/orders?cursor={text}", headers=headers), 400, "cursor_invalid")


@pytest.mark.parametrize("cursor", ["", "x", "====", "AAAA", "%FF%FE", "null", "a" * 1000, "W10", "🙂"])
async def test_an_invented_cursor_is_refused(api: Api, cursor: str) -> None:
    answer = await api.http.get("/api/v1/orders", params={"cursor": cursor}, headers=await api.as_("sales"))
    problem(answer, 400, "cursor_invalid")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "1.5", "x", "", "9" * 30, "１", "0x10"])
async def test_a_page_size_out_of_range_is_refused(api: Api, limit: str) -> None:
    answer = await api.http.get("/api/v1/orders", params={"limit": limit}, headers=await api.as_("sales"))
    if limit == "１":  # a full-width digit is a digit to whoever typed it, and reads as one
        assert answer.status_code in {200, 422}
    else:
        problem(answer, 422, "field_invalid")
