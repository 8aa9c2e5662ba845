"""A factory closes fields of its own documents to roles: the same walls as for prices, on every surface."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.support import Api, an_order, problem
from tests.support.documents import publish

FEE, SCORE, COLOUR = "canary-fee-7731", "canary-score-5512", "canary-colour-9043"
SECRET_PLACES = ("", "/events", "/events/verify", "/actions", "/attachments")


@pytest.fixture(scope="module")
async def house(shared: Api) -> Api:
    """Order type and form with closed fields, a running order with both filled in."""
    await publish(
        shared,
        "order-types",
        "export",
        lambda body: body["fields"]["properties"].update(
            agent_fee={"type": "string", "x-read": ["finance"], "x-write": ["finance", "sales"]},
            seal={"type": "string", "x-write": ["quality", "design"]},
        ),
    )
    await publish(
        shared,
        "forms",
        "inspect",
        lambda body: body["schema"]["properties"].update(
            score={"type": "string", "x-read": ["quality"], "x-write": ["quality"]}
        ),
    )
    body = (await shared.get("/workflows/standard/versions/1", role="admin")).json()
    for transition in body["transitions"]:
        if transition.get("form") == "inspect@1":
            transition["form"] = "inspect@2"
        transition["roles"] = sorted({*transition["roles"], "sales", "quality"})
    await publish(shared, "workflows", "standard", lambda old: old.update(body))
    return shared


async def exported(api: Api, **changes: Any) -> str:
    """An export order with an agent's fee that finance alone reads."""
    extension = {"agent_fee": FEE, "port": COLOUR}
    opened = await api.post("/orders", an_order(order_type="export", extension=extension, **changes), role="sales")
    assert opened.status_code == 201, opened.text
    assert FEE not in opened.text
    assert COLOUR in opened.text
    order_no: str = opened.json()["order_no"]
    return order_no


async def everything(api: Api, order_no: str, role: str) -> str:
    answers = [await api.get(f"/orders/{order_no}{part}", role=role) for part in SECRET_PLACES]
    answers += [await api.get(path, role=role) for path in ("/orders?q=RAD", "/tasks", "/notices")]
    assert {answer.status_code for answer in answers} == {200}
    return "".join(answer.text + str(answer.headers) for answer in answers)


@pytest.mark.parametrize(("role", "seen"), [("finance", True), ("sales", False), ("admin", False), ("driver", False)])
async def test_an_extra_field_reaches_only_whom_its_document_names(house: Api, role: str, seen: bool) -> None:
    order_no = await exported(house)
    await edit(house, order_no, "sales", {"extension": {"agent_fee": f"{FEE}-2"}})
    told = await everything(house, order_no, role)
    assert (FEE in told) == seen
    assert COLOUR in told


async def edit(api: Api, order_no: str, role: str, patch: dict[str, Any]) -> httpx.Response:
    version = (await api.get(f"/orders/{order_no}", role="admin")).headers["etag"]
    return await api.request("PATCH", f"/orders/{order_no}", role=role, json=patch, headers={"if-match": version})


@pytest.mark.parametrize("role", ["sales", "admin", "warehouse"])
@pytest.mark.parametrize("query", [f"x.agent_fee={FEE}", "x.agent_fee=1&x.port=2", "sort=x.agent_fee"])
async def test_nobody_filters_by_an_extra_field_that_they_may_not_read(house: Api, role: str, query: str) -> None:
    body = problem(await house.get(f"/orders?{query}", role=role), 400, "field_not_readable")
    assert body["errors"][0]["pointer"] in {"/query/x.agent_fee", "/query/sort"}


async def test_whoever_may_read_it_finds_by_it(house: Api) -> None:
    order_no = await exported(house)
    found = (await house.get(f"/orders?x.agent_fee={FEE}", role="finance")).json()["items"]
    assert order_no in {order["order_no"] for order in found}


async def test_search_finds_nothing_by_what_is_closed(house: Api) -> None:
    await exported(house)
    assert (await house.get(f"/orders?q={FEE[:12]}", role="driver")).json()["items"] == []


@pytest.mark.parametrize("value", ["x", None])
async def test_a_patch_of_closed_fields_names_each_and_applies_nothing(house: Api, value: str | None) -> None:
    order_no = await exported(house)
    before = await house.get(f"/orders/{order_no}", role="finance")
    patch = {"extension": {"port": "Shanghai", "agent_fee": value}, "cost": "1", "priority": 3}
    body = problem(await edit(house, order_no, "design", patch), 403, "field_not_writable")
    pointers = {error["pointer"] for error in body["errors"]}
    assert pointers == {"/extension/agent_fee", "/cost", "/priority"}
    assert (await house.get(f"/orders/{order_no}", role="finance")).json() == before.json()


