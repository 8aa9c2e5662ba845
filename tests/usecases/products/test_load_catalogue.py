from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from domain.access.actor import system
from domain.products.article import Article
from domain.products.bill import BillLine
from domain.refusals.kinds import Refusal
from persistence.database import Database
from tests.factory import Factory
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue

RADIATOR = Article("RAD", "散热器", "组", "product", name_en="Radiator", line="radiator", aliases=("暖气片",))
TUBE = Article("CU.T", "紫铜管", "米", "material", details={"cost": "24.32"})
CAPS = Article("AL.E", "端盖", "件", "material")
BILL = (BillLine("RAD", 1, "CU.T", Decimal("6.2")), BillLine("RAD", 2, "AL.E", Decimal(4)))
WHOLE = LoadCatalogue((RADIATOR, TUBE, CAPS), BILL)


async def load(factory: Factory, command: LoadCatalogue) -> Any:
    return await factory.run(load_catalogue, command, actor=system("tests"))


async def bills(database: Database) -> list[tuple[str, int, str, Decimal]]:
    async with database.connect() as connection:
        rows = await connection.rows("SELECT * FROM bom_lines ORDER BY product, line")
        return [(row["product"], row["line"], row["material"], row["quantity"]) for row in rows]


async def test_loads_articles_and_bills_and_says_how_many(factory: Factory) -> None:
    assert await load(factory, WHOLE) == {"articles": 3, "bill_lines": 2}
    assert await bills(factory.database) == [("RAD", 1, "CU.T", Decimal("6.2")), ("RAD", 2, "AL.E", Decimal(4))]


async def test_loading_the_same_again_changes_nothing(factory: Factory) -> None:
    await load(factory, WHOLE)
    assert await load(factory, WHOLE) == {"articles": 0, "bill_lines": 0}


async def test_a_bill_is_replaced_whole_and_others_stay(factory: Factory) -> None:
    other = Article("TWR", "毛巾架", "个", "product")
    await load(
        factory, replace(WHOLE, articles=(*WHOLE.articles, other), bills=(*BILL, replace(BILL[0], product="TWR")))
    )
    shorter = LoadCatalogue((replace(TUBE, name="铜管"),), (replace(BILL[0], quantity=Decimal("5.8")),))
    assert await load(factory, shorter) == {"articles": 1, "bill_lines": 2}
    assert await bills(factory.database) == [("RAD", 1, "CU.T", Decimal("5.8")), ("TWR", 1, "CU.T", Decimal("6.2"))]


async def test_a_bill_may_name_articles_that_are_there_already(factory: Factory) -> None:
    await load(factory, LoadCatalogue(WHOLE.articles))
    assert await load(factory, LoadCatalogue((), BILL)) == {"articles": 0, "bill_lines": 2}


async def test_where_one_thing_is_wrong_nothing_is_loaded(factory: Factory) -> None:
    with pytest.raises(Refusal) as refused:
        await load(factory, LoadCatalogue((RADIATOR, TUBE), BILL))
    assert [field.pointer for field in refused.value.fields] == ["/bills/1/material"]
    async with factory.database.connect() as connection:
        assert await connection.value("SELECT count(*) FROM articles") == 0


async def test_a_long_list_is_loaded_in_one_go(factory: Factory) -> None:
    many = [Article(f"M{number}", "料", "件", "material") for number in range(2000)]
    assert await load(factory, LoadCatalogue(many)) == {"articles": 2000, "bill_lines": 0}
