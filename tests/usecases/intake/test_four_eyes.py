"""Corrections are kept beside what was read; above a sum another person lets in what somebody entered or corrected."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.intake.corrections import corrections, readable
from domain.intake.four_eyes import entered_by, limit_of, total_of
from domain.refusals.kinds import Refusal
from tests.factory import person
from tests.usecases.intake.channel import Channel
from tests.usecases.intake.test_parse_payload import LAMP
from usecases.intake.approval_rule import SetApprovalRule, read_approval_rule, set_approval_rule
from usecases.intake.read_items import read_item
from usecases.intake.review_items import ApproveItem, CorrectItem, approve_item, correct_item

LI, WANG = person("sales", number=7), replace(person("sales", number=8), name="王敏")
FORM = "hand_form_complete"
ABOVE = {"limit": "100", "currency": "CNY"}


async def run(channel: Channel, verb: Any, command: Any, actor: Any = LI) -> Any:
    return await channel.factory.run(verb, command, actor=actor)


async def refused(channel: Channel, verb: Any, command: Any, actor: Any = LI) -> Refusal:
    with pytest.raises(Refusal) as caught:
        await run(channel, verb, command, actor)
    return caught.value


async def seen(channel: Channel, intake_id: UUID, actor: Any) -> dict[str, Any]:
    item: dict[str, Any] = await channel.factory.door.read(actor, read_item, intake_id)
    return item


async def waiting(channel: Channel) -> tuple[UUID, dict[str, Any]]:
    item = await channel.sample("taobao", LAMP)
    assert item["status"] == "review"
    return UUID(item["id"]), copy.deepcopy(item["meaning"])


async def test_what_is_corrected_is_shown_beside_what_was_read_with_who_and_when(channel: Channel) -> None:
    intake_id, meaning = await waiting(channel)
    meaning["promised_date"], meaning["lines"][0]["options"]["颜色"] = "2026-12-24", "黑"
    before = (await channel.item(str(intake_id)))["meaning"]
    corrected = await run(channel, correct_item, CorrectItem(intake_id, meaning))
    assert (corrected["status"], corrected["meaning"]["promised_date"]) == ("review", "2026-12-24")
    await run(channel, correct_item, CorrectItem(intake_id, meaning), WANG)
    (told,) = (await channel.item(str(intake_id)))["corrections"]
    assert (told["by"]["id"], told["at"][:10]) == (LI.id, "2026-11-23")
    fields = {one["pointer"]: (one["before"], one["after"]) for one in told["changes"]}
    assert fields["/promised_date"] == (before["promised_date"], "2026-12-24")
    assert [one["field"] for one in told["changes"] if one["pointer"].startswith("/lines/0/options")] == ["颜色"]
    await run(channel, approve_item, ApproveItem(intake_id), WANG)
    (event,) = await channel.rows("SELECT body->'payload'->'reviewed' AS reviewed FROM events")
    assert event["reviewed"] == {"corrected_by": [LI.id], "approved_by": WANG.id}
    assert (await refused(channel, correct_item, CorrectItem(intake_id, meaning))).code == "intake_not_in_review"


async def test_nobody_lets_in_what_another_corrected_meanwhile(channel: Channel) -> None:
    intake_id, meaning = await waiting(channel)
    seen = (await channel.item(str(intake_id)))["version"]
    meaning["promised_date"] = "2026-12-24"
    await run(channel, correct_item, CorrectItem(intake_id, meaning, seen))
    for verb, command in (
        (approve_item, ApproveItem(intake_id, seen=seen)),
        (correct_item, CorrectItem(intake_id, meaning, seen)),
    ):
        assert (await refused(channel, verb, command, WANG)).code == "version_stale"
    assert (await run(channel, approve_item, ApproveItem(intake_id, seen=seen + 1), WANG))["status"] == "ordered"


async def test_a_correction_that_is_no_order_or_not_ones_own_to_make_is_refused(channel: Channel) -> None:
    intake_id, meaning = await waiting(channel)
    refusal = await refused(channel, correct_item, CorrectItem(intake_id, {**meaning, "lines": []}))
    assert [field.pointer for field in refusal.fields] == ["/lines"]
    meaning["lines"][0]["unit_price"] = "1.00"
    manager = person("management", number=9)
    assert (await refused(channel, correct_item, CorrectItem(intake_id, meaning), manager)).code == "field_not_writable"
    assert (await channel.item(str(intake_id)))["corrections"] == []


async def test_above_the_sum_another_person_lets_in_what_one_corrected(channel: Channel) -> None:
    await run(channel, set_approval_rule, SetApprovalRule({"CNY": "100"}), person("admin"))
    intake_id, meaning = await waiting(channel)
    meaning["promised_date"] = "2026-12-24"
    assert (await seen(channel, intake_id, LI))["second_person"] == {**ABOVE, "excluded": False}
    refusal = await refused(channel, approve_item, ApproveItem(intake_id, meaning))
    assert (refusal.code, refusal.data["limit"]) == ("second_person_needed", "100")
    await run(channel, correct_item, CorrectItem(intake_id, meaning))
    assert (await seen(channel, intake_id, LI))["second_person"] == {**ABOVE, "excluded": True}
    assert (await seen(channel, intake_id, WANG))["second_person"] == {**ABOVE, "excluded": False}
    assert (await refused(channel, approve_item, ApproveItem(intake_id))).code == "second_person_needed"
    assert (await run(channel, approve_item, ApproveItem(intake_id), WANG))["decided_by"] == WANG.id


async def test_up_to_the_sum_one_person_is_enough_and_the_rule_is_the_factorys(channel: Channel) -> None:
    rule = await channel.factory.read(read_approval_rule, None, role="sales")
    assert (rule["version"], rule["limits"]) == (0, {})
    await run(channel, set_approval_rule, SetApprovalRule({"CNY": "299"}, "0"), person("admin"))
    assert (await refused(channel, set_approval_rule, SetApprovalRule({}))).code == "right_missing"
    stale = await refused(channel, set_approval_rule, SetApprovalRule({}, None, 0), person("admin"))
    assert stale.code == "version_stale"
    intake_id, meaning = await waiting(channel)
    assert (await seen(channel, intake_id, LI))["second_person"] is None
    assert Decimal(meaning["total"]) <= 299
    meaning["promised_date"] = "2026-12-24"
    assert (await run(channel, approve_item, ApproveItem(intake_id, meaning)))["status"] == "ordered"


async def test_whoever_filled_in_the_form_does_not_let_it_in_above_the_sum(channel: Channel) -> None:
    await run(channel, set_approval_rule, SetApprovalRule({}, "10"), person("admin"))
    item = await channel.sample("crm", FORM)
    name = json.loads(bytes(item["original"]["text"], "utf-8"))["entered_by"]
    same = replace(LI, name=name)
    assert (await refused(channel, approve_item, ApproveItem(UUID(item["id"])), same)).code == "second_person_needed"
    assert (await run(channel, approve_item, ApproveItem(UUID(item["id"])), WANG))["status"] == "ordered"


def test_the_sum_is_the_orders_own_or_that_of_its_lines() -> None:
    lines = [{"quantity": "2", "unit_price": "1.5"}, {"quantity": "1", "unit_price": "7"}]
    content = {"currency": "CNY", "lines": lines, "shipping": "3", "discounts": [{"amount": "1"}]}
    assert total_of(content) == Decimal("12.00")
    assert total_of({**content, "total": "99.5"}) == Decimal("99.5")
    rule = {"limits": {"CNY": "5"}, "otherwise": None}
    assert (limit_of(rule, "CNY"), limit_of(rule, "USD"), limit_of(None, "CNY")) == (Decimal(5), None, None)
    assert [entered_by(body) for body in (b"<x/>", b"[]", b'{"entered_by": 3}', b"[" * 9999, b"\xff")] == [None] * 5


def test_a_hidden_field_is_named_and_not_told() -> None:
    before = {"lines": [{"unit_price": "1", "name": "a"}], "agent_fee": "5"}
    after = {"lines": [{"unit_price": "2", "name": "b"}, {"name": "c"}], "agent_fee": "6"}
    kept = [one.as_json() for one in corrections(before, after)]
    assert [one["pointer"] for one in kept] == ["/lines/0/unit_price", "/lines/0/name", "/lines/1", "/agent_fee"]
    told = {one["pointer"]: one["after"] for one in readable(kept, ["unit_price", "extension[export].agent_fee"])}
    assert told == {"/lines/0/unit_price": None, "/lines/0/name": "b", "/lines/1": {"name": "c"}, "/agent_fee": None}
