"""A7: who proposes, approves, confirms and acknowledges a change, what each is told, and what stands still."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.api.support import problem
from tests.flows.changing import Changing
from tests.flows.line import Line
from tests.support.customers import a_customer

MORE: dict[str, Any] = {"lines": [{"line": 1, "quantity": "12"}]}
LESS_A_PIECE: dict[str, Any] = {"lines": [{"line": 1, "quantity": "9"}]}
DEARER: dict[str, Any] = {"lines": [{"line": 1, "unit_price": "181.00"}]}
OTHERWISE: dict[str, Any] = {"lines": [{"line": 1, "technical": {"colour": "black"}}]}
ELEANOR = "eleanor@example.com"


@pytest.fixture
async def factory(line: Line) -> Changing:
    changing = Changing(line)
    await changing.stocked()
    return changing


async def test_a_change_shows_what_it_means_before_anybody_decides(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    change = await factory.asks(order_no, MORE)
    assert (change["number"], change["state"], change["asked_by"]) == (1, "proposed", "customer")
    impact = change["impact"]
    assert impact["amount"] == {"before": "2182.00", "after": "2542.00", "difference": "360.00"}
    (work,) = impact["work_orders"]
    assert (work["step"], work["begun"], work["operations_done"]) == ("kept", True, 0)
    (head, tube) = impact["materials"]
    assert (head["material"], head["needed_before"], head["needed_after"], head["reserved"]) == (
        "HEAD",
        "20",
        "24",
        "20",
    )
    assert (tube["needed_before"], tube["needed_after"]) == ("50", "56")
    assert impact["promised_date"]["after"] > impact["promised_date"]["before"]
    assert [one["role"] for one in impact["departments"]] == ["production", "warehouse"]
    assert change["diff"]["lines"][0]["fields"]["quantity"]["zh"] == "第 1 行 散热器 A 数量：10 → 12"
    order = await factory.line.order(order_no)
    assert (order["revision"], order["lines"][0]["quantity"]) == (1, "10")


async def test_prices_and_costs_of_a_change_reach_only_those_who_may_read_them(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    change = await factory.asks(order_no, DEARER)
    for role, prices, costs in (("production", 0, 0), ("design", 1, 0), ("finance", 1, 1)):
        told = (await factory.line.api.get(f"/changes/{change['id']}", role=role)).json()
        assert ("amount" in told["impact"], "cost" in told["impact"]) == (bool(prices), bool(costs))
        assert ("unit_price" in told["diff"]["lines"][0]["fields"]) == bool(prices)
        assert ("unit_price" in told["patch"]["lines"][0]) == bool(prices)
        assert ("181" in str(told)) == bool(prices)


async def test_a_change_is_rejected_with_a_reason_that_its_proposer_is_told(factory: Changing) -> None:
    order_no = await factory.stands("submit_review")
    change = await factory.asks(order_no, MORE)
    await factory.line.drain()
    assert ("change_proposed", order_no) in await factory.line.notices("management")
    assert {"approval"} == {
        item["kind"] for item in (await factory.line.api.get("/tasks", role="production")).json()["items"]
    }
    problem(await factory.decides(change, "reject", reason=""), 422, "field_invalid")
    rejected = (await factory.decides(change, "reject", reason="产能不足")).json()
    assert (rejected["state"], rejected["decision_reason"]) == ("rejected", "产能不足")
    await factory.line.drain()
    assert ("change_rejected", order_no) in await factory.line.notices("sales")
    problem(await factory.decides(change), 409, "change_decided")
    assert (await factory.line.order(order_no))["revision"] == 1


async def test_whoever_proposed_a_change_takes_it_back_and_others_do_not(factory: Changing) -> None:
    order_no = await factory.stands("submit_review")
    change = await factory.asks(order_no, MORE)
    problem(await factory.decides(change, "withdraw", "design"), 403, "right_missing")
    assert (await factory.decides(change, "withdraw", "sales")).json()["state"] == "withdrawn"


async def test_nobody_approves_what_is_too_much_of_their_own_or_what_they_may_not_see(factory: Changing) -> None:
    order_no = await factory.stands("submit_review")
    much = await factory.asks(order_no, {"lines": [{"line": 1, "quantity": "16"}]}, "management")
    problem(await factory.decides(much), 403, "own_change")
    little = await factory.asks(order_no, LESS_A_PIECE, "management")
    assert (await factory.decides(little)).json()["state"] == "applied"
    dearer = await factory.asks(order_no, DEARER)
    problem(await factory.decides(dearer, role="production"), 403, "change_not_judgeable")
    problem(await factory.decides(dearer, role="sales"), 403, "right_missing")


async def test_what_is_approved_is_what_somebody_looked_at(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    change = await factory.asks(order_no, MORE)
    await factory.line.attaches("sales", "contract", order_no)
    await factory.line.does("production", "start_production", order_no)
    stale = problem(await factory.decides(change, role="production"), 409, "change_base_stale")
    assert stale["preview"]["impact"]["stage"]["before"]["en"] == "In production"
    assert "amount" not in stale["preview"]["impact"]
    seen = (await factory.line.api.get(f"/changes/{change['id']}", role="management")).json()
    assert (seen["rebased"], seen["order_version"]) == (True, stale["preview"]["order_version"])
    assert (await factory.decides(change, order_version=seen["order_version"])).json()["state"] == "applied"


async def test_a_paper_attached_meanwhile_disturbs_no_approval(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    change = await factory.asks(order_no, MORE)
    await factory.line.attaches("sales", "contract", order_no)
    assert (await factory.decides(change)).json()["state"] == "applied"


async def test_the_customer_is_asked_where_the_wish_is_ours(factory: Changing) -> None:
    order_no = await factory.stands("start_production")
    change = await factory.asks(order_no, MORE, asked_by="us")
    assert change["confirm_by_customer"]
    waiting = (await factory.decides(change)).json()
    assert (waiting["state"], (await factory.line.order(order_no))["revision"]) == ("awaiting_customer", 1)
    problem(await factory.decides(change, "confirmation", "design", evidence=""), 422, "field_invalid")
    confirmed = (await factory.decides(change, "confirmation", "sales", evidence="微信截图")).json()
    assert (confirmed["state"], confirmed["revision"]) == ("applied", 2)
    assert (confirmed["decided_by"] is not None, confirmed["confirmation"]["evidence"]) == (True, "微信截图")
    event = (await factory.line.history(order_no))[-1]
    assert (event["payload"]["confirmed"], "微信" in str(event)) == (True, False)


async def test_what_the_customer_declines_does_not_happen(factory: Changing) -> None:
    order_no = await factory.stands("start_production")
    change = await factory.asks(order_no, MORE, confirm_by_customer=True)
    await factory.decides(change)
    declined = (await factory.decides(change, "confirmation", "sales", confirmed=False, evidence="电话")).json()
    assert (declined["state"], (await factory.line.order(order_no))["revision"]) == ("rejected", 1)


async def test_what_was_confirmed_before_its_approval_is_applied_with_it(factory: Changing) -> None:
    order_no = await factory.stands("start_production")
    change = await factory.asks(order_no, MORE, asked_by="us")
    early = (await factory.decides(change, "confirmation", "sales", evidence="邮件")).json()
    assert early["state"] == "proposed"
    assert (await factory.decides(change)).json()["state"] == "applied"


async def test_a_confirmation_that_comes_when_all_is_different_waits_for_another_approval(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    change = await factory.asks(order_no, MORE, asked_by="us")
    await factory.decides(change)
    await factory.line.does("production", "start_production", order_no)
    late = (await factory.decides(change, "confirmation", "sales", evidence="邮件")).json()
    assert (late["state"], (await factory.line.order(order_no))["revision"]) == ("approved", 1)
    await factory.line.drain()
    assert ("change_rebased", order_no) in await factory.line.notices("sales")
    now = (await factory.line.api.get(f"/changes/{change['id']}", role="management")).json()
    assert (await factory.decides(change, order_version=now["order_version"])).json()["state"] == "applied"


async def test_a_customer_confirms_in_the_portal_and_sees_nothing_of_the_workshop(factory: Changing) -> None:
    customer = {"name": "Eleanor", "email": ELEANOR, "external_id": "C9"}
    order_no = await factory.opened(customer=customer)
    await factory.line.goes_on(order_no, until="start_production")
    await factory.line.api.post("/contacts", {"email": ELEANOR, "name": "Eleanor"}, role="sales")
    other = await factory.opened()
    await factory.line.drain()
    change = await factory.asks(order_no, {**MORE, "notes": {"internal": "CANARY"}}, asked_by="us")
    await factory.decides(change)
    await factory.line.drain()
    assert [letter["to"] for letter in await factory.line.letters() if "请确认" in letter["subject"]] == [ELEANOR]
    async with a_customer(factory.line.api, ELEANOR) as browser:
        (shown,) = (await browser.get(f"/orders/{order_no}/changes")).json()["items"]
        assert (shown["number"], shown["asks_you"], shown["amount"]["difference"]) == (1, True, "360.00")
        assert not [word for word in ("CANARY", "work_orders", "cost", "reason", "departments") if word in str(shown)]
        problem(await browser.post(f"/orders/{other}/changes/1/confirm"), 404, "not_found")
        problem(await browser.post(f"/orders/{order_no}/changes/2/confirm"), 404, "not_found")
        done = await browser.post(f"/orders/{order_no}/changes/1/confirm")
        assert (done.status_code, done.json()["state"], done.json()["asks_you"]) == (200, "applied", False)
        problem(await browser.post(f"/orders/{order_no}/changes/1/decline"), 409, "change_decided")
    event = (await factory.line.history(order_no))[-1]
    assert (event["type"], event["actor"]["kind"]) == ("OrderChanged", "customer")


async def test_work_stands_still_until_every_department_knows(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    applied = await factory.changed(order_no, MORE)
    first, second = await factory.works(order_no)
    assert (first["current"], first["change"]["number"], first["change"]["revision"]) == (False, 1, 2)
    assert "数量：10 → 12" in first["change"]["text"]["zh"]
    assert second["current"]
    await factory.line.drain()
    assert ("change_to_acknowledge", order_no) in await factory.line.notices("production")
    refused = await factory.line.tries("production", "completion_reported", order_no)
    assert "change 1" in problem(refused, 409, "revision_not_acknowledged")["texts"]["en"]
    offers = (await factory.line.api.get(f"/orders/{order_no}/actions", role="production")).json()["items"]
    (offer,) = [one for one in offers if one["action"] == "completion_reported"]
    assert [reason["code"] for reason in offer["reasons"]] == ["revision_not_acknowledged"]

    problem(await factory.decides(applied, "acknowledge", "driver"), 403, "role_not_allowed")
    half = (await factory.decides(applied, "acknowledge", "production")).json()
    assert not half["acknowledged"]
    problem(await factory.line.tries("production", "completion_reported", order_no), 409, "revision_not_acknowledged")
    problem(await factory.decides(applied, "acknowledge", "management", role_key="x"), 422, "field_unknown")
    problem(await place_of(factory, applied, "warehouse"), 403, "role_not_allowed")
    assert (await place_of(factory, applied, "warehouse", reason="仓管请假")).json()["acknowledged"]
    assert all(work["current"] for work in await factory.works(order_no))
    await factory.line.does("production", "completion_reported", order_no)


async def place_of(factory: Changing, change: dict[str, Any], role: str, **more: str) -> Any:
    """Management acknowledges in another department's place."""
    path = f"/changes/{change['id']}/acknowledge"
    return await factory.line.api.post(path, {"role": role, **more}, role="management")


