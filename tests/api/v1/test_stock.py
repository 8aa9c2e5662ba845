"""Stock over HTTP: pushed counts, red orders, alternatives, and who may see what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from domain.access.actor import system
from domain.products.article import Article
from domain.products.bill import BillLine
from tests.api.support import Api, an_order, problem
from tests.support.costs import costs
from tests.support.frontier import nothing_is_withheld
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.follow_orders import follow_orders
from usecases.warning.replace_substitutes import ReplaceSubstitutes, Substitute, replace_substitutes

COPPER, ALUMINIUM = "CU.T.1608", "AL.T.RD25"


async def push(api: Api, role: str = "warehouse", **level: str) -> Any:
    body = {"source": "warehouse", "levels": [{"material": COPPER, **level}]}
    return await api.post("/stock/levels", body, role=role)


@pytest.fixture
async def red_order(api: Api) -> dict[str, Any]:
    """An order of two radiators that need 7.4 m of copper each, while 10 of 50 m are there."""
    articles = [Article("RAD-CU6012-W", "散热器", "组", "product")]
    articles += [Article(sku, name, "米", "material") for sku, name in ((COPPER, "紫铜管"), (ALUMINIUM, "铝管"))]
    bills = [BillLine("RAD-CU6012-W", 1, COPPER, Decimal("7.4"))]
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles, bills))
    opened: dict[str, Any] = (await api.post("/orders", an_order(), role="sales")).json()
    taken = await push(api, on_hand="10", safety_level="50")
    await costs(api.parts, COPPER, "40.00")
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


async def allow_aluminium(api: Api) -> None:
    """Half a metre of aluminium may stand for a metre of copper; seven metres of it are there."""
    allowed = [Substitute(COPPER, ALUMINIUM, Decimal("0.5"), 1, note={"zh": "铜改铝", "en": "aluminium for copper"})]
    await api.parts.door.run(system("tests"), replace_substitutes, ReplaceSubstitutes("tests", allowed))
    level = {"material": ALUMINIUM, "on_hand": "7", "lead_days": 12}
    await api.post("/stock/levels", {"source": "warehouse", "levels": [level]}, role="warehouse")
    await costs(api.parts, ALUMINIUM, "30.00")


async def test_alternatives_are_compared_for_the_order(api: Api, red_order: dict[str, Any]) -> None:
    await allow_aluminium(api)
    address = f"/materials/{COPPER}/substitutes?order_no={red_order['order_no']}"
    compared = (await api.get(address, role="management")).json()
    (row,) = compared["items"]
    assert (compared["needed"], row["quantity"], row["enough"], row["lead_days"]) == ("14.8", "7.4", False, 12)
    assert (row["unit_cost_difference"], row["order_cost_difference"]) == ("-25.00", "-370.00")
    (hidden,) = (await api.get(address, role="sales")).json()["items"]
    assert not {"unit_cost", "unit_cost_difference", "order_cost_difference", "margin_after"} & set(hidden)


async def test_a_substitute_that_is_taken_becomes_a_change_of_the_order_and_ends_its_red(
    api: Api, red_order: dict[str, Any]
) -> None:
    await allow_aluminium(api)
    place = f"/orders/{red_order['order_no']}"
    body = {"material": COPPER, "substitute": ALUMINIUM, "line": 1, "confirm_by_customer": False}
    taken = await api.post(f"{place}/substitutes", body, role="sales")
    assert taken.status_code == 201, taken.text
    change, chosen = taken.json()["change"], taken.json()["chosen"]
    assert taken.headers["location"] == f"/api/v1/changes/{change['id']}"
    assert (change["state"], change["asked_by"], chosen["quantity"]) == ("proposed", "us", "7.4")
    assert not {"unit_cost", "order_cost_difference", "margin_after"} & set(chosen)
    assert (await api.get(f"{place}/shortages", role="sales")).json()["items"] != []
    await follow(api)
    approved = await api.post(f"/changes/{change['id']}/approve", {}, role="management")
    assert approved.json()["state"] == "applied", approved.text
    (line,) = (await api.get(place, role="sales")).json()["lines"]
    assert line["technical"]["substitutes"] == {COPPER: {"material": ALUMINIUM, "ratio": "0.5"}}
    await follow(api)
    assert (await api.get(f"{place}/shortages", role="sales")).json()["items"] == []
    level = {"material": ALUMINIUM, "safety_level": "20"}
    await api.post("/stock/levels", {"source": "warehouse", "levels": [level]}, role="warehouse")
    (short,) = (await api.get(f"{place}/shortages", role="sales")).json()["items"]
    assert (short["material"], short["needed"]) == (ALUMINIUM, "7.4")


async def follow(api: Api) -> None:
    """What the worker does each minute about red orders."""
    await nothing_is_withheld(api.parts)
    while (await api.parts.door.run(system("relay"), follow_orders, None)).answer["events"]:
        pass


async def test_who_sees_costs_sees_what_a_substitute_comes_to(api: Api, red_order: dict[str, Any]) -> None:
    await allow_aluminium(api)
    body = {"material": COPPER, "substitute": ALUMINIUM}
    taken = await api.post(f"/orders/{red_order['order_no']}/substitutes", body, role="management")
    assert taken.json()["chosen"]["order_cost_difference"] == "-370.00"


async def test_only_what_is_allowed_is_taken(api: Api, red_order: dict[str, Any]) -> None:
    place = f"/orders/{red_order['order_no']}/substitutes"
    body = {"material": COPPER, "substitute": ALUMINIUM}
    problem(await api.post(place, body, role="sales"), 409, "substitute_not_allowed")
    await allow_aluminium(api)
    problem(await api.post(place, {**body, "line": 9}, role="sales"), 404, "not_found")
    problem(await api.post(place, {**body, "material": "NONE"}, role="sales"), 404, "not_found")
    problem(await api.post("/orders/SO999999/substitutes", body, role="sales"), 404, "not_found")
    problem(await api.post(place, body, role="driver"), 403, "right_missing")


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


async def test_whoever_may_not_see_a_cost_writes_none_and_nothing_beside_it(
    api: Api, red_order: dict[str, Any]
) -> None:
    levels = [{"material": ALUMINIUM, "on_hand": "7"}, {"material": COPPER, "on_hand": "50", "unit_cost": "1.00"}]
    for role in ("warehouse", "management", "admin"):
        refused = await api.post("/stock/levels", {"source": "warehouse", "levels": levels}, role=role)
        body = problem(refused, 403, "field_not_writable")
        assert [error["pointer"] for error in body["errors"]] == ["/levels/1/unit_cost"]
    known = (await api.get("/materials", role="finance")).json()["items"]
    assert [(row["material"], row["available"]) for row in known] == [(COPPER, "10")]
    assert (await api.get("/orders?risk=short", role="sales")).json()["items"] != []
