"""F2: a feature for chosen people first, and the orders that still run beside the system."""

from __future__ import annotations

from datetime import timedelta

from tests.api.support import Api, problem
from tests.api.v1.test_exports import cell, exported, handed_back, mine


async def test_a_feature_is_for_everybody_for_some_or_for_nobody(api: Api) -> None:
    me = (await api.get("/me", role="sales")).json()
    assert me["features"] == ["excel_return", "beside_system"]
    some = {"audience": "people", "people": [me["id"]]}
    told = await api.request("PUT", "/features/beside_system", role="admin", json=some)
    assert (told.status_code, told.json()["people"]) == (200, [me["id"]]), told.text
    assert "beside_system" in (await api.get("/me", role="sales")).json()["features"]
    assert "beside_system" not in (await api.get("/me", role="finance")).json()["features"]
    problem(await api.get("/orders-beside", role="finance"), 403, "feature_not_given")
    assert (await api.get("/orders-beside", role="sales")).status_code == 200
    await api.request("PUT", "/features/beside_system", role="admin", json={"audience": "nobody"})
    assert (await api.get("/me", role="sales")).json()["features"] == ["excel_return"]
    listed = (await api.get("/features", role="management")).json()["items"]
    assert [(one["key"], one["audience"]) for one in listed] == [
        ("excel_return", "everybody"),
        ("beside_system", "nobody"),
    ]
    nobody = {"audience": "people", "people": []}
    problem(await api.request("PUT", "/features/beside_system", role="admin", json=nobody), 422, "field_invalid")
    problem(await api.request("PUT", "/features/flying", role="admin", json={"audience": "nobody"}), 404, "not_found")
    problem(await api.request("PUT", "/features/beside_system", role="sales", json=some), 403, "right_missing")


async def test_what_came_back_by_excel_and_what_passed_its_date_in_silence_is_seen(api: Api) -> None:
    tomorrow = (api.clock() + timedelta(days=1)).date().isoformat()
    silent, returned, lively = [await mine(api, promised_date=tomorrow) for _ in range(3)]
    found = await exported(api)
    told = await handed_back(
        api, found["id"], lambda book: setattr(cell(book, "订单", "优先级*", returned), "value", 3)
    )
    where = f"/exports/{found['id']}/returns/{told['id']}/confirm"
    done = (await api.post(where, {"orders": [{"order_no": returned}]}, role="sales")).json()
    assert done["items"][0]["result"]["state"] == "edited"
    api.clock.now += timedelta(days=4)
    api.tokens.clear()
    for order_no in (lively, returned):
        acted = await api.post(f"/orders/{order_no}/actions", {"action": "submit_review", "payload": {}}, role="sales")
        assert acted.status_code == 200, acted.text
    rows = (await api.get("/orders-beside", role="management")).json()["items"]
    seen = {row["order_no"]: [reason["code"] for reason in row["reasons"]] for row in rows}
    assert seen == {silent: ["past_date_in_silence"], returned: ["returned_from_excel"]}


async def test_handing_back_is_for_those_who_have_it(api: Api) -> None:
    await mine(api)
    found = await exported(api)
    await api.request("PUT", "/features/excel_return", role="admin", json={"audience": "nobody"})
    file = await api.get(f"/exports/{found['id']}/file", role="sales")
    files = {"file": ("x.xlsx", file.content)}
    answer = await api.request("POST", f"/exports/{found['id']}/return", role="sales", files=files)
    problem(answer, 403, "feature_not_given")
