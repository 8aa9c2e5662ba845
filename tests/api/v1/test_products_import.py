"""Products from Excel: every error by sheet, row and column; whole, or not at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from domain.access.actor import system
from domain.products.article import Article
from tests.api.support import Api, problem
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue

HEADINGS = {
    "products": ["sku", "name", "name_en", "unit", "kind"],
    "routing": ["sku", "code", "name", "work_centre", "minutes", "requirements", "outsourced"],
    "bill": ["product", "material", "quantity", "alternatives"],
    "quality": ["sku", "code", "name", "name_en", "method", "method_en", "limit"],
}
ROWS: dict[str, list[list[Any]]] = {
    "products": [["X-1", "支架", "Bracket", "件", "product"], ["X-ST", "钢板", "Steel", "千克", "material"]],
    "routing": [
        ["X-1", "OP10", "激光", "激光机", 0.2, "毛刺 <0.1", ""],
        ["X-1", "OP60", "电镀", "外协厂", 3, "", "是"],
    ],
    "bill": [["X-1", "X-ST", 0.35]],
}


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


def workbook(rows: dict[str, list[list[Any]]], headings: dict[str, list[str]] = HEADINGS) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, listed in rows.items():
        sheet = book.create_sheet(title)
        sheet.append(headings.get(title, ["a"]))
        for row in listed:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


async def sent(api: Api, content: bytes, query: str = "", role: str = "production") -> Any:
    return await api.request("POST", f"/imports/products{query}", files={"file": ("p.xlsx", content)}, role=role)


async def test_a_dry_run_tells_and_an_import_publishes(api: Api) -> None:
    dry = await sent(api, workbook(ROWS), "?dry_run=true")
    assert dry.json() == {
        "dry_run": True,
        "articles": 2,
        "operations": 2,
        "bill_lines": 1,
        "quality_points": 0,
        "errors": [],
    }
    problem(await api.get("/products/X-1", role="production"), 404, "not_found")
    assert (await sent(api, workbook(ROWS))).status_code == 200
    found = (await api.get("/products/X-1", role="production")).json()
    assert (found["version"], found["specification"]["bill"][0]["quantity"]) == (1, "0.35")
    steps = found["specification"]["operations"]
    assert [(step["minutes"], step["outsourced"]) for step in steps] == [("0.2", False), ("3", True)]
    await sent(api, workbook(ROWS))
    assert (await api.get("/products/X-1", role="production")).json()["version"] == 1, "nothing changed"


async def test_errors_are_told_by_row_and_column_and_nothing_is_imported(api: Api) -> None:
    wrong: dict[str, list[list[Any]]] = {
        "products": [["Y-1", "甲", "", "件", "product"], ["Y-1", "乙", "", "件", "toy"], ["Y-2", "", "", "件", "part"]],
        "routing": [["Y-9", "OP10", "x", "焊机", "soon", "", ""]],
        "bill": [["Y-1", "NOWHERE", 1], ["Y-1", "Y-1", 0]],
        "extra": [],
    }
    dry = (await sent(api, workbook(wrong), "?dry_run=true")).json()
    assert {(one["sheet"], one["row"], one["column"]) for one in dry["errors"]} == {
        ("extra", 1, ""), ("products", 3, "sku"), ("products", 4, "name"), ("routing", 2, "minutes"),
        ("routing", 2, "sku"), ("bill", 2, "material"), ("bill", 3, "quantity"),
    }  # fmt: skip
    problem(await sent(api, workbook(wrong)), 422, "sheet_invalid")
    problem(await api.get("/products/Y-1", role="production"), 404, "not_found")


async def test_what_is_no_workbook_is_refused_and_who_may_not_plan_imports_nothing(api: Api) -> None:
    problem(await sent(api, b"no workbook"), 422, "sheet_unreadable")
    problem(await sent(api, workbook(ROWS), role="driver"), 403, "right_missing")


async def test_the_template_has_the_headings(api: Api) -> None:
    template = await api.get("/imports/products/template", role="production")
    book = load_workbook(io.BytesIO(template.content))
    assert book.sheetnames == ["products", "routing", "bill", "quality"]
    assert [cell.value for cell in book["bill"][1]] == ["product", "material", "quantity", "alternatives"]


async def test_what_a_workbook_does_not_speak_of_stays(api: Api) -> None:
    article = Article(
        "X-9", "旧名", "件", "product", name_en="Old", hs_code="7322", aliases=("老九",), details={"cost": "9.50"}
    )
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue([article]))
    rows: dict[str, list[list[Any]]] = {
        "products": [
            ["X-9", "新名", "", "件", "product"],
            ["X-AL", "铝板", "", "千克", "material"],
            *ROWS["products"][1:],
        ],
        "routing": [["X-9", "OP10", "激光", "激光机", 1, "", ""]],
        "bill": [["X-9", "X-ST", 2, "X-AL:0.5；X-AL"]],
        "quality": [["X-9", "Q1", "尺寸", "Size", "卡尺", "", "±0.1 mm"], ["X-9", "Q2", "外观", "", "", "", ""]],
    }
    imported = await sent(api, workbook(rows))
    assert (imported.status_code, imported.json()["quality_points"]) == (200, 2), imported.text
    found = (await api.get("/products/X-9", role="finance")).json()
    assert (found["name"], found["name_en"], found["aliases"]) == ("新名", "Old", ["老九"])
    made = found["specification"]
    assert [point["limit"] for point in made["quality"]] == ["±0.1 mm", ""]
    assert [other["ratio"] for other in made["bill"][0]["alternatives"]] == ["0.5", "1"]
    again: dict[str, list[list[Any]]] = {
        "products": [["X-9", "新名", "", "件", "product"]],
        "bill": [["X-9", "X-ST", 3]],
    }
    narrow = {**HEADINGS, "bill": HEADINGS["bill"][:3]}
    assert (await sent(api, workbook(again, narrow))).status_code == 200
    now = (await api.get("/products/X-9", role="finance")).json()["specification"]
    assert (now["version"], now["quality"], now["operations"]) == (
        made["version"] + 1,
        made["quality"],
        made["operations"],
    )
    assert now["bill"][0]["quantity"] == "3"
    assert now["bill"][0]["alternatives"] == made["bill"][0]["alternatives"]
