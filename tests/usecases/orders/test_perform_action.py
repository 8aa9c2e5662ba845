"""Only business actions move an order, and each moves it once."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest

from domain.refusals.kinds import Refusal
from tests.factory import Factory, a_key, person
from usecases.orders.attach_paper import AttachPaper, attach_paper
from usecases.orders.perform_action import PerformAction, perform_action
from usecases.orders.read_orders import list_actions, read_order, verify_history


async def refusal(factory: Factory, order_no: str, action: str, role: str, **more: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        await factory.act(order_no, action, role, **more)
    return refused.value


async def test_the_whole_line_from_signed_to_delivered(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    last = await factory.play(order_no, "sign_delivery")
    assert (last["order"]["stage"], last["order"]["category"], last["order"]["version"]) == ("delivered", "done", 9)
    assert (await factory.read(verify_history, order_no))["holds"]
    assert last["order"]["lines"][0]["shipped_quantity"] == "2"


async def test_the_answer_is_what_is_read_afterwards(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    answer = await factory.act(order_no, "submit_review", "sales")
    assert await factory.read(read_order, order_no) == answer["order"]


async def test_effects_stand_in_the_outbox_with_the_move(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    answer = await factory.play(order_no, "completion_reported")
    async with factory.database.connect() as connection:
        rows = await connection.rows("SELECT * FROM outbox WHERE event_id::text = $1", answer["event"]["id"])
    assert {row["kind"] for row in rows} == {"notify", "open_task"}
    assert all(row["state"] == "ready" and "quality" in row["recipient"] for row in rows)


async def test_fifty_people_take_one_action_and_one_succeeds(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    command = PerformAction(order_no, "submit_review")
    answers = await asyncio.gather(
        *(factory.run(perform_action, command, actor=person("sales", number=n)) for n in range(50)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    refused = [answer for answer in answers if isinstance(answer, Refusal)]
    assert (len(refused), {r.code for r in refused}) == (49, {"action_not_allowed_in_stage"})
    assert (await factory.read(read_order, order_no))["version"] == 2


async def test_the_same_key_acts_once_even_at_once(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    acts = (factory.act(order_no, "submit_review", "sales", key=a_key()) for _ in range(20))
    answers = await asyncio.gather(*acts)
    assert all(answer == answers[0] for answer in answers)
    assert (await factory.read(read_order, order_no))["version"] == 2


async def test_a_key_gives_its_refusal_again(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    assert (
        await refusal(factory, order_no, "dispatch", "warehouse", key=a_key())
    ).code == "action_not_allowed_in_stage"
    await factory.play(order_no, "pass_inspection")
    assert (
        await refusal(factory, order_no, "dispatch", "warehouse", key=a_key())
    ).code == "action_not_allowed_in_stage"


async def test_a_key_for_something_else_is_refused(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.act(order_no, "submit_review", "sales", key=a_key())
    assert (
        await refusal(factory, order_no, "approve_review", "sales", key=a_key(fingerprint="f2"))
    ).code == "idempotency_key_reused"


@pytest.mark.parametrize(
    ("action", "role", "code"),
    [
        ("submit_review", "driver", "role_not_allowed"),
        ("submit_review", "admin", "role_not_allowed"),
        ("dispatch", "warehouse", "action_not_allowed_in_stage"),
        ("nonsense", "sales", "action_unknown"),
        ("release_hold", "sales", "order_not_held"),
        ("receive_return", "warehouse", "nothing_shipped"),
    ],
)
async def test_what_is_not_possible_is_refused_with_its_code(
    factory: Factory, action: str, role: str, code: str
) -> None:
    order_no = (await factory.an_order())["order_no"]
    assert (await refusal(factory, order_no, action, role)).code == code
    assert (await factory.read(read_order, order_no))["version"] == 1


async def test_an_unknown_order_is_not_found(factory: Factory) -> None:
    assert (await refusal(factory, "SO1", "hold", "sales")).code == "not_found"


async def test_a_stale_version_is_refused(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.act(order_no, "hold", "sales", expected_version=1)
    assert (await refusal(factory, order_no, "release_hold", "sales", expected_version=1)).code == "version_stale"


async def test_while_held_only_release_and_cancel_are_possible(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    held = await factory.act(order_no, "hold", "sales", payload={"reason": "等付款"})
    assert (held["order"]["held"], held["order"]["stage"]) == (True, "signed")
    assert (await refusal(factory, order_no, "submit_review", "sales")).code == "order_held"
    await factory.act(order_no, "release_hold", "sales")
    await factory.act(order_no, "submit_review", "sales")


async def test_a_cancelled_order_stays_cancelled(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    cancelled = await factory.act(order_no, "cancel", "sales")
    assert (cancelled["order"]["stage"], cancelled["order"]["category"]) == ("cancelled", "cancelled")
    assert (await refusal(factory, order_no, "submit_review", "sales")).code == "action_not_allowed_in_stage"


async def test_a_failed_inspection_goes_back_to_the_workshop(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.play(order_no, "completion_reported")
    assert (await factory.act(order_no, "fail_inspection", "quality"))["order"]["stage"] == "in_production"


async def test_parts_are_shipped_and_the_rest_goes_with_the_dispatch(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.play(order_no, "pass_inspection")
    part = {"lines": [{"line": 1, "quantity": "1"}]}
    shipped = await factory.act(order_no, "ship_part", "warehouse", payload=part)
    assert (shipped["order"]["lines"][0]["shipped_quantity"], shipped["order"]["stage"]) == ("1", "qc_passed")
    too_much = {"lines": [{"line": 1, "quantity": "2"}]}
    assert (await refusal(factory, order_no, "ship_part", "warehouse", payload=too_much)).code == "quantity_exceeded"
    assert (await factory.act(order_no, "dispatch", "warehouse"))["order"]["lines"][0]["shipped_quantity"] == "2"


async def test_delivered_goods_come_back_and_are_reworked(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.play(order_no, "sign_delivery")
    assert (await refusal(factory, order_no, "open_rework", "quality")).code == "nothing_returned"
    back = {"lines": [{"line": 1, "quantity": "1"}], "reason": "破损"}
    returned = await factory.act(order_no, "receive_return", "warehouse", payload=back)
    assert (returned["order"]["stage"], returned["order"]["lines"][0]["returned_quantity"]) == ("delivered", "1")
    assert (await factory.act(order_no, "open_rework", "quality"))["order"]["stage"] == "in_production"
    assert (await factory.read(verify_history, order_no))["holds"]


async def test_a_split_keeps_the_money_and_both_histories(factory: Factory) -> None:
    order = await factory.an_order()
    answer = await factory.act(
        order["order_no"], "split", "sales", payload={"lines": [{"line": 1, "quantity": "1"}]}, key=a_key()
    )
    child = answer["child"]
    assert (child["order_no"], child["parent_no"]) == (f"{order['order_no']}-2", order["order_no"])
    assert Decimal(answer["order"]["total"]) + Decimal(child["total"]) == Decimal(order["total"])
    for order_no in (order["order_no"], child["order_no"]):
        assert (await factory.read(verify_history, order_no))["holds"]
    second = await factory.act(child["order_no"], "submit_review", "sales")
    assert second["order"]["stage"] == "in_review"
    again = await factory.act(
        order["order_no"], "split", "sales", payload={"lines": [{"line": 1, "quantity": "1"}]}, key=a_key()
    )
    assert again["child"]["order_no"] == child["order_no"]


async def test_an_order_without_a_promise_gets_one_at_review(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    reviewed = (await factory.play(order_no, "approve_review"))["order"]
    assert (reviewed["promised_date"], reviewed["promised_derived"]) == ("2026-12-13", True)
    assert reviewed["due_at"] == "2026-12-13T16:00:00.000000Z"


async def test_a_stage_waits_for_its_deliverable(factory: Factory) -> None:
    order_no = (await factory.an_order(order_type="custom_furniture"))["order_no"]
    await attach(factory, order_no, "requirement_sheet")
    await factory.act(order_no, "accept_enquiry", "sales")
    refused = await refusal(factory, order_no, "approve_design", "design")
    assert refused.code == "deliverable_missing"
    await attach(factory, order_no, "rendering_3d")
    assert (await factory.act(order_no, "approve_design", "design"))["order"]["stage"] == "quotation"
    assert (await factory.read(verify_history, order_no))["holds"]


async def attach(factory: Factory, order_no: str, kind: str) -> None:
    paper = AttachPaper(order_no, kind, "a.png", "image/png", 3, "0" * 64)
    await factory.run(attach_paper, paper, actor=person("design"))


async def test_offers_say_what_is_possible_and_why_the_rest_is_not(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    offered = {item["action"]: item for item in (await factory.read(list_actions, order_no, role="sales"))["items"]}
    assert offered["submit_review"]["allowed"]
    driver = {item["action"]: item for item in (await factory.read(list_actions, order_no, role="driver"))["items"]}
    assert not driver["submit_review"]["allowed"]
    assert driver["submit_review"]["reasons"][0]["code"] == "role_not_allowed"


async def test_an_action_needs_few_statements(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.act(order_no, "hold", "sales")
    counted = await statements_of(factory, PerformAction(order_no, "release_hold"), a_key("counted"))
    assert counted == 2, "one reads, one writes"


async def statements_of(factory: Factory, command: PerformAction, key: Any) -> int:
    seen: list[int] = []

    async def watching(tx: Any, asked: Any) -> Any:
        answer = await perform_action(tx, asked)
        seen.append(tx.connection.statements)
        return answer

    watching.terms = perform_action.terms  # type: ignore[attr-defined]
    await factory.run(watching, command, actor=person("sales"), key=key)
    return seen[0]
