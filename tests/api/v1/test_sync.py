"""Sync over HTTP: what a phone sends and is answered, what it asks for, photos before reports."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from tests.api.support import Api, problem
from tests.api.v1.test_work_orders import released
from tests.support.files import picture, spoken

AT = "2026-11-23T01:00:00Z"


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file."""
    return shared


async def named(api: Api, role: str = "production") -> str:
    """A new phone of somebody with this role."""
    answer = await api.post("/devices", {"name": "老王的手机", "kind": "phone", "id": str(uuid4())}, role=role)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def call(device: str, *reports: Any) -> dict[str, Any]:
    return {"device_id": device, "sent_at": datetime.now(UTC).isoformat(), "reports": list(reports)}


def report(kind: str, body: dict[str, Any], seq: int = 1) -> dict[str, Any]:
    at = datetime.now(UTC).isoformat()
    return {"id": str(uuid4()), "v": 1, "seq": seq, "by": None, "kind": kind, "occurred_at": at, "body": body}


async def test_a_phone_reports_and_is_answered_in_order_and_in_its_language(api: Api) -> None:
    _, (work_order,) = await released(api)
    device = await named(api)
    start = report("start", {"work_order": work_order["token"], "operation": "OP10", "revision": 1})
    wrong = report("complete", {"work_order": work_order["number"], "operation": "OP50", "good": "1"}, seq=3)
    answer = await api.post("/sync", call(device, start, wrong), role="production")
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert [result["status"] for result in told["results"]] == ["applied", "conflict"]
    assert told["results"][1]["code"] == "operation_out_of_order"
    assert "工序" in told["results"][1]["detail"]
    assert told["gaps"] == [[2, 2]]
    english = await api.post("/sync", call(device, wrong), role="production", headers={"accept-language": "en"})
    assert english.json()["results"][0]["detail"].startswith("The operation before")


