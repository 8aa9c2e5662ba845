"""An order is opened whole or not at all."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domain.orders.events import FIRST_PREVIOUS_HASH, chain_hash
from domain.refusals.kinds import Refusal
from tests.factory import Factory, a_key, an_opening, person
from usecases.orders.open_order import NewLine, open_order
from usecases.orders.read_orders import HistoryPage, read_history, read_order


async def test_a_new_order_begins_its_workflow_and_its_chain(factory: Factory) -> None:
    answer = await factory.run(open_order, an_opening(), actor=person("sales"))
    order, event = answer["order"], answer["event"]
    assert (order["stage"], order["category"], order["version"], order["total"]) == (
        "signed",
        "not_started",
        1,
        "360.00",
    )
    assert (event["type"], event["from"], event["to"], event["prev_hash"]) == (
        "OrderOpened",
        None,
        "signed",
        FIRST_PREVIOUS_HASH,
    )
    assert event["hash"] == chain_hash(event["prev_hash"], event["canonical"])
    assert await factory.read(read_order, order["order_no"]) == order
    assert await factory.read(read_history, HistoryPage(order["order_no"], 0, 10)) == [event]


async def test_numbers_follow_each_other(factory: Factory) -> None:
    first, second = [await factory.an_order() for _ in range(2)]
    assert int(second["order_no"][2:]) == int(first["order_no"][2:]) + 1 >= 100002


async def test_history_holds_no_person(factory: Factory) -> None:
    answer = await factory.run(open_order, an_opening(), actor=person("sales"))
    assert not {"李女士", "13900001111"} & set(answer["event"]["canonical"].replace('"', " ").split())
    assert answer["event"]["payload"]["customer_id"] == answer["order"]["customer"]["id"]


async def test_a_customer_known_by_number_is_not_doubled(factory: Factory) -> None:
    first, second = [await factory.an_order() for _ in range(2)]
    assert first["customer"]["id"] == second["customer"]["id"]


async def test_the_same_source_number_is_one_order(factory: Factory) -> None:
    first = await factory.an_order(channel="taobao", shop="s", external_id="42")
    with pytest.raises(Refusal) as refused:
        await factory.an_order(channel="taobao", shop="s", external_id="42")
    assert (refused.value.code, refused.value.data) == ("order_exists", {"order_no": first["order_no"]})


async def test_of_many_deliveries_of_one_order_one_is_opened(factory: Factory) -> None:
    opening = an_opening(channel="shopify", external_id="7")
    answers = await asyncio.gather(
        *(factory.run(open_order, opening, actor=person("sales")) for _ in range(20)), return_exceptions=True
    )
    assert sum(isinstance(answer, dict) for answer in answers) == 1
    assert {a.code for a in answers if isinstance(a, Refusal)} == {"order_exists"}


async def test_the_same_key_gives_the_same_order(factory: Factory) -> None:
    first = await factory.outcome(open_order, an_opening(), actor=person("sales"), key=a_key())
    again = await factory.outcome(open_order, an_opening(), actor=person("sales"), key=a_key())
    assert (first.answer, first.replayed, again.answer, again.replayed) == (again.answer, False, first.answer, True)


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"total": Decimal("359.99")}, "amounts_do_not_add_up", "/total"),
        ({"order_type": "nonsense"}, "order_type_unknown", "/order_type"),
        ({"workflow": "nonsense"}, "workflow_unknown", "/workflow"),
        ({"order_type": "ecommerce", "extension": {"nonsense": 1}}, "field_invalid", "/extension/nonsense"),
        ({"order_type": "export", "extension": {"incoterm": "DAT"}}, "field_invalid", "/extension/incoterm"),
        ({"merchandiser_id": UUID(int=9)}, "field_invalid", "/merchandiser_id"),
        ({"customer": None, "customer_id": UUID(int=9)}, "field_invalid", "/customer_id"),
    ],
)
async def test_what_does_not_fit_is_refused_by_name(
    factory: Factory, changes: dict[str, Any], code: str, pointer: str
) -> None:
    with pytest.raises(Refusal) as refused:
        await factory.an_order(**changes)
    assert refused.value.code == code
    assert pointer in [field.pointer for field in refused.value.fields]


async def test_money_is_exact(factory: Factory) -> None:
    lines = (NewLine("挂架", Decimal(3), Decimal("0.335")), NewLine("赠品", Decimal(1), Decimal(0), is_gift=True))
    order = await factory.an_order(
        lines=lines,
        discounts=[{"kind": "order", "label": "满减", "amount": "0.50", "line": None}],
        fees=[{"kind": "tip", "label": "tip", "amount": "0.10"}],
        shipping=Decimal("8.00"),
        tax=Decimal("0.99"),
        tax_included=False,
    )
    assert (order["lines"][0]["amount"], order["total"]) == ("1.00", "9.59")


async def test_a_promised_day_ends_in_the_factory(factory: Factory) -> None:
    order = await factory.an_order(promised_date=date(2026, 12, 5))
    assert order["due_at"] == "2026-12-05T16:00:00.000000Z"


async def test_only_who_may_open_orders_opens_them(factory: Factory) -> None:
    with pytest.raises(Refusal) as refused:
        await factory.run(open_order, an_opening(), actor=person("driver"))
    assert refused.value.code == "right_missing"
