from __future__ import annotations

import asyncio
import json
from decimal import Decimal
from typing import Any

import pytest

from tests.domain.intake.support import body, expected, headers, sample_names
from tests.usecases.intake.channel import Channel
from usecases.intake.keep_payload import KeepPayload, keep_payload

WARDROBE, SHOES, LAMP = "orders_create_china_address", "fullinfo_refund_in_progress", "fullinfo_gift_in_buyer_message"
UPDATED = "orders_updated_partial_refund"


def trade_of(document: dict[str, Any]) -> dict[str, Any]:
    trade: dict[str, Any] = document["trade_fullinfo_get_response"]["trade"]
    return trade


def paid(document: dict[str, Any]) -> None:
    """The presale's rest is paid, a week later."""
    trade = trade_of(document)
    trade |= {"step_trade_status": "FRONT_PAID_FINAL_PAID", "status": "WAIT_SELLER_SEND_GOODS",
              "pay_time": "2026-11-25 10:00:00", "modified": "2026-11-25 10:00:00"}  # fmt: skip


SAMPLES = [(sender, name) for sender in ("shopify", "taobao") for name in sample_names(sender)]
AUTHENTIC = [(sender, name) for sender, name in SAMPLES if expected(sender, name)["kind"] != "rejected"]


@pytest.mark.parametrize(("sender", "name"), AUTHENTIC)
async def test_every_sample_comes_to_what_its_meaning_says(channel: Channel, sender: str, name: str) -> None:
    wanted = expected(sender, name)
    item = await channel.sample(sender, name)
    status = {"failure": "failed", "event": "parsed"}.get(wanted["kind"]) or {
        "ignore": "ignored",
        "hold": "ordered",
    }.get(wanted["action"], "review" if wanted["needs_review"] else "ordered")
    assert item["problem"] is None or status == "failed", item["problem"]
    assert (item["status"], set(item["review_reasons"]) >= set(wanted.get("review_reasons", []))) == (status, True)
    assert (item["order_no"] is not None) == (status == "ordered")
    assert (
        json.loads(body(sender, name)) == json.loads(item["original"]["text"]) if name != "fullinfo_single_item" else 1
    )


async def test_a_certain_order_is_opened_with_everything_that_was_agreed(channel: Channel) -> None:
    item = await channel.sample("shopify", WARDROBE)
    order = await channel.order(item["order_no"])
    assert (order["channel"], order["shop"], order["external_id"]) == (
        "shopify",
        "huanuan-home.myshopify.com",
        "6123450000002",
    )
    assert [(line["sku"], line["quantity"], line["unit_price"]) for line in order["lines"]] == [
        ("CAB-WD1824-WHT", "1", "4280.00"),
        ("HW-SLD-450", "6", "38.50"),
    ]
    assert (order["total"], order["requested_date"]) == ("4511.00", "2026-12-10")
    assert order["extension"]["external_number"] == "#1043"
    assert order["customer"]["phone"] == "+86 139 0000 7788"
    (event,) = await channel.rows("SELECT body->>'cause' AS cause, body->'actor' AS actor FROM events")
    assert (event["cause"], event["actor"]["kind"]) == (item["id"], "system")


async def test_gifts_become_lines_and_the_sum_still_holds(channel: Channel) -> None:
    item = await channel.sample("taobao", "fullinfo_promotions_multi_item")
    order = await channel.order(item["order_no"])
    gift = order["lines"][-1]
    assert (gift["sku"], gift["quantity"], gift["is_gift"], gift["gift_origin"]) == (
        "GIFT-NL01",
        "2",
        True,
        "promotion",
    )
    lines = sum(Decimal(line["amount"]) for line in order["lines"])
    discounts = sum(Decimal(discount["amount"]) for discount in order["discounts"])
    assert lines - discounts == Decimal(order["total"]) == Decimal("1868.00")


