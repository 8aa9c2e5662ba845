"""A6: for every hour of an order's life, which role had it, and how long it lay there untouched."""

from __future__ import annotations

import pytest

from domain.refusals.kinds import Refusal
from tests.factory import Factory, person
from usecases.kpis.who_had_it import who_had_it


async def test_who_had_an_order_is_told_hour_by_hour(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    for hours, action, role in (
        (2, "submit_review", "sales"),
        (1, "approve_review", "sales"),
        (5, "start_production", "production"),
    ):
        factory.later(hours=hours)
        await factory.act(order_no, action, role)
    factory.later(hours=1)
    told = await factory.run(who_had_it, order_no, actor=person("sales"))
    assert [(one["stage"], one["role"], one["hours"]) for one in told["items"]] == [
        ("signed", "sales", 2),
        ("in_review", "sales", 1),
        ("scheduled", "production", 5),
        ("in_production", "production", 1),
    ]
    handed_over = [one["taken_at"] is not None for one in told["items"]]
    assert handed_over == [False, False, True, False], "production was handed it, and took it up by starting"
    assert told["items"][2]["waited_hours"] == told["items"][2]["working_hours"]
    assert told["items"][-1]["until"] is None
    assert [(one["role"], one["hours"]) for one in told["roles"]] == [("production", 6), ("sales", 3)]


async def test_nobody_has_an_order_that_is_over_and_a_hold_is_told(factory: Factory) -> None:
    order_no = (await factory.an_order())["order_no"]
    await factory.act(order_no, "hold", "sales", payload={"reason": "客户未定"})
    factory.later(hours=3)
    await factory.act(order_no, "cancel", "sales", payload={"reason": "客户取消"})
    factory.later(hours=9)
    (stay,) = (await factory.run(who_had_it, order_no, actor=person("sales")))["items"]
    assert (stay["hours"], stay["held_hours"], stay["until"] is not None) == (3, 3, True)


async def test_an_order_that_is_not_there_is_nobodys(factory: Factory) -> None:
    with pytest.raises(Refusal) as refused:
        await factory.run(who_had_it, "SO999999", actor=person("sales"))
    assert refused.value.code == "not_found"
