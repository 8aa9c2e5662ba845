"""F2: one's own data as Excel for seven days, taken by its owner alone, and an edited copy that comes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook

from tests.api.support import Api, an_order, problem
from tests.support.customers import relay_of
from tests.support.documents import publish
from usecases.exports.own_exports import expire_exports
from workers.reactions import RELAY

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def mine(api: Api, role: str = "sales", **changes: Any) -> str:
    """An order of which somebody is the merchandiser."""
    me = (await api.get("/me", role=role)).json()["id"]
    answer = await api.post("/orders", an_order(merchandiser_id=me, **changes), role="sales")
    assert answer.status_code == 201, answer.text
    order_no: str = answer.json()["order_no"]
    return order_no


async def exported(api: Api, role: str = "sales", language: str = "zh") -> dict[str, Any]:
    """An export that the worker has made."""
    asked = await api.post("/exports", {"language": language}, role=role)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued"), asked.text
    await relay_of(api).drain()
    found: dict[str, Any] = (await api.get(f"/exports/{asked.json()['id']}", role=role)).json()
    assert found["state"] == "done", found
    return found


async def file_of(api: Api, export_id: str, role: str = "sales") -> Any:
    answer = await api.get(f"/exports/{export_id}/file", role=role)
    assert (answer.status_code, answer.headers["content-type"]) == (200, EXCEL), answer.text
    return load_workbook(BytesIO(answer.content))


async def handed_back(api: Api, export_id: str, edit: Callable[[Any], None]) -> dict[str, Any]:
    """The copy, edited, handed back; what it asks for."""
    book = await file_of(api, export_id)
    edit(book)
    packed = BytesIO()
    book.save(packed)
    files = {"file": ("改过.xlsx", packed.getvalue(), EXCEL)}
    answer = await api.request("POST", f"/exports/{export_id}/return", role="sales", files=files)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def cell(book: Any, sheet: str, heading: str, order_no: str) -> Any:
    table = book[sheet]
    column = next(one.column for one in table[1] if one.value == heading)
    row = next(one.row for one in table["A"] if one.value == order_no)
    return table.cell(row, column)


async def test_it_holds_what_is_ones_own_in_the_columns_that_one_may_see(api: Api) -> None:
    own = await mine(api, customer={"name": "=1+1", "external_id": "x"})
    await mine(api, role="warehouse")
    found = await exported(api)
    assert (found["orders"], found["lines"], found["person"]["name"]) == (1, 1, "测试 sales")
    book = await file_of(api, found["id"])
    assert [row[0].value for row in book["订单"].iter_rows(min_row=2)] == [own]
    assert cell(book, "订单", "客户", own).value == "'=1+1"
    assert cell(book, "明细", "单价*", own).value == 180
    held = (await api.get(f"/exports/{found['id']}/orders", role="sales")).json()["items"]
    assert held == [{"order_no": own, "version": 1}]
    (listed,) = (await api.get("/exports", role="sales")).json()["items"]
    assert (listed["downloads"], listed["state"]) == (1, "done")

    others = await exported(api, role="warehouse", language="en")
    heads = [one.value for one in (await file_of(api, others["id"], "warehouse"))["Lines"][1]]
    assert "Quantity*" in heads
    assert "Unit price*" not in heads


async def test_orders_own_fields_are_columns_as_far_as_one_may_see_them(api: Api) -> None:
    await publish(
        api,
        "order-types",
        "export",
        lambda body: body["fields"]["properties"].update(
            agent_fee={"type": "string", "x-read": ["finance"], "x-write": ["finance", "sales"]},
            rank={"type": "integer", "x-label": {"zh": "优先级", "en": "Priority"}},
        ),
    )
    own = {
        "port": "宁波",
        "hs_codes": {"1": "760429"},
        "customs_papers": ["箱单", "发票"],
        "agent_fee": "55",
        "rank": 7,
    }
    order_no = await mine(api, order_type="export", extension=own)
    plain = await mine(api)
    found = await exported(api)
    book = await file_of(api, found["id"])
    heads = [one.value for one in book["订单"][1]]
    assert heads[-4:] == ["港口", "各行HS编码", "报关单据", "优先级 (rank)"]
    assert "agent_fee" not in heads
    assert cell(book, "订单", "港口", order_no).value == "宁波"
    assert cell(book, "订单", "各行HS编码", order_no).value == "1: 760429"
    assert cell(book, "订单", "报关单据", order_no).value == "箱单; 发票"
    assert cell(book, "订单", "优先级 (rank)", order_no).value == 7
    assert cell(book, "订单", "港口", plain).value is None

    def edit(copy: Any) -> None:
        cell(copy, "订单", "优先级 (rank)", order_no).value = 1
        cell(copy, "订单", "优先级*", order_no).value = 2

    told = await handed_back(api, found["id"], edit)
    (asked,) = told["items"]
    assert [(one["field"], one["yours"]) for one in asked["cells"]] == [("priority", "2")], (
        "own fields do not come back"
    )


async def test_nobody_takes_what_is_anothers_and_nothing_is_left_after_seven_days(api: Api) -> None:
    await mine(api)
    found = await exported(api)
    for path in ("", "/file", "/orders"):
        problem(await api.get(f"/exports/{found['id']}{path}", role="production"), 404, "not_found")
    problem(await api.get("/exports", role="sales", params={"of": "everybody"}), 403, "right_missing")
    log = (await api.get("/exports", role="management", params={"of": "everybody"})).json()["items"]
    assert [(row["person"]["name"], row["orders"]) for row in log] == [("测试 sales", 1)]
    api.clock.now += timedelta(days=7, minutes=1)
    api.tokens.clear()
    problem(await api.get(f"/exports/{found['id']}/file", role="sales"), 404, "export_expired")
    assert (await api.parts.door.run(RELAY, expire_exports, None)).answer == {"exports": 1}
    assert await api.sql("SELECT 1 FROM exports WHERE content IS NOT NULL OR state <> 'expired'") == 0
    assert await api.sql("SELECT 1 FROM export_orders WHERE base IS NOT NULL") == 0
    assert (await api.get(f"/exports/{found['id']}", role="sales")).json()["removed_at"] is not None


async def test_so_many_a_day_and_the_file_only_when_it_is_there(api: Api) -> None:
    asked = [await api.post("/exports", {}, role="driver") for _ in range(5)]
    assert {one.status_code for one in asked} == {202}
    problem(await api.get(f"/exports/{asked[0].json()['id']}/file", role="driver"), 409, "export_not_ready")
    refused = await api.post("/exports", {}, role="driver")
    problem(refused, 429, "exports_too_many")
    assert int(refused.headers["retry-after"]) > 80_000
    assert (await api.post("/exports", {}, role="quality")).status_code == 202


async def test_an_edited_copy_comes_back_as_proposals_and_nothing_moves_before_it_is_confirmed(api: Api) -> None:
    fresh, begun, moved = [await mine(api, promised_date="2030-01-01") for _ in range(3)]
    for action, role in (("submit_review", "sales"), ("approve_review", "sales"), ("start_production", "production")):
        await api.post(f"/orders/{begun}/actions", {"action": action, "payload": {}}, role=role)
    found = await exported(api)
    patched = await api.request(
        "PATCH", f"/orders/{moved}", role="sales", json={"promised_date": "2030-02-02"}, headers={"if-match": '"1"'}
    )
    assert patched.status_code == 200, patched.text

    def edit(book: Any) -> None:
        cell(book, "订单", "承诺交期*", fresh).value = "2030-01-05"
        cell(book, "明细", "数量*", begun).value = 3
        cell(book, "订单", "承诺交期*", moved).value = "2030-03-03"

    told = await handed_back(api, found["id"], edit)
    asked = {item["order_no"]: (item["way"], item["state"]) for item in told["items"]}
    assert asked == {fresh: ("edit", "ready"), begun: ("change", "ready"), moved: ("edit", "conflict")}
    assert told["faults"] == []
    assert (await api.get(f"/orders/{fresh}", role="sales")).json()["promised_date"] == "2030-01-01"

    where = f"/exports/{found['id']}/returns/{told['id']}"
    picks = {"orders": [{"order_no": order_no} for order_no in (fresh, begun, moved)]}
    first = (await api.post(f"{where}/confirm", picks, role="sales")).json()
    results = {item["order_no"]: item["result"] for item in first["items"]}
    assert results[fresh]["state"] == "edited"
    assert (results[begun]["state"], results[begun]["number"]) == ("proposed", 1)
    assert (results[moved]["state"], results[moved]["problem"]["code"]) == ("refused", "return_conflict")
    assert (await api.get(f"/orders/{fresh}", role="sales")).json()["promised_date"] == "2030-01-05"
    assert (await api.get(f"/orders/{moved}", role="sales")).json()["promised_date"] == "2030-02-02"

    again = {"orders": [{"order_no": moved, "overwrite": True}, {"order_no": begun}]}
    second = (await api.post(f"{where}/confirm", again, role="sales")).json()
    assert {item["result"]["state"] for item in second["items"]} == {"edited", "proposed"}
    assert len((await api.get(f"/orders/{begun}/changes", role="sales")).json()["items"]) == 1
    assert (await api.get(f"/orders/{moved}", role="sales")).json()["promised_date"] == "2030-03-03"
    problem(await api.post(f"{where}/confirm", picks, role="management"), 404, "not_found")
    nothing = {"orders": [{"order_no": "SO1"}]}
    told = problem(await api.post(f"{where}/confirm", nothing, role="sales"), 422, "field_invalid")
    assert told["errors"][0]["pointer"] == "/orders/0/order_no"


async def test_what_one_may_not_write_is_refused_by_name(api: Api) -> None:
    order_no = await mine(api, role="warehouse")
    found = await exported(api, role="warehouse")
    book = await file_of(api, found["id"], "warehouse")
    cell(book, "明细", "数量*", order_no).value = 9
    packed = BytesIO()
    book.save(packed)
    files = {"file": ("x.xlsx", packed.getvalue(), EXCEL)}
    path = f"/exports/{found['id']}/return"
    told = (await api.request("POST", path, role="warehouse", files=files)).json()
    where = f"/exports/{found['id']}/returns/{told['id']}"
    done = (await api.post(f"{where}/confirm", {"orders": [{"order_no": order_no}]}, role="warehouse")).json()
    assert done["items"][0]["result"]["problem"]["code"] == "right_missing"
    broken = {"file": ("x.xlsx", b"PK no workbook", EXCEL)}
    assert (await api.request("POST", path, role="warehouse", files=broken)).status_code == 422
    problem(await api.request("POST", path, role="sales", files=files), 404, "not_found")
