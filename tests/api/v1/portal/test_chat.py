"""The chat of an order, seen from both sides."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.support import Api, problem
from tests.support.customers import ELEANOR, JONAS, a_customer, mail_to, order_of, relay_of
from tests.support.files import pdf


async def her_order(eleanor: httpx.AsyncClient) -> str:
    order_no: str = (await eleanor.get("/orders")).json()["items"][0]["order_no"]
    return order_no


def a_message(text: str = "Where is my order?", **more: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "text": text, **more}


async def writes(eleanor: httpx.AsyncClient, order_no: str, text: str = "Where is it?") -> dict[str, Any]:
    answer = await eleanor.post(f"/orders/{order_no}/messages", json=a_message(text))
    assert answer.status_code == 201, answer.text
    posted: dict[str, Any] = answer.json()
    return posted


async def staff_writes(api: Api, order_no: str, text: str, role: str = "sales", **more: Any) -> dict[str, Any]:
    answer = await api.post(f"/orders/{order_no}/messages", a_message(text, **more), role=role)
    assert answer.status_code == 201, answer.text
    posted: dict[str, Any] = answer.json()
    return posted


def later(api: Api, **time: float) -> None:
    """Move on; the staff sign in anew."""
    api.clock.later(**time)
    api.tokens.clear()


async def test_both_sides_read_what_the_other_wrote(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    await writes(eleanor, order_no, "Where is it?")
    await staff_writes(api, order_no, "On its way.")
    hers = (await eleanor.get(f"/orders/{order_no}/messages")).json()
    assert [(one["number"], one["side"], one["text"], one["mine"]) for one in hers["items"]] == [
        (2, "staff", "On its way.", False),
        (1, "customer", "Where is it?", True),
    ]
    assert hers["items"][1]["author"] == "Eleanor"
    ours = (await api.get(f"/orders/{order_no}/messages", role="sales")).json()
    assert [(one["text"], one["mine"], one["internal"]) for one in ours["items"]] == [
        ("On its way.", True, False),
        ("Where is it?", False, False),
    ]


async def test_the_log_is_paged_and_asked_for_what_is_new(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    for number in range(5):
        await writes(eleanor, order_no, f"m{number + 1}")
    first = (await eleanor.get(f"/orders/{order_no}/messages?limit=3")).json()
    assert [one["text"] for one in first["items"]] == ["m5", "m4", "m3"]
    rest = (await eleanor.get(f"/orders/{order_no}/messages?limit=3&cursor={first['next_cursor']}")).json()
    assert [one["text"] for one in rest["items"]] == ["m2", "m1"]
    new = (await api.get(f"/orders/{order_no}/messages?since=4", role="sales")).json()
    assert [one["text"] for one in new["items"]] == ["m5"]


async def test_a_repeated_message_is_the_same_and_another_under_its_id_is_refused(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    order_no = await her_order(eleanor)
    message = a_message()
    answers = await asyncio.gather(*(eleanor.post(f"/orders/{order_no}/messages", json=message) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert (await writes(eleanor, order_no))["number"] == 2
    other = await eleanor.post(f"/orders/{order_no}/messages", json={**message, "text": "Something else"})
    problem(other, 409, "message_id_used")
    problem(await api.post(f"/orders/{order_no}/messages", message, role="sales"), 409, "message_id_used")


async def test_notes_among_the_staff_never_reach_the_customer(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    await writes(eleanor, order_no)
    note = await staff_writes(api, order_no, "CANARY-NOTE", internal=True)
    answers = [
        await eleanor.get(path)
        for path in (
            f"/orders/{order_no}/messages",
            f"/orders/{order_no}",
            "/orders",
            f"/orders/{order_no}/messages?since=1",
        )
    ]
    told = "".join(answer.text for answer in answers)
    assert "CANARY" not in told
    assert note["id"] not in told
    assert "internal" not in told
    assert (await eleanor.get("/orders")).json()["items"][0]["unread"] == 0
    assert (await api.get("/conversations?waiting=true", role="sales")).json()["items"][0]["waiting_since"]


async def test_what_is_unread_is_counted_for_each_reader_until_they_say_how_far_they_read(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    order_no = await her_order(eleanor)
    await writes(eleanor, order_no)
    await staff_writes(api, order_no, "One")
    last = await staff_writes(api, order_no, "Two")
    assert (await eleanor.get("/orders")).json()["items"][0]["unread"] == 2
    assert (await eleanor.get(f"/orders/{order_no}")).json()["unread"] == 2
    read = await eleanor.post(f"/orders/{order_no}/messages/read", json={"through": last["number"]})
    assert read.json() == {"read_through": 3}
    assert (await eleanor.post(f"/orders/{order_no}/messages/read", json={"through": 1})).json()["read_through"] == 3
    assert (await eleanor.post(f"/orders/{order_no}/messages/read", json={"through": 99})).json()["read_through"] == 3
    assert (await eleanor.get("/orders")).json()["items"][0]["unread"] == 0
    log = (await api.get(f"/orders/{order_no}/messages", role="sales")).json()
    assert log["read"] == {"customer": 3, "staff": 3, "own": 3}
    manager = (await api.get("/conversations", role="management")).json()["items"][0]
    assert manager["unread"] == 3


async def test_she_is_told_who_answers_and_since_when_she_waits(api: Api, eleanor: httpx.AsyncClient) -> None:
    me = (await api.get("/me", role="sales")).json()
    order_no = (await order_of(api, ELEANOR, merchandiser_id=me["id"]))["order_no"]
    empty = (await eleanor.get(f"/orders/{order_no}/messages")).json()
    assert (empty["answers"], empty["waiting_since"]) == (me["name"], None)
    asked = (await writes(eleanor, order_no))["created_at"]
    later(api, minutes=5)
    await writes(eleanor, order_no, "Hello?")
    log = (await eleanor.get(f"/orders/{order_no}/messages")).json()
    assert (log["answers"], log["waiting_since"]) == (me["name"], asked)
    await staff_writes(api, order_no, "Tomorrow.")
    ours = (await api.get(f"/orders/{order_no}/messages", role="sales")).json()
    assert (ours["answers"], ours["waiting_since"]) == (me["name"], None)


async def test_an_unanswered_message_waits_as_a_task_until_somebody_answers(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    order_no = await her_order(eleanor)
    await writes(eleanor, order_no)
    await writes(eleanor, order_no, "Hello?")
    tasks = [one for one in (await api.get("/tasks", role="sales")).json()["items"] if one["kind"] == "message"]
    assert [(one["order_no"], one["customer"]) for one in tasks] == [(order_no, "Eleanor")]
    assert tasks[0]["due_at"] > tasks[0]["since"]
    assert not [one for one in (await api.get("/tasks", role="production")).json()["items"] if one["kind"] == "message"]
    later(api, hours=2)
    await staff_writes(api, order_no, "Here we are")
    assert not [one for one in (await api.get("/tasks", role="sales")).json()["items"] if one["kind"] == "message"]
    answered = "SELECT 1 FROM messages WHERE created_at - answers_since = interval '2 hours'"
    assert await api.sql(answered) == 1


async def test_the_merchandiser_is_told_or_the_deputy_while_they_are_away(api: Api) -> None:
    people = {one["login"]: one["id"] for one in (await api.get("/users", role="admin")).json()["items"]}
    order = await order_of(api, ELEANOR, merchandiser_id=people["sales"])

    async def notices(role: str) -> int:
        await relay_of(api).drain()
        items = (await api.get("/notices", role=role)).json()["items"]
        return len([one for one in items if one["template"] == "message_posted"])

    async with a_customer(api, ELEANOR) as eleanor:
        await writes(eleanor, order["order_no"])
        assert (await notices("sales"), await notices("management")) == (1, 0)
        away = {"away_until": "2100-01-01T00:00:00Z", "deputy_id": people["management"]}
        answer = await api.request("PUT", "/me/absence", json=away, role="sales")
        assert answer.json()["deputy"]["id"] == people["management"]
        await writes(eleanor, order["order_no"], "Hello?")
        assert (await notices("sales"), await notices("management")) == (1, 1)
    row = (await api.get(f"/conversations?responsible={people['management']}", role="management")).json()["items"][0]
    assert row["responsible"]["id"] == people["management"]
    tasks = (await api.get("/tasks", role="management")).json()["items"]
    assert "message" in {one["kind"] for one in tasks}
    back = await api.request("PUT", f"/users/{people['sales']}/absence", json={}, role="admin")
    assert back.json() == {"away_until": None, "deputy": None}
    assert (await api.get("/me/absence", role="sales")).json()["deputy"] is None


async def test_nobody_stands_in_for_themselves_or_without_a_time(api: Api) -> None:
    people = {one["login"]: one["id"] for one in (await api.get("/users", role="admin")).json()["items"]}
    body = {"away_until": "2100-01-01T00:00:00Z", "deputy_id": people["sales"]}
    problem(await api.request("PUT", "/me/absence", json=body, role="sales"), 422, "field_invalid")
    problem(
        await api.request("PUT", "/me/absence", json={"deputy_id": people["admin"]}, role="sales"), 422, "field_invalid"
    )
    problem(await api.request("PUT", f"/users/{uuid4()}/absence", json=body, role="admin"), 404, "not_found")
    problem(
        await api.request("PUT", f"/users/{people['sales']}/absence", json=body, role="sales"), 403, "right_missing"
    )


async def test_who_does_not_look_is_mailed_once_until_they_look(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)

    async def letters() -> int:
        await relay_of(api).drain()
        return len([one for one in await mail_to(api, ELEANOR) if "message about" in one["subject"]])

    await staff_writes(api, order_no, "One")
    await staff_writes(api, order_no, "Two")
    assert await letters() == 0
    later(api, minutes=6)
    assert await letters() == 1
    await eleanor.post(f"/orders/{order_no}/messages/read", json={"through": 2})
    await staff_writes(api, order_no, "Three")
    await eleanor.post(f"/orders/{order_no}/messages/read", json={"through": 3})
    later(api, minutes=6)
    assert await letters() == 1
    await staff_writes(api, order_no, "CANARY-TEXT")
    later(api, minutes=6)
    assert await letters() == 2
    assert "CANARY" not in str(await mail_to(api, ELEANOR))


async def test_files_go_with_messages(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    files = {"file": ("damage.pdf", pdf("damage"))}
    uploaded = await eleanor.post(f"/orders/{order_no}/messages/files", files=files)
    assert uploaded.status_code == 201, uploaded.text
    file = uploaded.json()
    assert (await eleanor.get(f"/files/{file['id']}")).content == pdf("damage")
    message = a_message("", files=[file["id"]])
    assert (await eleanor.post(f"/orders/{order_no}/messages", json=message)).status_code == 201
    (shown,) = (await api.get(f"/orders/{order_no}/messages", role="sales")).json()["items"]
    assert shown["files"] == [file]
    got = await api.get(f"/message-files/{file['id']}", role="sales")
    assert got.content == pdf("damage")
    again = await eleanor.post(f"/orders/{order_no}/messages", json=a_message("x", files=[file["id"]]))
    problem(again, 422, "field_invalid")
    repeat = await eleanor.post(f"/orders/{order_no}/messages", json=message)
    assert repeat.status_code == 201


async def test_a_file_is_seen_by_whom_it_was_sent_to_alone(
    api: Api, eleanor: httpx.AsyncClient, jonas: httpx.AsyncClient
) -> None:
    order_no = await her_order(eleanor)

    async def staff_file() -> str:
        sent = {"file": ("note.pdf", pdf("CANARY"))}
        answer = await api.request("POST", f"/orders/{order_no}/messages/files", files=sent, role="sales")
        file_id: str = answer.json()["id"]
        return file_id

    internal, not_yet, told = [await staff_file() for _ in range(3)]
    await staff_writes(api, order_no, "note", internal=True, files=[internal])
    await staff_writes(api, order_no, "see file", files=[told])
    assert (await eleanor.get(f"/files/{told}")).status_code == 200
    for file_id in (internal, not_yet):
        problem(await eleanor.get(f"/files/{file_id}"), 404, "not_found")
    problem(await jonas.get(f"/files/{told}"), 404, "not_found")
    message = a_message("mine now", files=[not_yet])
    problem(await eleanor.post(f"/orders/{order_no}/messages", json=message), 422, "field_invalid")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/orders/{}/messages", None),
        ("POST", "/orders/{}/messages", {"id": "6a3d5ac2-0000-7000-8000-000000000000", "text": "x"}),
        ("POST", "/orders/{}/messages/read", {"through": 1}),
    ],
)
async def test_another_customers_chat_is_answered_like_none(
    api: Api, eleanor: httpx.AsyncClient, method: str, path: str, body: Any
) -> None:
    theirs = (await order_of(api, JONAS))["order_no"]
    await staff_writes(api, theirs, "CANARY")
    answers = [await eleanor.request(method, path.format(one), json=body) for one in (theirs, "SO999999")]
    assert answers[0].status_code == 404
    shown = [
        (one.content, sorted(pair for pair in one.headers.items() if pair[0] != "x-request-id")) for one in answers
    ]
    assert shown[0] == shown[1]


@pytest.mark.parametrize(
    "body",
    [{"text": "x"}, {"id": "x", "text": "x"}, a_message("   "), a_message("x" * 4001)],
)
async def test_what_is_no_message_is_refused(eleanor: httpx.AsyncClient, body: dict[str, Any]) -> None:
    problem(await eleanor.post(f"/orders/{await her_order(eleanor)}/messages", json=body), 422, "field_invalid")


async def test_a_customer_writes_no_notes_of_the_house(eleanor: httpx.AsyncClient) -> None:
    body = a_message("x", internal=True)
    problem(await eleanor.post(f"/orders/{await her_order(eleanor)}/messages", json=body), 422, "field_unknown")


async def test_the_chat_is_for_those_who_deal_with_customers(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await her_order(eleanor)
    problem(await api.get(f"/orders/{order_no}/messages", role="warehouse"), 403, "right_missing")
    problem(await api.get("/conversations", role="driver"), 403, "right_missing")
    problem(await api.get("/orders/SO999999/messages", role="sales"), 404, "not_found")


async def test_a_message_is_never_rewritten(api: Api, eleanor: httpx.AsyncClient) -> None:
    await writes(eleanor, await her_order(eleanor))
    with pytest.raises(Exception, match=r"denied|append-only"):
        await api.sql("UPDATE messages SET text = 'something else'")


async def test_conversations_are_paged(api: Api, eleanor: httpx.AsyncClient) -> None:
    numbers = [(await order_of(api, ELEANOR))["order_no"] for _ in range(3)]
    for order_no in numbers:
        api.clock.later(seconds=1)
        await writes(eleanor, order_no)
    first = (await api.get("/conversations?limit=2", role="sales")).json()
    rest = (await api.get(f"/conversations?limit=2&cursor={first['next_cursor']}", role="sales")).json()
    assert [one["order_no"] for one in first["items"] + rest["items"]] == numbers[::-1]
    assert {one["waiting_since"] is not None for one in first["items"]} == {True}
