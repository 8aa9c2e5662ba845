from __future__ import annotations

import base64
from typing import Any
from uuid import UUID

import pytest

from domain.access.actor import Actor
from domain.refusals.kinds import Refusal
from persistence.queries.intake_list import ItemPage
from tests.domain.intake.support import body, headers
from tests.factory import person
from tests.usecases.intake.channel import Channel
from tests.usecases.intake.test_parse_payload import LAMP, UPDATED, WARDROBE, cancelled, later
from usecases.intake.keep_payload import REFUSED_A_DAY, KeepRefused, keep_refused
from usecases.intake.meaning_to_order import Owner
from usecases.intake.read_items import list_items
from usecases.intake.review_items import (
    ApproveItem,
    RejectItem,
    approve_item,
    reject_item,
    reopen_item,
    reparse_item,
)
from usecases.intake.try_payload import TryPayload, try_payload

LI = person("sales", number=7)


async def decide(channel: Channel, verb: Any, command: Any, actor: Actor = LI) -> dict[str, Any]:
    answer: dict[str, Any] = await channel.factory.run(verb, command, actor=actor)
    return answer


async def refused(channel: Channel, verb: Any, command: Any, actor: Actor = LI) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await decide(channel, verb, command, actor)
    return caught.value


async def waiting(channel: Channel) -> dict[str, Any]:
    item = await channel.sample("taobao", LAMP)
    assert item["status"] == "review"
    return item


async def test_approved_as_it_was_read_it_becomes_an_order_of_the_channel(channel: Channel) -> None:
    item = await waiting(channel)
    done = await decide(channel, approve_item, ApproveItem(UUID(item["id"])))
    assert (done["status"], done["decided_by"]) == ("ordered", LI.id)
    order = await channel.order(done["order_no"])
    assert (order["channel"], order["external_id"], order["lines"][1]["is_gift"]) == ("taobao", LAMP_NUMBER, True)
    (event,) = await channel.rows("SELECT body->'actor'->>'id' AS actor, body->>'cause' AS cause FROM events")
    assert event == {"actor": LI.id, "cause": item["id"]}


LAMP_NUMBER = "4012345678901234567"


async def test_what_the_person_corrected_is_what_is_opened(channel: Channel) -> None:
    item = await waiting(channel)
    meaning = item["meaning"]
    meaning["lines"] = meaning["lines"][:1]
    meaning["promised_date"] = "2026-12-24"
    done = await decide(channel, approve_item, ApproveItem(UUID(item["id"]), meaning))
    order = await channel.order(done["order_no"])
    assert (len(order["lines"]), order["promised_date"]) == (1, "2026-12-24")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"lines": []}, "/lines"),
        ({"lines": "x"}, "/lines"),
        ({"lines": [None]}, "/lines/0"),
        ({"lines": [{"name": "x", "quantity": "0", "unit_price": "1"}]}, "/lines/0/quantity"),
        ({"lines": [{"name": "x", "quantity": 1, "unit_price": "1"}]}, "/lines/0/quantity"),
        ({"lines": [{"name": "x", "quantity": "1e5", "unit_price": "NaN"}]}, "/lines/0/unit_price"),
        ({"lines": [{"name": "x", "quantity": "1", "unit_price": "0.1234567"}]}, "/lines/0/unit_price"),
        ({"lines": [{"name": "x" * 301, "quantity": "1", "unit_price": "1"}]}, "/lines/0/name"),
        ({"currency": "yuan"}, "/currency"),
        ({"currency": None}, "/currency"),
        ({"total": 299}, "/total"),
        ({"promised_date": "24.12.2026"}, "/promised_date"),
        ({"customer": "Wang"}, "/customer"),
        ({"discounts": [{"label": "x"}]}, "/discounts/0/amount"),
        ({"notes": ["x"]}, "/notes"),
        ({"external_id": "another"}, "/meaning/external_id"),
    ],
)
async def test_a_correction_that_is_no_order_is_refused_by_the_field(
    channel: Channel, change: dict[str, Any], pointer: str
) -> None:
    item = await waiting(channel)
    refusal = await refused(channel, approve_item, ApproveItem(UUID(item["id"]), {**item["meaning"], **change}))
    assert (refusal.code, pointer in [field.pointer for field in refusal.fields]) == ("meaning_invalid", True)
    assert (await channel.item(item["id"]))["status"] == "review"


async def test_a_correction_that_does_not_add_up_is_refused_and_nothing_is_left(channel: Channel) -> None:
    item = await waiting(channel)
    refusal = await refused(channel, approve_item, ApproveItem(UUID(item["id"]), {**item["meaning"], "total": "1.00"}))
    assert refusal.code == "amounts_do_not_add_up"
    assert await channel.rows("SELECT 1 FROM orders") == []