async def test_opening_writes_no_closed_field_either(house: Api) -> None:
    order = an_order(order_type="export", extension={"seal": "1", "port": "Ningbo"}, cost="9")
    body = problem(await house.post("/orders", order, role="sales"), 403, "field_not_writable")
    assert {error["pointer"] for error in body["errors"]} == {"/extension/seal", "/cost"}


async def test_an_answer_given_again_is_stripped_for_what_one_may_read_now(api: Api) -> None:
    key = {"idempotency-key": "narrower-1"}
    order = an_order(order_type="export", extension={"port": COLOUR})
    first = await api.request("POST", "/orders", role="sales", json=order, headers=key)
    assert COLOUR in first.text
    await publish(
        api,
        "order-types",
        "export",
        lambda body: body["fields"]["properties"]["port"].update({"x-read": ["finance"], "x-write": ["finance"]}),
    )
    again = await api.request("POST", "/orders", role="sales", json=order, headers=key)
    assert again.headers["idempotent-replayed"] == "true"
    assert COLOUR not in again.text
    assert again.json()["order_no"] == first.json()["order_no"]


async def inspected(api: Api) -> str:
    order_no = await exported(api)
    steps = ("submit_review", "approve_review", "start_production", "completion_reported")
    for action in steps:
        done = await api.post(f"/orders/{order_no}/actions", {"action": action}, role="sales")
        assert done.status_code == 200, done.text
    return order_no


async def test_a_form_says_who_may_fill_in_which_field(house: Api) -> None:
    order_no = await inspected(house)
    act = {"action": "pass_inspection", "payload": {"score": SCORE, "note": "fine"}}
    body = problem(await house.post(f"/orders/{order_no}/actions", act, role="sales"), 403, "field_not_writable")
    assert [error["pointer"] for error in body["errors"]] == ["/payload/score"]
    assert (await house.get(f"/orders/{order_no}", role="admin")).json()["stage"] == "awaiting_qc"
    done = await house.post(f"/orders/{order_no}/actions", act, role="quality")
    assert done.status_code == 200, done.text
    assert SCORE in done.text
    assert SCORE in await everything(house, order_no, "quality")
    for role in ("admin", "finance", "sales", "driver"):
        told = await everything(house, order_no, role)
        assert SCORE not in told
        assert "fine" in told


@pytest.mark.parametrize(
    "payload", [{"cost": "1"}, {"lines": [{"line": 1, "unit_price": "1"}]}, {"deep": {"total": 1}}]
)
async def test_no_money_slips_in_through_the_payload_of_an_action(house: Api, payload: dict[str, Any]) -> None:
    order_no = await inspected(house)
    act = {"action": "pass_inspection", "payload": payload}
    problem(await house.post(f"/orders/{order_no}/actions", act, role="quality"), 403, "field_not_writable")


async def test_a_right_stands_only_where_it_is_enforced(house: Api) -> None:
    body = (await house.get("/order-types/export/versions/1", role="admin")).json()
    body["fields"]["properties"]["milestone"] = {
        "type": "object",
        "properties": {"price": {"type": "string", "x-read": ["finance"]}},
    }
    saved = await house.request("PUT", "/order-types/export/draft", role="admin", json=body)
    assert [one["code"] for one in saved.json()["problems"]] == ["right_misplaced"]


async def test_a_refused_guard_tells_no_number_to_whoever_sees_no_prices(api: Api) -> None:
    body = (await api.get("/workflows/simple/versions/1", role="admin")).json()
    first = next(one for one in body["transitions"] if one["action"] == "approve_review")
    first |= {"guard": "order.total_minor <= 12345", "roles": ["sales", "quality"]}
    await publish(api, "workflows", "simple", lambda old: old.update(body))
    opened = await api.post("/orders", an_order(order_type="simple"), role="sales")
    place = f"/orders/{opened.json()['order_no']}/actions"
    act = {"action": "approve_review"}
    assert "12345" in problem(await api.post(place, act, role="sales"), 409, "guard_refused")["detail"]
    assert "12345" not in (await api.post(place, act, role="quality")).text
    assert "12345" not in (await api.get(place, role="quality")).text


async def test_one_is_told_what_one_never_sees(house: Api) -> None:
    assert "extension[export].agent_fee" in (await house.get("/me", role="sales")).json()["hidden_fields"]
    assert "extension[export].agent_fee" not in (await house.get("/me", role="finance")).json()["hidden_fields"]
