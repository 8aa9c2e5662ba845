"""Orders over HTTP, as an integrator or a screen meets them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.support import Api
from tests.support.files import picture

PICTURE = picture()
NEW = {
    "order_type": "ecommerce",
    "currency": "CNY",
    "customer": {"name": "上海暖筑设计有限公司", "phone": "13900007788"},
    "lines": [
        {"name": "铜铝复合散热器", "sku": "RAD-CU6012-W", "quantity": "2", "unit_price": "180.00", "unit": "组"},
        {"name": "挂架", "sku": "ACC-BRK-SET", "quantity": "4", "unit_price": "12.5"},
    ],
    "extension": {"glass_colour": "grey"},
}


async def opened(api: Api, **changes: Any) -> dict[str, Any]:
    answer = await api.post("/orders", {**NEW, **changes}, role="sales")
    assert answer.status_code == 201, answer.text
    order: dict[str, Any] = answer.json()
    return order


async def act(api: Api, order_no: str, action: str, role: str, **more: Any) -> Any:
    return await api.post(f"/orders/{order_no}/actions", {"action": action, **more}, role=role)


async def test_an_order_is_opened_read_and_moved(api: Api) -> None:
    order = await opened(api)
    read = await api.get(f"/orders/{order['order_no']}", role="sales")
    assert (read.json(), read.headers["etag"]) == (order, '"1"')
    moved = await act(api, order["order_no"], "submit_review", "sales")
    assert (moved.status_code, moved.json()["order"]["stage"], moved.headers["etag"]) == (200, "in_review", '"2"')
    assert moved.json()["event"]["from"] == "signed"


async def test_a_repeated_key_gives_the_first_answer(api: Api) -> None:
    first = await api.post("/orders", NEW, role="sales", headers={"Idempotency-Key": "k"})
    again = await api.post("/orders", NEW, role="sales", headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["idempotent-replayed"] == "true"
    other = await api.post("/orders", {**NEW, "priority": 1}, role="sales", headers={"Idempotency-Key": "k"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("role", ["production", "warehouse", "quality", "driver"])
async def test_prices_are_withheld_from_who_may_not_read_them(api: Api, role: str) -> None:
    order = await opened(api)
    for path in (f"/orders/{order['order_no']}", "/orders", f"/orders/{order['order_no']}/events"):
        text = (await api.get(path, role=role)).text
        assert not [name for name in ("unit_price", '"total"', "canonical", "cost", "385") if name in text], path


async def test_a_stale_if_match_is_refused(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    await act(api, order_no, "submit_review", "sales")
    stale = await api.post(
        f"/orders/{order_no}/actions", {"action": "approve_review"}, role="sales", headers={"If-Match": '"1"'}
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "version_stale")


async def test_a_refusal_names_its_reason_in_both_languages(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    refused = await act(api, order_no, "dispatch", "warehouse")
    assert (refused.status_code, refused.json()["code"]) == (409, "action_not_allowed_in_stage")
    assert set(refused.json()["texts"]) == {"zh", "en"}
    assert (await act(api, order_no, "submit_review", "driver")).json()["code"] == "role_not_allowed"


async def test_a_bad_payload_is_named_by_pointer(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    answer = await act(api, order_no, "split", "sales", payload={"lines": [{"line": 1}]})
    assert (answer.status_code, answer.json()["code"]) == (422, "payload_invalid")
    assert answer.json()["errors"][0]["pointer"] == "/payload/lines/0/quantity"


async def test_offers_tell_what_is_possible(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    items = (await api.get(f"/orders/{order_no}/actions", role="sales")).json()["items"]
    assert (items[0]["action"], items[0]["allowed"], items[0]["label"]["en"] != "") == ("submit_review", True, True)


async def test_a_list_is_filtered_and_paged(api: Api) -> None:
    numbers = [(await opened(api))["order_no"] for _ in range(5)]
    await act(api, numbers[0], "submit_review", "sales")
    first = (await api.get("/orders?limit=2&stage=signed", role="sales")).json()
    rest = (await api.get(f"/orders?limit=2&stage=signed&cursor={first['next_cursor']}", role="sales")).json()
    assert [item["order_no"] for item in first["items"] + rest["items"]] == numbers[:0:-1]
    assert rest["next_cursor"] is None
    assert (await api.get(f"/orders?limit=3&cursor={first['next_cursor']}", role="sales")).status_code == 400


async def test_lists_by_due_date_page_through_what_nobody_promised(api: Api) -> None:
    dates = ["2026-12-05", None, "2026-12-01", None, "2026-12-05"]
    for day in dates:
        await opened(api, promised_date=day)
    seen: list[Any] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (
            await api.get(f"/orders?sort=due&limit=2&cursor={cursor}".removesuffix("&cursor="), role="sales")
        ).json()
        seen += [item["promised_date"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == ["2026-12-01", "2026-12-05", "2026-12-05", None, None]


async def test_what_is_over_is_listed_by_due_date_where_it_is_asked_for(api: Api) -> None:
    late, early = [(await opened(api, promised_date=day))["order_no"] for day in ("2026-12-05", "2026-12-01")]
    await opened(api, promised_date="2026-12-03")
    for order_no in (late, early):
        await act(api, order_no, "cancel", "sales")
    for asked in ("sort=due&category=cancelled", "sort=due&category=cancelled&due_before=2027-01-01T00:00:00Z"):
        found = (await api.get(f"/orders?{asked}", role="sales")).json()["items"]
        assert [order["order_no"] for order in found] == [early, late]
    assert len((await api.get("/orders?sort=due", role="sales")).json()["items"]) == 1


async def test_an_order_is_found_by_where_it_came_from(api: Api) -> None:
    order = await opened(api, channel="crm", external_id="XS-7", order_type="export", extension={})
    await opened(api, channel="crm", external_id="XS-77", shop="S2")

    async def found(**asked: str) -> list[str]:
        return [one["external_id"] for one in (await api.get("/orders", role="sales", params=asked)).json()["items"]]

    assert await found(external_id="XS-7") == [order["external_id"]]
    assert await found(external_id="XS") == []
    assert await found(shop="S2") == ["XS-77"]
    assert await found(order_type="export") == ["XS-7"]
    assert await found(workflow="simple") == []
    assert await found(workflow="standard", channel="crm") == ["XS-77", "XS-7"]


@pytest.mark.parametrize("q", ["暖筑", "SO1000", "rad-cu", "挂架", "13900007788"])
async def test_any_part_of_a_name_finds_the_order(api: Api, q: str) -> None:
    order = await opened(api)
    found = (await api.get("/orders", role="sales", params={"q": q})).json()["items"]
    assert [item["order_no"] for item in found] == [order["order_no"]]
    assert (await api.get("/orders", role="sales", params={"q": q + "无"})).json()["items"] == []


async def test_extra_fields_filter(api: Api) -> None:
    order = await opened(api)
    assert len((await api.get("/orders?x.glass_colour=grey", role="sales")).json()["items"]) == 1
    assert (await api.get("/orders?x.glass_colour=red", role="sales")).json()["items"] == []
    assert order["extension"] == {"glass_colour": "grey"}


async def test_hidden_fields_do_not_sort(api: Api) -> None:
    answer = await api.get("/orders?sort=total", role="driver")
    assert (answer.status_code, answer.json()["code"]) == (400, "field_not_readable")


async def patch(api: Api, order: dict[str, Any], body: dict[str, Any], role: str, version: str = '"1"') -> Any:
    return await api.request(
        "PATCH", f"/orders/{order['order_no']}", json=body, role=role, headers={"If-Match": version}
    )


async def test_a_designer_edits_technical_parameters_and_no_price(api: Api) -> None:
    order = await opened(api)
    refused = await patch(
        api, order, {"lines": [{"line": 1, "unit_price": "1", "technical": {"ral": "9016"}}]}, "design"
    )
    assert (refused.status_code, refused.json()["code"]) == (403, "field_not_writable")
    assert [error["pointer"] for error in refused.json()["errors"]] == ["/lines/0/unit_price"]
    assert (await api.get(f"/orders/{order['order_no']}", role="sales")).json() == order
    edited = await patch(api, order, {"lines": [{"line": 1, "technical": {"ral": "9016"}}]}, "design")
    assert (edited.status_code, edited.json()["lines"][0]["technical"]) == (200, {"ral": "9016"})


async def test_finance_writes_the_cost_and_sales_does_not_see_it(api: Api) -> None:
    order = await opened(api)
    assert (await patch(api, order, {"cost": "200.00"}, "sales")).status_code == 403
    assert (await patch(api, order, {"cost": "200.00"}, "finance")).json()["cost"] == "200.00"
    assert "cost" not in (await api.get(f"/orders/{order['order_no']}", role="sales")).json()
    assert "200" not in (await api.get(f"/orders/{order['order_no']}/events", role="sales")).text


async def test_editing_needs_the_version_and_ends_when_work_begins(api: Api) -> None:
    order = await opened(api)
    missing = await api.request("PATCH", f"/orders/{order['order_no']}", json={"priority": 1}, role="sales")
    assert missing.status_code == 428
    unknown = await patch(api, order, {"colour": "red"}, "sales")
    assert (unknown.status_code, unknown.json()["code"]) == (422, "field_unknown")
    for action, role in (("submit_review", "sales"), ("approve_review", "sales"), ("start_production", "production")):
        await act(api, order["order_no"], action, role)
    late = await patch(api, order, {"priority": 1}, "sales", '"4"')
    assert (late.status_code, late.json()["code"]) == (409, "change_required")


async def test_history_is_listed_and_proved(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    for _ in range(2):
        await act(api, order_no, "hold", "sales")
        await act(api, order_no, "release_hold", "sales")
    first = (await api.get(f"/orders/{order_no}/events?limit=3", role="sales")).json()
    rest = (await api.get(f"/orders/{order_no}/events?limit=3&cursor={first['next_cursor']}", role="sales")).json()
    assert [event["seq"] for event in first["items"] + rest["items"]] == [1, 2, 3, 4, 5]
    verdict = (await api.get(f"/orders/{order_no}/events/verify", role="sales")).json()
    assert (verdict["holds"], verdict["events"], verdict["faults"]) == (True, 5, [])


async def test_tasks_are_what_waits_for_the_role(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    mine = (await api.get("/tasks", role="sales")).json()["items"]
    assert [(task["order_no"], task["actions"][0]["action"]) for task in mine] == [(order_no, "submit_review")]
    assert (await api.get("/tasks", role="driver")).json()["items"] == []
    await act(api, order_no, "hold", "sales")
    assert (await api.get("/tasks", role="sales")).json()["items"] == []


async def test_papers_are_kept_with_their_hash(api: Api) -> None:
    order_no = (await opened(api))["order_no"]
    added = await api.request(
        "POST",
        f"/orders/{order_no}/attachments",
        role="sales",
        data={"kind": "rendering_3d"},
        files={"file": ("图.png", PICTURE)},
    )
    assert added.status_code == 201, added.text
    paper = added.json()["attachment"]
    assert added.json()["event"]["evidence"][0]["sha256"] == paper["sha256"]
    assert added.json()["deliverables"] == {"rendering_3d": 1}
    file = await api.get(f"/attachments/{paper['id']}", role="design")
    assert (file.content, file.headers["x-content-type-options"]) == (PICTURE, "nosniff")
    assert file.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in file.headers["content-security-policy"]
    listed = (await api.get(f"/orders/{order_no}/attachments", role="design")).json()["items"]
    assert [item["id"] for item in listed] == [paper["id"]]


async def test_an_unknown_order_is_not_found_anywhere(api: Api) -> None:
    for path in ("/orders/SO1", "/orders/SO1/actions", "/orders/SO1/events", "/orders/SO1/events/verify"):
        assert (await api.get(path, role="sales")).status_code == 404, path


async def test_who_may_look_after_an_order_is_told_to_whoever_enters_one(api: Api) -> None:
    found = (await api.get("/merchandisers", role="sales")).json()["items"]
    me = (await api.get("/me", role="sales")).json()
    assert {"id": me["id"], "name": me["name"]} in found
    driver = (await api.get("/me", role="driver")).json()
    assert driver["id"] not in [one["id"] for one in found]
    assert ("unit_price" in me["unwritable_fields"], "cost" in me["unwritable_fields"]) == (False, True)
    assert ("unit_price" in driver["unwritable_fields"], driver["field_roles"]) == (True, ["driver"])