async def test_what_is_decided_is_decided(channel: Channel) -> None:
    item = await waiting(channel)
    intake_id = UUID(item["id"])
    await decide(channel, reject_item, RejectItem(intake_id, "test order"))
    found = await channel.item(item["id"])
    assert (found["status"], found["decision_reason"]) == ("ignored", "test order")
    for verb, command in (
        (approve_item, ApproveItem(intake_id)),
        (reject_item, RejectItem(intake_id, "again")),
    ):
        assert (await refused(channel, verb, command)).code == "intake_not_in_review"
    assert (await refused(channel, reparse_item, intake_id)).code == "intake_not_replayable"


async def test_a_rejection_is_taken_back_and_the_item_waits_as_it_did(channel: Channel) -> None:
    item = await waiting(channel)
    intake_id = UUID(item["id"])
    assert (await refused(channel, reopen_item, intake_id)).code == "intake_not_rejected"
    await decide(channel, reject_item, RejectItem(intake_id, "a slip"))
    back = await decide(channel, reopen_item, intake_id)
    assert (back["status"], back["decided_by"], back["decision_reason"]) == ("review", None, None)
    assert (await decide(channel, approve_item, ApproveItem(intake_id)))["status"] == "ordered"
    assert (await refused(channel, reopen_item, intake_id)).code == "intake_not_rejected"


async def test_what_could_not_be_read_is_unread_again_when_its_rejection_is_taken_back(channel: Channel) -> None:
    item = await channel.deliver("taobao", b"{}")
    assert item["status"] == "failed"
    await decide(channel, reject_item, RejectItem(UUID(item["id"]), "a slip"))
    back = await decide(channel, reopen_item, UUID(item["id"]))
    assert (back["status"], back["problem"]) == ("failed", item["problem"])


async def test_a_list_tells_whose_and_how_much(channel: Channel) -> None:
    item = await waiting(channel)
    (row,) = await channel.factory.read(list_items, ItemPage("review", reasons=item["review_reasons"]), role="sales")
    told = (row["customer"], row["total"], row["currency"])
    meaning = item["meaning"]
    assert told == (meaning["customer"]["name"], meaning["total"], "CNY")
    assert told == (item["customer"], item["total"], item["currency"])
    assert await channel.factory.read(list_items, ItemPage(reasons=["hand_entered"]), role="sales") == []