async def test_an_unpaid_order_is_there_and_held_and_released_when_it_is_paid(channel: Channel) -> None:
    item = await channel.sample("taobao", "fullinfo_presale_deposit_paid")
    order = await channel.order(item["order_no"])
    assert (item["status"], order["held"]) == ("ordered", True)
    later = await channel.sample("taobao", "fullinfo_presale_deposit_paid", paid)
    assert (later["status"], later["order_no"]) == ("parsed", order["order_no"])
    assert (await channel.order(order["order_no"]))["held"] is False


async def test_a_hold_that_a_person_set_is_not_lifted_by_a_payment(channel: Channel) -> None:
    item = await channel.sample("taobao", "fullinfo_presale_deposit_paid")
    await channel.factory.act(item["order_no"], "release_hold", "sales")
    await channel.factory.act(item["order_no"], "hold", "sales")
    await channel.sample("taobao", "fullinfo_presale_deposit_paid", paid)
    assert (await channel.order(item["order_no"]))["held"] is True


async def test_the_same_order_told_again_changes_nothing(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    again = await channel.sample("shopify", WARDROBE)
    assert (again["status"], again["order_no"]) == ("parsed", first["order_no"])
    assert len(await channel.rows("SELECT 1 FROM events")) == 1


async def test_a_newer_state_that_differs_waits_for_a_person(channel: Channel) -> None:
    await channel.sample("shopify", WARDROBE)
    item = await channel.sample("shopify", UPDATED, later)
    assert (item["status"], item["review_reasons"]) == ("review", ["order_differs"])
    assert item["reasons"][0]["text"]["en"].startswith("the order exists")


async def test_a_newer_state_in_which_only_the_shops_own_status_changed_needs_nobody(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    item = await channel.sample("shopify", WARDROBE, sent_out)
    assert (item["status"], item["order_no"]) == ("parsed", first["order_no"])


def sent_out(document: dict[str, Any]) -> None:
    later(document)
    document["fulfillment_status"] = "fulfilled"


def later(document: dict[str, Any]) -> None:
    document["updated_at"] = "2026-11-29T10:05:09+08:00"


async def test_an_update_before_its_create_opens_the_order_and_the_create_changes_nothing(channel: Channel) -> None:
    update = await channel.sample("shopify", UPDATED, later)
    create = await channel.sample("shopify", WARDROBE)
    assert (update["status"], create["status"], create["order_no"]) == ("ordered", "parsed", update["order_no"])
    assert len(await channel.rows("SELECT 1 FROM orders")) == 1


async def test_an_older_state_changes_nothing(channel: Channel) -> None:
    await channel.sample("shopify", WARDROBE, later)
    item = await channel.sample("shopify", UPDATED)
    assert item["status"] == "parsed"


def cancelled(document: dict[str, Any]) -> None:
    later(document)
    document |= {"cancelled_at": "2026-11-29T10:05:09+08:00", "cancel_reason": "customer"}


async def test_a_cancellation_cancels_what_can_still_be_cancelled(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    topic = {"X-Shopify-Topic": "orders/cancelled"}
    item = await channel.sample("shopify", WARDROBE, cancelled, headers=topic)
    assert (item["action"], item["status"], item["order_no"]) == ("cancel", "parsed", first["order_no"])
    assert (await channel.order(first["order_no"]))["stage"] == "cancelled"
    again = await channel.sample("shopify", WARDROBE, cancelled, headers=topic)
    assert again["status"] == "parsed"


async def test_a_cancellation_that_comes_too_late_waits_for_a_person(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    await channel.factory.play(first["order_no"], until="sign_delivery")
    item = await channel.sample("shopify", WARDROBE, cancelled, headers={"X-Shopify-Topic": "orders/cancelled"})
    assert (item["status"], item["review_reasons"]) == ("review", ["cancel_too_late"])
    assert item["problem"]["code"] == "action_not_allowed_in_stage"


async def test_a_cancellation_of_what_nobody_knows_is_kept_and_does_nothing(channel: Channel) -> None:
    item = await channel.sample("shopify", WARDROBE, cancelled, headers={"X-Shopify-Topic": "orders/cancelled"})
    assert (item["status"], item["order_no"]) == ("ignored", None)


async def test_a_hint_is_fetched_and_the_trade_is_an_item_of_its_own(channel: Channel) -> None:
    channel.trades["4012345678901234567"] = body("taobao", LAMP)
    hint = await channel.sample("taobao", "tmc_trade_buyer_pay")
    assert hint["status"] == "parsed"
    (child,) = (await channel.item(hint["id"]))["children"]
    fetched = await channel.item(child["id"])
    assert (fetched["parent_id"], fetched["status"], fetched["external_id"]) == (
        hint["id"],
        "review",
        "4012345678901234567",
    )
    assert fetched["original"]["text"].encode() == body("taobao", LAMP)


async def test_a_hint_that_cannot_be_fetched_is_a_dead_letter(channel: Channel) -> None:
    await channel.sample("taobao", "tmc_trade_buyer_pay")
    (row,) = await channel.rows("SELECT state, problem FROM outbox WHERE kind = 'fetch_trade'")
    assert (row["state"], "no trade" in row["problem"]) == ("dead", True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "payload_unreadable"),
        (b"{", "payload_unreadable"),
        (b"\xff\xfe\x00", "payload_unreadable"),
        (b"[]", "payload_not_understood"),
        (b'{"id": 1}', "payload_incomplete"),
        (b"null", "payload_not_understood"),
    ],
)
async def test_what_cannot_be_read_is_kept_as_failed_with_the_reason(
    channel: Channel, content: bytes, code: str
) -> None:
    item = await channel.deliver("shopify", content)
    assert item["status"] == "failed"
    assert item["problem"]["code"] in (code, "payload_incomplete", "payload_not_understood")
    assert item["original"]["size_bytes"] == len(content)


@pytest.mark.parametrize(
    "change",
    [
        lambda order: order["line_items"][0].update(price="1e30"),
        lambda order: order["line_items"][0].update(quantity=10**40),
        lambda order: order["line_items"][0].update(price="-5"),
        lambda order: order["line_items"][0].update(title="a\x00b" * 200),
        lambda order: order.update(currency="??", total_price="x"),
        lambda order: order.update(note="\x00\ud800"),
        lambda order: order.update(line_items=order["line_items"] * 400),
    ],
)
async def test_no_value_of_a_sender_breaks_anything(channel: Channel, change: Any) -> None:
    document = json.loads(body("shopify", WARDROBE))
    change(document)
    content = json.dumps(document).encode()
    item = await channel.deliver("shopify", content, headers=headers("shopify", WARDROBE))
    assert item["status"] in ("ordered", "review", "failed")
    assert await channel.rows("SELECT state FROM outbox WHERE state <> 'done'") == []


async def test_a_channel_without_a_template_keeps_what_came_until_there_is_one(channel: Channel) -> None:
    item = await channel.deliver("fair", b'{"order": 1}')
    assert (item["status"], item["problem"]["code"]) == ("failed", "template_unknown")


async def test_three_hundred_deliveries_of_three_payloads_at_once_are_three_orders(channel: Channel) -> None:
    names = ["orders_create_china_address", "orders_create_discounts_properties"]
    payloads = [("shopify", name, f"webhook-{name}") for name in names]
    payloads.append(("taobao", "fullinfo_promotions_multi_item", "message-1"))

    async def one(sender: str, name: str, key: str) -> dict[str, Any]:
        told = headers(sender, name)
        return await channel.keep(sender, body(sender, name), key, headers=told)

    reading = [asyncio.create_task(channel.relay().drain()) for _ in range(3)]
    kept = await asyncio.gather(*(one(*payloads[n % 3]) for n in range(300)))
    await asyncio.gather(*reading)
    await channel.relay().drain()
    assert len({answer["id"] for answer in kept}) == 3
    assert sum(answer["fresh"] for answer in kept) == 3
    assert len(await channel.rows("SELECT 1 FROM orders")) == 3
    assert await channel.rows("SELECT DISTINCT status, repeats FROM payloads") == [{"status": "ordered", "repeats": 99}]


async def test_one_order_told_by_many_deliveries_at_once_is_one_order(channel: Channel) -> None:
    told = headers("shopify", WARDROBE)
    for n in range(12):
        await channel.keep("shopify", body("shopify", WARDROBE), f"other-{n}", headers=told)
    await asyncio.gather(*(channel.relay().drain() for _ in range(6)))
    assert len(await channel.rows("SELECT 1 FROM orders")) == 1
    statuses = await channel.rows("SELECT status, count(*) AS n FROM payloads GROUP BY status ORDER BY status")
    assert statuses == [{"status": "ordered", "n": 1}, {"status": "parsed", "n": 11}]


async def test_keeping_is_two_round_trips_at_most(channel: Channel) -> None:
    counted = []

    async def count(tx: Any, command: Any) -> Any:
        answer = await keep_payload(tx, command)
        counted.append(tx.connection.statements)
        return answer

    count.terms = keep_payload.terms  # type: ignore[attr-defined]
    await channel.factory.run(count, KeepPayload("shopify", b"{}", "application/json", {}, "k"))
    assert counted == [1]


async def changes_of(channel: Channel) -> list[Any]:
    return await channel.rows("SELECT number, state, asked_by, patch, cause FROM order_changes ORDER BY number")


def five_of_the_first(document: dict[str, Any]) -> None:
    later(document)
    document["line_items"][0]["quantity"] = 5


async def test_an_update_of_an_order_that_has_begun_asks_for_a_change(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    await channel.factory.play(first["order_no"], until="start_production")
    item = await channel.sample("shopify", WARDROBE, five_of_the_first)
    assert (item["status"], item["order_no"]) == ("parsed", first["order_no"])
    (change,) = await changes_of(channel)
    assert (change["state"], change["asked_by"], change["cause"]) == ("proposed", "channel", item["id"])
    assert change["patch"]["lines"] == [{"line": 1, "quantity": "5"}]
    assert (await channel.order(first["order_no"]))["revision"] == 1


async def test_the_channels_newest_word_stands_in_the_place_of_its_older_ones(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    await channel.factory.play(first["order_no"], until="start_production")
    await channel.sample("shopify", WARDROBE, five_of_the_first)

    def as_before_and_otherwise(document: dict[str, Any]) -> None:
        five_of_the_first(document)
        document["updated_at"] = "2026-11-30T10:05:09+08:00"
        document["line_items"][0]["title"] = "另一种柜"

    await channel.sample("shopify", WARDROBE, as_before_and_otherwise)
    older, newer = await changes_of(channel)
    assert (older["state"], older["patch"]["lines"]) == ("withdrawn", [{"line": 1, "quantity": "5"}])
    (line,) = newer["patch"]["lines"]
    assert (newer["state"], line["quantity"], line["name"].startswith("另一种柜")) == ("proposed", "5", True)
    again = await channel.sample("shopify", WARDROBE, sent_out_later)
    assert (again["status"], len(await changes_of(channel))) == ("parsed", 2)


async def test_a_cancellation_of_an_order_that_has_begun_asks_first(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    await channel.factory.play(first["order_no"], until="start_production")
    item = await channel.sample("shopify", WARDROBE, cancelled, headers={"X-Shopify-Topic": "orders/cancelled"})
    assert (item["status"], (await channel.order(first["order_no"]))["stage"]) == ("parsed", "in_production")
    (change,) = await changes_of(channel)
    assert (change["state"], change["patch"]) == ("proposed", {"cancel": True})


def sent_out_later(document: dict[str, Any]) -> None:
    five_of_the_first(document)
    document |= {"updated_at": "2026-12-01T10:05:09+08:00", "fulfillment_status": "fulfilled"}
    document["line_items"][0]["title"] = "另一种柜"
