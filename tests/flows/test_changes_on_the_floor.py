"""A7 where phones are: who has heard of a change, what it leaves alone, and how an order goes on by itself after it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flows.changing import Changing
from tests.flows.line import Line

OTHERWISE: dict[str, Any] = {"lines": [{"line": 1, "technical": {"colour": "black"}}]}
LESS_OF_THE_SECOND: dict[str, Any] = {"lines": [{"line": 2, "quantity": "3"}]}
NONE_OF_THE_SECOND: dict[str, Any] = {"lines": [{"line": 2, "cancel": True}]}


@pytest.fixture(scope="module")
async def factory(shared_line: Line) -> Changing:
    changing = Changing(shared_line)
    await changing.stocked()
    return changing


async def first_of(factory: Changing, order_no: str) -> dict[str, Any]:
    """The work order of its first line."""
    return min(await factory.works(order_no), key=lambda one: int(one["line"]))


async def asks(factory: Changing) -> set[str]:
    """A phone asks what is new; the work orders that it is told of."""
    factory.line.api.clock.later(seconds=5)
    answer = await factory.line.api.get(f"/sync?device_id={await factory.phone()}", role="production")
    factory.line.api.clock.later(seconds=5)
    return {work["number"] for work in answer.json()["work_orders"] if not work["current"]}


async def test_who_asked_while_the_change_was_held_back_has_not_heard_of_it(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    old = await first_of(factory, order_no)
    async with factory.line.api.parts.database.connect() as connection, connection.driver.transaction():
        # Something that takes long: what comes after it is told when it is through.
        await connection.value("SELECT feed_place()::text")
        await factory.changed(order_no, OTHERWISE)
        assert await asks(factory) == set()
        (early,) = await factory.reports("complete", old, operation="OP10", good="6")
    assert (early["status"], early["code"]) == ("conflict", "revision_not_acknowledged")
    while old["number"] not in await asks(factory):
        pass
    (late,) = await factory.reports("complete", old, operation="OP10", good="6")
    assert (late["status"], late["code"]) == ("rejected", "revision_not_acknowledged")


async def test_what_a_change_leaves_alone_goes_on_as_the_phone_knows_it(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=4)
    old = await first_of(factory, order_no)
    await factory.changed(order_no, LESS_OF_THE_SECOND)
    now = await first_of(factory, order_no)
    assert (old["revision"], now["revision"], now["current"]) == (1, 2, True)
    (told,) = await factory.reports("complete", old, operation="OP10", good="6")
    assert told["status"] == "applied"


async def test_what_was_made_before_a_change_can_be_inspected_after_it(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=10, whole=True)
    made = await first_of(factory, order_no)
    await factory.acknowledged(await factory.changed(order_no, LESS_OF_THE_SECOND))
    shown = await first_of(factory, order_no)
    assert (shown["state"], shown["current"]) == ("done", True)
    sent = {"kind": "inspect", "body": {"result": "pass", "revision": 1}}
    told = await factory.line.api.post(f"/work-orders/{made['number']}/reports", sent, role="quality")
    assert (told.status_code, told.json()["work_order"]["inspection"]["passed"]) == (201, True)


async def test_when_nothing_is_left_to_make_the_order_goes_on_with_the_last_who_hears_of_it(factory: Changing) -> None:
    order_no = await factory.stands("start_production", begun=10, whole=True)
    change = await factory.changed(order_no, NONE_OF_THE_SECOND)
    assert (await factory.line.order(order_no))["stage"] == "in_production"
    await factory.acknowledged(change)
    order = await factory.leaves_nothing_stale(order_no)
    assert order["stage"] == "awaiting_qc"
    event = (await factory.line.history(order_no))[-1]
    assert (event["action"], event["actor"]["kind"], event["payload"]["good"]) == (
        "completion_reported",
        "system",
        "10",
    )


async def test_work_begun_before_everybody_knew_begins_production_when_they_do(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    work = await first_of(factory, order_no)
    change = await factory.changed(order_no, {"address": {"city": "宁波市"}})
    (told,) = await factory.reports("start", work, operation="OP10")
    assert (told["status"], told["code"], told["flags"]) == (
        "applied",
        "revision_not_acknowledged",
        ["order_not_moved"],
    )
    await factory.acknowledged(change)
    assert (await factory.line.order(order_no))["stage"] == "in_production"


async def test_a_planners_routing_stands_when_the_quantity_changes(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    work = await first_of(factory, order_no)
    names = ("code", "name", "work_centre", "minutes", "setup_minutes", "requirements", "outsourced")
    (cut, weld) = [{name: step[name] for name in names} for step in work["operations"]]
    routing = {"operations": [cut, {**weld, "outsourced": True}], "reason": "焊机坏了"}
    path, seen = f"/work-orders/{work['number']}/routing", {"if-match": f'"{work["version"]}"'}
    assert (await factory.line.api.request("PUT", path, json=routing, role="production", headers=seen)).is_success
    split = await factory.line.api.post(f"/work-orders/{work['number']}/split", {"quantity": "4"}, role="production")
    assert split.status_code == 201, split.text
    await factory.changed(order_no, {"lines": [{"line": 1, "quantity": "12"}]})
    parts = [one for one in await factory.works(order_no) if one["line"] == 1]
    assert sorted(one["quantity"] for one in parts) == ["6", "6"]
    assert [[step["outsourced"] for step in one["operations"]] for one in parts] == [[False, True], [False, True]]


async def test_alerts_end_with_what_they_were_about(factory: Changing) -> None:
    order_no = await factory.stands("approve_review")
    await factory.runs_short()
    factory.line.later(days=52)
    await factory.looks_for_causes()
    assert {"first_operation_late", "material_short"} & await factory.alerts_of(order_no)
    later = await factory.changed(order_no, {"promised_date": "2027-04-15"})
    await factory.acknowledged(later)
    await factory.looks_for_causes()
    assert "first_operation_late" not in await factory.alerts_of(order_no)
    await factory.changed(order_no, {"cancel": True})
    await factory.leaves_nothing_stale(order_no)
