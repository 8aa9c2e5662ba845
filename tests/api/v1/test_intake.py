from __future__ import annotations

import base64
from typing import Any

import httpx
import pytest

from domain.access.actor import system
from tests.api.support import Api, problem
from tests.api.v1.test_hooks import deliver, kept, signed
from tests.domain.intake.support import body, headers
from tests.usecases.intake.channel import articles
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.outside import outside_of
from workers.relay import Relay

DOUBTFUL, CERTAIN = "orders_create_free_line_and_free_shipping", "orders_create_discounts_properties"


async def arrived(api: Api, name: str) -> str:
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles()))
    answer = await deliver(api, "shopify", body("shopify", name), headers("shopify", name))
    await Relay(api.parts.door, outside_of(api.parts.settings, api.parts.mailbox, api.parts.clock)).drain()
    found: str = answer.json()["id"]
    return found


async def test_a_certain_order_is_there_and_its_item_says_which(api: Api) -> None:
    item = (await api.get(f"/intake/{await arrived(api, CERTAIN)}", role="sales")).json()
    assert (item["status"], item["channel"], item["meaning"]["total"]) == ("ordered", "shopify", "522.96")
    order = (await api.get(f"/orders/{item['order_no']}", role="sales")).json()
    assert (order["total"], order["external_id"]) == ("522.96", "6123450000001")
    assert base64.b64decode(item["original"]["body_base64"]) == body("shopify", CERTAIN)


async def test_the_review_queue_holds_the_doubtful_with_its_reasons_and_approving_opens_the_order(api: Api) -> None:
    intake_id = await arrived(api, DOUBTFUL)
    (row,) = (await api.get("/intake?status=review", role="sales")).json()["items"]
    assert (row["id"], row["review_reasons"]) == (intake_id, ["gift_claimed_by_buyer"])
    assert set(row["reasons"][0]["text"]) == {"zh", "en"}
    approved = await api.request("POST", f"/intake/{intake_id}/approve", role="sales")
    assert approved.status_code == 200, approved.text
    assert approved.json()["status"] == "ordered"
    problem(await api.request("POST", f"/intake/{intake_id}/approve", role="sales"), 409, "intake_not_in_review")


async def test_a_correction_of_a_person_is_opened(api: Api) -> None:
    intake_id = await arrived(api, DOUBTFUL)
    meaning = (await api.get(f"/intake/{intake_id}", role="sales")).json()["meaning"]
    meaning["lines"][2]["gift_confirmed"] = True
    approved = await api.post(f"/intake/{intake_id}/approve", {"meaning": meaning}, role="sales")
    order = (await api.get(f"/orders/{approved.json()['order_no']}", role="sales")).json()
    assert order["lines"][2]["gift_confirmed"] is True


async def test_rejecting_takes_a_reason_and_reading_again_answers_before_the_reading(api: Api) -> None:
    intake_id = await arrived(api, DOUBTFUL)
    problem(await api.post(f"/intake/{intake_id}/reject", {}, role="sales"), 422, "field_invalid")
    again = await api.request("POST", f"/intake/{intake_id}/reparse", role="sales")
    assert (again.status_code, again.json()["status"]) == (202, "kept")
    problem(await api.post(f"/intake/{intake_id}/reject", {"reason": "x"}, role="sales"), 409, "intake_not_in_review")


async def test_a_rejection_is_taken_back_and_the_queue_is_worked_off_from_its_oldest(api: Api) -> None:
    first = await arrived(api, DOUBTFUL)
    second = (await deliver(api, "crm", b"{}", signed(api, b"{}", "m-1"))).json()["id"]
    await api.post(f"/intake/{first}/reject", {"reason": "x"}, role="sales")
    (row,) = (await api.get("/intake?status=ignored", role="sales")).json()["items"]
    assert row["decided_by_name"] is not None
    back = await api.request("POST", f"/intake/{first}/reopen", role="sales")
    assert (back.status_code, back.json()["status"]) == (200, "review")
    listed = (await api.get("/intake?sort=oldest&limit=1", role="sales")).json()
    assert [one["id"] for one in listed["items"]] == [first]
    behind = (await api.get(f"/intake?sort=oldest&cursor={listed['next_cursor']}", role="sales")).json()
    assert [one["id"] for one in behind["items"]] == [second]
    assert (await api.get("/intake?reason=customer_ambiguous", role="sales")).json()["items"] == []


