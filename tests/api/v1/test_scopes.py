"""Whose orders exist for somebody: their own, their department's, or all; another's is byte for byte a missing one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx
import pytest

from domain.access.actor import system
from persistence import recipients
from persistence.tx import Tx
from tests.api.support import PASSWORD, Api, an_order, problem
from tests.support.files import pdf
from usecases.door import use_case

MISSING = "SO999999"
FILE: dict[str, Any] = {"data": {"kind": "drawing"}, "files": {"file": ("a.pdf", pdf(), "application/pdf")}}


async def hire(api: Api, login: str, **more: Any) -> str:
    person = {"login": login, "name": login, "password": PASSWORD, "roles": ["sales"], **more}
    added = await api.post("/users", person, role="admin")
    assert added.status_code == 201, added.text
    found: str = added.json()["id"]
    return found


@pytest.fixture
async def staffed(api: Api) -> Api:
    """Two merchandisers who see their own orders, and one who sees the department's."""
    await hire(api, "gu.xiao", orders_of="own", department="east")
    await hire(api, "ma.lan", orders_of="own", department="west")
    await hire(api, "lead.east", orders_of="department", department="east")
    return api


async def opened_by(api: Api, login: str, **more: Any) -> str:
    answer = await api.post("/orders", an_order(**more), role=login)
    assert answer.status_code == 201, answer.text
    order_no: str = answer.json()["order_no"]
    return order_no


def told(answer: httpx.Response, order_no: str) -> tuple[int, bytes, list[tuple[str, str]]]:
    """All that an answer tells, but for the number of the request and the number asked for."""
    headers = [(name, value) for name, value in answer.headers.items() if name != "x-request-id"]
    return answer.status_code, answer.content.replace(order_no.encode(), b"?"), headers


async def test_whoever_opens_an_order_looks_after_it_where_they_see_only_their_own(staffed: Api) -> None:
    order_no = await opened_by(staffed, "gu.xiao")
    order = (await staffed.get(f"/orders/{order_no}", role="gu.xiao")).json()
    assert order["merchandiser"]["name"] == "gu.xiao"
    assert (await staffed.get(f"/orders/{await opened_by(staffed, 'sales')}", role="sales")).json()[
        "merchandiser"
    ] is None


async def test_lists_searches_and_tasks_hold_ones_own(staffed: Api) -> None:
    mine, theirs, nobodys = [await opened_by(staffed, login) for login in ("gu.xiao", "ma.lan", "sales")]
    for path in ("/orders", "/orders?sort=due", "/orders?q=RAD", "/orders?stage=signed", "/tasks"):
        items = (await staffed.get(path, role="gu.xiao")).json()["items"]
        assert [item["order_no"] for item in items] == [mine], path
    everything = (await staffed.get("/orders", role="sales")).json()["items"]
    assert {item["order_no"] for item in everything} == {mine, theirs, nobodys}
    items = (await staffed.get(f"/orders?q={theirs}", role="gu.xiao")).json()["items"]
    assert items == []
    other = (await staffed.get("/me", role="ma.lan")).json()["id"]
    assert (await staffed.get(f"/orders?merchandiser={other}", role="gu.xiao")).json()["items"] == []


async def test_a_department_sees_what_its_people_look_after(staffed: Api) -> None:
    mine, theirs, _ = [await opened_by(staffed, login) for login in ("gu.xiao", "ma.lan", "sales")]
    own = await opened_by(staffed, "lead.east")
    items = (await staffed.get("/orders", role="lead.east")).json()["items"]
    assert {item["order_no"] for item in items} == {mine, own}
    assert (await staffed.get(f"/orders/{mine}", role="lead.east")).status_code == 200
    problem(await staffed.get(f"/orders/{theirs}", role="lead.east"), 404, "not_found")


async def calls_about(api: Api, order_no: str, attachment: str, login: str) -> list[httpx.Response]:
    paths = [f"/orders/{order_no}{part}" for part in ("", "/actions", "/events", "/events/verify", "/attachments")]
    answers = [await api.get(path, role=login) for path in [*paths, f"/attachments/{attachment}"]]
    answers.append(await api.post(f"/orders/{order_no}/actions", {"action": "submit_review"}, role=login))
    edit: dict[str, Any] = {"json": {"priority": 3}, "headers": {"if-match": '"1"'}}
    answers.append(await api.request("PATCH", f"/orders/{order_no}", role=login, **edit))
    answers.append(await api.request("POST", f"/orders/{order_no}/attachments", role=login, **FILE))
    return answers


async def test_anothers_order_is_byte_for_byte_a_missing_one_to_every_call(staffed: Api) -> None:
    theirs = await opened_by(staffed, "ma.lan")
    added = await staffed.request("POST", f"/orders/{theirs}/attachments", role="ma.lan", **FILE)
    paper = added.json()["attachment"]["id"]
    nothing = "00000000-0000-7000-8000-000000000000"
    for login in ("gu.xiao", "lead.east"):
        foreign = await calls_about(staffed, theirs, paper, login)
        missing = await calls_about(staffed, MISSING, nothing, login)
        assert [told(answer, theirs) for answer in foreign] == [told(answer, MISSING) for answer in missing]
        assert {answer.status_code for answer in foreign} == {404}
    order = (await staffed.get(f"/orders/{theirs}", role="ma.lan")).json()
    assert (order["version"], order["stage"], order["priority"]) == (2, "signed", 0)
    assert {answer.status_code for answer in await calls_about(staffed, theirs, paper, "ma.lan")} <= {200, 201, 412}


