from __future__ import annotations

from decimal import Decimal

import pytest

from cli.demo.catalogue import DemoCatalogue, demo_catalogue
from cli.demo.samples import sample_json, story
from domain.products.article import article_problems
from domain.products.bill import bill_problems, needed


@pytest.fixture(scope="module")
def catalogue() -> DemoCatalogue:
    return demo_catalogue()


def test_holds_both_catalogues_and_every_material_of_the_erp(catalogue: DemoCatalogue) -> None:
    sold = {row["sku"] for row in sample_json("samples/catalog.json")["articles"]}
    spoken = {row["code"] for row in sample_json("voice/catalogue.json")["skus"]}
    materials = {row["FNumber"] for row in sample_json("samples/kingdee/dataset.json")["base"]["BD_MATERIAL"]}
    assert set(catalogue.by_sku) == sold | spoken | materials


def test_is_sound(catalogue: DemoCatalogue) -> None:
    assert not list(article_problems(catalogue.articles))
    assert not list(bill_problems(catalogue.bills, catalogue.by_sku.keys()))


def test_customers_can_name_only_what_the_sales_catalogue_holds(catalogue: DemoCatalogue) -> None:
    sold = {row["sku"] for row in sample_json("samples/catalog.json")["articles"]}
    named = {article.sku for article in catalogue.articles if article.kind in ("product", "goods", "gift")}
    assert named == sold


def test_materials_count_in_the_units_of_the_erp(catalogue: DemoCatalogue) -> None:
    tube, board = catalogue.by_sku["CU.T.1608"], catalogue.by_sku["BD.PB18-WHT"]
    assert (tube.unit, tube.details["unit_code"], tube.details["safety_stock"]) == ("米", "m", "500")
    assert (board.unit, board.details["cost"], board.details["lead_time_days"]) == ("张", "130", 6)


def test_what_is_made_here_has_operations(catalogue: DemoCatalogue) -> None:
    made = [article for article in catalogue.articles if article.kind == "product"]
    assert len(made) == 18
    assert all(article.operations for article in made)
    assert [operation.code for operation in catalogue.by_sku["F01"].operations] == [
        "OP10",
        "OP20",
        "OP30",
        "OP90",
        "OP95",
    ]


def test_copper_has_the_substitutes_that_are_approved_and_aluminium(catalogue: DemoCatalogue) -> None:
    assert [one["sku"] for one in catalogue.by_sku["CU.T.1608"].details["substitutes"]] == [
        "CU.T.1610",
        "CU.T.1607",
        "AL.T.RD25",
    ]
    assert catalogue.by_sku["VL.BV15"].details["substitutes"] == []


def test_dropping_copper_tube_touches_the_copper_radiators_and_nothing_else(catalogue: DemoCatalogue) -> None:
    users = {bill.product for bill in catalogue.bills if bill.material == "CU.T.1608"}
    assert users == {"RAD-CU6010-W", "RAD-CU6012-W", "R01", "R02"}


def test_open_orders_leave_the_copper_tube_above_its_safety_level(catalogue: DemoCatalogue) -> None:
    """So that it is a falling stock that turns orders red in the demo, not the orders themselves."""
    rows = sample_json("samples/kingdee/dataset.json")["forms"]["STK_Inventory"]
    stock = sum(
        Decimal(row["FBaseQty"])
        for row in rows
        if row["FMaterialId"] == "CU.T.1608" and row["FStockStatusId"] == "KCZT01_SYS"
    )
    wanted: dict[str, Decimal] = {}
    for order in story("orders"):
        for sku, quantity, *_ in order["lines"]:
            wanted[sku] = wanted.get(sku, Decimal(0)) + quantity
    assert stock - needed(catalogue.bills, wanted)["CU.T.1608"] > 500


def test_material_cost_follows_the_bills(catalogue: DemoCatalogue) -> None:
    one, two = (catalogue.material_cost({"A05": Decimal(number)}) for number in (1, 2))
    assert one == Decimal("0.08") * Decimal("2.2")
    assert two == one * 2
