"""What went wrong in comparable products, a test for each kind: none of it may happen here.

Other kinds have their test where the thing itself is tested: uploads and names in test_files.py, other sites in
test_browser_safety.py, codes of customers in v1/portal/, keys in v1/test_api_keys.py, deliveries in v1/test_hooks.py,
formulas of guards in tests/domain/expressions/; and all that is told or written at all in tests/rights/.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from api.main import create_app
from domain.access.actor import system
from tests.api.support import PASSWORD, Api, an_order, bearer, problem
from tests.rights.examples import TAOBAO
from tests.support.customers import ELEANOR, order_of, relay_of
from tests.support.documents import publish
from tests.support.senders import sample, signed
from usecases.people.add_person import AddPerson, add_person

PATHS = create_app().openapi()["paths"]
INJECTIONS = ["{0.__class__}", "{order_no.__class__.__mro__}", "{stage!r:>999}", "%(secret)s", "{{7*7}}", "${7*7}", "{"]


async def opened(api: Api, **changes: Any) -> str:
    answer = await api.post("/orders", an_order(**changes), role="sales")
    assert answer.status_code == 201, answer.text
    number: str = answer.json()["order_no"]
    return number


async def hired(api: Api, login: str, *roles: str, **more: Any) -> str:
    """Somebody new; their id. They sign in as everybody of the tests does."""
    hashed = await api.parts.passwords.hash(PASSWORD)
    await api.parts.door.run(system("tests"), add_person, AddPerson(login, login, hashed, roles, **more))
    listed = (await api.get("/users?limit=200", role="admin")).json()["items"]
    found: str = next(person["id"] for person in listed if person["login"] == login)
    return found


async def limited(api: Api) -> str:
    """A seller to whom nobody's orders but their own exist; the login."""
    person = await hired(api, "own.only", "sales")
    done = await api.request("PATCH", f"/users/{person}", role="admin", json={"orders_of": "own"})
    assert done.status_code == 200, done.text
    return "own.only"


# -- default deny: a route that asks nobody who is there


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_says_nothing_is_told_nothing(shared: Api, path: str) -> None:
    shared.bare()
    for method, operation in PATHS[path].items():
        if operation.get("security"):
            address = path.replace("_id}", "_id:}")
            for name in ("intake_id", "change_id"):
                address = address.replace(f"{{{name}:}}", "01a20a9a-a9fe-71b3-acb8-d6b87582837b")
            answer = await shared.http.request(method, address.replace("{", "").replace("}", "").replace(":", ""))
            assert answer.status_code in {401, 404}, f"{method} {path}: {answer.status_code}"
            assert answer.status_code == 401 or answer.json()["code"] == "not_found"


# -- an empty list of permissions is taken for all of them


async def test_a_role_without_rights_may_do_nothing(api: Api) -> None:
    order_no = await opened(api)
    role = {"key": "nothing", "label": {"zh": "无", "en": "None"}, "based_on": "admin", "rights": []}
    assert (await api.post("/roles", role, role="admin")).status_code == 201
    await hired(api, "no.rights", "nothing")
    for path in ("/orders", f"/orders/{order_no}", "/tasks", "/users", "/intake", "/outbox", "/work-orders"):
        problem(await api.get(path, role="no.rights"), 403, "right_missing")
    problem(await api.post("/orders", an_order(), role="no.rights"), 403, "right_missing")


async def test_a_field_that_nobody_is_named_for_is_shown_to_nobody(api: Api) -> None:
    own = {"secret": {"type": "string", "x-read": [], "x-write": ["sales"]}}
    await publish(api, "order-types", "export", lambda body: body["fields"]["properties"].update(own))
    order_no = await opened(api, order_type="export", extension={"secret": "canary-empty-1"})
    for role in ("sales", "admin", "finance", "management"):
        answer = await api.get(f"/orders/{order_no}", role=role)
        assert answer.status_code == 200
        assert "canary-empty-1" not in answer.text


# -- nested people: the one who sold, made or wrote it comes with all that is known of them


async def test_people_inside_of_other_things_are_a_name_and_no_more(api: Api) -> None:
    private = {"email": "private-canary@example.com", "phone": "13912345678"}
    seller = await hired(api, "li.private", "sales")
    await api.request("PATCH", f"/users/{seller}", role="admin", json=private)
    order_no = await opened(api, merchandiser_id=seller)
    acted = await api.post(f"/orders/{order_no}/actions", {"action": "submit_review"}, role="li.private")
    assert acted.status_code == 200, acted.text
    message = {"id": "01a20a9a-a9fe-71b3-acb8-d6b87582837b", "text": "x", "internal": True}
    assert (await api.post(f"/orders/{order_no}/messages", message, role="li.private")).status_code in {200, 201}
    places = ("", "/events", "/messages", "/attachments", "/changes", "/actions")
    answers = [await api.get(f"/orders/{order_no}{place}", role="design") for place in places]
    answers += [await api.get(path, role="design") for path in ("/orders", "/tasks", "/conversations")]
    told = "".join(answer.text for answer in answers)
    assert seller in told
    for secret in (*private.values(), "li.private", "password"):
        assert secret not in told.replace('"name":"li.private"', "")