async def test_a_change_of_a_known_order_cannot_be_approved_but_rejected_and_is_then_settled(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    differs = await channel.sample("shopify", UPDATED, later)
    refusal = await refused(channel, approve_item, ApproveItem(UUID(differs["id"])))
    assert (refusal.code, refusal.data["order_no"]) == ("intake_order_differs", first["order_no"])
    await decide(channel, reject_item, RejectItem(UUID(differs["id"]), "changed by hand"))

    def even_later(document: dict[str, Any]) -> None:
        document["updated_at"] = "2026-11-30T10:05:09+08:00"

    again = await channel.sample("shopify", UPDATED, even_later)
    assert (again["status"], again["order_no"]) == ("parsed", first["order_no"])


async def test_a_cancellation_is_approved_only_where_it_is_possible(channel: Channel) -> None:
    first = await channel.sample("shopify", WARDROBE)
    await channel.factory.play(first["order_no"], until="sign_delivery")
    item = await channel.sample("shopify", WARDROBE, cancelled, headers={"X-Shopify-Topic": "orders/cancelled"})
    refusal = await refused(channel, approve_item, ApproveItem(UUID(item["id"])))
    assert refusal.code == "action_not_allowed_in_stage"


async def test_a_failed_item_is_read_again_when_the_channel_has_a_template(channel: Channel) -> None:
    item = await channel.deliver("fair", body("shopify", WARDROBE), headers=headers("shopify", WARDROBE))
    assert item["status"] == "failed"
    await channel.rows(
        "INSERT INTO documents (kind, key, version, body, published_at, published_by) "
        "SELECT kind, 'fair', 1, body, now(), 't' FROM documents WHERE kind = 'intake_template' AND key = 'shopify' "
        "RETURNING key"
    )
    queued = await decide(channel, reparse_item, UUID(item["id"]))
    assert queued["status"] == "kept"
    await channel.relay().drain()
    assert (await channel.item(item["id"]))["status"] == "ordered"


async def test_reading_again_fetches_a_hint_again(channel: Channel) -> None:
    hint = await channel.sample("taobao", "tmc_trade_buyer_pay")
    channel.trades[LAMP_NUMBER] = body("taobao", LAMP)
    await decide(channel, reparse_item, UUID(hint["id"]))
    await channel.relay().drain()
    (child,) = (await channel.item(hint["id"]))["children"]
    assert child["external_id"] == LAMP_NUMBER


@pytest.mark.parametrize(
    ("role", "allowed"), [("sales", True), ("management", True), ("finance", False), ("design", False)]
)
async def test_deciding_takes_the_right_to_review(channel: Channel, role: str, allowed: bool) -> None:
    item = await waiting(channel)
    command = RejectItem(UUID(item["id"]), "no")
    if allowed:
        assert (await decide(channel, reject_item, command, person(role)))["status"] == "ignored"
    else:
        assert (await refused(channel, reject_item, command, person(role))).code == "right_missing"


async def test_what_nobody_signed_is_kept_cut_and_capped(channel: Channel) -> None:
    forged = KeepRefused("shopify", b"x" * 2_000_000, "application/json", {}, "mismatch")
    first = await channel.factory.run(keep_refused, forged)
    (row,) = await channel.rows("SELECT status, authentic, length(body) AS size, problem FROM payloads")
    assert (row["status"], row["authentic"], row["size"]) == ("refused", False, 1024 * 1024)
    assert row["problem"] == {"code": "mismatch", "size_bytes": 2_000_000}
    assert (await refused(channel, reparse_item, UUID(first["id"]))).code == "intake_not_replayable"
    small = KeepRefused("shopify", b"x", "application/json", {}, "mismatch")
    answers = [await channel.factory.run(keep_refused, small) for _ in range(REFUSED_A_DAY)]
    assert [answer["id"] is None for answer in answers] == [False] * (REFUSED_A_DAY - 1) + [True]
    assert (await channel.factory.run(keep_refused, KeepRefused("taobao", b"x", "", {}, "mismatch")))["id"]
    channel.factory.later(days=1, minutes=1)
    assert (await channel.factory.run(keep_refused, small))["id"]


async def test_lists_are_filtered_and_newest_first(channel: Channel) -> None:
    ids = [(await channel.sample("shopify", WARDROBE))["id"] for _ in range(3)]
    await waiting(channel)

    async def found(**page: Any) -> list[str]:
        return [item["id"] for item in await channel.factory.read(list_items, ItemPage(**page), role="sales")]

    assert await found(channel="shopify") == ids[::-1]
    assert await found(channel="shopify", after=UUID(ids[2]), limit=1) == [ids[1]]
    assert await found(channel="shopify", after=UUID(ids[0]), limit=1, oldest_first=True) == [ids[1]]
    assert await found(status="ordered") == [ids[0]]
    assert len(await found(status="review")) == 1


async def test_trying_stores_nothing_and_says_what_would_come_of_it(channel: Channel) -> None:
    told = await channel.factory.read(
        try_payload, TryPayload("taobao", body("taobao", LAMP), "application/json"), role="sales"
    )
    assert [reason["code"] for reason in told["reasons"]] == ["gift_claimed_by_buyer"]
    assert (told["meaning"]["external_id"], told["problems"], told["template_version"]) == (LAMP_NUMBER, [], 1)
    assert await channel.rows("SELECT 1 FROM payloads") == []
    with pytest.raises(Refusal) as caught:
        await channel.factory.read(try_payload, TryPayload("fair", b"{}", "application/json"), role="sales")
    assert caught.value.code == "template_unknown"


async def test_the_original_comes_back_byte_for_byte(channel: Channel) -> None:
    content = bytes(range(256))
    item = await channel.deliver("shopify", content)
    assert base64.b64decode(item["original"]["body_base64"]) == content


async def test_whose_the_order_is_a_person_says_where_it_is_doubtful(channel: Channel) -> None:
    firm = {"name": "宁波海润暖通有限公司", "phone": "13800002222"}
    known = (await channel.factory.an_order(customer=firm))["customer"]["id"]

    def told(document: dict[str, Any]) -> None:
        document["customer"] = {**(document.get("customer") or {}), "phone": None, "id": 77}
        document["phone"] = None
        for place in ("shipping_address", "billing_address"):
            document[place] = {**(document.get(place) or {}), "company": firm["name"], "phone": "13999990000"}

    item = await channel.sample("shopify", WARDROBE, told)
    assert (item["status"], item["review_reasons"]) == ("review", ["customer_other_phone"])
    assert [one["id"] for one in item["customer_candidates"]] == [known]
    intake_id = UUID(item["id"])
    refusal = await refused(channel, approve_item, ApproveItem(intake_id))
    assert refusal.code == "customer_doubtful"
    done = await decide(channel, approve_item, ApproveItem(intake_id, owner=Owner(customer_id=UUID(known))))
    assert (await channel.order(done["order_no"]))["customer"]["id"] == known
