"""Customers over HTTP: looked up, told apart, merged and unmerged; whose orders they are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.support import Api, an_order, problem
from tests.support.workbooks import workbook


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def customer(api: Api, **told: Any) -> str:
    answer = await api.post("/orders", an_order(customer=told), role="sales")
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["customer"]["id"]
    return found


async def found(api: Api, words: str) -> list[str]:
    return [row["id"] for row in (await api.get("/customers", params={"q": words}, role="sales")).json()["items"]]


async def test_a_customer_is_looked_up_merged_and_unmerged(api: Api) -> None:
    kept = await customer(api, name="宁波海润暖通有限公司", phone="138-0000-2222", tax_no="91330200MA2AHB1X8K")
    merged = await customer(api, name="宁波海润暖通有限公司", phone="0574 8888 1234")
    assert await found(api, "13800002222") == [kept]
    assert await found(api, "91330200-MA2A") == [kept]
    assert set(await found(api, "海润")) == {kept, merged}
    assert await found(api, "100%_") == []
    alike = (await api.get(f"/customers/{kept}", role="sales")).json()["alike"]
    assert [(one["id"], one["matched_by"]) for one in alike] == [(merged, ["name"])]
    body = {"customer_id": merged, "reason": "同一家"}
    done = await api.post(f"/customers/{kept}/merge", body, role="sales")
    assert (done.status_code, done.json()["orders"], done.json()["customer"]["orders"]) == (200, 1, 2)
    orders = (await api.get("/orders", params={"customer": kept}, role="sales")).json()["items"]
    assert len(orders) == 2
    assert await found(api, "057488881234") == [kept]
    events = (await api.get(f"/orders/{orders[0]['order_no']}/events", role="sales")).json()["items"]
    assert events[-1]["type"] == "CustomerMerged"
    undone = await api.post(f"/customer-merges/{done.json()['id']}/undo", None, role="sales")
    assert undone.json()["customer"]["id"] == merged
    problem(await api.post(f"/customer-merges/{done.json()['id']}/undo", None, role="sales"), 409, "merge_not_undoable")
    problem(await api.post(f"/customers/{kept}/merge", body, role="driver"), 403, "right_missing")
    itself = {**body, "customer_id": kept}
    problem(await api.post(f"/customers/{kept}/merge", itself, role="sales"), 422, "customers_the_same")


async def test_the_sums_for_a_second_person_are_set_and_kept_by_version(api: Api) -> None:
    plain = (await api.get("/intake/approval-rule", role="sales")).json()
    assert (plain["version"], plain["limits"], plain["otherwise"]) == (0, {}, None)
    body = {"limits": {"CNY": "50000.00"}, "otherwise": "0"}
    path = "/intake/approval-rule"
    set_ = await api.request("PUT", path, json=body, role="admin", headers={"if-match": '"0"'})
    assert (set_.json()["version"], set_.json()["limits"]) == (1, {"CNY": "50000.00"})
    stale = await api.request("PUT", path, json=body, role="admin", headers={"if-match": '"0"'})
    problem(stale, 412, "version_stale")
    problem(await api.request("PUT", path, json=body, role="sales"), 403, "right_missing")
    problem(await api.request("PUT", path, json={"limits": {"yuan": "1"}}, role="admin"), 422, "field_invalid")


async def test_an_import_tells_whose_orders_are_doubtful_and_the_sheet_can_say(api: Api) -> None:
    known = await customer(api, name="苏州明灯照明有限公司", phone="13611112222")
    heads = ["客户单号", "客户名称", "客户编号", "电话", "品名", "数量", "单价"]
    row = ["D-1", "苏州明灯照明有限公司", "", "13799990000", "灯", 1, 1]

    async def sent(*rows: list[Any]) -> Any:
        files = {"file": ("x.xlsx", workbook(rows, heads))}
        return await api.request("POST", "/imports/orders", files=files, role="sales")

    refused = problem(await sent(row), 422, "sheet_invalid")["preview"]["errors"]
    assert [(one["row"], one["column"], one["code"]) for one in refused] == [(2, "B", "customer_other_phone")]
    unknown = problem(await sent([*row[:2], "x", *row[3:]]), 422, "sheet_invalid")["preview"]["errors"]
    assert ("C", "not_a_customer") in {(one["column"], one["code"]) for one in unknown}
    rows = ([*row[:2], known, *row[3:]], ["D-2", *row[1:2], "新客户", "13799991111", *row[4:]])
    opened = (await sent(*rows)).json()["opened"]
    owners = [(await api.get(f"/orders/{one['order_no']}", role="sales")).json()["customer"]["id"] for one in opened]
    assert owners[0] == known != owners[1]


async def test_who_a_customer_is_is_told_before_an_order_is_entered(api: Api) -> None:
    firm, phone = "无锡星河机电有限公司", "13955556666"

    async def match(**told: Any) -> Any:
        return (await api.post("/customers/match", told, role="sales")).json()

    assert await match(name=firm, phone=phone) == {"customer_id": None, "doubt": None, "candidates": []}
    known = await customer(api, name=firm, phone=phone)
    sure = await match(name="小王", phone="139-5555-6666")
    assert (sure["customer_id"], sure["doubt"], sure["candidates"][0]["matched_by"]) == (known, None, ["phone"])
    doubtful = await match(name=firm, phone="13700001111")
    assert (doubtful["customer_id"], doubtful["doubt"]["code"]) == (None, "customer_other_phone")
    assert [one["id"] for one in doubtful["candidates"]] == [known]
    problem(await api.post("/customers/match", {"phone": phone}, role="sales"), 422, "field_invalid")
    body = an_order(customer={"name": "小王", "phone": phone}, new_customer=True)
    made = (await api.post("/orders", body, role="sales")).json()
    assert (made["customer"]["name"], made["customer"]["id"] == known) == ("小王", False)