async def test_an_order_that_is_handed_over_changes_hands_at_the_next_call(staffed: Api) -> None:
    order_no = await opened_by(staffed, "gu.xiao")
    other = (await staffed.get("/me", role="ma.lan")).json()["id"]
    edit: dict[str, Any] = {"json": {"merchandiser_id": other}, "headers": {"if-match": '"1"'}}
    assert (await staffed.request("PATCH", f"/orders/{order_no}", role="gu.xiao", **edit)).status_code == 200
    problem(await staffed.get(f"/orders/{order_no}", role="gu.xiao"), 404, "not_found")
    assert (await staffed.get(f"/orders/{order_no}", role="ma.lan")).status_code == 200


async def test_a_role_may_limit_everybody_who_has_no_wider_one(api: Api) -> None:
    seen = await api.get("/roles/sales", role="admin")
    limit: dict[str, Any] = {"json": {"orders_of": "own"}, "headers": {"if-match": seen.headers["etag"]}}
    nobodys = await opened_by(api, "sales", merchandiser_id=(await api.get("/me", role="driver")).json()["id"])
    assert (await api.request("PATCH", "/roles/sales", role="admin", **limit)).status_code == 200
    problem(await api.get(f"/orders/{nobodys}", role="sales"), 404, "not_found")
    assert (await api.get("/me", role="sales")).json()["orders_of"] == "own"
    assert (await api.get(f"/orders/{nobodys}", role="production")).status_code == 200
    me = (await api.get("/me", role="sales")).json()["id"]
    await api.request("PATCH", f"/users/{me}", role="admin", json={"orders_of": "all"})
    assert (await api.get(f"/orders/{nobodys}", role="sales")).status_code == 200


async def test_whoever_administrates_is_not_limited(api: Api) -> None:
    order_no = await opened_by(api, "sales")
    me = (await api.get("/me", role="admin")).json()["id"]
    await api.request("PATCH", f"/users/{me}", role="admin", json={"orders_of": "own"})
    assert (await api.get(f"/orders/{order_no}", role="admin")).status_code == 200


async def test_what_became_anothers_order_is_not_found_among_what_came_in_either(staffed: Api) -> None:
    theirs = await opened_by(staffed, "ma.lan")
    sent = {"channel": "crm", "content_type": "application/json", "sha256": "0", "status": "ordered"}
    for number, order_no in enumerate((theirs, None), 1):
        await staffed.sql(
            "INSERT INTO payloads (id, channel, received_at, content_type, headers, body, sha256, status, authentic, "
            "order_no) VALUES ($1, $2, $3, $4, '{}', '', $5, $6, true, $7)",
            UUID(int=number), sent["channel"], staffed.clock(), sent["content_type"], sent["sha256"], sent["status"],
            order_no,
        )  # fmt: skip
    seen = {login: (await staffed.get("/intake", role=login)).json()["items"] for login in ("gu.xiao", "ma.lan")}
    assert [item["order_no"] for item in seen["gu.xiao"]] == [None]
    assert [item["order_no"] for item in seen["ma.lan"]] == [None, theirs]
    problem(await staffed.get(f"/intake/{UUID(int=1)}", role="gu.xiao"), 404, "not_found")
    assert (await staffed.get(f"/intake/{UUID(int=1)}", role="ma.lan")).status_code == 200


async def test_a_notice_to_a_role_reaches_those_for_whom_the_order_exists(staffed: Api) -> None:
    theirs = await opened_by(staffed, "ma.lan")
    found = await staffed.parts.door.read(system("tests"), people_told_of, theirs)
    assert sorted(found) == ["ma.lan", "测试 sales"]


@use_case(right="admin.all")
async def people_told_of(tx: Tx, order_no: str) -> list[str]:
    return [person.name for person in await recipients.of_party(tx, "role:sales", order_no)]


async def test_a_conflict_about_anothers_order_does_not_exist_either(staffed: Api) -> None:
    await hire(staffed, "plan.east", roles=["production"], orders_of="department", department="east")
    device = {"name": "手机", "kind": "phone", "id": str(UUID(int=7))}
    assert (await staffed.post("/devices", device, role="production")).status_code == 201
    waiting = {}
    for seq, login in enumerate(("gu.xiao", "ma.lan"), 1):
        order_no = await opened_by(staffed, login)
        now = staffed.clock().isoformat()
        # Loading is the warehouse's; told by the workshop, it waits for a person.
        report = {"id": str(UUID(int=70 + seq)), "seq": seq, "kind": "load", "occurred_at": now}
        call = {"device_id": device["id"], "sent_at": now, "reports": [{**report, "body": {"order_no": order_no}}]}
        (result,) = (await staffed.post("/sync", call, role="production")).json()["results"]
        waiting[order_no] = result["conflict_id"]
    (mine, theirs) = waiting
    seen = (await staffed.get("/conflicts", role="plan.east")).json()["items"]
    assert [item["order_no"] for item in seen] == [mine]
    assert len((await staffed.get("/conflicts", role="management")).json()["items"]) == 2
    problem(await staffed.get(f"/conflicts/{waiting[theirs]}", role="plan.east"), 404, "not_found")
    decision = {"decision": "discard", "reason": "x"}
    path = "/conflicts/{}/resolve"
    problem(await staffed.post(path.format(waiting[theirs]), decision, role="plan.east"), 404, "not_found")
    assert (await staffed.post(path.format(waiting[mine]), decision, role="plan.east")).status_code == 200