@pytest.mark.parametrize(
    ("until", "patch", "code"),
    [
        ("pass_inspection", {"lines": [{"line": 1, "quantity": "5"}]}, "quantity_below_shipped"),
        ("pass_inspection", {"lines": [{"line": 1, "sku": "RAD-B"}]}, "line_shipped"),
        (
            "submit_review",
            {"lines": [{"line": 1, "cancel": True}, {"line": 2, "cancel": True}]},
            "change_leaves_nothing",
        ),
        ("submit_review", {"lines": [{"line": 1, "quantity": "10"}]}, "change_empty"),
        ("submit_review", {"discounts": [{"amount": "99999.00"}]}, "total_below_nothing"),
        ("submit_review", {"promised_date": "2020-01-01"}, "field_invalid"),
        ("submit_review", {"lines": [{"line": 9, "quantity": "1"}]}, "field_invalid"),
        ("submit_review", {"cancel": True, "priority": 2}, "field_invalid"),
        ("submit_review", {"substitutes": [{"material": "VALVE", "substitute": "TUBE-X"}]}, "field_invalid"),
        ("submit_review", {"substitutes": [{"material": "TUBE", "substitute": "NOWHERE"}]}, "field_invalid"),
        ("submit_review", {"merchandiser_id": "01a20eed-6b46-7441-9144-6952a75d8b12"}, "field_invalid"),
        ("submit_review", {"drawings": [{"attachment_id": "01a20eed-6b46-7441-9144-6952a75d8b12"}]}, "field_invalid"),
        ("submit_review", {"extension": {"nonsense": 1}}, "field_invalid"),
        ("submit_review", {"total": "1.00", "priority": 3}, "amounts_do_not_add_up"),
        ("sign_delivery", MORE, "change_too_late"),
        ("sign_delivery", {"address": {"city": "北京"}}, "change_too_late"),
        ("sign_delivery", {"cancel": True}, "change_too_late"),
    ],
)
async def test_what_cannot_be_is_refused_when_it_is_asked_for(
    factory: Changing, until: str, patch: dict[str, Any], code: str
) -> None:
    order_no = await factory.stands(until)
    if until == "pass_inspection":
        await factory.line.does("warehouse", "ship_part", order_no, lines=[{"line": 1, "quantity": "6"}])
    refused = await factory.tries(order_no, patch)
    assert problem(refused, refused.status_code, code)
    assert refused.status_code in (409, 422)
    assert (await factory.line.api.get(f"/orders/{order_no}/changes", role="sales")).json()["items"] == []


