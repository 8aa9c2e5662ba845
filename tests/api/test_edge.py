from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.support import BASE, Api, an_order, problem, serve
from tests.support.files import pdf
from wiring.settings import Settings

LIMIT = 4096


async def test_every_answer_carries_a_request_id(api: Api) -> None:
    first, second = [await api.http.get("/healthz") for _ in range(2)]
    assert first.headers["x-request-id"] != second.headers["x-request-id"]


async def test_a_sane_request_id_of_the_caller_is_kept(api: Api) -> None:
    answer = await api.http.get("/healthz", headers={"x-request-id": "proxy-2026.11_23"})
    assert answer.headers["x-request-id"] == "proxy-2026.11_23"


@pytest.mark.parametrize("given", ["short", "x" * 129, "with blanks in it", "新", "a\tb-----", "<script>alert"])
async def test_any_other_request_id_is_replaced(api: Api, given: str) -> None:
    answer = await api.http.get("/healthz", headers=[(b"x-request-id", given.encode())])
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32


@pytest.mark.parametrize("path", ["/healthz", "/api/v1/me", "/api/v1/nothing", "/docs"])
async def test_browsers_are_told_to_be_careful(api: Api, path: str) -> None:
    headers = (await api.http.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "script-src" not in headers["content-security-policy"]
    assert len(headers.get_list("content-security-policy")) == 1
    assert "server" not in headers


async def test_a_body_announced_too_large_is_not_read(settings: Settings) -> None:
    async with serve(settings, max_body_bytes=LIMIT) as api:
        body = json.dumps(an_order(notes={"internal": "x" * LIMIT}))
        sent = await api.http.post("/api/v1/orders", content=body, headers=await _json_as_sales(api))
        told = problem(sent, 413, "body_too_large")
        assert str(LIMIT) in told["detail"]


async def test_a_body_that_grows_too_large_is_cut_off(settings: Settings) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1000
            yield b" " * 1000

    async with serve(settings, max_body_bytes=LIMIT) as api:
        sent = await api.http.post("/api/v1/orders", content=endless(), headers=await _json_as_sales(api))
        problem(sent, 413, "body_too_large")
        assert read < 3 * LIMIT


async def test_a_form_that_grows_too_large_is_cut_off(settings: Settings) -> None:
    async with serve(settings, max_body_bytes=LIMIT) as api:
        answer = await api.http.post("/api/v1/auth/token", data={"username": "x" * LIMIT, "password": "x"})
        problem(answer, 413, "body_too_large")


async def test_an_upload_may_be_larger_where_its_route_says_so(settings: Settings) -> None:
    async with serve(settings, max_body_bytes=LIMIT) as api:
        headers = await api.as_("sales")
        path = (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).headers["location"]
        files = {"file": ("plan.pdf", pdf("x" * 5 * LIMIT), "application/pdf")}
        sent = await api.http.post(f"{path}/attachments", data={"kind": "drawing"}, files=files, headers=headers)
        assert sent.status_code == 201


async def test_a_lying_length_does_not_help(settings: Settings) -> None:
    async with serve(settings, max_body_bytes=LIMIT) as api:
        headers = {**await _json_as_sales(api), "content-length": "10"}
        sent = await api.http.post("/api/v1/orders", content=b" " * (2 * LIMIT), headers=headers)
        assert sent.status_code in {400, 413}


async def test_the_scrape_counts_by_route_and_never_by_what_a_client_wrote(api: Api) -> None:
    await api.http.get("/api/v1/auth/sessions/01a20a9a-a9fe-71b3-acb8-d6b87582837b")
    await api.http.delete("/api/v1/auth/sessions/01a20a9a-a9fe-71b3-acb8-d6b87582837b")
    await api.http.get("/api/v1/secret-order-7")
    await api.http.request("BREW", "/coffee")
    text = (await api.http.get("/metrics")).text
    route = 'route="/api/v1/auth/sessions/{session_id}",status="401"'
    assert f'throughline_http_requests_total{{method="DELETE",{route}}} 1.0' in text
    assert 'method="OTHER"' in text
    assert 'route="unmatched"' in text
    assert "secret-order" not in text
    assert "BREW" not in text
    assert "01a20a9a" not in text


async def test_the_scrape_tells_the_outbox_and_the_pool(api: Api) -> None:
    text = (await api.http.get("/metrics")).text
    for line in ("outbox_waiting 0.0", "outbox_dead 0.0", "outbox_oldest_seconds 0.0", "database_up 1.0", "pool_size"):
        assert f"throughline_{line}" in text
    assert "throughline_http_requests_in_flight 1.0" in text


async def test_the_outbox_in_the_scrape_is_the_real_one(api: Api) -> None:
    insert = """INSERT INTO outbox (id, event_id, kind, channel, recipient, body, created_at, due_at, state)
      SELECT gen_random_uuid(), gen_random_uuid(), 'notify', '*', 'role:quality', '{}', $1, $1, s
      FROM unnest(ARRAY['ready', 'ready', 'leased', 'dead', 'done']) AS s"""
    await api.sql(insert, api.clock.now)
    api.clock.later(seconds=90)
    text = (await api.http.get("/metrics")).text
    assert "throughline_outbox_waiting 3.0" in text
    assert "throughline_outbox_dead 1.0" in text
    assert "throughline_outbox_oldest_seconds 90.0" in text


async def test_without_its_database_the_scrape_says_so(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api.parts.database, "connect", _gone)
    text = (await api.http.get("/metrics")).text
    assert "throughline_database_up 0.0" in text
    assert "throughline_http_requests_total" in text


async def test_alive_needs_nothing_and_ready_needs_the_database(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = await api.http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["redis"] == "ok"
    assert ready.json()["schema"] == api.parts.schema_wanted
    monkeypatch.setattr(api.parts.database, "connect", _gone)
    assert (await api.http.get("/healthz")).status_code == 200
    assert (await api.http.head("/healthz")).status_code == 200
    gone = await api.http.get("/readyz")
    assert gone.status_code == 503
    assert gone.json()["database"] == "database_unavailable"


async def test_not_ready_while_the_schema_is_another(api: Api) -> None:
    api.parts.schema_wanted = "29991231_0001"
    answer = await api.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "migrating"


async def test_ready_without_redis(settings: Settings) -> None:
    async with serve(settings, redis_url="redis://127.0.0.1:1/0") as api:
        answer = await api.http.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["redis"] == "away"
        headers = await api.as_("sales")
        assert (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).status_code == 201


async def test_a_demo_shows_what_it_would_have_sent(api: Api) -> None:
    letter = {"id": "1", "channel": "sms", "to": "13900001111", "subject": "", "text": "<b>到货</b>", "sent_at": "x"}
    await api.parts.mailbox.drop(letter)
    listed = await api.http.get("/dev/mailbox", headers={"accept": "application/json"})
    assert listed.json()["items"] == [letter]
    page = await api.http.get("/dev/mailbox")
    assert page.headers["content-type"].startswith("text/html")
    assert "&lt;b&gt;到货" in page.text


async def test_outside_a_demo_there_is_no_mailbox(settings: Settings) -> None:
    async with serve(settings, demo=False) as api:
        problem(await api.http.get("/dev/mailbox"), 404, "not_found")


def _gone() -> Any:
    raise ConnectionRefusedError(BASE)


async def _json_as_sales(api: Api) -> dict[str, str]:
    return {**await api.as_("sales"), "content-type": "application/json"}
