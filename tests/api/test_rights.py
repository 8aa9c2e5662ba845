"""What each of the nine roles is told of one order: its prices and costs are numbers found nowhere else."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from domain.access.roles import ROLES
from tests.api.support import Api, an_order, problem

PRICES = ("173.31", "346.62", "11.17", "357.79")
COSTS = ("219.53", "138.26")
READS_PRICES = {"sales", "design", "finance", "management", "admin"}
READS_COSTS = {"finance", "management", "admin"}


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def priced_order(api: Api) -> str:
    """An order of 2 x 173.31 and 11.17 for the way, which costs 219.53."""
    order = an_order(shipping="11.17")
    order["lines"][0]["unit_price"] = "173.31"
    opened = await api.http.post("/api/v1/orders", json=order, headers=await api.as_("sales"))
    assert opened.status_code == 201, opened.text
    order_no: str = opened.json()["order_no"]
    headers = {**await api.as_("finance"), "if-match": opened.headers["etag"]}
    patched = await api.http.patch(
        f"/api/v1/orders/{order_no}", json={"cost": "219.53", "margin": "138.26"}, headers=headers
    )
    assert patched.status_code == 200, patched.text
    return order_no


async def everything_about(api: Api, order_no: str, role: str) -> list[httpx.Response]:
    headers = await api.as_(role)
    paths = [
        f"/api/v1/orders/{order_no}",
        "/api/v1/orders",
        "/api/v1/orders?sort=due&q=RAD",
        f"/api/v1/orders/{order_no}/events",
        f"/api/v1/orders/{order_no}/events/verify",
        f"/api/v1/orders/{order_no}/actions",
        f"/api/v1/orders/{order_no}/attachments",
        "/api/v1/tasks",
        "/api/v1/me",
    ]
    answers = [await api.http.get(path, headers=headers) for path in paths]
    act = {"action": "no_such_action", "payload": {"total": "1"}}
    answers.append(await api.http.post(f"/api/v1/orders/{order_no}/actions", json=act, headers=headers))
    return answers


@pytest.mark.parametrize("role", ROLES)
async def test_prices_and_costs_reach_only_those_who_may_read_them(api: Api, role: str) -> None:
    order_no = await priced_order(api)
    answers = await everything_about(api, order_no, role)
    assert {answer.status_code for answer in answers[:-1]} == {200}
    told = "".join(answer.text + str(answer.headers) for answer in answers)
    assert all((canary in told) == (role in READS_PRICES) for canary in PRICES)
    assert all((canary in told) == (role in READS_COSTS) for canary in COSTS)


@pytest.mark.parametrize("role", ROLES)
async def test_a_field_that_may_not_be_read_is_absent_and_not_null(api: Api, role: str) -> None:
    order_no = await priced_order(api)
    order = (await api.http.get(f"/api/v1/orders/{order_no}", headers=await api.as_(role))).json()
    assert ("total" in order) == (role in READS_PRICES)
    assert ("unit_price" in order["lines"][0]) == (role in READS_PRICES)
    assert ("cost" in order) == (role in READS_COSTS)
    assert order["lines"][0]["quantity"] == "2"


async def test_the_answer_of_an_action_is_stripped_for_whoever_acts(api: Api) -> None:
    order_no = await priced_order(api)
    told = ""
    for action, role in (("submit_review", "sales"), ("approve_review", "sales"), ("start_production", "production")):
        answer = await api.http.post(
            f"/api/v1/orders/{order_no}/actions", json={"action": action}, headers=await api.as_(role)
        )
        assert answer.status_code == 200, answer.text
        told = answer.text
    assert not [canary for canary in (*PRICES, *COSTS) if canary in told]


@pytest.mark.parametrize("role", ["design", "production", "quality", "driver"])
@pytest.mark.parametrize(
    "patch",
    [
        {"cost": "1"},
        {"margin": "1"},
        {"shipping": "0"},
        {"discounts": [{"amount": "1"}]},
        {"total": "1"},
        {"lines": [{"line": 1, "unit_price": "1"}]},
        {"lines": [{"line": 1, "technical": {"glass": "blue"}, "unit_price": "1"}]},
    ],
)
async def test_nobody_writes_what_is_not_theirs_and_nothing_of_it_is_applied(
    api: Api, role: str, patch: dict[str, Any]
) -> None:
    order_no = await priced_order(api)
    before = await api.http.get(f"/api/v1/orders/{order_no}", headers=await api.as_("admin"))
    headers = {**await api.as_(role), "if-match": before.headers["etag"]}
    refused = await api.http.patch(f"/api/v1/orders/{order_no}", json=patch, headers=headers)
    problem(refused, 403, "field_not_writable" if role == "design" else "right_missing")
    after = await api.http.get(f"/api/v1/orders/{order_no}", headers=await api.as_("admin"))
    assert after.json() == before.json()


async def test_a_designer_edits_technical_parameters(api: Api) -> None:
    order_no = await priced_order(api)
    headers = {**await api.as_("design"), "if-match": '"2"'}
    patch = {"lines": [{"line": 1, "technical": {"glass": "blue"}}]}
    edited = await api.http.patch(f"/api/v1/orders/{order_no}", json=patch, headers=headers)
    assert edited.json()["lines"][0]["technical"] == {"glass": "blue"}
    assert "cost" not in edited.json()


async def test_a_refusal_names_the_field(api: Api) -> None:
    order_no = await priced_order(api)
    headers = {**await api.as_("design"), "if-match": '"2"'}
    patch = {"lines": [{"line": 1, "unit_price": "1"}], "cost": "1"}
    body = problem(
        await api.http.patch(f"/api/v1/orders/{order_no}", json=patch, headers=headers), 403, "field_not_writable"
    )
    assert {error["pointer"] for error in body["errors"]} == {"/lines/0/unit_price", "/cost"}


@pytest.mark.parametrize(("role", "field"), [("quality", "total"), ("sales", "margin"), ("design", "-cost")])
async def test_nothing_is_sorted_by_what_may_not_be_seen(api: Api, role: str, field: str) -> None:
    answer = await api.http.get(f"/api/v1/orders?sort={field}", headers=await api.as_(role))
    problem(answer, 400, "field_not_readable")


@pytest.mark.parametrize("role", [role for role in ROLES if "orders.open" not in ROLES[role].rights])
async def test_who_may_not_open_orders_is_told_which_right_is_missing(api: Api, role: str) -> None:
    answer = await api.http.post("/api/v1/orders", json=an_order(), headers=await api.as_(role))
    assert "orders.open" in problem(answer, 403, "right_missing")["detail"]


async def test_without_signing_in_nothing_is_told_not_even_existence(api: Api) -> None:
    order_no = await priced_order(api)
    api.bare()
    there = await api.http.get(f"/api/v1/orders/{order_no}")
    nowhere = await api.http.get("/api/v1/orders/SO999999")
    problem(there, 401, "unauthenticated")
    assert there.content == nowhere.content
