"""Nothing that a client sends is answered by a 5xx; what is refused leaves nothing behind."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.support import Api, an_order, problem

JSON = {"content-type": "application/json"}


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def _post(api: Api, body: bytes | str, **headers: str) -> Any:
    sent = body.encode() if isinstance(body, str) else body
    return await api.http.post("/api/v1/orders", content=sent, headers={**await api.as_("sales"), **JSON, **headers})


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/orders/%00",
        "/api/v1/orders/SO1%00",
        "/api/v1/orders/%ff%fe",
        "/api/v1/orders/..%2f..%2fetc",
        "/api/v1/orders/" + "x" * 5000,
        "/api/v1/orders/SO1/actions/%00",
        "/api/v1/orders?q=%00",
        "/api/v1/orders?stage=%00",
        "/api/v1/orders?q=%ff%fe%c0",
        "/api/v1/orders?q=" + "%F0%9F%98%80" * 30,
        "/api/v1/orders?q='%3B%20DROP%20TABLE%20orders--",
        "/api/v1/orders?q=%25_%5C",
        "/api/v1/orders?due_before=0001-01-01T00:00:00%2B14:00",
        "/api/v1/orders?due_before=9999-12-31T23:59:59-14:00",
        "/api/v1/orders?due_before=2026-02-30T00:00:00Z",
        "/api/v1/orders?due_before=99999999999999999999",
        "/api/v1/orders?due_before=NaN",
        "/api/v1/orders?customer=not-a-uuid",
        "/api/v1/orders?held=perhaps",
        "/api/v1/orders?category=nonsense",
        "/api/v1/orders?stage=" + "&stage=".join("x" * 3 for _ in range(200)),
        "/api/v1/orders?x.a%00=1",
        "/api/v1/orders?x.colour=" + "9" * 400,
        "/api/v1/orders?x.colour=%22",
        "/api/v1/orders?sort=total",
        "/api/v1/orders?limit=1&limit=2",
        "/api/v1/orders?" + "a=b&" * 3000,
        "/api/v1/attachments/00000000-0000-0000-0000-000000000000",
        "/api/v1/attachments/%00",
        "//api//v1//orders",
        "/api/v1/orders/",
        "/api/v1/workflows/%00/versions/1",
        "/api/v1/workflows/standard/versions/99999999999999999999",
        "/api/v1/workflows/standard/versions/-1",
        "/problems/%00",
    ],
)
async def test_no_address_breaks_a_read(api: Api, path: str) -> None:
    answer = await api.http.get(path, headers=await api.as_("admin"))
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorization", b"\xff\xfe"),
        ("authorization", b"Bearer"),
        ("authorization", b"Bearer " + b"x" * 20000),
        ("authorization", b"Bearer a.b.c"),
        ("authorization", b"Bearer \x00"),
        ("cookie", b"tl_access=\xff; ;;=; tl_access"),
        ("cookie", b"tl_access=" + b"a" * 9000),
        ("accept-language", b"\xff\xfe;q=\xff"),
        ("accept", b"\xff"),
        ("if-none-match", b'"' * 999),
        ("if-none-match", b"\xff"),
        ("origin", b"http://[::1"),
        ("host", b"\xff"),
        ("x-request-id", b"\xff" * 20),
        ("user-agent", b"\xff\x00\x01" * 500),
        ("content-length", b"-5"),
        ("content-type", b"\xff\xfe"),
        ("content-type", b"application/json; charset=\xff"),
    ],
)
async def test_no_header_breaks_a_request(api: Api, name: str, value: bytes) -> None:
    headers = [(b"accept", b"*/*"), (name.encode(), value)]
    answers = [
        await api.http.get("/api/v1/me", headers=headers),
        await api.http.post("/api/v1/orders", headers=headers, content=b"{}"),
        await api.http.post("/api/v1/auth/token", headers=headers, content=b"username=sales&password=x"),
        await api.http.get("/dev/mailbox", headers=headers),
    ]
    assert all(answer.status_code < 500 for answer in answers), [answer.text for answer in answers]


async def test_a_client_that_calls_itself_by_strange_bytes_signs_in(api: Api) -> None:
    form = b"username=sales&password=throughline-demo"
    headers = [(b"user-agent", b"\xff\x00\x1b[31m" * 100), (b"content-type", b"application/x-www-form-urlencoded")]
    answer = await api.http.post("/api/v1/auth/token", content=form, headers=headers)
    assert answer.status_code == 200
    here = {"authorization": f"Bearer {answer.json()['access_token']}"}
    agent = (await api.http.get("/api/v1/auth/sessions", headers=here)).json()["items"][0]["user_agent"]
    assert agent.isprintable()
    assert len(agent) <= 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "field_invalid"),
        (b"null", 422, "field_invalid"),
        (b"[]", 422, "field_invalid"),
        (b'"text"', 422, "field_invalid"),
        (b"{}", 422, "field_invalid"),
        (b"{", 400, "malformed_request"),
        (b"\xff", 400, "malformed_request"),
        (b'{"lines":' + b"[" * 5000, 400, "malformed_request"),
        (b'{"priority":1,"priority":2}', 400, "malformed_request"),
        (rb'{"channel":"a\u0000"}', 422, "field_invalid"),
        (rb'{"channel":"\ud800"}', 422, "field_invalid"),
        (b'{"priority":1e400}', 422, "field_invalid"),
        (b'{"priority":NaN}', 400, "malformed_request"),
    ],
)
async def test_a_body_that_is_no_order_is_named_for_what_it_is(api: Api, body: bytes, status: int, code: str) -> None:
    problem(await _post(api, body), status, code)


@pytest.mark.parametrize("content_type", ["text/plain", "", "application/xml", "application/x-www-form-urlencoded"])
async def test_a_body_of_another_type_is_not_taken(api: Api, content_type: str) -> None:
    problem(await _post(api, "{}", **{"content-type": content_type}), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "changes",
    [
        {"shipping": "1e5"},
        {"shipping": "-1"},
        {"shipping": "1" * 15},
        {"shipping": "0.0000001"},
        {"shipping": "１２"},
        {"shipping": " 1"},
        {"shipping": "1\n"},
        {"shipping": "NaN"},
        {"shipping": "Infinity"},
        {"shipping": 5},
        {"shipping": True},
        {"shipping": None},
        {"currency": "cny"},
        {"currency": "CNY\n"},
        {"priority": 2**31},
        {"priority": True},
        {"priority": "1"},
        {"tax_included": 1},
        {"signed_date": "2026-02-30"},
        {"signed_date": "0001-01-01"},
        {"signed_date": 0},
        {"signed_date": "2026-11-23T00:00:00Z"},
        {"merchandiser_id": "x"},
        {"lines": []},
        {"lines": [{}]},
        {"lines": {"0": {}}},
        {"notes": {"internal": "\x07"}},
        {"external_id": "\x1b[31m"},
        {"extension": {str(number): 1 for number in range(201)}},
        {"extension": []},
        {"customer": {"name": ""}},
        {"customer": {"name": "x" * 301}},
        {"id": "1"},
        {"stage": "delivered"},
        {"version": 9},
    ],
)
async def test_a_field_that_does_not_fit_is_refused_and_nothing_is_kept(api: Api, changes: dict[str, Any]) -> None:
    headers = await api.as_("sales")
    before = (await api.http.get("/api/v1/orders", headers=headers)).content
    answer = await api.http.post("/api/v1/orders", json=an_order(**changes), headers=headers)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"]
    assert (await api.http.get("/api/v1/orders", headers=headers)).content == before


@pytest.mark.parametrize(
    "payload",
    [
        {"a": 2**63},
        {"a": 1.5},
        {"a": "\0"},
        {"\0": 1},
        {"a": [[[[[[[[[[{"b": 1.5}]]]]]]]]]]},
    ],
)
async def test_a_payload_that_cannot_stand_in_history_is_refused(api: Api, payload: dict[str, Any]) -> None:
    headers = await api.as_("sales")
    path = (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).headers["location"]
    act = {"action": "submit_review", "payload": payload}
    problem(await api.http.post(f"{path}/actions", json=act, headers=headers), 422, "field_invalid")


@pytest.mark.parametrize(
    "occurred_at", ["2026-11-23T10:00:00", "yesterday", "", 0, "9999-12-31T23:59:59Z", "2026-11-23"]
)
async def test_a_time_needs_its_offset_and_a_sane_year(api: Api, occurred_at: Any) -> None:
    headers = await api.as_("sales")
    path = (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).headers["location"]
    act = {"action": "submit_review", "occurred_at": occurred_at}
    body = problem(await api.http.post(f"{path}/actions", json=act, headers=headers), 422, "field_invalid")
    assert body["errors"][0]["pointer"] == "/occurred_at"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"--x\r\n",
        b'--x\r\ncontent-disposition: form-data; name="kind"\r\n\r\ndrawing\r\n--x--\r\n',
        b'--x\r\ncontent-disposition: form-data; name="file"; filename="\x00"\r\n\r\nA\r\n--x--\r\n',
        b"--x\r\nno headers at all",
        b'--x\r\ncontent-disposition: form-data; name="k"\r\n\r\nv\r\n' * 5000 + b"--x--\r\n",
    ],
)
async def test_a_broken_upload_is_refused(api: Api, body: bytes) -> None:
    headers = await api.as_("sales")
    path = (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).headers["location"]
    multipart = {**headers, "content-type": "multipart/form-data; boundary=x"}
    answer = await api.http.post(f"{path}/attachments", content=body, headers=multipart)
    assert 400 <= answer.status_code < 500, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_nobody_unknown_makes_the_server_read_a_body(api: Api) -> None:
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(True)
        yield b"{}"

    answer = await api.http.post("/api/v1/orders", content=body(), headers={**JSON, "idempotency-key": "k"})
    problem(answer, 401, "unauthenticated")
    assert not read
