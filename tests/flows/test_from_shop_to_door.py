"""B1, A1, A3, A4: what a shop delivers becomes an order, and people take it to the customer's door."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.flows.line import STANDARD, Line, money_adds_up
from tests.support.senders import sample

SHOPS = [
    ("shopify", "orders_create_china_address.json", "6123450000002"),
    ("taobao", "fullinfo_promotions_multi_item.json", None),
    ("taobao", "fullinfo_seller_memo_gift_and_date.json", None),
]


@pytest.mark.parametrize(("channel", "name", "number"), SHOPS)
async def test_a_delivery_becomes_an_order_and_the_order_reaches_the_door(
    line: Line, channel: str, name: str, number: str | None
) -> None:
    item = await line.delivered(channel, name)
    assert (item["status"], item["review_reasons"]) == ("ordered", [])
    order = await line.order(item["order_no"])
    assert money_adds_up(order)
    assert (order["channel"], order["stage"], order["role"]) == (channel, "signed", "sales")
    assert number in (None, order["external_id"])

    stages = []
    for role, action in STANDARD:
        assert action in await line.allowed(role, order["order_no"])
        stages.append((await line.does(role, action, order["order_no"]))["order"]["stage"])
        line.later(hours=5)
        await line.drain()
    assert stages == ["in_review", "scheduled", "in_production", "awaiting_qc", "qc_passed", "shipped", "in_transit",
                      "delivered"]  # fmt: skip

    order = await line.order(item["order_no"])
    assert all(Decimal(each["shipped_quantity"]) == Decimal(each["quantity"]) for each in order["lines"])
    assert (order["category"], order["promised_derived"]) == ("done", order["promised_derived"])
    events = await line.history(item["order_no"])
    assert [event["action"] for event in events] == [None, *(action for _, action in STANDARD)]
    assert [event["actor"]["role"] for event in events[1:]] == [role for role, _ in STANDARD]
    assert events[0]["cause"] == item["id"]


async def test_the_bytes_are_kept_as_they_came(line: Line) -> None:
    body = sample("taobao/fullinfo_promotions_multi_item.json")
    item = await line.delivered("taobao", "fullinfo_promotions_multi_item.json")
    assert item["original"]["text"].encode() == body


async def test_the_same_delivery_five_times_is_one_order(line: Line) -> None:
    body = sample("shopify/orders_create_china_address.json")
    answers = [await line.push("shopify", body, "again") for _ in range(5)]
    await line.drain()
    assert [answer.status_code for answer in answers] == [202, 200, 200, 200, 200]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert (await line.api.get("/orders", role="sales")).json()["items"][0]["order_no"] == "SO100001"
    assert len((await line.api.get("/orders", role="sales")).json()["items"]) == 1


async def test_what_is_doubtful_waits_for_a_person_and_is_then_an_order(line: Line) -> None:
    item = await line.delivered("taobao", "fullinfo_gift_in_buyer_message.json")
    assert (item["status"], item["order_no"]) == ("review", None)
    assert "gift_claimed_by_buyer" in item["review_reasons"]
    approved = await line.api.post(f"/intake/{item['id']}/approve", {}, role="sales")
    assert approved.status_code == 200, approved.text
    order_no = approved.json()["order_no"]
    gifts = [each for each in (await line.order(order_no))["lines"] if each["is_gift"]]
    assert len(gifts) == 1
    await line.goes_on(order_no)


async def test_the_inspector_hears_of_the_completion_at_once_and_the_customer_of_the_shipment(line: Line) -> None:
    order_no = await line.opened(customer={"name": "Eleanor", "email": "e@example.com", "phone": "13900001111"})
    await line.goes_on(order_no, until="completion_reported")
    await line.drain()
    assert await line.notices("quality") == [("awaiting_qc", order_no)]
    assert order_no in await line.tasks("quality")
    await line.goes_on(order_no, after="completion_reported", until="dispatch")
    await line.drain()
    assert order_no not in await line.tasks("quality")
    assert sorted((letter["channel"], letter["to"]) for letter in await line.letters()) == [
        ("email", "e@example.com"),
        ("sms", "13900001111"),
    ]
