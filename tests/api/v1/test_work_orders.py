"""Work orders over HTTP: made when an order is released, found by number, token, centre; their tickets."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from domain.access.actor import system
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.api.support import Api, an_order, problem
from usecases.floor.release_order import Release, create_work_orders
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.replace_substitutes import ReplaceSubstitutes, Substitute, replace_substitutes

STEPS = (
    Operation("OP10", Text("下料", "Cut"), "开料锯", Decimal(6), Decimal(15), Text("长度 ±1 mm", "length within 1 mm")),
    Operation("OP50", Text("焊接", "Weld"), "焊机", Decimal(14)),
    Operation("OP95", Text("包装", "Pack"), "打包机", Decimal(4)),
)
RADIATOR = Article("RAD-CU6012-W", "铜铝复合散热器", "组", "product", name_en="Radiator <W>", operations=STEPS)
TUBE = Article("CU.T", "紫铜管", "米", "material", name_en="Copper tube")


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def stocked(api: Api) -> None:
    catalogue = LoadCatalogue((RADIATOR, TUBE), (BillLine("RAD-CU6012-W", 1, "CU.T", Decimal("6.2")),))
    await api.parts.door.run(system("tests"), load_catalogue, catalogue)


async def released(api: Api, **changes: Any) -> tuple[str, list[dict[str, Any]]]:
    """An order that was released, and its work orders."""
    await stocked(api)
    order_no = (await api.post("/orders", an_order(**changes), role="sales")).json()["order_no"]
    for action in ("submit_review", "approve_review"):
        answer = await api.post(f"/orders/{order_no}/actions", {"action": action}, role="sales")
        assert answer.status_code == 200, answer.text
    await made(api, order_no)
    listed = await api.get(f"/work-orders?order_no={order_no}", role="production")
    assert listed.status_code == 200, listed.text
    return order_no, listed.json()["items"]


async def made(api: Api, order_no: str) -> None:
    """What the relay would do."""
    await api.parts.door.run(system("relay"), create_work_orders, Release(order_no))


async def test_a_release_makes_a_work_order_with_all_that_is_needed(api: Api) -> None:
    order_no, (found,) = await released(api)
    assert (found["order_no"], found["state"], found["quantity"], found["good"]) == (order_no, "released", "2", "0")
    assert [step["code"] for step in found["operations"]] == ["OP10", "OP50", "OP95"]
    assert [step["state"] for step in found["operations"]] == ["ready", "waiting", "waiting"]
    assert found["operations"][0]["requirements"] == {"zh": "长度 ±1 mm", "en": "length within 1 mm"}
    assert found["picking"] == [
        {"material": "CU.T", "name": "紫铜管", "name_en": "Copper tube", "unit": "米", "quantity": "12.4",
         "issued": "0", "alternatives": []}
    ]  # fmt: skip
    assert (found["product_version"], found["current"], found["change"]) == (1, True, None)


async def test_a_picking_list_says_what_may_be_taken_instead_today(api: Api) -> None:
    day = api.clock().date()
    allowed = [
        Substitute("CU.T", "AL.T", Decimal("0.5"), 1, note={"zh": "铜改铝", "en": "aluminium for copper"}),
        Substitute("CU.T", "OLD.T", Decimal(1), 2, until_date=day - timedelta(days=2)),
        Substitute("CU.T", "OTHER.T", Decimal(1), 3, product="TWR-E5080-B"),
    ]
    await api.parts.door.run(system("tests"), replace_substitutes, ReplaceSubstitutes("tests", allowed))
    _, (found,) = await released(api)
    await api.parts.door.run(system("tests"), replace_substitutes, ReplaceSubstitutes("tests", []))
    assert found["picking"][0]["alternatives"] == [{"sku": "AL.T", "ratio": "0.5", "note": "铜改铝"}]


async def test_the_token_of_the_ticket_finds_it_and_is_no_password(api: Api) -> None:
    _, (found,) = await released(api)
    assert len(found["token"]) == 32
    by_token = await api.get(f"/work-orders/{found['token']}", role="production")
    assert by_token.json() == (await api.get(f"/work-orders/{found['number']}", role="production")).json()
    assert by_token.json()["history"] == []
    anonymous = await api.http.get(f"/api/v1/work-orders/{found['token']}", headers=api.bare())
    problem(anonymous, 401, "unauthenticated")
    problem(await api.get(f"/work-orders/{'0' * 32}", role="production"), 404, "not_found")
    problem(await api.get("/work-orders/WO0", role="production"), 404, "not_found")


async def test_they_are_filtered_and_paged(api: Api) -> None:
    order_no, (found,) = await released(api)
    for query, hit in (
        ("state=released", True),
        ("state=done", False),
        (f"work_centre=焊机&order_no={order_no}", True),
        (f"work_centre=喷粉线&order_no={order_no}", False),
        (f"q={order_no.lower()}", True),
    ):
        listed = (await api.get(f"/work-orders?limit=200&{query}", role="production")).json()["items"]
        assert (found["number"] in {one["number"] for one in listed}) is hit, query
    await released(api)
    first = (await api.get("/work-orders?limit=1", role="production")).json()
    second = (await api.get(f"/work-orders?limit=1&cursor={first['next_cursor']}", role="production")).json()
    assert first["items"][0]["number"] != second["items"][0]["number"]


async def test_mine_are_those_of_my_work_centres(api: Api) -> None:
    order_no, (found,) = await released(api)
    me = (await api.get("/me", role="production")).json()["id"]
    body = {"name": "喷粉线", "name_en": "Powder line", "people": [me]}
    assert (await api.request("PUT", "/work-centres/喷粉线", json=body, role="production")).status_code == 200
    listed = (await api.get(f"/work-orders?mine=true&order_no={order_no}", role="production")).json()["items"]
    assert listed == []
    await api.request("PUT", "/work-centres/喷粉线", json={**body, "people": []}, role="production")
    listed = (await api.get(f"/work-orders?mine=true&order_no={order_no}", role="production")).json()["items"]
    assert [one["number"] for one in listed] == [found["number"]]


async def test_a_ticket_is_a_page_without_scripts_in_both_languages(api: Api) -> None:
    order_no, (found,) = await released(api)
    ticket = await api.get(f"/work-orders/{found['number']}/ticket?language=en", role="production")
    assert ticket.headers["content-type"].startswith("text/html")
    assert "script" not in ticket.headers["content-security-policy"]
    for word in (found["number"], order_no, "Radiator &lt;W&gt;", "OP50", "Copper tube", "<svg", "length within 1 mm"):
        assert word in ticket.text, word
    assert found["token"] not in ticket.text, "the address stands in the code alone"
    chinese = await api.get(f"/work-orders/{found['number']}/ticket", role="production")
    assert "生产工单" in chinese.text
    both = await api.get(f"/work-orders/tickets?number={found['number']}&number={found['number']}", role="production")
    assert both.status_code == 200
    problem(await api.get("/work-orders/tickets?number=WO0", role="production"), 404, "not_found")
