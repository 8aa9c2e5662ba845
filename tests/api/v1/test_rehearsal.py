"""A draft rehearsed on real orders, over HTTP: what would stick, who would lack a right; nothing is written."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.api.support import Api, an_order, problem
from tests.factory import person
from usecases.workflows.rehearse import Rehearse, rehearse

PATH = "/workflows/standard/draft/rehearse"
_STEPS = (("submit_review", "sales"), ("approve_review", "sales"), ("start_production", "production"))


async def orders_in_production(api: Api, count: int) -> list[str]:
    numbers = []
    for _ in range(count):
        number = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
        for action, role in _STEPS:
            done = await api.post(f"/orders/{number}/actions", {"action": action}, role=role)
            assert done.status_code == 200, done.text
        numbers.append(number)
    return numbers


async def published(api: Api) -> dict[str, Any]:
    body: dict[str, Any] = (await api.get("/workflows/standard/versions/1", role="admin")).json()
    return copy.deepcopy(body)


async def draft(api: Api, body: dict[str, Any]) -> None:
    saved = await api.request("PUT", "/workflows/standard/draft", role="admin", json=body)
    assert saved.status_code == 200, saved.text


async def rehearsed(api: Api, body: dict[str, Any], **asked: Any) -> dict[str, Any]:
    await draft(api, body)
    answer = await api.post(PATH, asked, role="admin")
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def written(api: Api) -> list[int]:
    async with api.parts.database.connect() as connection:
        return [await connection.value(f"SELECT count(*) FROM {table}") for table in ("events", "outbox", "documents")]


async def test_what_is_published_rehearsed_again_changes_nothing(api: Api) -> None:
    await orders_in_production(api, 2)
    before = await written(api)
    told = await rehearsed(api, await published(api))
    assert (told["orders"], told["as_before"], told["events"]) == (2, 2, 8)
    assert told["stuck"] == {"count": 0, "reasons": [], "orders": []}
    assert told["rights"] == told["alerts"] == told["otherwise"]["orders"] == []
    assert await written(api) == before


async def test_a_form_that_asks_for_more_and_a_role_that_may_no_longer(api: Api) -> None:
    first, second = await orders_in_production(api, 2)
    body = await published(api)
    for way in body["transitions"]:
        if way["action"] == "approve_review":
            way["roles"] = ["management"]
        if way["action"] == "start_production":
            way["guard"] = "order.has_promised_date && order.total_minor > 100000000"
    told = await rehearsed(api, body, orders=10)
    (right,) = told["rights"]
    assert (right["role"], right["action"], right["may"], right["count"]) == (
        "sales", "approve_review", ["management"], 2,
    )  # fmt: skip
    (reason,) = told["stuck"]["reasons"]
    assert (reason["stage"], reason["action"], reason["code"], reason["count"]) == (
        "scheduled", "start_production", "guard_refused", 2,
    )  # fmt: skip
    assert {one["order_no"] for one in told["stuck"]["orders"]} == {first, second}
    assert all(one["detail"].keys() == {"zh", "en"} for one in told["stuck"]["orders"])
    assert told["as_before"] == 0


async def test_the_newest_orders_of_a_period(api: Api) -> None:
    _, newest = await orders_in_production(api, 2)
    body = await published(api)
    body["transitions"] = [{**way, "roles": ["admin"]} for way in body["transitions"]]
    told = await rehearsed(api, body, orders=1)
    assert told["orders"] == 1
    assert {number for right in told["rights"] for number in right["order_nos"]} == {newest}
    nothing = await rehearsed(api, body, period={"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"})
    assert (nothing["orders"], nothing["rights"]) == (0, [])


async def test_more_orders_need_no_more_statements(api: Api) -> None:
    await draft(api, await published(api))
    seen = []

    async def watching(tx: Any, command: Rehearse) -> Any:
        answer = await rehearse(tx, command)
        seen.append((answer["orders"], tx.connection.statements))
        return answer

    watching.terms = rehearse.terms  # type: ignore[attr-defined]
    await orders_in_production(api, 4)
    for orders in (4, 1, 4):
        await api.parts.door.read(person("admin"), watching, Rehearse("standard", orders))
    assert [orders for orders, _ in seen] == [4, 1, 4]
    assert seen[1][1] == seen[2][1]


async def test_a_draft_that_could_not_be_published_is_not_rehearsed(api: Api) -> None:
    problem(await api.post(PATH, {}, role="admin"), 404, "not_found")
    body = await published(api)
    body["transitions"] = body["transitions"][1:]
    await draft(api, body)
    problem(await api.post(PATH, {}, role="admin"), 422, "document_invalid")
    problem(await api.post(PATH, {}, role="sales"), 403, "right_missing")


@pytest.mark.parametrize("asked", [{"orders": 0}, {"orders": 2001}, {"orders": "9"}, {"period": {"from": "x"}}])
async def test_bad_bounds_name_the_field(api: Api, asked: dict[str, Any]) -> None:
    told = problem(await api.post(PATH, asked, role="admin"), 422, "field_invalid")
    assert told["errors"][0]["pointer"].startswith(f"/{next(iter(asked))}")
