"""Zombies over HTTP: what they block is listed, and closing one gives it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from domain.access.actor import system
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.api.support import Api, an_order
from tests.support.costs import costs
from tests.support.customers import relay_of
from tests.support.frontier import nothing_is_withheld
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.follow_orders import follow_orders

COPPER = "CU.T.1608"


@pytest.fixture
async def catalogue(api: Api) -> None:
    """A radiator that needs 6 m of copper; 100 m are there, and 95 have to be."""
    steps = (Operation("OP10", Text("下料", "Cut"), "锯", Decimal(6)),)
    articles = [Article("RAD-CU6012-W", "散热器", "组", "product", operations=steps)]
    articles += [Article(COPPER, "紫铜管", "米", "material")]
    bills = [BillLine("RAD-CU6012-W", 1, COPPER, Decimal(6))]
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles, bills))
    level = {"material": COPPER, "on_hand": "100", "safety_level": "95"}
    await api.post("/stock/levels", {"source": "warehouse", "levels": [level]}, role="warehouse")
    await costs(api.parts, COPPER, "40")


async def released(api: Api) -> str:
    """An order with work orders and material set aside."""
    number: str = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    for action in ("submit_review", "approve_review"):
        await api.post(f"/orders/{number}/actions", {"action": action}, role="sales")
    await relay_of(api).drain()
    return number


async def untouched_for(api: Api, superuser_url: str, days: int, order_no: str) -> None:
    """As if nobody had touched it for so long."""
    connection = await asyncpg.connect(superuser_url.replace("+asyncpg", ""))
    await connection.execute("SET session_replication_role = replica")
    since = api.clock() - timedelta(days=days, minutes=1)
    await connection.execute("UPDATE orders SET updated_at = $2 WHERE order_no = $1", order_no, since)
    await connection.close()


async def follow(api: Api) -> None:
    await nothing_is_withheld(api.parts)
    while (await api.parts.door.run(system("relay"), follow_orders, None)).answer["events"]:
        pass


async def idle(api: Api, role: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.get("/idle-orders", role=role)).json()["items"]
    return found


async def test_what_an_idle_order_blocks_is_listed_and_closing_it_gives_it_back(
    api: Api, catalogue: None, database: Any
) -> None:
    await follow(api)
    zombie = await released(api)
    await follow(api)
    other = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    await follow(api)
    assert [row["material"] for row in await shortages(api, other)] == [COPPER], "what the zombie holds is missing here"
    assert await idle(api, "management") == []
    await untouched_for(api, database.superuser_url, 20, zombie)
    (row,) = await idle(api, "management")
    assert (row["order_no"], row["idle_days"], row["stage"]) == (zombie, 20, "scheduled")
    assert [(one["material"], one["quantity"]) for one in row["reserved"]] == [(COPPER, "12")]
    assert Decimal(row["cost"]) == 480
    assert [one["state"] for one in row["work_orders"]] == ["released"]
    assert "cost" not in (await idle(api, "sales"))[0]
    assert not {"cost", "total"} & set((await idle(api, "production"))[0])
    closed = await api.post(
        f"/orders/{zombie}/actions", {"action": "cancel", "payload": {"reason": "无人跟进"}}, role="management"
    )
    assert closed.status_code == 200, closed.text
    assert await idle(api, "management") == []
    works = (await api.get(f"/work-orders?order_no={zombie}", role="production")).json()["items"]
    assert {work["state"] for work in works} <= {"cancelled"}
    assert (await api.get(f"/materials/{COPPER}", role="warehouse")).json()["reserved"] == "0"
    await follow(api)
    assert await shortages(api, other) == []


async def shortages(api: Api, order_no: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await api.get(f"/orders/{order_no}/shortages", role="sales")).json()["items"]
    return found


async def test_the_longest_idle_come_first_page_by_page(api: Api, database: Any) -> None:
    numbers = [(await api.post("/orders", an_order(), role="sales")).json()["order_no"] for _ in range(3)]
    for days, number in zip((30, 50, 40), numbers, strict=True):
        await untouched_for(api, database.superuser_url, days, number)
    seen, cursor = [], ""
    while True:
        page = (await api.get(f"/idle-orders?limit=1{cursor}", role="sales")).json()
        seen += [row["order_no"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [numbers[1], numbers[2], numbers[0]]