async def test_a_call_is_answered_200_even_if_all_is_refused(api: Api) -> None:
    device = await named(api)
    odd = {"id": str(uuid4()), "kind": "complete", "occurred_at": AT, "body": {"good": 1.5, "\ud83d": "\0"}}
    answer = await api.request(
        "POST", "/sync", role="production", headers={"content-type": "application/json"},
        content=__import__("json").dumps(call(device, odd, 17, None, {"id": "\ud83d"})).encode(),
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert [result["status"] for result in answer.json()["results"]] == ["rejected"] * 4


async def test_over_a_thousand_is_too_many_and_an_unknown_device_is_told_so(api: Api) -> None:
    device = await named(api)
    notes = [report("note", {"text": "x"}, seq=n) for n in range(1, 1002)]
    problem(await api.post("/sync", call(device, *notes), role="production"), 413, "reports_too_many")
    problem(await api.post("/sync", call(str(uuid4())), role="production"), 404, "device_unknown")
    problem(await api.post("/sync", {"device_id": "x"}, role="production"), 422, "field_invalid")
    anonymous = await api.http.post("/api/v1/sync", json=call(device), headers=api.bare())
    problem(anonymous, 401, "unauthenticated")


async def test_a_thousand_reports_are_answered_in_one_call(api: Api) -> None:
    device = await named(api)
    notes = [report("note", {"text": f"n{n}"}, seq=n) for n in range(1, 1001)]
    answer = await api.post("/sync", call(device, *notes), role="production")
    assert {result["status"] for result in answer.json()["results"]} == {"applied"}
    again = await api.post("/sync", call(device, *notes), role="production")
    assert {result["status"] for result in again.json()["results"]} == {"duplicate"}


async def test_a_pull_brings_everything_once_and_then_only_what_changed(api: Api) -> None:
    _, (work_order,) = await released(api)
    device = await named(api)
    told = await pulled(api, f"/sync?device_id={device}")
    assert told["reset"] is True
    assert work_order["number"] in {one["number"] for one in told["work_orders"]}
    assert {"RAD-CU6012-W", "CU.T"} <= {one["sku"] for one in told["articles"]}
    assert [shift["key"] for shift in told["shifts"]] == ["day", "night"]
    nothing = await pulled(api, f"/sync?device_id={device}&cursor={told['cursor']}")
    assert (nothing["work_orders"], nothing["articles"], nothing["reset"]) == ([], [], False)
    start = report("start", {"work_order": work_order["number"], "operation": "OP10"})
    await api.post("/sync", call(device, start), role="production")
    changed = await pulled(api, f"/sync?device_id={device}&cursor={nothing['cursor']}")
    assert [one["number"] for one in changed["work_orders"]] == [work_order["number"]]
    assert changed["work_orders"][0]["operations"][0]["state"] == "running"
    assert changed["device"]["pulled_at"] is not None


async def test_what_happens_to_an_order_reaches_the_phone(api: Api) -> None:
    order_no, (work_order,) = await released(api)
    told = await pulled(api, "/sync")
    await api.post(f"/orders/{order_no}/actions", {"action": "hold", "payload": {}}, role="production")
    changed = await pulled(api, f"/sync?cursor={told['cursor']}")
    assert [(one["number"], one["held"]) for one in changed["work_orders"]] == [(work_order["number"], True)]


async def test_a_cursor_of_somebody_else_begins_anew_and_a_forged_one_is_refused(api: Api) -> None:
    told = await pulled(api, "/sync")
    other = await api.get(f"/sync?cursor={told['cursor']}", role="quality")
    assert other.json()["reset"] is True
    problem(await api.get(f"/sync?cursor=A{told['cursor'][1:]}", role="production"), 400, "cursor_invalid")


async def test_a_spoken_note_is_kept_with_the_order_and_can_be_heard(api: Api) -> None:
    order_no, (work_order,) = await released(api)
    worker, words = await named(api), spoken()
    file = {"file": ("note", words, "application/octet-stream")}
    kept = (await api.request("POST", "/photos", role="production", files=file)).json()
    assert kept == {"sha256": hashlib.sha256(words).hexdigest(), "media_type": "audio/webm", "size_bytes": len(words)}
    body = {"work_order": work_order["number"], "text": "焊缝有问题", "voice": kept["sha256"]}
    (result,) = (await api.post("/sync", call(worker, report("note", body)), role="production")).json()["results"]
    assert result["status"] == "applied", result
    papers = (await api.get(f"/orders/{order_no}/attachments", role="production")).json()["items"]
    assert [(paper["kind"], paper["sha256"]) for paper in papers] == [("voice_note", kept["sha256"])]
    heard = await api.get(f"/photos/{kept['sha256']}", role="production")
    assert (heard.content, heard.headers["content-type"]) == (words, "audio/webm")
    problem(await api.get(f"/photos/{'0' * 64}", role="production"), 404, "not_found")
    problem(await api.get(f"/photos/{kept['sha256']}", role="finance"), 403, "right_missing")


async def test_an_inspection_with_photos_passes_the_order(api: Api) -> None:
    order_no, (work_order,) = await released(api)
    worker, inspector = await named(api), await named(api, "quality")
    number = work_order["number"]
    made = [
        report("complete", {"work_order": number, "operation": operation, "good": "2"}, seq=n)
        for n, operation in enumerate(("OP10", "OP50", "OP95"), 1)
    ]
    results = (await api.post("/sync", call(worker, *made), role="production")).json()["results"]
    assert {result["status"] for result in results} == {"applied"}, results
    photo = picture("JPEG")
    kept = await api.request("POST", "/photos", role="quality", files={"file": ("a.jpg", photo, "image/jpeg")})
    sha256 = hashlib.sha256(photo).hexdigest()
    assert kept.json() == {"sha256": sha256, "media_type": "image/jpeg", "size_bytes": len(photo)}
    inspect = report("inspect", {"work_order": number, "result": "pass", "photos": [sha256], "shift": "day"})
    (result,) = (await api.post("/sync", call(inspector, inspect), role="quality")).json()["results"]
    assert (result["status"], len(result["event_ids"])) == ("applied", 2), result
    order = (await api.get(f"/orders/{order_no}", role="quality")).json()
    assert order["stage"] == "qc_passed"
    papers = (await api.get(f"/orders/{order_no}/attachments", role="quality")).json()["items"]
    assert [(paper["kind"], paper["sha256"]) for paper in papers] == [("inspection_photo", sha256)]
    events = (await api.get(f"/orders/{order_no}/events", role="quality")).json()["items"]
    passed = events[-1]
    assert (passed["action"], passed["cause"], passed["device_id"]) == ("pass_inspection", inspect["id"], inspector)
    assert passed["actor"]["role"] == "quality"


async def pulled(api: Api, path: str, role: str = "production") -> dict[str, Any]:
    """Every page of a pull as one."""
    answer = await api.get(path, role=role)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told
