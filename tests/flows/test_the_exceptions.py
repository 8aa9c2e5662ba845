"""A2, A8: deliverables that block, holds, cancellations, splits, partial shipments, returns and rework."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.api.support import problem
from tests.flows.line import Line, money_adds_up

FURNITURE = (
    ("sales", "requirement_sheet", "accept_enquiry"),
    ("design", "rendering_3d", "approve_design"),
    ("sales", "signed_quotation", "sign_quotation"),
    ("warehouse", "purchase_list", "materials_arrived"),
    ("production", "cutting_list", "completion_reported"),
    ("quality", "packing_photo", "pass_inspection"),
    ("driver", "signed_delivery_note", "sign_delivery"),
)
WARDROBE = {"name": "衣柜", "quantity": "1", "unit_price": "12000.00"}


async def test_furniture_waits_for_its_rendering_and_then_goes_on(line: Line) -> None:
    order_no = await line.opened(order_type="custom_furniture", lines=[WARDROBE])
    await line.attaches("sales", "requirement_sheet", order_no)
    await line.does("sales", "accept_enquiry", order_no)

    refused = problem(await line.tries("design", "approve_design", order_no), 409, "deliverable_missing")
    assert "rendering" in refused["texts"]["en"].lower()
    (offer,) = [
        offer
        for offer in (await line.api.get(f"/orders/{order_no}/actions", role="design")).json()["items"]
        if offer["action"] == "approve_design"
    ]
    assert (offer["allowed"], [reason["code"] for reason in offer["reasons"]]) == (False, ["deliverable_missing"])
    assert (await line.order(order_no))["stage"] == "design"

    await line.attaches("design", "photo", order_no)
    problem(await line.tries("design", "approve_design", order_no), 409, "deliverable_missing")
    await line.attaches("design", "rendering_3d", order_no)
    assert (await line.does("design", "approve_design", order_no))["order"]["stage"] == "quotation"


async def test_furniture_at_every_stage_waits_for_what_that_stage_makes(line: Line) -> None:
    order_no = await line.opened(order_type="custom_furniture", lines=[WARDROBE])
    for role, paper, action in FURNITURE:
        problem(await line.tries(role, action, order_no), 409, "deliverable_missing")
        await line.attaches(role, paper, order_no)
        await line.does(role, action, order_no)
    assert (await line.order(order_no))["stage"] == "delivered"


async def test_a_held_order_stands_still_until_it_is_released(line: Line) -> None:
    order_no = await line.opened()
    await line.goes_on(order_no, until="start_production")
    held = await line.does("quality", "hold", order_no, reason="wrong colour")
    assert (held["order"]["held"], held["order"]["stage"]) == (True, "in_production")
    problem(await line.tries("production", "completion_reported", order_no), 409, "order_held")
    problem(await line.tries("sales", "hold", order_no), 409, "order_held")
    assert await line.allowed("sales", order_no) == {"release_hold", "cancel"}
    released = await line.does("sales", "release_hold", order_no)
    assert (released["order"]["held"], released["order"]["stage"]) == (False, "in_production")
    await line.goes_on(order_no, after="start_production")
    await line.drain()
    assert ("held", order_no) in await line.notices("production")


async def test_a_cancelled_order_is_over_even_when_it_was_held(line: Line) -> None:
    order_no = await line.opened()
    await line.goes_on(order_no, until="approve_review")
    await line.does("production", "hold", order_no)
    cancelled = (await line.does("sales", "cancel", order_no, reason="customer left"))["order"]
    assert (cancelled["stage"], cancelled["category"], cancelled["held"]) == ("cancelled", "cancelled", False)
    problem(await line.tries("production", "start_production", order_no), 409, "action_not_allowed_in_stage")
    assert await line.allowed("sales", order_no) == set()
    await line.drain()
    assert order_no not in await line.tasks("production")


async def test_a_split_order_is_two_that_are_worth_what_the_one_was(line: Line) -> None:
    lines = [
        {"name": "散热器", "quantity": "3", "unit_price": "33.335", "external_id": "a"},
        {"name": "支架", "quantity": "10", "unit_price": "7.77", "external_id": "b"},
    ]
    discounts = [{"kind": "line", "amount": "10.01", "line": "b"}, {"kind": "order", "amount": "5.00"}]
    order_no = await line.opened(lines=lines, discounts=discounts, shipping="12.00")
    before = Decimal((await line.order(order_no))["total"])
    await line.goes_on(order_no, until="approve_review")
    moved = [{"line": 1, "quantity": "1"}, {"line": 2, "quantity": "3"}]
    answer = await line.does("sales", "split", order_no, lines=moved)
    parent, child = await line.order(order_no), await line.order(answer["child"]["order_no"])
    assert (child["order_no"], child["parent_no"], child["stage"]) == (f"{order_no}-2", order_no, "scheduled")
    assert money_adds_up(parent)
    assert money_adds_up(child)
    assert Decimal(parent["total"]) + Decimal(child["total"]) == before
    assert [each["quantity"] for each in parent["lines"]] == ["2", "7"]

    again = await line.does("sales", "split", child["order_no"], lines=[{"line": 1, "quantity": "1"}])
    assert again["child"]["order_no"] == f"{order_no}-3"
    for number in (order_no, child["order_no"], f"{order_no}-3"):
        await line.goes_on(number, after="approve_review")
    totals = [Decimal((await line.order(number))["total"]) for number in (order_no, f"{order_no}-2", f"{order_no}-3")]
    assert sum(totals) == before


async def test_goods_leave_in_parts_and_the_rest_with_the_dispatch(line: Line) -> None:
    order_no = await line.opened(lines=[{"name": "散热器", "quantity": "10", "unit_price": "1.00"}])
    await line.goes_on(order_no, until="pass_inspection")
    for number, left in (("3", "7"), ("7", "0")):
        problem(await ships(line, order_no, "10.5"), 409, "quantity_exceeded")
        assert (await ships(line, order_no, number)).status_code == 200
        shipped = Decimal((await line.order(order_no))["lines"][0]["shipped_quantity"])
        assert Decimal(10) - shipped == Decimal(left)
    problem(await ships(line, order_no, "1"), 409, "nothing_to_ship")
    await line.goes_on(order_no, after="pass_inspection")
    assert (await line.order(order_no))["lines"][0]["shipped_quantity"] == "10"


async def ships(line: Line, order_no: str, quantity: str) -> Any:
    return await line.tries("warehouse", "ship_part", order_no, lines=[{"line": 1, "quantity": quantity}])


async def test_what_comes_back_is_reworked_and_goes_out_again(line: Line) -> None:
    order_no = await line.opened()
    await line.goes_on(order_no)
    problem(await line.tries("quality", "open_rework", order_no), 409, "nothing_returned")
    back = [{"line": 1, "quantity": "1"}]
    returned = (await line.does("warehouse", "receive_return", order_no, lines=back))["order"]
    assert (returned["stage"], returned["lines"][0]["returned_quantity"]) == ("delivered", "1")
    reworked = (await line.does("quality", "open_rework", order_no))["order"]
    assert (reworked["stage"], reworked["category"]) == ("in_production", "in_production")
    await line.goes_on(order_no, after="start_production")
    assert (await line.order(order_no))["stage"] == "delivered"


async def test_what_fails_the_inspection_goes_back_to_the_workshop(line: Line) -> None:
    order_no = await line.opened()
    await line.goes_on(order_no, until="completion_reported")
    failed = await line.does("quality", "fail_inspection", order_no, defects=[{"code": "scratch", "quantity": "1"}])
    assert failed["order"]["stage"] == "in_production"
    await line.drain()
    assert ("rework_opened", order_no) in await line.notices("production")
    await line.goes_on(order_no, after="start_production")


@pytest.mark.parametrize(
    ("role", "action"),
    [("production", "submit_review"), ("admin", "submit_review"), ("driver", "cancel"), ("warehouse", "hold")],
)
async def test_nobody_acts_for_another_role(line: Line, role: str, action: str) -> None:
    order_no = await line.opened()
    problem(await line.tries(role, action, order_no), 403, "role_not_allowed")
    assert (await line.order(order_no))["version"] == 1


async def test_there_is_no_way_to_set_a_status(line: Line) -> None:
    order_no = await line.opened()
    answer = await line.api.request(
        "PATCH", f"/orders/{order_no}", role="sales", json={"stage": "delivered"}, headers={"if-match": '"1"'}
    )
    problem(answer, 422, "field_unknown")
    assert (await line.order(order_no))["stage"] == "signed"
