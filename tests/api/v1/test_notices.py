"""D6: what people are told inside the app reaches them, is ticked off, and can be put back."""

from __future__ import annotations

from typing import Any

from tests.api.support import Api, an_order, problem
from tests.api.v1.test_outbox import NOBODY, relayed

TO_QUALITY = (
    ("submit_review", "sales"),
    ("approve_review", "sales"),
    ("start_production", "production"),
    ("completion_reported", "production"),
)


async def told_quality(api: Api, times: int = 1) -> list[str]:
    """So many orders come to the inspector; their numbers."""
    numbers = []
    for _ in range(times):
        order_no = str((await api.post("/orders", an_order(), role="sales")).json()["order_no"])
        for action, role in TO_QUALITY:
            moved = await api.post(f"/orders/{order_no}/actions", {"action": action}, role=role)
            assert moved.status_code == 200, moved.text
        numbers.append(order_no)
    await relayed(api)
    return numbers


async def notices(api: Api, role: str = "quality", *, unread: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/notices?unread={str(unread).lower()}", role=role)).json()
    return found


async def test_a_notice_is_read_by_whom_it_is_for_and_by_nobody_else(api: Api) -> None:
    (order_no,) = await told_quality(api)
    told = await notices(api, unread=True)
    (notice,) = told["items"]
    assert notice["subject"] == {"zh": f"订单 {order_no} 待质检", "en": f"Order {order_no} waits for inspection"}
    assert (notice["about"], told["unread"]) == ({"kind": "order", "id": None}, 1)
    path = f"/notices/{notice['id']}/read"
    problem(await api.request("POST", path, role="sales"), 404, "not_found")
    problem(await api.request("DELETE", path, role="sales"), 404, "not_found")
    assert (await api.request("POST", path, role="quality")).json() == {"id": notice["id"], "read": True}
    assert await notices(api, unread=True) == {"items": [], "next_cursor": None, "unread": 0}
    assert len((await notices(api))["items"]) == 1
    assert (await api.request("DELETE", path, role="quality")).json() == {"id": notice["id"], "read": False}
    assert (await notices(api))["unread"] == 1


async def test_all_are_ticked_off_up_to_the_one_that_was_seen_and_put_back_together(api: Api) -> None:
    await told_quality(api, 3)
    third, second, first = [one["id"] for one in (await notices(api))["items"]]
    await api.request("POST", f"/notices/{first}/read", role="quality")
    api.clock.later(minutes=1)
    ticked = (await api.post("/notices/read", {"through": second}, role="quality")).json()
    assert ticked["read"] == 1
    assert [one["id"] for one in (await notices(api, unread=True))["items"]] == [third]
    mine = (await api.post("/notices/unread", {"read_at": ticked["read_at"]}, role="sales")).json()
    assert mine == {"unread": 0}
    back = await api.post("/notices/unread", {"read_at": ticked["read_at"]}, role="quality")
    assert back.json() == {"unread": 1}
    assert [one["id"] for one in (await notices(api, unread=True))["items"]] == [third, second]


async def test_the_number_of_unread_stands_on_an_empty_page_too(api: Api) -> None:
    await told_quality(api)
    await api.post("/notices/read", {"through": NOBODY.replace("0193", "ffff")}, role="quality")
    assert await notices(api, unread=True) == {"items": [], "next_cursor": None, "unread": 0}
    assert await notices(api, role="driver") == {"items": [], "next_cursor": None, "unread": 0}


async def test_a_change_leads_to_itself(api: Api) -> None:
    order_no = str((await api.post("/orders", an_order(), role="sales")).json()["order_no"])
    patch = {"patch": {"lines": [{"line": 1, "technical": {"glass": "red"}}]}, "reason": "换玻璃"}
    change = (await api.post(f"/orders/{order_no}/changes", patch, role="sales")).json()
    await relayed(api)
    (notice,) = [one for one in (await notices(api, "management"))["items"] if one["template"] == "change_proposed"]
    assert notice["about"] == {"kind": "change", "id": change["id"]}
