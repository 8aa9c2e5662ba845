"""Orders from Excel: every error by row and column, whole or not at all, once, and the workbook kept."""

from __future__ import annotations

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from domain.intake.order_sheet import BY_KEY
from tests.api.support import Api, problem
from tests.support.workbooks import workbook
from wiring.outside import outside_of
from workers.relay import Relay

A = ["PO-1", "海润暖通", "13800002222", "", "散热器", 2, "180.00"]
B = ["", "", "", "", "支架", 4, 1.5]
C = ["PO-2", "王芳", "13911112222", "", "衣柜", 1, "1,999.50"]


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def sent(api: Api, content: bytes, query: str = "", role: str = "sales", **more: Any) -> Any:
    files = {"file": ("订单.xlsx", content)}
    return await api.request("POST", f"/imports/orders{query}", files=files, role=role, **more)


async def found(api: Api, number: str) -> list[dict[str, Any]]:
    rows = (await api.get("/orders", params={"q": number}, role="sales")).json()["items"]
    return [row for row in rows if row["external_id"] == number]


async def test_a_dry_run_opens_nothing_and_an_import_opens_all_once(api: Api) -> None:
    content = workbook([A, B, C])
    dry = (await sent(api, content, "?dry_run=true")).json()
    assert (dry["state"], dry["rows"], dry["orders"], dry["errors"], dry["opened"]) == ("done", 3, 2, [], [])
    assert await found(api, "PO-1") == []
    first = await sent(api, content)
    assert first.status_code == 200, first.text
    done = first.json()
    assert (done["state"], done["opened_rows"], [one["row"] for one in done["opened"]]) == ("done", 3, [2, 4])
    again = await sent(api, content)
    assert (again.json()["id"], again.json()["deliveries"]) == (done["id"], 2)
    assert again.headers["idempotent-replayed"] == "true"
    (order,) = await found(api, "PO-1")
    assert (order["channel"], order["total"], order["customer"]["name"]) == ("excel", "366.00", "海润暖通")
    whole = (await api.get(f"/orders/{order['order_no']}", role="sales")).json()
    assert [(line["name"], line["quantity"], line["amount"]) for line in whole["lines"]] == [
        ("散热器", "2", "360.00"), ("支架", "4", "6.00"),
    ]  # fmt: skip
    (event,) = (await api.get(f"/orders/{order['order_no']}/events", role="sales")).json()["items"]
    assert (event["actor"]["kind"], event["cause"]) == ("user", done["id"])
    assert (await api.get(f"/orders/{order['order_no']}/events/verify", role="sales")).json()["holds"]
    kept = await api.get(f"/imports/orders/{done['id']}/workbook", role="sales")
    assert kept.content == content


async def test_errors_are_told_by_row_and_column_in_both_languages_and_nothing_is_opened(api: Api) -> None:
    rows: list[list[Any]] = [
        ["PO-9", "海润暖通", "", "NOWHERE", "", "many", "1"],
        ["PO-9", "别人", "", "", "", 0, -1],
        ["", "", "", "", "支架", "", 1],
        ["PO-8", "", "", "", "x", 1, "#N/A"],
    ]
    dry = (await sent(api, workbook(rows), "?dry_run=true")).json()
    assert dry["state"] == "invalid"
    assert {(one["row"], one["column"], one["code"]) for one in dry["errors"]} == {
        (2, "D", "unknown_sku"), (2, "E", "missing"), (2, "F", "not_a_number"), (3, "B", "differs"),
        (3, "E", "missing"), (3, "F", "not_positive"), (3, "G", "negative"), (4, "F", "missing"),
        (5, "B", "missing"), (5, "G", "formula_failed"),
    }  # fmt: skip
    assert all(one["detail"]["zh"] and one["detail"]["en"] and one["heading"] for one in dry["errors"])
    refused = problem(await sent(api, workbook(rows)), 422, "sheet_invalid")
    assert {"/rows/2/F", "/rows/3/B"} <= {field["pointer"] for field in refused["errors"]}
    assert len(refused["preview"]["errors"]) == 10
    assert await found(api, "PO-9") == []
    assert (await sent(api, workbook([["PO-9", "海润暖通", "", "", "支架", 1, 1]]))).status_code == 200


async def test_a_number_that_is_an_order_already_is_named_with_it(api: Api) -> None:
    row = ["PO-70", "海润暖通", "", "", "支架", 1, 1]
    opened = (await sent(api, workbook([row]))).json()["opened"][0]
    refused = await sent(api, workbook([[*row[:5], 2, 1]]))
    (error,) = problem(refused, 422, "sheet_invalid")["preview"]["errors"]
    assert (error["row"], error["column"], error["code"]) == (2, "A", "order_exists")
    assert opened["order_no"] in error["detail"]["zh"]


