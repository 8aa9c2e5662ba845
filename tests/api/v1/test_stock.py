"""Stock over HTTP: pushed counts, red orders, alternatives, and who may see what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.access.actor import system
from domain.products.article import Article
from domain.products.bill import BillLine
from tests.api.support import Api, an_order, problem
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.replace_substitutes import ReplaceSubstitutes, Substitute, replace_substitutes

COPPER, ALUMINIUM = "CU.T.1608", "AL.T.RD25"


async def push(api: Api, role: str = "warehouse", **level: str) -> Any:
    body = {"source": "warehouse", "levels": [{"material": COPPER, **level}]}
    return await api.post("/stock/levels", body, role=role)


@pytest.fixture
async def red_order(api: Api) -> dict[str, Any]:
    """An order of two radiators that need 7.4 m of copper each, while 10 of 50 m are there."""
    articles = [Article("RAD-CU6012-W", "散热器", "组", "product"), Article(COPPER, "紫铜管", "米", "material")]
    bills = [BillLine("RAD-CU6012-W", 1, COPPER, Decimal("7.4"))]
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles, bills))
    opened: dict[str, Any] = (await api.post("/orders", an_order(), role="sales")).json()
    taken = await push(api, on_hand="10", safety_level="50", unit_cost="40.00")
    assert (taken.status_code, taken.json()["red"]) == (200, 1), taken.text
    return opened


async def test_a_pushed_count_turns_orders_red_and_back(api: Api, red_order: dict[str, Any]) -> None:
    (listed,) = (await api.get("/orders?risk=short", role="sales")).json()["items"]
    assert (listed["order_no"], listed["short"]) == (red_order["order_no"], True)
    (short,) = (await api.get(f"/orders/{red_order['order_no']}/shortages", role="sales")).json()["items"]
    assert (short["material"], short["needed"], short["short_by"]) == (COPPER, "14.8", "40")
    board = (await api.get("/materials?short=true", role="warehouse")).json()["items"]
    assert [(row["material"], row["available"], row["waiting_orders"]) for row in board] == [(COPPER, "10", 1)]
    waiting = (await api.get(f"/materials/{COPPER}", role="warehouse")).json()["waiting"]
    assert [row["order_no"] for row in waiting] == [red_order["order_no"]]
    assert (await push(api, on_hand="50")).json()["cleared"] == 1
    assert (await api.get("/orders?risk=short", role="sales")).json()["items"] == []


async def test_alternatives_are_compared_for_the_order(api: Api, red_order: dict[str, Any]) -> None:
    allowed = [Substitute(COPPER, ALUMINIUM, Decimal("0.5"), 1, note={"zh": "铜改铝", "en": "aluminium for copper"})]
    await api.parts.door.run(system("tests"), replace_substitutes, ReplaceSubstitutes("tests", allowed))
    level = {"material": ALUMINIUM, "on_hand": "7", "unit_cost": "30.00", "lead_days": 12}
    await api.post("/stock/levels", {"source": "warehouse", "levels": [level]}, role="warehouse")
    address = f"/materials/{COPPER}/substitutes?order_no={red_order['order_no']}"
    compared = (await api.get(address, role="management")).json()
    (row,) = compared["items"]
    assert (compared["needed"], row["quantity"], row["enough"], row["lead_days"]) == ("14.8", "7.4", False, 12)
    assert (row["unit_cost_difference"], row["order_cost_difference"]) == ("-25.00", "-370.00")
    (hidden,) = (await api.get(address, role="sales")).json()["items"]
    assert not {"unit_cost", "unit_cost_difference", "order_cost_difference", "margin_after"} & set(hidden)


async def test_what_cannot_be_taken_is_named(shared: Api) -> None:
    problem(await push(shared, role="sales", on_hand="1"), 403, "right_missing")
    problem(await push(shared, on_hand="-1"), 422, "field_invalid")
    twice = {"levels": [{"material": "X", "on_hand": "1"}, {"material": "X", "on_hand": "2"}]}
    said = problem(await shared.post("/stock/levels", twice, role="warehouse"), 422, "field_invalid")
    assert said["errors"][0]["pointer"] == "/levels/1/material"
    problem(await shared.get("/materials/NONE", role="warehouse"), 404, "not_found")
    problem(await shared.get("/materials/NONE/substitutes", role="warehouse"), 404, "not_found")
    problem(await shared.get("/orders/SO999999/shortages", role="sales"), 404, "not_found")


async def test_sources_say_how_fresh_their_figures_are(api: Api, red_order: dict[str, Any]) -> None:
    (source,) = (await api.get("/stock/sources", role="warehouse")).json()["items"]
    assert (source["source"], source["problem"]) == ("warehouse", None)
    assert source["as_of"]
