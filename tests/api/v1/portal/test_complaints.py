"""Complaints from both sides, and the two questions after delivery."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.support import Api, problem
from tests.factory import STANDARD_LINE
from tests.support.customers import ELEANOR, JONAS, a_customer, mail_to, order_of, relay_of
from tests.support.files import pdf
from usecases.portal.survey import ask_surveys
from workers.reactions import RELAY


async def her_order(eleanor: httpx.AsyncClient) -> str:
    order_no: str = (await eleanor.get("/orders")).json()["items"][0]["order_no"]
    return order_no


def a_complaint(**more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "category": "damage", "text": "One is dented", **more}


async def filed(eleanor: httpx.AsyncClient, order_no: str, **more: Any) -> dict[str, Any]:
    answer = await eleanor.post(f"/orders/{order_no}/complaints", json=a_complaint(**more))
    assert answer.status_code == 201, answer.text
    complaint: dict[str, Any] = answer.json()
    return complaint


async def staff_acts(api: Api, complaint: dict[str, Any], action: str, **more: Any) -> httpx.Response:
    return await api.post(f"/complaints/{complaint['id']}/actions", {"action": action, **more}, role="sales")


async def she_acts(eleanor: httpx.AsyncClient, complaint: dict[str, Any], action: str, **more: Any) -> httpx.Response:
    return await eleanor.post(f"/complaints/{complaint['id']}/actions", json={"action": action, **more})


async def test_a_complaint_goes_its_way_and_both_sides_follow_it(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    files = {"file": ("dent.pdf", pdf("dent"))}
    file = (await eleanor.post(f"/orders/{order_no}/messages/files", files=files)).json()
    complaint = await filed(eleanor, order_no, files=[file["id"]])
    assert (complaint["state"], complaint["actions"], complaint["files"]) == ("open", ["add"], [file])
    (listed,) = (await api.get("/complaints", role="sales")).json()["items"]
    assert (listed["customer"], listed["contact"], listed["assigned_to"]) == ("Eleanor", "Eleanor", None)
    assert (await api.get(f"/message-files/{file['id']}", role="sales")).content == pdf("dent")

    taken = (await staff_acts(api, complaint, "take")).json()
    assert taken["state"] == "in_progress"
    assert taken["assigned_to"]["name"] == "测试 sales"
    assert (await staff_acts(api, complaint, "note", text="CANARY-NOTE")).status_code == 200
    assert (await she_acts(eleanor, complaint, "add", text="And scratched")).status_code == 200
    resolved = (await staff_acts(api, complaint, "resolve", text="We send a new one")).json()
    assert (resolved["state"], resolved["answer"]) == ("resolved", "We send a new one")
    followed = await eleanor.get(f"/complaints/{complaint['id']}")
    assert [step["action"] for step in followed.json()["steps"]] == ["file", "add", "resolve"]
    assert followed.json()["actions"] == ["reopen", "accept"]
    assert "CANARY" not in followed.text

    reopened = (await she_acts(eleanor, complaint, "reopen", text="The new one is dented too")).json()
    assert (reopened["state"], reopened["resolved_at"]) == ("reopened", None)
    await staff_acts(api, complaint, "resolve", text="Your money back")
    assert (await she_acts(eleanor, complaint, "accept")).json()["state"] == "closed"
    full = (await api.get(f"/complaints/{complaint['id']}", role="sales")).json()
    assert [step["action"] for step in full["steps"]] == [
        *("file", "take", "note", "add", "resolve", "reopen", "resolve", "accept"),
    ]


async def test_who_looks_after_the_order_is_told_and_she_is_mailed_the_answer(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    complaint = await filed(eleanor, await her_order(eleanor))
    await relay_of(api).drain()
    notices = (await api.get("/notices", role="sales")).json()["items"]
    assert [one["template"] for one in notices] == ["complaint_filed"]
    await staff_acts(api, complaint, "answer", text="CANARY-ANSWER")
    letters = [one for one in await mail_to(api, ELEANOR) if "complaint" in one["subject"]]
    assert len(letters) == 1
    assert "CANARY" not in str(letters)


async def test_whoever_it_is_handed_to_is_told_and_whoever_takes_it_themselves_is_not(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    complaint = await filed(eleanor, await her_order(eleanor))
    manager, seller = [(await api.get("/me", role=role)).json() for role in ("management", "sales")]
    await staff_acts(api, complaint, "assign", assigned_to=seller["id"])
    handed = (await staff_acts(api, complaint, "assign", assigned_to=manager["id"])).json()
    assert handed["assigned_to"] == {"id": manager["id"], "name": manager["name"]}
    await relay_of(api).drain()
    (told,) = (await api.get("/notices", role="management")).json()["items"]
    assert told["about"] == {"kind": "complaint", "id": complaint["id"]}
    assert told["text"]["zh"].startswith(seller["name"])
    mine = (await api.get("/notices", role="sales")).json()["items"]
    assert [one["template"] for one in mine] == ["complaint_filed"]


@pytest.mark.parametrize(
    ("action", "more", "status", "code"),
    [
        ("close", {}, 409, "complaint_step_not_possible"),
        ("resolve", {}, 422, "field_invalid"),
        ("note", {}, 422, "field_invalid"),
        ("assign", {}, 422, "field_invalid"),
        ("assign", {"assigned_to": str(uuid4())}, 422, "field_invalid"),
        ("reopen", {"text": "x"}, 422, "field_invalid"),
    ],
)
async def test_what_is_not_possible_is_refused_and_nothing_changes(
    api: Api, eleanor: httpx.AsyncClient, action: str, more: dict[str, Any], status: int, code: str
) -> None:
    complaint = await filed(eleanor, await her_order(eleanor))
    problem(await staff_acts(api, complaint, action, **more), status, code)
    assert (await eleanor.get(f"/complaints/{complaint['id']}")).json() == complaint


async def test_a_customer_does_not_do_the_staffs_part(eleanor: httpx.AsyncClient) -> None:
    complaint = await filed(eleanor, await her_order(eleanor))
    problem(await she_acts(eleanor, complaint, "resolve", text="x"), 422, "field_invalid")
    problem(await she_acts(eleanor, complaint, "accept"), 409, "complaint_step_not_possible")


async def test_a_stale_version_and_a_repeat_do_no_harm(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    body = a_complaint()
    first, again = [await eleanor.post(f"/orders/{order_no}/complaints", json=body) for _ in range(2)]
    assert first.json() == again.json()
    other = await eleanor.post(f"/orders/{order_no}/complaints", json={**body, "text": "Another"})
    problem(other, 409, "complaint_id_used")
    path = f"/complaints/{body['id']}/actions"
    stale = await api.post(path, {"action": "take"}, role="sales", headers={"if-match": '"7"'})
    problem(stale, 412, "version_stale")


async def test_the_list_is_filtered_and_paged_by_what_is_due(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    made = []
    for _ in range(3):
        api.clock.later(seconds=1)
        made.append((await filed(eleanor, order_no))["id"])
    await staff_acts(api, {"id": made[0]}, "take")
    first = (await api.get("/complaints?limit=2", role="sales")).json()
    rest = (await api.get(f"/complaints?limit=2&cursor={first['next_cursor']}", role="sales")).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == made
    assert [one["id"] for one in (await api.get("/complaints?state=open", role="sales")).json()["items"]] == made[1:]
    assert (await api.get(f"/complaints?assigned_to={uuid4()}", role="sales")).json()["items"] == []
    problem(await api.get("/complaints", role="driver"), 403, "right_missing")


async def test_another_customers_complaint_is_answered_like_none(
    api: Api, eleanor: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    complaint = await filed(eleanor, await her_order(eleanor))
    theirs = (await order_of(api, JONAS))["order_no"]
    for path, missing in ((f"/complaints/{complaint['id']}", f"/complaints/{uuid4()}"),):
        got = [await jonas.get(one) for one in (path, missing)]
        acted = [await jonas.post(f"{one}/actions", json={"action": "accept"}) for one in (path, missing)]
        for one, other in (got, acted):
            assert one.status_code == 404
            assert one.content == other.content
    for path in (f"/orders/{theirs}/complaints", f"/orders/{theirs}/survey"):
        problem(await eleanor.get(path), 404, "not_found")
    problem(await eleanor.post(f"/orders/{theirs}/complaints", json=a_complaint()), 404, "not_found")
    problem(await eleanor.post(f"/orders/{theirs}/survey", json={"score": 1}), 404, "not_found")
    assert (await api.get(f"/complaints?order_no={theirs}", role="sales")).json()["items"] == []


async def test_a_step_is_never_rewritten(api: Api, eleanor: httpx.AsyncClient) -> None:
    await filed(eleanor, await her_order(eleanor))
    with pytest.raises(Exception, match=r"denied|append-only"):
        await api.sql("UPDATE complaint_steps SET text = 'something else'")


async def delivered(api: Api) -> str:
    order_no: str = (await order_of(api, ELEANOR))["order_no"]
    for action, role in STANDARD_LINE:
        answer = await api.post(f"/orders/{order_no}/actions", {"action": action}, role=role)
        assert answer.status_code == 200, answer.text
    return order_no


async def asked(api: Api) -> int:
    orders: int = (await api.parts.door.run(RELAY, ask_surveys, "http://x/portal/")).answer["orders"]
    return orders


async def test_an_order_is_rated_after_delivery_and_for_a_week_the_answer_can_be_changed(api: Api) -> None:
    order_no = await delivered(api)
    async with a_customer(api, ELEANOR) as eleanor:
        other = (await eleanor.get("/orders?state=open")).json()["items"][0]["order_no"]
        problem(await eleanor.post(f"/orders/{other}/survey", json={"score": 9}), 409, "survey_too_early")
        assert (await eleanor.get(f"/orders/{order_no}/survey")).json()["open"] is True
        first = await eleanor.post(f"/orders/{order_no}/survey", json={"score": 9, "comment": "Good"})
        assert (first.json()["score"], first.json()["open"]) == (9, True)
        api.clock.later(days=6)
        changed = await eleanor.post(f"/orders/{order_no}/survey", json={"score": 3, "comment": "It broke"})
        assert changed.json()["answered_at"] == first.json()["answered_at"]
        api.clock.later(days=2)
        problem(await eleanor.post(f"/orders/{order_no}/survey", json={"score": 10}), 409, "survey_closed")
        assert (await eleanor.get(f"/orders/{order_no}/survey")).json()["score"] == 3
    api.tokens.clear()
    found = (await api.get("/surveys", role="management")).json()
    assert [(one["order_no"], one["score"], one["comment"]) for one in found["items"]] == [(order_no, 3, "It broke")]
    assert (found["net_promoter_score"], found["answers"]) == (-100, 1)
    none = (await api.get("/surveys?answered_before=2001-01-01T00:00:00Z", role="sales")).json()
    assert none["net_promoter_score"] is None


@pytest.mark.parametrize(
    "body", [{}, {"score": 11}, {"score": -1}, {"score": "9"}, {"score": 5, "comment": "x" * 2001}]
)
async def test_what_is_no_rating_is_refused(eleanor: httpx.AsyncClient, body: dict[str, Any]) -> None:
    problem(await eleanor.post(f"/orders/{await her_order(eleanor)}/survey", json=body), 422, "field_invalid")


async def test_each_delivered_order_is_asked_about_once(api: Api) -> None:
    order_no = await delivered(api)
    assert await asked(api) == 0
    api.clock.later(days=1, hours=1)
    assert (await asked(api), await asked(api)) == (1, 0)
    letters = [one for one in await mail_to(api, ELEANOR) if f"How did we do with order {order_no}" in one["subject"]]
    assert len(letters) == 1


async def test_nobody_is_asked_about_a_delivery_of_long_ago(api: Api) -> None:
    await delivered(api)
    api.clock.later(days=15)
    assert await asked(api) == 0
