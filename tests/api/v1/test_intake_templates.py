"""A channel of a known shape is added by a template alone: drafted, tried on what arrived, published, delivered to."""

from __future__ import annotations

import copy
import json
from typing import Any

import httpx

from domain.access.actor import system
from tests.api.support import Api, bearer, problem
from tests.domain.intake.support import body, headers
from tests.domain.intake.test_template import OWN
from tests.usecases.intake.channel import articles
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.outside import outside_of
from workers.relay import Relay

ORDER: dict[str, Any] = {
    "id": "M-1", "at": "2026-11-20 10:00:00", "currency": "CNY", "who": "王工", "tel": "13900001111",
    "street": "中山路8号", "sum": "1040.00", "note": "", "paid": True,
    "items": [{"code": "RAD-CU6012-W", "title": "散热器", "n": 2, "price": "520.00"}],
}  # fmt: skip


async def publish(api: Api, document: dict[str, Any], channel: str = "medusa") -> None:
    drafted = await api.request("PUT", f"/intake-templates/{channel}/draft", role="admin", json=document)
    assert drafted.status_code == 200, drafted.text
    assert drafted.json()["valid"], drafted.text
    published = await api.request("POST", f"/intake-templates/{channel}/draft/publish", role="admin")
    assert published.status_code == 201, published.text


async def push(api: Api, token: str, content: dict[str, Any]) -> httpx.Response:
    told = {**bearer(token), "content-type": "application/json"}
    sent = json.dumps(content, ensure_ascii=False).encode()
    return await api.http.post("/api/v1/hooks/medusa", content=sent, headers=told)


async def read_all(api: Api) -> None:
    await Relay(api.parts.door, outside_of(api.parts.settings, api.parts.mailbox, api.parts.clock)).drain()


async def key_of(api: Api) -> str:
    made = await api.post("/api-keys", {"name": "medusa", "scopes": ["intake.write"]}, role="admin")
    token: str = made.json()["token"]
    return token


async def test_a_new_json_channel_needs_a_template_and_a_key_and_no_code(api: Api) -> None:
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles()))
    token = await key_of(api)
    problem(await push(api, token, ORDER), 404, "not_found")
    await publish(api, OWN)
    first, again = await push(api, token, ORDER), await push(api, token, ORDER)
    assert (first.status_code, again.status_code) == (202, 200)
    await read_all(api)
    item = (await api.get(f"/intake/{first.json()['id']}", role="sales")).json()
    assert (item["status"], item["channel"], item["deliveries"]) == ("ordered", "medusa", 2)
    order = (await api.get(f"/orders/{item['order_no']}", role="sales")).json()
    assert (order["total"], order["external_id"]) == ("1040.00", "M-1")


async def test_without_a_key_the_channel_is_not_there(api: Api) -> None:
    await publish(api, OWN)
    problem(await api.http.post("/api/v1/hooks/medusa", content=b"{}"), 404, "not_found")


async def test_a_draft_is_tried_on_what_arrived_and_its_differences_are_told(api: Api) -> None:
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles()))
    name = "orders_create_china_address"
    await api.http.post("/api/v1/hooks/shopify", content=body("shopify", name), headers=headers("shopify", name))
    await read_all(api)
    document = (await api.get("/intake-templates/shopify/versions/1", role="admin")).json()
    await api.request("PUT", "/intake-templates/shopify/draft", role="admin", json=document)
    same = (await api.request("POST", "/intake-templates/shopify/draft/try", role="admin")).json()
    assert (same["tried"], same["changed"], same["published_version"]) == (1, 0, 1)
    altered = copy.deepcopy(document)
    part = next(part for part in altered["documents"] if part["key"] == "order")
    part["order"]["source_status"] = "'seen'"
    await api.request("PUT", "/intake-templates/shopify/draft", role="admin", json=altered)
    told = (await api.request("POST", "/intake-templates/shopify/draft/try", role="admin")).json()
    assert told["changed"] == 1
    (difference,) = told["items"][0]["differences"]
    assert (difference["pointer"], difference["after"]) == ("/source_status", "seen")
    assert (await api.get("/intake?channel=shopify", role="sales")).json()["items"][0]["status"] == "ordered"


async def test_a_draft_that_is_wrong_says_where_and_is_not_published(api: Api) -> None:
    wrong = {**copy.deepcopy(OWN), "order_type": "unheard_of"}
    drafted = (await api.request("PUT", "/intake-templates/medusa/draft", role="admin", json=wrong)).json()
    assert [(one["pointer"], one["code"]) for one in drafted["problems"]] == [("/order_type", "order_type_unknown")]
    refused = await api.request("POST", "/intake-templates/medusa/draft/publish", role="admin")
    problem(refused, 422, "document_invalid")
    other = await api.request("PUT", "/intake-templates/other/draft", role="admin", json=OWN)
    problem(other, 422, "key_mismatch")


async def test_nobody_without_the_right_edits_a_template(api: Api) -> None:
    refused = await api.request("PUT", "/intake-templates/medusa/draft", role="driver", json=OWN)
    assert refused.status_code == 403
