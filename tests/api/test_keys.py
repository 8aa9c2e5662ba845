from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.api.support import Api, an_order, problem
from tests.support.files import pdf


async def _open(api: Api, key: str | None, role: str = "sales", **changes: Any) -> httpx.Response:
    headers = {**await api.as_(role), **({"idempotency-key": key} if key else {})}
    return await api.http.post("/api/v1/orders", json=an_order(**changes), headers=headers)


async def test_the_same_key_gives_the_first_answer_again(api: Api) -> None:
    first, again = [await _open(api, "key-1") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    listed = await api.http.get("/api/v1/orders", headers=await api.as_("sales"))
    assert len(listed.json()["items"]) == 1


async def test_without_a_key_it_is_done_twice(api: Api) -> None:
    assert (await _open(api, None)).json()["order_no"] != (await _open(api, None)).json()["order_no"]


async def test_the_same_key_with_another_body_is_refused(api: Api) -> None:
    await _open(api, "key-1")
    problem(await _open(api, "key-1", priority=2), 422, "idempotency_key_reused")


async def test_the_same_key_at_another_address_is_another_key(api: Api) -> None:
    order_no = (await _open(api, "key-1")).json()["order_no"]
    headers = {**await api.as_("sales"), "idempotency-key": "key-1"}
    moved = await api.http.post(f"/api/v1/orders/{order_no}/actions", json={"action": "submit_review"}, headers=headers)
    assert moved.status_code == 200
    assert "idempotent-replayed" not in moved.headers


async def test_one_persons_key_never_gives_another_persons_answer(api: Api) -> None:
    await api.sql("UPDATE people SET roles = '{sales}' WHERE login = 'design'")
    mine, theirs = await _open(api, "key-1"), await _open(api, "key-1", role="design")
    assert mine.json()["order_no"] != theirs.json()["order_no"]


async def test_a_refusal_is_given_again_too(api: Api) -> None:
    first, again = [await _open(api, "key-1", order_type="nonsense") for _ in range(2)]
    problem(first, 422, "order_type_unknown")
    assert first.content == again.content


async def test_a_replayed_answer_shows_what_its_reader_may_see_now(api: Api) -> None:
    await _open(api, "key-1")
    await api.sql("UPDATE people SET roles = '{sales,finance}' WHERE login = 'sales'")
    assert "cost" in (await _open(api, "key-1")).json()


@pytest.mark.parametrize("key", [b"", b" ", b"with blank", b"tab\there", "鍵".encode(), b"x" * 256, b"\x7f", b"a\x00b"])
async def test_a_key_that_is_none_is_refused(api: Api, key: bytes) -> None:
    signed_in = [(name.encode(), value.encode()) for name, value in (await api.as_("sales")).items()]
    headers = [*signed_in, (b"idempotency-key", key)]
    answer = await api.http.post("/api/v1/orders", json=an_order(), headers=headers)
    problem(answer, 400, "idempotency_key_invalid")


async def test_a_form_sent_again_with_another_boundary_is_the_same_request(api: Api) -> None:
    order_no = (await _open(api, None)).json()["order_no"]
    headers = {**await api.as_("sales"), "idempotency-key": "paper-1"}
    sent = []
    for _ in range(2):
        files = {"file": ("plan.pdf", pdf(), "application/pdf")}
        path = f"/api/v1/orders/{order_no}/attachments"
        sent.append(await api.http.post(path, data={"kind": "drawing"}, files=files, headers=headers))
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].content == sent[1].content
    assert sent[1].headers["idempotent-replayed"] == "true"
    files = {"file": ("plan.pdf", pdf("another"), "application/pdf")}
    path = f"/api/v1/orders/{order_no}/attachments"
    other = await api.http.post(path, data={"kind": "drawing"}, files=files, headers=headers)
    problem(other, 422, "idempotency_key_reused")


async def test_a_read_carries_the_version_and_a_write_takes_it_back(api: Api) -> None:
    opened = await _open(api, None)
    path = opened.headers["location"]
    assert opened.headers["etag"] == '"1"'
    patched = await _patch(api, path, '"1"', priority=3)
    assert patched.status_code == 200
    assert patched.headers["etag"] == '"2"'
    assert (await api.http.get(path, headers=await api.as_("driver"))).headers["etag"] == '"2"'


@pytest.mark.parametrize("tag", ['"2"', '"0"', 'W/"1"', '"-1"', '"x"', '""', '"99999999999999999999"'])
async def test_another_version_is_stale(api: Api, tag: str) -> None:
    opened = await _open(api, None)
    problem(await _patch(api, opened.headers["location"], tag, priority=3), 412, "version_stale")


@pytest.mark.parametrize("tag", ["1", '"1', "W/1", '"1", "2"', "junk junk", '"1"x', '"1 "'])
async def test_a_tag_that_is_none_is_malformed(api: Api, tag: str) -> None:
    opened = await _open(api, None)
    problem(await _patch(api, opened.headers["location"], tag, priority=3), 400, "malformed_request")


@pytest.mark.parametrize("tag", [None, "*"])
async def test_an_edit_must_say_what_it_saw(api: Api, tag: str | None) -> None:
    opened = await _open(api, None)
    problem(await _patch(api, opened.headers["location"], tag, priority=3), 428, "if_match_required")


async def test_an_action_may_say_what_it_saw(api: Api) -> None:
    path = f"{(await _open(api, None)).headers['location']}/actions"
    headers = await api.as_("sales")
    act = {"action": "submit_review"}
    stale = await api.http.post(path, json=act, headers={**headers, "if-match": '"7"'})
    problem(stale, 412, "version_stale")
    assert (await api.http.post(path, json=act, headers=headers)).headers["etag"] == '"2"'


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/orders"])
async def test_an_unchanged_answer_is_not_sent_again(api: Api, path: str) -> None:
    headers = await api.as_("sales")
    first = await api.http.get(path, headers=headers)
    tag = first.headers["etag"]
    for asked in (tag, f'"other", {tag}', tag.removeprefix("W/"), "*"):
        again = await api.http.get(path, headers={**headers, "if-none-match": asked})
        assert again.status_code == 304, asked
        assert again.content == b""
        assert again.headers["etag"] == tag
    changed = await api.http.get(path, headers={**headers, "if-none-match": '"other"'})
    assert changed.content == first.content


async def test_answers_are_for_one_reader_alone(api: Api) -> None:
    answer = await api.http.get("/api/v1/me", headers=await api.as_("sales"))
    assert "private" in answer.headers["cache-control"]
    assert {"authorization", "cookie"} <= {name.strip() for name in answer.headers["vary"].split(",")}


async def _patch(api: Api, path: str, tag: str | None, **patch: Any) -> httpx.Response:
    headers = {**await api.as_("sales"), **({"if-match": tag} if tag else {})}
    return await api.http.patch(path, json=patch, headers=headers)
