"""Orders as a table: safe against formulas, a row per line, only what the asker may see, any number of them."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from api.v1 import order_exports
from tests.api.support import Api, an_order, problem
from tests.support.workbooks import workbook

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1"]


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def table(api: Api, query: str, role: str = "sales") -> list[dict[str, str]]:
    answer = await api.get(f"/exports/orders?format=csv&language=en&{query}", role=role)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


async def opened(api: Api, **changes: Any) -> str:
    answer = await api.post("/orders", an_order(**changes), role="sales")
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["order_no"]
    return number


async def test_what_begins_like_a_formula_is_text_in_both_formats(api: Api) -> None:
    lines = [{"name": name, "quantity": "1", "unit_price": "2.50"} for name in EVIL]
    order_no = await opened(api, lines=lines, customer={"name": "=HYPERLINK(1)", "phone": "+8613900001111"})
    rows = await table(api, f"q={order_no}")
    assert [row["Name"] for row in rows] == [f"'{name}" for name in EVIL]
    assert {(row["Customer"], row["Phone"]) for row in rows} == {("'=HYPERLINK(1)", "'+8613900001111")}
    answer = await api.get(f"/exports/orders?q={order_no}", role="sales")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    assert not [cell.value for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@\t\r＝"]
    heads = [cell.value for cell in sheet[1]]
    assert isinstance(sheet.cell(2, heads.index("单价") + 1).value, int | float)


async def test_columns_that_the_asker_may_not_see_are_not_there(api: Api) -> None:
    order_no = await opened(api)
    seen = {role: (await table(api, f"q={order_no}", role))[0].keys() for role in ("sales", "driver", "finance")}
    assert {"Unit price", "Total"} <= seen["sales"]
    assert "Cost" not in seen["sales"]
    assert not {"Unit price", "Amount", "Total", "Discount", "Shipping", "Cost", "Margin"} & seen["driver"]
    assert {"Cost", "Margin", "Total"} <= seen["finance"]
    problem(await api.get("/exports/orders?sort=total", role="driver"), 400, "field_not_readable")


async def test_all_pages_are_written_each_order_once(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_exports, "_AT_ONCE", 3)
    numbers = [await opened(api, customer={"name": "Paging AS"}) for _ in range(7)]
    assert [row["Order no."] for row in await table(api, "q=paging")] == numbers[::-1]
    assert {row["Order no."] for row in await table(api, "q=paging&sort=due")} == set(numbers)
    answer = await api.get("/exports/orders?q=paging&format=xlsx&language=en", role="sales")
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == numbers[::-1]
    assert await table(api, "q=nobody-is-called-so") == []


async def test_what_was_exported_comes_in_again_as_it_was(api: Api) -> None:
    order_no = await opened(api, lines=[{"name": "=SUM(A1)", "quantity": "2", "unit_price": "3"}])
    (row,) = await table(api, f"q={order_no}")
    heads = ["Customer order no.", "Customer", "Name", "Quantity", "Unit price"]
    content = workbook([["RE-1", row["Customer"], row["Name"], row["Quantity"], row["Unit price"]]], heads)
    answer = await api.request("POST", "/imports/orders", files={"file": ("x.xlsx", content)}, role="sales")
    again = (await api.get(f"/orders/{answer.json()['opened'][0]['order_no']}", role="sales")).json()
    assert again["lines"][0]["name"] == "=SUM(A1)"