async def test_nobody_asks_for_what_they_may_not_write(factory: Changing) -> None:
    order_no = await factory.stands("submit_review")
    body = problem(await factory.tries(order_no, {**DEARER, "cost": "1"}, "design"), 403, "field_not_writable")
    assert {error["pointer"] for error in body["errors"]} == {"/patch/lines/0/unit_price", "/patch/cost"}
    problem(await factory.tries(order_no, OTHERWISE, "production"), 403, "field_not_writable")
    problem(await factory.tries(order_no, {"cancel": True}, "design"), 403, "field_not_writable")
    problem(await factory.tries(order_no, MORE, "warehouse"), 403, "right_missing")
    problem(await factory.tries("SO999999", MORE), 404, "not_found")
    problem(await factory.tries(order_no, {"stage": "delivered"}), 422, "field_unknown")


async def test_a_preview_keeps_nothing(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    path = f"/orders/{order_no}/changes/preview"
    preview = (await factory.line.api.post(path, {"patch": MORE}, role="sales")).json()
    assert preview["impact"]["amount"]["difference"] == "360.00"
    assert (await factory.line.api.get("/changes", role="sales")).json()["items"] == []


async def test_the_inbox_lists_by_state_and_by_who_has_not_acknowledged(factory: Changing) -> None:
    order_no = await factory.stands("start_production")
    applied = await factory.changed(order_no, MORE)
    waiting = await factory.asks(order_no, DEARER, asked_by="us")

    async def found(query: str) -> list[int]:
        items = (await factory.line.api.get(f"/changes?{query}", role="management")).json()["items"]
        return [item["number"] for item in items]

    assert await found("") == [2, 1]
    assert await found("state=proposed") == [2]
    assert await found("waits_for=production") == [1]
    assert await found("waits_for=driver") == []
    assert await found(f"order_no={order_no}&asked_by=us") == [2]
    page = (await factory.line.api.get("/changes?limit=1", role="management")).json()
    assert [item["id"] for item in page["items"]] == [waiting["id"]]
    rest = await factory.line.api.get(f"/changes?limit=1&cursor={page['next_cursor']}", role="management")
    assert [item["id"] for item in rest.json()["items"]] == [applied["id"]]


async def test_a_cancelled_order_takes_its_open_changes_its_work_and_its_material_along(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    applied = await factory.changed(order_no, LESS_A_PIECE)
    change = await factory.asks(order_no, MORE)
    await factory.line.does("sales", "cancel", order_no)
    assert (await factory.line.api.get(f"/changes/{change['id']}", role="sales")).json()["state"] == "withdrawn"
    assert applied["departments"]
    await factory.leaves_nothing_stale(order_no)


async def test_a_split_takes_work_and_material_along_and_the_open_change_is_looked_at_again(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    change = await factory.asks(order_no, {"lines": [{"line": 1, "quantity": "8"}]})
    split = await factory.line.does("sales", "split", order_no, lines=[{"line": 1, "quantity": "4"}])
    child = split["child"]["order_no"]
    assert [work["quantity"] for work in await factory.works(order_no)] == ["6", "4"]
    assert [work["quantity"] for work in await factory.works(child)] == ["4"]
    stale = problem(await factory.decides(change), 409, "change_base_stale")
    fields = stale["preview"]["diff"]["lines"][0]["fields"]["quantity"]
    assert (fields["before"], fields["after"]) == ("6", "8")
    done = await factory.decides(change, order_version=stale["preview"]["order_version"])
    await factory.acknowledged(done.json())
    for number in (order_no, child):
        await factory.leaves_nothing_stale(number)


async def test_goods_do_not_leave_while_somebody_has_not_heard(factory: Changing) -> None:
    order_no = await factory.stands("pass_inspection")
    change = await factory.changed(order_no, {"address": {"city": "宁波市"}})
    part = {"lines": [{"line": 1, "quantity": "1"}]}
    problem(await factory.line.tries("warehouse", "ship_part", order_no, **part), 409, "revision_not_acknowledged")
    problem(await factory.line.tries("warehouse", "dispatch", order_no), 409, "revision_not_acknowledged")
    await factory.acknowledged(change)
    await factory.line.does("warehouse", "ship_part", order_no, **part)
    await factory.line.goes_on(order_no, after="pass_inspection")
    assert (await factory.line.order(order_no))["customer"]["address"]["city"] == "宁波市"


async def test_a_returned_order_is_reworked_with_a_change_in_force(factory: Changing) -> None:
    order_no = await factory.stands("sign_delivery")
    await factory.line.does("warehouse", "receive_return", order_no, lines=[{"line": 1, "quantity": "2"}])
    await factory.line.does("quality", "open_rework", order_no)
    change = await factory.changed(order_no, OTHERWISE)
    problem(await factory.line.tries("production", "completion_reported", order_no), 409, "revision_not_acknowledged")
    await factory.acknowledged(change)
    await factory.line.goes_on(order_no, after="start_production")
    await factory.leaves_nothing_stale(order_no)


async def test_two_who_approve_at_once_apply_it_once(factory: Changing) -> None:
    order_no = await factory.stands("start_production")
    change = await factory.asks(order_no, MORE)
    answers = await asyncio.gather(
        *(factory.decides(change, role=role) for role in ("management", "production", "admin"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert (await factory.line.order(order_no))["revision"] == 2


async def test_a_phone_that_had_not_heard_is_kept_as_a_conflict_and_one_that_had_is_refused(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    old = min(await factory.works(order_no), key=lambda one: int(one["line"]))
    change = await factory.changed(order_no, OTHERWISE)
    (early,) = await factory.reports("complete", old, operation="OP10", good="6")
    assert (early["status"], early["code"]) == ("conflict", "revision_not_acknowledged")
    assert "change 1" in str(early) or "第 1 号改单" in str(early)
    factory.line.api.clock.later(seconds=5)
    await factory.line.api.get(f"/sync?device_id={factory.phone_id}", role="production")
    factory.line.api.clock.later(seconds=5)
    (late,) = await factory.reports("complete", old, operation="OP10", good="6")
    assert (late["status"], late["code"]) == ("rejected", "revision_not_acknowledged")
    await factory.acknowledged(change)
    now = min(await factory.works(order_no), key=lambda one: int(one["line"]))
    (done,) = await factory.reports("complete", now, operation="OP10", good="6")
    assert done["status"] == "applied"


async def test_a_phone_acknowledges_for_the_workshop(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    change = await factory.changed(order_no, OTHERWISE)
    work = min(await factory.works(order_no), key=lambda one: int(one["line"]))
    (heard,) = await factory.reports("ack_change", work, change_id=change["id"])
    assert heard["status"] == "applied", heard
    told = (await factory.line.api.get(f"/changes/{change['id']}", role="admin")).json()["departments"]
    assert [one["acknowledged_at"] is not None for one in told if one["role"] == "production"] == [True]
