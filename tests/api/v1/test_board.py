"""G2 over HTTP: all open orders by stage, the most urgent of each first, and how many there are in all."""

from __future__ import annotations

from typing import Any

from tests.api.support import Api, an_order


async def opened(api: Api, **more: Any) -> str:
    answer = await api.post("/orders", an_order(**more), role="sales")
    assert answer.status_code == 201, answer.text
    return str(answer.json()["order_no"])


async def act(api: Api, order_no: str, action: str, **payload: str) -> None:
    answer = await api.post(f"/orders/{order_no}/actions", {"action": action, "payload": payload}, role="sales")
    assert answer.status_code == 200, answer.text


async def test_orders_stand_in_their_stage_the_most_urgent_first(api: Api) -> None:
    assert (await api.get("/board", role="sales")).json()["columns"] == []
    calm, urgent, moved = [await opened(api, promised_date=day) for day in ("2027-03-01", "2027-01-01", "2027-02-01")]
    await act(api, moved, "submit_review")
    board = (await api.get("/board", role="sales")).json()
    assert (board["workflow"], [one["orders"] for one in board["workflows"]]) == ("standard", [3])
    columns = {column["stage"]: column for column in board["columns"]}
    assert list(columns)[:3] == ["signed", "in_review", "scheduled"]
    assert "delivered" not in columns
    assert [order["order_no"] for order in columns["signed"]["orders"]] == [urgent, calm]
    assert [order["order_no"] for order in columns["in_review"]["orders"]] == [moved]
    assert columns["scheduled"]["count"] == 0


async def test_a_column_counts_all_and_shows_the_first(api: Api) -> None:
    numbers = [await opened(api, promised_date=f"2027-01-0{day}") for day in (3, 2, 1)]
    await act(api, numbers[0], "hold", reason="等款")
    (column,) = [one for one in (await api.get("/board?limit=1", role="sales")).json()["columns"] if one["count"]]
    assert (column["count"], column["held"], [one["order_no"] for one in column["orders"]]) == (3, 1, [numbers[2]])


async def test_an_order_of_another_workflow_has_a_board_of_its_own(api: Api) -> None:
    plain, simple = await opened(api), await opened(api, workflow="simple")
    await opened(api)
    board = (await api.get("/board", role="sales")).json()
    assert [(one["key"], one["orders"]) for one in board["workflows"]] == [("standard", 2), ("simple", 1)]
    assert plain in {order["order_no"] for column in board["columns"] for order in column["orders"]}
    other = (await api.get("/board?workflow=simple", role="sales")).json()
    assert {order["order_no"] for column in other["columns"] for order in column["orders"]} == {simple}
    assert (await api.get("/board?workflow=unheard_of", role="sales")).json()["columns"] == []
