"""Customers are found again instead of written twice; who was written twice is merged, and unmerged, with a history."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.refusals.kinds import Refusal
from persistence.queries.customer_list import CustomerPage
from tests.factory import Factory, an_opening, person
from usecases.customers.merge_customers import MergeCustomers, merge_customers, undo_merge
from usecases.customers.read_customers import list_customers, read_customer
from usecases.customers.tell_apart import Pair, tell_apart, tell_apart_no_more
from usecases.orders.open_order import open_order
from usecases.orders.read_orders import read_order, verify_history

FIRM = {"name": "宁波海润暖通有限公司", "phone": "138 0000 2222", "tax_no": "91330200MA2AHB1X8K"}


@pytest.fixture
async def factory(database: Any) -> AsyncIterator[Factory]:
    made = await Factory.open(database.app_url)
    yield made
    await made.close()


async def owner(factory: Factory, customer: dict[str, Any], **changes: Any) -> dict[str, Any]:
    order = await factory.an_order(customer=customer, **changes)
    shown: dict[str, Any] = {**order["customer"], "order_no": order["order_no"]}
    return shown


async def count(factory: Factory, sql: str) -> int:
    async with factory.database.connect() as connection:
        return int(await connection.value(sql))


async def test_a_customer_is_found_again_by_phone_tax_number_account_and_firm(factory: Factory) -> None:
    first = await owner(factory, FIRM)
    again = [
        await owner(factory, {"name": "小王", "phone": "+8613800002222"}, channel="shopify"),
        await owner(factory, {"name": "海润（新）", "tax_no": "91330200-ma2ahb1x8k"}),
        await owner(factory, {"name": "宁波海润暖通有限责任公司"}),
        await owner(factory, {"name": "x", "phone": "13800002222", "external_id": "B-1"}, channel="taobao"),
        await owner(factory, {"name": "y", "phone": "13700000000", "external_id": "B-1"}, channel="taobao"),
    ]
    assert {one["id"] for one in again} == {first["id"]}
    other = await owner(factory, {"name": "王芳", "phone": "13711112222"})
    assert other["id"] != first["id"]
    assert await count(factory, "SELECT count(*) FROM customers") == 2


async def test_an_order_goes_where_it_was_told_to_and_to_whom(factory: Factory) -> None:
    await owner(factory, {**FIRM, "address": {"city": "宁波", "street": "一路 1 号"}})
    second = await owner(
        factory, {"name": "小王", "phone": "13800002222", "address": {"city": "杭州", "street": "二路 2 号"}}
    )
    assert second["address"] == {"city": "杭州", "street": "二路 2 号", "contact": "小王"}
    read = await factory.read(read_order, second["order_no"])
    assert (read["customer"]["name"], read["customer"]["address"]["city"]) == (FIRM["name"], "杭州")
    plain = await owner(factory, {"name": FIRM["name"]})
    assert plain["address"] == {"city": "宁波", "street": "一路 1 号"}


async def test_first_orders_that_come_at_once_make_one_customer(factory: Factory) -> None:
    openings = [an_opening(customer={**FIRM}, external_id=f"X{n}") for n in range(8)]
    await asyncio.gather(*(factory.run(open_order, one, actor=person("sales")) for one in openings))
    assert await count(factory, "SELECT count(*) FROM customers") == 1
    assert await count(factory, "SELECT count(*) FROM orders") == 8


async def twice(factory: Factory) -> tuple[dict[str, Any], dict[str, Any]]:
    """A firm that was written twice, because a person said so."""
    kept = await owner(factory, FIRM)
    opening = an_opening(customer={"name": FIRM["name"], "phone": "13999990000", "email": "a@hairun.example"})
    opened = await factory.run(open_order, opening, actor=person("sales"))
    return kept, {**opened["order"]["customer"], "order_no": opened["order"]["order_no"]}


async def test_who_was_written_twice_is_shown_merged_and_unmerged_and_every_history_holds(factory: Factory) -> None:
    kept, merged = await twice(factory)
    assert kept["id"] != merged["id"]
    seen = await factory.read(read_customer, UUID(kept["id"]))
    assert [(one["id"], one["matched_by"]) for one in seen["alike"]] == [(merged["id"], ["name"])]
    command = MergeCustomers(UUID(kept["id"]), UUID(merged["id"]), "同一家公司")
    done = await factory.run(merge_customers, command, actor=person("sales"))
    assert (done["orders"], done["customer"]["orders"]) == (1, 2)
    assert (await factory.read(read_order, merged["order_no"]))["customer"]["id"] == kept["id"]
    later = await owner(factory, {"name": "谁", "phone": "13999990000"})
    assert later["id"] == kept["id"], "what the other was found by finds the one who was kept"
    assert [row["id"] for row in await factory.read(list_customers, CustomerPage(words="1399999"))] == [kept["id"]]
    assert await count(factory, "SELECT count(*) FROM contact_customers") == 2
    undone = await factory.run(undo_merge, UUID(done["id"]), actor=person("sales"))
    assert (undone["orders"], undone["customer"]["id"]) == (1, merged["id"])
    assert (await factory.read(read_order, merged["order_no"]))["customer"]["id"] == merged["id"]
    assert (await factory.read(read_order, later["order_no"]))["customer"]["id"] == kept["id"], "what came since stays"
    assert await count(factory, "SELECT count(*) FROM contact_customers") == 1
    seen = await factory.read(read_customer, UUID(kept["id"]))
    assert [(one["merged"]["id"], one["undone_by"]) for one in seen["merges"]] == [(merged["id"], person("sales").id)]
    verdict = await factory.read(verify_history, merged["order_no"])
    assert (verdict["holds"], verdict["events"]) == (True, 3)


async def test_what_cannot_be_merged_is_refused(factory: Factory) -> None:
    kept, merged = await twice(factory)
    ids = UUID(kept["id"]), UUID(merged["id"])

    async def refused(command: Any, verb: Any = merge_customers, actor: Any = None) -> str:
        with pytest.raises(Refusal) as caught:
            await factory.run(verb, command, actor=actor or person("sales"))
        return caught.value.code

    assert await refused(MergeCustomers(ids[0], ids[0], "x")) == "customers_the_same"
    assert await refused(MergeCustomers(ids[0], UUID(int=5), "x")) == "not_found"
    assert await refused(MergeCustomers(*ids, "x"), actor=person("driver")) == "right_missing"
    assert (
        await refused(MergeCustomers(*ids, "x"), actor=replace(person("sales", number=3), orders_of="own"))
        == "not_found"
    )
    done = await factory.run(merge_customers, MergeCustomers(*ids, "x"))
    assert await refused(MergeCustomers(*ids, "x")) == "customer_merged"
    third = await owner(factory, {"name": "第三家有限公司"})
    further = await factory.run(merge_customers, MergeCustomers(UUID(third["id"]), ids[0], "x"))
    assert await refused(UUID(done["id"]), undo_merge) == "merge_not_undoable"
    assert (await factory.read(read_order, merged["order_no"]))["customer"]["id"] == third["id"]
    await factory.run(undo_merge, UUID(further["id"]))
    await factory.run(undo_merge, UUID(done["id"]))
    assert await refused(UUID(done["id"]), undo_merge) == "merge_not_undoable"


async def test_who_shares_something_is_listed_until_somebody_says_that_they_are_not_the_same(factory: Factory) -> None:
    first = UUID((await owner(factory, FIRM))["id"])
    second = UUID((await owner(factory, {"name": FIRM["name"], "phone": "0574 8888 1234"}))["id"])
    await owner(factory, {"name": "王芳", "phone": "13711112222"})
    reviewer = person("sales")

    async def doubles() -> list[str]:
        rows = await factory.door.read(reviewer, list_customers, CustomerPage(alike=True))
        return [row["id"] for row in rows]

    assert await doubles() == [str(second), str(first)]
    for pair in (Pair(first, second), Pair(second, first)):
        await factory.run(tell_apart, pair, actor=reviewer)
    assert await doubles() == []
    (alike,) = (await factory.door.read(reviewer, read_customer, first))["alike"]
    assert (alike["id"], alike["apart"]) == (str(second), True)
    await factory.run(tell_apart_no_more, Pair(second, first), actor=reviewer)
    assert await doubles() == [str(second), str(first)]
    await factory.run(merge_customers, MergeCustomers(first, second, "one firm"), actor=reviewer)
    assert await doubles() == []
    with pytest.raises(Refusal) as caught:
        await factory.run(tell_apart, Pair(first, first), actor=reviewer)
    assert caught.value.code == "customers_the_same"
