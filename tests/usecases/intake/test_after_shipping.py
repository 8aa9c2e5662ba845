"""An order that has left the house is not changed by a channel: what it asks becomes a change request, or a review."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

import pytest

from tests.domain.intake.support import body, headers
from tests.factory import person
from tests.usecases.intake.channel import Channel
from usecases.intake.review_items import ApproveItem, approve_item

SOLD = {
    "shopify": "orders_create_china_address",
    "woocommerce": "order_created_china_note_gift",
    "youzan": "trade_buyer_pay_promotions",
    "taobao": "fullinfo_promotions_multi_item",
    "crm": "fxiaoke_sales_order",
    "project": "project_two_buildings",
}
LATER = 1_900_000_000  # seconds; newer than anything in the samples
Told = tuple[bytes, Mapping[str, str]]
Change = Callable[[Any], None]


def altered(channel: str, change: Change, **more: str) -> Told:
    """The sample that opened the order, told again and otherwise."""
    document = json.loads(body(channel, SOLD[channel]))
    if channel == "youzan":
        inner = json.loads(unquote(document["msg"]))
        change(inner)
        document |= {"msg": quote(json.dumps(inner, ensure_ascii=False)), "version": LATER, "msg_id": "later"}
    else:
        change(document)
    return json.dumps(document, ensure_ascii=False).encode(), {**headers(channel, SOLD[channel]), **more}


def youzan_event(kind: str, message: Any) -> Told:
    document = json.loads(body("youzan", SOLD["youzan"]))
    told = {**document, "type": kind, "msg": message, "version": LATER, "msg_id": kind, "status": "TRADE_CLOSED"}
    return json.dumps(told).encode(), {"Content-Type": "application/json"}


def shopify(change: Change | None = None, topic: str = "orders/updated") -> Told:
    def both(document: Any) -> None:
        document["updated_at"] = "2030-01-01T00:00:00+08:00"
        if change:
            change(document)

    return altered("shopify", both, **{"X-Shopify-Topic": topic})


def woocommerce(change: Change, topic: str = "order.updated") -> Told:
    def both(document: Any) -> None:
        document["date_modified_gmt"] = "2030-01-01T00:00:00"
        change(document)

    return altered("woocommerce", both, **{"X-WC-Webhook-Topic": topic})


def taobao(change: Change) -> Told:
    def both(document: Any) -> None:
        trade = document["trade_fullinfo_get_response"]["trade"]
        trade["modified"] = "2030-01-01 00:00:00"
        change(trade)

    return altered("taobao", both)


def fxiaoke(change: Change) -> Told:
    def both(document: Any) -> None:
        order = document["order"]["data"]["dataList"][0]
        order["last_modified_time"] = LATER * 1000
        change(document)

    return altered("crm", both)


def put(*path: Any, value: Any) -> Change:
    """Set what stands at the end of a path."""

    def change(document: Any) -> None:
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


def whole(document: Any) -> None:
    """Nothing else is changed."""


# What each channel may say of an order that it sold.
WORDS: Mapping[str, Mapping[str, Told]] = {
    "shopify": {
        "updated": shopify(put("line_items", 1, "quantity", value=9)),
        "cancelled": shopify(put("cancelled_at", value="2030-01-01T00:00:00Z"), "orders/cancelled"),
        "deleted": (
            b'{"id":6123450000002}',
            {"X-Shopify-Topic": "orders/delete", "X-Shopify-Shop-Domain": "huanuan-home.myshopify.com"},
        ),
    },
    "woocommerce": {
        "updated": woocommerce(put("line_items", 0, "quantity", value=9)),
        "cancelled": woocommerce(put("status", value="cancelled")),
        "refunded": woocommerce(put("status", value="refunded")),
        "part refunded": woocommerce(put("refunds", value=[{"id": 9, "total": "-5.00", "reason": "x"}])),
        "deleted": woocommerce(whole, "order.deleted"),
    },
    "youzan": {
        "pushed again": altered("youzan", put("full_order_info", "orders", 0, "num", value=9)),
        "closed trade": altered("youzan", put("full_order_info", "order_info", "status", value="TRADE_CLOSED")),
        "TradeClose": youzan_event("trade_TradeClose", quote('{"tid":"E20261119100155000400052"}')),
    },
    "taobao": {
        "changed": taobao(put("orders", "order", 0, "num", value=9)),
        "refunded": taobao(put("orders", "order", 0, "refund_status", value="SUCCESS")),
        "refund asked": taobao(put("orders", "order", 0, "refund_status", value="WAIT_SELLER_AGREE")),
        "closed": taobao(put("status", value="TRADE_CLOSED")),
    },
    "crm": {
        "changed": fxiaoke(put("lines", "data", "dataList", 0, "quantity", value="9")),
        "voided": fxiaoke(put("order", "data", "dataList", 0, "life_status", value="invalid")),
    },
    "project": {"supplement": (body("project", "project_change_order"), {})},
}


async def sold(channel: Channel, sender: str) -> tuple[dict[str, Any], str]:
    """The order that the sample opens, by itself or by a person; and the item's id."""
    shop = "huanuan-home.myshopify.com" if sender == "shopify" else ""
    item = await channel.deliver(sender, body(sender, SOLD[sender]), headers=headers(sender, SOLD[sender]), shop=shop)
    if item["status"] == "review":
        item = await channel.factory.run(approve_item, ApproveItem(UUID(item["id"])), actor=person("sales", number=7))
    assert item["status"] == "ordered", item
    return await channel.order(item["order_no"]), item["id"]


def agreed(order: Mapping[str, Any]) -> dict[str, Any]:
    """What a channel could have changed."""
    names = ("stage", "version", "revision", "total", "lines", "discounts", "fees", "shipping", "customer", "held")
    return {name: order[name] for name in names}


@pytest.mark.parametrize("until", ["depart", pytest.param("sign_delivery", marks=pytest.mark.soak)])
@pytest.mark.parametrize("sender", SOLD)
async def test_what_a_channel_says_of_a_shipped_order_is_asked_for_and_not_done(
    channel: Channel, sender: str, until: str
) -> None:
    order, opened_by = await sold(channel, sender)
    await channel.factory.play(order["order_no"], until=until)
    before = agreed(await channel.order(order["order_no"]))
    for words, (content, given) in WORDS[sender].items():
        # As if it were the only thing that the channel ever said besides.
        await channel.rows("UPDATE payloads SET status = 'failed' WHERE id::text <> $1 RETURNING id", opened_by)
        item = await channel.deliver(sender, content, headers=given, shop=order["shop"])
        assert agreed(await channel.order(order["order_no"])) == before, words
        assert item["order_no"] == order["order_no"], (words, item["status"], item["problem"])
        if item["status"] == "review":
            assert item["review_reasons"], words
        else:
            newest = "SELECT state, asked_by FROM order_changes ORDER BY number DESC LIMIT 1"
            (change,) = await channel.rows(newest)
            assert (item["status"], change["state"], change["asked_by"]) == ("parsed", "proposed", "channel"), words