async def test_columns_stand_in_any_order_and_language_and_own_fields_have_theirs(api: Api) -> None:
    headings = ["Unit price", "quantity", "Name", "Customer", "Customer order no.*", "订单类型", "x.incoterm", "港口",
                "promised_date", "Discount", "Shipping", "Total"]  # fmt: skip
    row = ["10", 3, "Lamp", "Nordlys AS", "E-1", "外贸订单", "FOB", "Ningbo", "2026年12月24日", 5, "2.50", "27.50"]
    answer = await sent(api, workbook([row], headings, title="Sheet1"))
    assert answer.status_code == 200, answer.text
    order_no = answer.json()["opened"][0]["order_no"]
    order = (await api.get(f"/orders/{order_no}", role="sales")).json()
    assert (order["order_type"], order["promised_date"], order["total"]) == ("export", "2026-12-24", "27.50")
    assert order["extension"] == {"incoterm": "FOB", "port": "Ningbo"}
    wrong = await sent(api, workbook([[*row[:4], "E-2", "standard", "FOB", "", "12/11/2026", 5, "2.5", 1]], headings))
    codes = {(one["column"], one["code"]) for one in problem(wrong, 422, "sheet_invalid")["preview"]["errors"]}
    assert codes == {("G", "field_unknown"), ("I", "ambiguous_date")}
    sums = await sent(api, workbook([[*row[:4], "E-2", *row[5:11], "27.51"]], headings))
    (error,) = problem(sums, 422, "sheet_invalid")["preview"]["errors"]
    assert (error["column"], error["code"]) == ("L", "amounts_do_not_add_up")


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_template_filled_in_is_what_the_import_reads(api: Api, language: str) -> None:
    template = await api.get("/imports/orders/template", params={"language": language}, role="sales")
    book = load_workbook(io.BytesIO(template.content))
    sheet, notes = book.worksheets
    headings = [str(cell.value) for cell in sheet[1]]
    assert [str(row[0].value) for row in notes.iter_rows(min_row=2)] == [one.rstrip("*") for one in headings]
    filled: dict[str, Any] = {"order_no": f"T-{language}", "customer": "Haven Ltd", "name": "灯", "quantity": 2}
    filled["unit_price"] = 5
    for key, value in filled.items():
        label = BY_KEY[key].label.of("zh" if language == "zh" else "en")
        sheet.cell(2, [heading.rstrip("*") for heading in headings].index(label) + 1, value)
    packed = io.BytesIO()
    book.save(packed)
    answer = await sent(api, packed.getvalue())
    assert answer.status_code == 200, answer.text
    assert answer.json()["orders"] == 1


async def test_what_is_no_workbook_or_lacks_columns_is_refused_by_name(api: Api) -> None:
    problem(await sent(api, b"PK no workbook"), 422, "sheet_unreadable")
    assert (await sent(api, workbook([]), "?dry_run=true")).json()["errors"][0]["code"] == "no_rows"
    lacking = (await sent(api, workbook([["x", 1]], ["客户单号", "颜色"]), "?dry_run=true")).json()
    assert {(one["code"], one["heading"]) for one in lacking["errors"]} == {
        ("column_unknown", "颜色"), ("column_missing", "客户名称"), ("column_missing", "数量"),
        ("column_missing", "单价"),
    }  # fmt: skip
    problem(await sent(api, workbook([A]), role="driver"), 403, "right_missing")


async def test_a_large_workbook_is_read_by_a_worker_and_followed(api: Api) -> None:
    rows = [[f"L-{n}", f"客户{n % 50}", f"1380000{n % 50:04}", "", "支架" * 40, 1, "2.50"] for n in range(1500)]
    kept = await sent(api, workbook(rows))
    assert (kept.status_code, kept.json()["state"]) == (202, "queued")
    await Relay(
        api.parts.door, outside_of(api.parts.settings, api.parts.mailbox, api.parts.clock), chance=lambda: 0.0
    ).drain()
    done = (await api.get(kept.headers["location"].removeprefix("/api/v1"), role="sales")).json()
    assert (done["state"], done["orders"], done["opened_rows"]) == ("done", 1500, 1500)
    listed = (await api.get("/imports/orders", role="sales")).json()["items"]
    assert listed[0]["id"] == done["id"]
