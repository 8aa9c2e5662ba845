"""A channel that nobody has heard of is added over the API alone: made, signed, drafted, tried, published, read."""

from __future__ import annotations

import copy
import json
from base64 import b64decode, b64encode
from hmac import digest
from typing import Any

import httpx

from tests.api.support import Api, problem
from tests.api.v1.test_intake_templates import ORDER
from tests.domain.intake.test_template import OWN
from tests.support.deliveries import item, read_all, stock


async def added(api: Api, **changes: str) -> dict[str, Any]:
    """A channel as it is told to who made it."""
    answer = await api.post("/intake-channels", {"key": "medusa", "name": "Medusa 商城", **changes}, role="admin")
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def push(api: Api, secret: str, content: bytes, message_id: str) -> httpx.Response:
    """One delivery, signed as Standard Webhooks says."""
    seconds = str(int(api.clock.now.timestamp()))
    key = b64decode(secret.removeprefix("whsec_"))
    signature = b64encode(digest(key, f"{message_id}.{seconds}.".encode() + content, "sha256")).decode()
    told = {"webhook-id": message_id, "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}
    headers = {"content-type": "application/json", **told}
    return await api.http.post("/api/v1/hooks/medusa", content=content, headers={**api.bare(), **headers})


def an_order(number: str, **changes: Any) -> bytes:
    """What the new channel sends."""
    return json.dumps({**ORDER, "id": number, **changes}, ensure_ascii=False).encode()


async def draft(api: Api, document: dict[str, Any]) -> None:
    """The channel's template as somebody edits it."""
    answer = await api.request("PUT", "/intake-templates/medusa/draft", role="admin", json=document)
    assert answer.json()["valid"], answer.text


async def test_from_the_idea_of_a_channel_to_its_orders_with_no_code(api: Api) -> None:
    await stock(api)
    made = await added(api)
    assert made["secret"].startswith("whsec_")
    early = await push(api, made["secret"], an_order("M-1"), "msg_1")
    assert early.status_code == 202, early.text
    await read_all(api)
    assert (await item(api, early.json()["id"]))["problem"]["code"] == "template_unknown"

    await draft(api, OWN)
    tried = (await api.request("POST", "/intake-templates/medusa/draft/try", role="admin")).json()
    assert (tried["tried"], tried["changed"], tried["published_version"]) == (1, 1, None)
    (found,) = tried["items"]
    assert (found["before"]["meaning"], found["after"]["meaning"]["external_id"]) == (None, "M-1")
    assert (await api.request("POST", "/intake-templates/medusa/draft/publish", role="admin")).status_code == 201

    await api.request("POST", f"/intake/{early.json()['id']}/reparse", role="sales")
    later = await push(api, made["secret"], an_order("M-2"), "msg_2")
    await read_all(api)
    for answer, number in ((early, "M-1"), (later, "M-2")):
        read = await item(api, answer.json()["id"])
        assert (read["status"], read["review_reasons"]) == ("ordered", []), read["problem"]
        order = (await api.get(f"/orders/{read['order_no']}", role="sales")).json()
        assert (order["channel"], order["external_id"], order["total"]) == ("medusa", number, "1040.00")
    (listed,) = (await api.get("/intake-channels", role="admin")).json()["items"]
    assert (listed["key"], listed["template_version"], listed["secret_number"]) == ("medusa", 1, 1)
    assert listed["last_received_at"]
    assert "secret" not in listed


async def test_a_second_version_is_tried_against_the_first_before_it_counts(api: Api) -> None:
    await stock(api)
    made = await added(api)
    await draft(api, OWN)
    await api.request("POST", "/intake-templates/medusa/draft/publish", role="admin")
    await push(api, made["secret"], an_order("M-1"), "msg_1")
    await read_all(api)
    second = copy.deepcopy(OWN)
    second["documents"][0]["order"]["source_status"] = "'fresh'"
    await draft(api, second)
    tried = (await api.request("POST", "/intake-templates/medusa/draft/try", role="admin")).json()
    assert (tried["published_version"], tried["changed"]) == (1, 1)
    assert [one["pointer"] for one in tried["items"][0]["differences"]] == ["/source_status"]


async def test_a_secret_is_told_once_and_the_one_before_counts_until_the_overlap_ends(api: Api) -> None:
    key = {"idempotency-key": "make-medusa"}
    body = {"key": "medusa", "name": "Medusa"}
    first, again = [await api.post("/intake-channels", body, role="admin", headers=key) for _ in range(2)]
    old = first.json()["secret"]
    assert (again.status_code, again.json()["secret"]) == (201, None)
    turned = await api.post("/intake-channels/medusa/rotate", {"overlap_hours": 1}, role="admin")
    new = turned.json()["secret"]
    assert (turned.json()["secret_number"], new != old) == (2, True)
    assert [(await push(api, one, b"{}", f"m-{one}")).status_code for one in (old, new)] == [202, 202]
    api.clock.later(hours=1, seconds=1)
    api.tokens.clear()  # whoever signed in an hour ago signs in again
    problem(await push(api, old, b"{}", "m-3"), 401, "signature_refused")
    assert (await push(api, new, b"{}", "m-4")).status_code == 202
    at_once = await api.post("/intake-channels/medusa/rotate", {"overlap_hours": 0}, role="admin")
    problem(await push(api, new, b"{}", "m-5"), 401, "signature_refused")
    assert (await push(api, at_once.json()["secret"], b"{}", "m-6")).status_code == 202


async def test_a_channel_that_was_removed_takes_nothing_and_added_again_it_has_another_secret(api: Api) -> None:
    made = await added(api)
    assert (await api.request("DELETE", "/intake-channels/medusa", role="admin")).status_code == 204
    problem(await push(api, made["secret"], b"{}", "m-1"), 404, "not_found")
    problem(await api.request("DELETE", "/intake-channels/medusa", role="admin"), 404, "not_found")
    problem(await api.post("/intake-channels/medusa/rotate", {}, role="admin"), 404, "not_found")
    assert (await added(api))["secret"] != made["secret"]
    problem(await push(api, made["secret"], b"{}", "m-1"), 401, "signature_refused")


async def test_what_is_there_cannot_be_added_and_a_bad_key_names_its_field(api: Api) -> None:
    await added(api)
    for key in ("medusa", "shopify", "crm"):
        told = problem(
            await api.post("/intake-channels", {"key": key, "name": "x"}, role="admin"), 409, "channel_taken"
        )
        assert key in told["detail"]
    for key in ("Medusa", "a-b", "", "x" * 41, "1a", "../x"):
        answer = await api.post("/intake-channels", {"key": key, "name": "x"}, role="admin")
        assert problem(answer, 422, "field_invalid")["errors"][0]["pointer"] == "/key"


async def test_only_who_connects_systems_adds_channels(api: Api) -> None:
    refused = await api.post("/intake-channels", {"key": "medusa", "name": "x"}, role="sales")
    problem(refused, 403, "right_missing")


async def test_whoever_reads_what_arrives_sees_how_far_the_shops_were_asked(api: Api) -> None:
    api.parts.settings = api.parts.settings.model_copy(update={"shopify_tokens": {"a.myshopify.com": "shpat"}})
    asked = await api.request("POST", "/intake-polls", role="admin")
    assert (asked.status_code, asked.json()) == (202, {"asked": 1, "under_way": 0})
    assert (await api.request("POST", "/intake-polls", role="admin")).json() == {"asked": 0, "under_way": 1}
    problem(await api.request("POST", "/intake-polls", role="sales"), 403, "right_missing")
    await read_all(api)  # whoever works here has been told of no shop
    (told,) = (await api.get("/intake-polls", role="sales")).json()["items"]
    assert (told["channel"], told["shop"], told["read_until"]) == ("shopify", "a.myshopify.com", None)
    assert told["problem"]


async def test_the_overview_tells_which_channels_are_on_what_waits_and_what_was_refused(api: Api) -> None:
    made = await added(api)
    await push(api, made["secret"], an_order("M-1"), "msg_1")
    await push(api, "whsec_bm9ib2R5IGtub3dzIGl0", an_order("M-2"), "msg_2")
    await read_all(api)
    told = (await api.get("/intake-overview", role="finance")).json()["items"]
    by_channel = {one["channel"]: one for one in told}
    assert {"shopify", "taobao", "medusa"} <= by_channel.keys()
    one = by_channel["medusa"]
    assert (one["added"], one["signed"], one["template_version"], one["label"]["zh"]) == (
        True,
        True,
        None,
        "Medusa 商城",
    )
    assert (one["failed"], one["review"], one["kept"], one["refused"]) == (1, 0, 0, 1)
    assert one["last_received_at"] is not None
    shop = by_channel["shopify"]
    assert (shop["added"], shop["failed"], shop["last_received_at"]) == (False, 0, None)
