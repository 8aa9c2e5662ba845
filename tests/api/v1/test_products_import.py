"""Products from Excel: every error by sheet, row and column; whole, or not at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.api.support import Api, problem

HEADINGS = {
    "products": ["sku", "name", "name_en", "unit", "kind"],
    "routing": ["sku", "code", "name", "work_centre", "minutes", "requirements", "outsourced"],
    "bill": ["product", "material", "quantity"],
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


def workbook(rows: dict[str, list[list[Any]]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, listed in rows.items():
        sheet = book.create_sheet(title)
        sheet.append(HEADINGS.get(title, ["a"]))
        for row in listed:
            sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


async def sent(api: Api, content: bytes, query: str = "", role: str = "production") -> Any:
    return await api.request("POST", f"/imports/products{query}", files={"file": ("p.xlsx", content)}, role=role)


async def test_a_dry_run_tells_and_an_import_publishes(api: Api) -> None:
    dry = await sent(api, workbook(ROWS), "?dry_run=true")
    assert dry.json() == {"dry_run": True, "articles": 2, "operations": 2, "bill_lines": 1, "errors": []}
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
    assert book.sheetnames == ["products", "routing", "bill"]
    assert [cell.value for cell in book["bill"][1]] == ["product", "material", "quantity"]