async def test_an_approval_with_a_key_is_done_once(api: Api) -> None:
    intake_id = await arrived(api, DOUBTFUL)
    key = {"idempotency-key": "approve-1"}
    first = await api.request("POST", f"/intake/{intake_id}/approve", role="sales", headers=key)
    again = await api.request("POST", f"/intake/{intake_id}/approve", role="sales", headers=key)
    assert (first.json(), again.headers["idempotent-replayed"]) == (again.json(), "true")


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", "/intake", {}),
        ("GET", "/intake/{id}", {}),
        ("POST", "/intake/{id}/approve", {}),
        ("POST", "/intake/{id}/reject", {"json": {"reason": "x"}}),
        ("POST", "/intake/{id}/reopen", {}),
        ("POST", "/intake/{id}/reparse", {}),
        ("POST", "/intake/try", {"json": {"channel": "shopify", "body_base64": "e30="}}),
    ],
)
async def test_without_the_right_there_is_nothing_to_see(
    shared: Api, method: str, path: str, more: dict[str, Any]
) -> None:
    address = path.replace("{id}", "01934b5e-7c00-7000-8000-000000000001")
    problem(await shared.request(method, address, role="design", **more), 403, "right_missing")
    answer: httpx.Response = await shared.http.request(method, f"/api/v1{address}", headers=shared.bare(), **more)
    problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"channel": "shopify", "body_base64": "e30="}, 422, "payload_not_understood"),
        ({"channel": "shopify", "body_base64": "e3"}, 422, "field_invalid"),
        ({"channel": "shopify", "body_base64": "****"}, 422, "field_invalid"),
        ({"channel": "shopify", "body_base64": "十六"}, 422, "field_invalid"),
        ({"channel": "nobody", "body_base64": "e30="}, 422, "template_unknown"),
        ({"channel": "shopify", "body_base64": ""}, 422, "payload_unreadable"),
        ({"channel": "shopify", "body_base64": "e30=", "template": "draft"}, 422, "template_unknown"),
    ],
)
async def test_trying_says_what_is_wrong(shared: Api, given: dict[str, Any], status: int, code: str) -> None:
    problem(await shared.post("/intake/try", given, role="sales"), status, code)


async def test_trying_a_sample_gives_its_meaning_and_keeps_nothing(api: Api) -> None:
    given = {
        "channel": "shopify",
        "content_type": "application/json",
        "headers": headers("shopify", CERTAIN),
        "body_base64": base64.b64encode(body("shopify", CERTAIN)).decode(),
    }
    told = await api.post("/intake/try", given, role="sales")
    assert (told.status_code, told.json()["meaning"]["external_id"]) == (200, "6123450000001")
    assert await kept(api) == []


async def test_what_is_missing_is_404_and_a_cursor_is_ours_or_400(shared: Api) -> None:
    problem(await shared.get("/intake/01934b5e-7c00-7000-8000-000000000001", role="sales"), 404, "not_found")
    problem(await shared.get("/intake?cursor=AAAA", role="sales"), 400, "cursor_invalid")
    problem(await shared.get("/intake?status=lost", role="sales"), 422, "field_invalid")


async def test_the_list_pages_from_the_newest(api: Api) -> None:
    ids = []
    for number in range(5):
        content = b'{"n": %d}' % number
        ids.append((await deliver(api, "crm", content, signed(api, content, f"m{number}"))).json()["id"])
    seen: list[str] = []
    path = "/intake?limit=2"
    while path:
        page = (await api.get(path, role="sales")).json()
        seen += [item["id"] for item in page["items"]]
        path = f"/intake?limit=2&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    assert seen == ids[::-1]