# -- mail to oneself: what one may not read one has sent to one's own address


async def test_nobody_invites_themselves_to_an_order_that_is_not_theirs(api: Api) -> None:
    order = await order_of(api, ELEANOR)
    login = await limited(api)
    mine = {"email": "mine@example.com", "name": "Me"}
    for whose in ({"order_no": order["order_no"]}, {"customer_id": order["customer"]["id"]}):
        refused = await api.post("/contacts", {**mine, **whose}, role=login)
        missing = {name: "SO999999" if name == "order_no" else login_id() for name in whose}
        nothing = await api.post("/contacts", {**mine, **missing}, role=login)
        problem(refused, 422, "field_invalid")
        assert refused.json() == nothing.json()
    await relay_of(api).drain()
    assert not [letter for letter in await api.parts.mailbox.letters() if letter["to"] == "mine@example.com"]
    assert (await api.get("/contacts", role=login)).json()["items"] == []


def login_id() -> str:
    """An id of nobody."""
    return "01a20a9a-a9fe-71b3-acb8-d6b87582837b"


# -- templates: words of one person are read as a program for another


@pytest.mark.parametrize("words", INJECTIONS)
async def test_words_that_look_like_a_template_stay_words(api: Api, words: str) -> None:
    body = (await api.get("/workflows/simple/versions/1", role="admin")).json()
    for stage in body["stages"]:
        stage["label"] = {"zh": f"到{words}", "en": words}
    first = next(one for one in body["transitions"] if one["action"] == "approve_review")
    first |= {"guard": "order.priority > 5", "guard_label": {"zh": f"条件{words}", "en": words}}
    await publish(api, "workflows", "simple", lambda old: old.update(deepcopy(body)))
    order_no = await opened(api, order_type="simple", customer={"name": words, "email": ELEANOR})
    act = f"/orders/{order_no}/actions"
    refused = problem(await api.post(act, {"action": "dispatch"}, role="warehouse"), 409, "action_not_allowed_in_stage")
    assert words in refused["texts"]["en"]
    guarded = await api.post(act, {"action": "approve_review"}, role="sales")
    if guarded.json()["code"] == "guard_refused":
        assert words in guarded.json()["texts"]["en"]
    held = await api.post(act, {"action": "hold", "payload": {"reason": words}}, role="sales")
    assert held.status_code == 200, held.text
    await relay_of(api).drain()
    assert "__mro__" not in (await api.get("/notices", role="sales")).text or words in INJECTIONS
    letters = str(await api.parts.mailbox.letters())
    assert "class 'str'" not in letters
    assert "<class" not in letters + refused["detail"]


# -- a form inside of another writes what the outer one may not


async def waiting_item(api: Api) -> dict[str, Any]:
    """A delivery that a person must look at."""
    body = sample(TAOBAO)
    headers = signed("taobao", body, "i-1", datetime.now(UTC))
    kept = await api.http.post("/api/v1/hooks/taobao", content=body, headers=headers)
    await relay_of(api).drain()
    item: dict[str, Any] = (await api.get(f"/intake/{kept.json()['id']}", role="sales")).json()
    assert item["status"] == "review", item
    return item


async def test_a_correction_in_review_is_no_way_to_set_a_price(api: Api) -> None:
    item = await waiting_item(api)
    cheap = deepcopy(item["meaning"])
    cheap["lines"][0]["unit_price"] = "0.01"
    refused = await api.post(f"/intake/{item['id']}/approve", {"meaning": cheap}, role="management")
    told = problem(refused, 403, "field_not_writable")
    assert [error["pointer"] for error in told["errors"]] == ["/meaning/lines/0/unit_price"]
    assert (await api.get(f"/intake/{item['id']}", role="sales")).json() == item
    assert (await api.get("/orders", role="admin")).json()["items"] == []
    approved = await api.post(f"/intake/{item['id']}/approve", {"meaning": item["meaning"]}, role="management")
    assert approved.status_code == 200, approved.text


@pytest.mark.parametrize("role", ["design", "production"])
@pytest.mark.parametrize("patch", [{"lines": [{"line": 1, "unit_price": "1"}]}, {"shipping": "0"}, {"cost": "1"}])
async def test_a_change_is_no_way_to_set_a_price(api: Api, role: str, patch: dict[str, Any]) -> None:
    order_no = await opened(api, shipping="5.00")
    before = (await api.get(f"/orders/{order_no}", role="admin")).json()
    for place in ("changes", "changes/preview"):
        body = {"patch": patch, **({"reason": "x"} if place == "changes" else {})}
        answer = await api.post(f"/orders/{order_no}/{place}", body, role=role)
        problem(answer, 403, "field_not_writable")
    assert (await api.get(f"/orders/{order_no}", role="admin")).json() == before
    assert (await api.get(f"/orders/{order_no}/changes", role="admin")).json()["items"] == []


