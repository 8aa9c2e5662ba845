"""Stock from a file over HTTP: every error by row and column; whole, or not at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from tests.api.support import Api, problem

GOOD = '物料编码,库存数量,安全库存,单位,备注\r\nCU-1,"1,250.5",500,米,x\r\nAL-1,,20,米,\r\n,,,,\r\n'


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def sent(api: Api, content: bytes, query: str = "", name: str = "stock.csv", role: str = "warehouse") -> Any:
    return await api.request("POST", f"/imports/stock-levels{query}", files={"file": (name, content)}, role=role)


async def material(api: Api, sku: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/materials/{sku}", role="warehouse")).json()
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
async def test_a_file_is_tried_and_then_taken(api: Api, encoding: str) -> None:
    sku = f"CU-{encoding}"
    content = GOOD.replace("CU-1", sku).encode(encoding)
    dry = (await sent(api, content, "?dry_run=true&source=count")).json()
    assert (dry["materials"], dry["counted"], dry["errors"], dry["taken"]) == (2, 1, [], None)
    problem(await api.get(f"/materials/{sku}", role="warehouse"), 404, "not_found")
    taken = await sent(api, content, "?source=count")
    assert (taken.status_code, taken.json()["taken"]["counted"]) == (200, 1), taken.text
    found = await material(api, sku)
    assert (found["on_hand"], found["safety_level"], found["source"]) == ("1250.5", "500", "count")
    assert (await material(api, "AL-1"))["on_hand"] is None


async def test_a_workbook_is_taken_and_the_rest_of_the_source_is_gone(api: Api) -> None:
    book = Workbook()
    sheet: Any = book.active
    for row in (["material", "on_hand"], ["W-1", 7.25], ["W-2", 3]):
        sheet.append(row)
    packed = io.BytesIO()
    book.save(packed)
    await sent(api, packed.getvalue(), "?source=books", "stock.xlsx")
    assert (await material(api, "W-1"))["on_hand"] == "7.25"
    await sent(api, b"material;on_hand\nW-2;4\n", "?source=books&whole=true")
    assert [(await material(api, sku))["on_hand"] for sku in ("W-1", "W-2")] == ["0", "4"]


async def test_every_error_is_told_and_nothing_is_taken(api: Api) -> None:
    rows = ["material,on_hand,lead_days", "E-1,5,1", "E-2,minus one,1", ",3,1", "E-1,4,soon", "E-3,-1,99999"]
    content = "\n".join(rows).encode()
    dry = (await sent(api, content, "?dry_run=true")).json()
    assert [(one["row"], one["column"]) for one in dry["errors"]] == [
        (3, "on_hand"),
        (4, "material"),
        (5, "material"),
        (5, "lead_days"),
        (6, "on_hand"),
        (6, "lead_days"),
    ]
    refused = problem(await sent(api, content), 422, "sheet_invalid")
    assert "6" in refused["detail"]
    problem(await api.get("/materials/E-1", role="warehouse"), 404, "not_found")


@pytest.mark.parametrize(
    ("content", "column"),
    [(b"", "material"), (b"name,on_hand\nx,1\n", "material"), (b"material,qty,on_hand\nx,1,2\n", "on_hand")],
)
async def test_headings_that_do_not_fit_are_told(api: Api, content: bytes, column: str) -> None:
    dry = (await sent(api, content, "?dry_run=true")).json()
    assert [(one["row"], one["column"]) for one in dry["errors"]] == [(1, column)]


@pytest.mark.parametrize("content", [b"PK\x03\x04 no zip", b"\x00\x01\x02", b"\x81"])
async def test_what_is_no_table_is_refused(api: Api, content: bytes) -> None:
    problem(await sent(api, content), 422, "sheet_unreadable")


async def test_the_workbook_to_fill_in_has_its_headings(api: Api) -> None:
    answer = await api.get("/imports/stock-levels/template", role="warehouse")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [cell.value for cell in sheet[1]][:3] == ["material", "on_hand", "safety_level"]


async def test_sales_takes_no_stock(api: Api) -> None:
    problem(await sent(api, GOOD.encode(), role="sales"), 403, "right_missing")


async def test_a_trial_tells_of_costs_that_one_may_not_write(api: Api) -> None:
    costs = "物料编码,单价\nK-1,3\n".encode()
    for query in ("?dry_run=true", ""):
        problem(await sent(api, costs, query), 403, "field_not_writable")
    assert (await sent(api, costs, "?dry_run=true", role="management")).status_code == 403
