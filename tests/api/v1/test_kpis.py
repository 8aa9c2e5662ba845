"""Figures over HTTP: side by side, with the list behind each, as workbooks, and for whom they are."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from domain.kpis.measures import MEASURES
from tests.api.support import Api, an_order, problem
from tests.factory import STANDARD_LINE


async def delivered(api: Api, **changes: Any) -> str:
    order_no: str = (await api.post("/orders", an_order(**changes), role="sales")).json()["order_no"]
    for action, role in STANDARD_LINE:
        answer = await api.post(f"/orders/{order_no}/actions", {"action": action, "payload": {}}, role=role)
        assert answer.status_code == 200, answer.text
    return order_no


async def test_a_delivery_is_seen_in_the_figures_and_in_the_list_behind_them(shared: Api) -> None:
    order_no = await delivered(shared, customer={"name": "=HYPERLINK(1)", "external_id": "evil"})
    today = shared.clock().date().isoformat()
    query = {"from": "2026-01-01", "to": "2026-12-31", "compare_from": "2025-01-01", "compare_to": "2025-12-31"}
    assert "2026-01-01" <= today <= "2026-12-31"
    answer = await shared.get("/kpis", role="management", params=query)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [item["key"] for item in told["items"]] == list(MEASURES)
    assert (told["time_zone"], told["comparison"]["days"]) == ("Asia/Shanghai", 365)
    cycle = told["items"][0]
    assert (cycle["n"], cycle["value"], cycle["comparison"]["value"], cycle["difference"]) == (1, "0", None, None)

    listed = (await shared.get("/kpis/fulfilment_cycle/rows", role="management", params=query)).json()
    assert [row["order_no"] for row in listed["items"]] == [order_no]
    waits = await shared.get("/kpis/handover_waiting/rows", role="management", params={**query, "limit": 2})
    pages = [waits.json()]
    while pages[-1]["next_cursor"]:
        again = {**query, "limit": 2, "cursor": pages[-1]["next_cursor"]}
        pages.append((await shared.get("/kpis/handover_waiting/rows", role="management", params=again)).json())
    numbers = [row["id"] for page in pages for row in page["items"]]
    assert len(numbers) == len(set(numbers)) == next(i["n"] for i in told["items"] if i["key"] == "handover_waiting")

    file = await shared.get("/exports/kpis/fulfilment_cycle", role="management", params={**query, "language": "en"})
    (sheet,) = load_workbook(BytesIO(file.content)).worksheets
    head, row = list(sheet.iter_rows(values_only=True))
    assert head[:3] == ("Day", "Order no.", "Customer")
    assert row[1:3] == (order_no, "'=HYPERLINK(1)")
    assert sheet["C2"].data_type == "s"


async def test_all_figures_leave_as_one_workbook(shared: Api) -> None:
    query = {"from": "2026-10-01", "to": "2026-10-31", "compare_from": "2026-09-01", "compare_to": "2026-09-30"}
    file = await shared.get("/exports/kpis", role="finance", params={**query, "language": "zh"})
    figures, days = load_workbook(BytesIO(file.content)).worksheets
    shown = list(figures.iter_rows(values_only=True))
    assert [row[0] for row in shown[1:]] == [measure.label.zh for measure in MEASURES.values()]
    assert "2026-09-01 – 2026-09-30" in str(shown[0][7])
    assert days.max_row == 1 + 31 * len(MEASURES)


async def test_whoever_may_not_see_measures_and_days_that_are_none_are_told_so(shared: Api) -> None:
    problem(await shared.get("/kpis", role="warehouse"), 403, "right_missing")
    problem(await shared.get("/kpis/alerts_raised/rows", role="driver"), 403, "right_missing")
    problem(await shared.get("/kpis/fame/rows", role="management"), 404, "not_found")
    problem(await shared.get("/exports/kpis/fame", role="management"), 404, "not_found")
    backwards = {"from": "2026-02-01", "to": "2026-01-01"}
    told = problem(await shared.get("/kpis", role="management", params=backwards), 422, "field_invalid")
    assert told["errors"][0]["pointer"] == "/query/to"
    half = {"compare_from": "2026-01-01"}
    told = problem(await shared.get("/kpis", role="management", params=half), 422, "field_invalid")
    assert [error["pointer"] for error in told["errors"]] == ["/query/compare_to"]
    problem(await shared.get("/kpis", role="management", params={"from": "yesterday"}), 422, "field_invalid")