def ways_to_write(order_no: str) -> Iterator[tuple[str, dict[str, Any], set[int]]]:
    """One price in every disguise, and what may be answered."""
    patch = f"/api/v1/orders/{order_no}"
    merge = {"content-type": "application/merge-patch+json", "if-match": '"1"'}
    price = b'{"lines":[{"line":1,"unit_price":"1"}]}'
    yield patch, {"content": price, "headers": merge}, {403}
    yield patch, {"content": b'{"lines":[{"line":1,"unit_price":null}]}', "headers": merge}, {403, 422}
    yield patch, {"content": b'{"lines":[{"line":1,"unit_price":"0"}]}', "headers": merge}, {403}
    yield patch, {"content": b'{"priority":1,"priority":2,"cost":"1"}', "headers": merge}, {400}
    yield patch, {"content": b'{"notes":{},"notes":{"internal":"x"},"cost":"1"}', "headers": merge}, {400}
    yield patch, {"data": {"cost": "1"}, "headers": {"if-match": '"1"'}}, {415}
    yield patch, {"content": b'{"technical":{"cost":"1"}}', "headers": merge}, {422}
    yield patch, {"content": b'[{"op":"replace","path":"/cost","value":"1"}]', "headers": merge}, {422}
    yield patch, {"content": price, "headers": {**merge, "x-user": "admin", "x-role": "sales"}}, {403}


async def test_a_price_is_not_written_in_any_disguise(api: Api) -> None:
    order_no = await opened(api)
    before = (await api.get(f"/orders/{order_no}", role="admin")).json()
    for path, sent, expected in ways_to_write(order_no):
        headers = {**await api.as_("design"), **sent.pop("headers")}
        answer = await api.http.request("PATCH", path, headers=headers, **sent)
        assert answer.status_code in expected, answer.text
        assert (await api.get(f"/orders/{order_no}", role="admin")).json() == before


# -- history: who says who it was


async def test_history_believes_the_session_and_no_header(api: Api) -> None:
    order_no = await opened(api)
    forged = {"x-user": "admin", "x-forwarded-for": "203.0.113.9", "x-forwarded-user": "admin", "date": "x"}
    act = {"action": "submit_review", "occurred_at": "2026-01-01T00:00:00Z"}
    acted = await api.request("POST", f"/orders/{order_no}/actions", role="sales", json=act, headers=forged)
    event = acted.json()["event"]
    me = (await api.get("/me", role="sales")).json()
    assert (event["actor"]["id"], event["actor"]["role"]) == (me["id"], "sales")
    assert event["recorded_at"] > "2026-11"
    assert "203.0.113.9" not in acted.text


# -- an error that knows more than its reader


async def test_no_refusal_does_sums_for_whoever_sees_no_prices(api: Api) -> None:
    order_no = await opened(api)
    role = {"key": "clerk", "label": {"zh": "文员", "en": "Clerk"}, "based_on": "warehouse"}
    rights = ["orders.read", "orders.open", "orders.edit", "orders.change"]
    assert (await api.post("/roles", {**role, "rights": rights}, role="admin")).status_code == 201
    await hired(api, "c.lerk", "clerk")
    told: list[httpx.Response] = [
        await api.request(
            "PATCH", f"/orders/{order_no}", role="c.lerk", json={"total": "1"}, headers={"if-match": '"1"'}
        ),
        await api.post(f"/orders/{order_no}/changes", {"patch": {"total": "1"}, "reason": "x"}, role="c.lerk"),
        await api.post("/orders", an_order(total="1"), role="c.lerk"),
    ]
    for answer in told:
        problem(answer, 403, "field_not_writable")
        assert "360" not in answer.text


# -- a former colleague


async def test_who_was_shut_out_is_out_at_the_next_call(api: Api) -> None:
    person = await hired(api, "f.ormer", "sales")
    headers = await api.as_("f.ormer")
    assert (await api.http.get("/api/v1/orders", headers=headers)).status_code == 200
    await api.request("PATCH", f"/users/{person}", role="admin", json={"disabled": True})
    problem(await api.http.get("/api/v1/orders", headers=headers), 401, "session_ended")
    token = api.tokens["f.ormer"]["refresh_token"]
    api.bare()
    answer = await api.http.post("/api/v1/auth/refresh", json={"refresh_token": token}, headers=bearer("x"))
    problem(answer, 401, "session_ended")
