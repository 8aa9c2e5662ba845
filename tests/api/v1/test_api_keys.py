from __future__ import annotations

import hashlib
import re
from typing import Any

import httpx
import pytest

from api.main import create_app
from domain.access.actor import Actor, system
from domain.integrators.keys import SCOPES
from domain.refusals.kinds import Refusal
from persistence import webhooks
from persistence.tx import Tx
from tests.api.support import PASSWORD, Api, an_order, bearer, problem
from usecases.door import use_case
from usecases.integrators.endpoints import AddEndpoint, add_endpoint
from usecases.orders.attach_paper import AttachPaper, attach_paper

PATHS = create_app().openapi()["paths"]
# They ask nobody who is there: signing in and out, and deliveries (below). Names of rights are no secret.
OPEN = ("/api/v1/auth/", "/api/v1/hooks/", "/api/v1/rights", "/api/v1/portal/")


@pytest.fixture
def api(shared: Api) -> Api:
    """One installation for the whole file; each test makes keys of its own."""
    return shared


async def made(api: Api, *scopes: str, role: str = "admin", **more: Any) -> dict[str, Any]:
    answer = await api.post("/api-keys", {"name": "CRM", "scopes": list(scopes), **more}, role=role)
    assert answer.status_code == 201, answer.text
    key: dict[str, Any] = answer.json()
    return key


async def ask(api: Api, token: str, path: str = "/orders", method: str = "GET", **more: Any) -> httpx.Response:
    return await api.http.request(method, f"/api/v1{path}", headers={**api.bare(), **bearer(token)}, **more)


async def test_a_secret_is_told_once_and_kept_as_a_hash(api: Api) -> None:
    key = await made(api, "orders.read")
    assert re.fullmatch(r"tl_[A-Za-z0-9]{12}_[A-Za-z0-9_-]{43}", key["token"])
    assert key["token"].startswith(key["secrets"][0]["prefix"])
    secret = key["token"].removeprefix(key["secrets"][0]["prefix"])
    for path in ("/api-keys", f"/api-keys/{key['id']}"):
        assert secret not in (await api.get(path, role="admin")).text
    hashed = hashlib.sha256(key["token"].encode()).hexdigest()
    assert await api.sql("SELECT 1 FROM api_key_secrets WHERE hash = $1", hashed) == 1


async def test_no_stored_answer_holds_a_secret(api: Api) -> None:
    body, headers = {"name": "twice", "scopes": []}, {"idempotency-key": "make-1"}
    first = await api.post("/api-keys", body, role="admin", headers=headers)
    again = await api.post("/api-keys", body, role="admin", headers=headers)
    assert again.headers["idempotent-replayed"] == "true"
    assert again.json() == {**first.json(), "token": None}
    secret = first.json()["token"][-43:]
    assert await api.sql("SELECT 1 FROM replies WHERE answer::text LIKE '%' || $1 || '%'", secret) == 0


async def test_a_key_comes_in_as_itself(api: Api) -> None:
    key = await made(api, "orders.read", "orders.open", field_roles=["sales"])
    opened = await ask(api, key["token"], method="POST", json=an_order())
    assert opened.status_code == 201, opened.text
    history = await api.get(f"/orders/{opened.json()['order_no']}/events", role="admin")
    assert history.json()["items"][0]["actor"] == {"kind": "key", "id": key["id"], "role": None}


@pytest.mark.parametrize(
    "text", ["tl_", "tl_short_x", "tl_" + "a" * 12 + "_" + "b" * 43, "tl_\x7f", "tl_" + "a" * 9000]
)
async def test_what_is_no_key_of_ours_is_nobody(api: Api, text: str) -> None:
    problem(await ask(api, text), 401, "unauthenticated")


async def test_the_prefix_proves_nothing(api: Api) -> None:
    key = await made(api, "orders.read")
    problem(await ask(api, key["token"][:-1] + ("A" if key["token"][-1] != "A" else "B")), 401, "unauthenticated")
    problem(await ask(api, key["secrets"][0]["prefix"]), 401, "unauthenticated")


async def test_a_revoked_key_is_refused_at_its_next_request(api: Api) -> None:
    key = await made(api, "orders.read")
    assert (await ask(api, key["token"])).status_code == 200
    revoked = await api.post(f"/api-keys/{key['id']}/revoke", None, role="admin")
    assert revoked.json()["revoked_at"]
    problem(await ask(api, key["token"]), 401, "key_ended")
    again = await api.post(f"/api-keys/{key['id']}/revoke", None, role="admin")
    assert again.json() == revoked.json()
    problem(await api.post(f"/api-keys/{key['id']}/rotate", {}, role="admin"), 409, "key_revoked")


async def test_a_key_ends_when_it_says(api: Api) -> None:
    soon = (api.clock.now.replace(microsecond=0)).isoformat()
    refused = await api.post("/api-keys", {"name": "x", "expires_at": soon}, role="admin")
    assert problem(refused, 422, "field_invalid")["errors"][0]["pointer"] == "/expires_at"
    key = await made(api, "orders.read")
    forever = await made(api, "orders.read", expires_at=None)
    assert key["secrets"][0]["expires_at"]
    assert forever["secrets"][0]["expires_at"] is None
    now = api.clock.now
    api.clock.later(days=366)
    try:
        problem(await ask(api, key["token"]), 401, "key_ended")
        assert (await ask(api, forever["token"])).status_code == 200
    finally:
        api.clock.now = now


async def test_two_secrets_are_valid_while_one_is_replaced_and_never_three(api: Api) -> None:
    first = await made(api, "orders.read")
    second = (await api.post(f"/api-keys/{first['id']}/rotate", {"overlap_hours": 24}, role="admin")).json()
    assert [(await ask(api, key["token"])).status_code for key in (first, second)] == [200, 200]
    third = (await api.post(f"/api-keys/{first['id']}/rotate", {"overlap_hours": 24}, role="admin")).json()
    assert [(await ask(api, key["token"])).status_code for key in (first, second, third)] == [401, 200, 200]
    assert [secret["prefix"] for secret in third["secrets"]] == [key["token"][:15] for key in (third, second)]
    now = api.clock.now
    api.clock.later(hours=24)
    try:
        problem(await ask(api, second["token"]), 401, "key_ended")
        assert (await ask(api, third["token"])).status_code == 200
    finally:
        api.clock.now = now
    await api.post(f"/api-keys/{first['id']}/rotate", {"overlap_hours": 0}, role="admin")
    problem(await ask(api, third["token"]), 401, "key_ended")


async def test_an_idempotency_key_outlives_the_secret_that_it_was_sent_with(api: Api) -> None:
    old = await made(api, "orders.open", field_roles=["sales"])
    sent = {"json": an_order(), "method": "POST"}
    headers = {"idempotency-key": "over-the-change"}
    first = await api.http.post("/api/v1/orders", json=sent["json"], headers={**bearer(old["token"]), **headers})
    new = (await api.post(f"/api-keys/{old['id']}/rotate", {}, role="admin")).json()
    again = await api.http.post("/api/v1/orders", json=sent["json"], headers={**bearer(new["token"]), **headers})
    assert again.headers["idempotent-replayed"] == "true"
    assert again.content == first.content


async def test_one_keys_idempotency_key_never_gives_anothers_answer(api: Api) -> None:
    keys = [await made(api, "orders.open", field_roles=["sales"]) for _ in range(2)]
    sent = [
        await api.http.post(
            "/api/v1/orders", json=an_order(), headers={**bearer(key["token"]), "idempotency-key": "the-same"}
        )
        for key in keys
    ]
    assert [answer.status_code for answer in sent] == [201, 201]
    assert sent[0].json()["order_no"] != sent[1].json()["order_no"]


async def test_a_key_still_at_work_is_not_answered_twice_and_a_fault_is_never_kept(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = await made(api, "orders.open", field_roles=["sales"])
    headers = {**bearer(key["token"]), "idempotency-key": "slow"}
    scope = f"key:{key['id']} POST /api/v1/orders"
    async with api.parts.database.connect() as connection, connection.driver.transaction():
        await connection.run(
            "INSERT INTO replies (scope, key, fingerprint, created_at, touched_at) VALUES ($1, 'slow', 'x', $2, $2)",
            scope,
            api.clock.now,
        )
        running = await api.http.post("/api/v1/orders", json=an_order(), headers=headers)
        problem(running, 409, "request_in_progress")
        assert running.headers["retry-after"] == "1"
        await connection.run("DELETE FROM replies WHERE scope = $1", scope)
    with monkeypatch.context() as broken:
        broken.setattr("persistence.opening.insert", None)
        assert (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).status_code == 500
    assert (await api.http.post("/api/v1/orders", json=an_order(), headers=headers)).status_code == 201


async def test_when_it_was_used_is_written_once_in_five_minutes(api: Api) -> None:
    key = await made(api, "orders.read")
    path = f"/api-keys/{key['id']}"
    assert (await api.get(path, role="admin")).json()["secrets"][0]["last_used_at"] is None
    await ask(api, key["token"])
    first = (await api.get(path, role="admin")).json()["secrets"][0]["last_used_at"]
    api.clock.later(minutes=4)
    await ask(api, key["token"])
    assert (await api.get(path, role="admin")).json()["secrets"][0]["last_used_at"] == first
    api.clock.later(minutes=1)
    await ask(api, key["token"])
    assert (await api.get(path, role="admin")).json()["secrets"][0]["last_used_at"] > first


@pytest.mark.parametrize("scopes", [(), tuple(sorted(SCOPES))], ids=["none", "all"])
async def test_a_key_makes_neither_keys_nor_people(api: Api, scopes: tuple[str, ...]) -> None:
    key = await made(api, *scopes, roles=["sales", "admin"])
    person = {"login": "mallory", "name": "M", "password": "a-long-password", "roles": ["admin"]}
    asked = [("POST", "/api-keys", {"name": "x"}), ("GET", "/api-keys", None), ("POST", "/users", person)]
    asked += [("POST", f"/api-keys/{key['id']}/rotate", {}), ("POST", f"/api-keys/{key['id']}/revoke", None)]
    for method, path, body in asked:
        problem(await ask(api, key["token"], path, method, json=body), 403, "right_missing")


@pytest.mark.parametrize(
    ("method", "path"), [(m, p) for p, item in PATHS.items() for m in item if not p.startswith(OPEN)]
)
async def test_a_key_that_may_nothing_is_answered_nothing(api: Api, method: str, path: str) -> None:
    key = await made(api, roles=["admin", "sales"], field_roles=["admin"])
    answer = await ask(api, key["token"], re.sub(r"\{[^}]+\}", "x1", path).removeprefix("/api/v1"), method, json={})
    assert answer.status_code in {403, 404, 422, 428}, answer.text


async def test_a_scope_is_no_wider_than_who_grants_it(api: Api) -> None:
    await api.sql("UPDATE people SET roles = '{sales}' WHERE login = 'design'")
    problem(await api.post("/api-keys", {"name": "x"}, role="design"), 403, "right_missing")
    for scopes, code in ((["admin.all"], "not_grantable"), (["no.such"], "unknown_reference")):
        told = await api.post("/api-keys", {"name": "x", "scopes": scopes}, role="admin")
        assert problem(told, 422, "field_invalid")["errors"][0]["code"] == code


async def test_what_its_maker_may_is_not_what_the_key_may(api: Api) -> None:
    key = await made(api, "intake.read")
    problem(await ask(api, key["token"]), 403, "right_missing")
    problem(await ask(api, key["token"], "/outbox"), 403, "right_missing")
    problem(await ask(api, key["token"], "/me"), 403, "key_not_allowed")
    problem(await ask(api, key["token"], "/notices"), 403, "key_not_allowed")


async def test_a_row_that_was_meddled_with_gives_no_more_than_a_key_may_have(api: Api) -> None:
    key = await made(api)
    await api.sql("UPDATE api_keys SET scopes = '{admin.all,people.edit,integrations.edit}' WHERE id = $1", key["id"])
    problem(await ask(api, key["token"], "/api-keys"), 403, "right_missing")
    problem(await ask(api, key["token"], "/orders"), 403, "right_missing")


@pytest.mark.parametrize(
    ("field_roles", "sees"),
    [((), ()), (("sales",), ("total",)), (("finance",), ("total", "cost")), (("driver",), ())],
)
async def test_prices_reach_a_key_only_where_it_says_so(
    api: Api, field_roles: tuple[str, ...], sees: tuple[str, ...]
) -> None:
    order_no = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    key = await made(api, "orders.read", roles=["sales", "finance", "admin"], field_roles=list(field_roles))
    order = (await ask(api, key["token"], f"/orders/{order_no}")).json()
    assert [name for name in ("total", "cost") if name in order] == list(sees)


async def test_a_key_writes_prices_only_where_it_says_so(api: Api) -> None:
    bare = await made(api, "orders.open", "orders.edit", roles=["sales"])
    problem(await ask(api, bare["token"], method="POST", json=an_order()), 403, "field_not_writable")
    opened = await api.post("/orders", an_order(), role="sales")
    headers = {**bearer(bare["token"]), "if-match": opened.headers["etag"]}
    patched = await api.http.patch(opened.headers["location"], json={"shipping": "1"}, headers=headers)
    problem(patched, 403, "field_not_writable")
    act = {"action": "submit_review", "payload": {"total": "1"}}
    acting = await made(api, "orders.read", roles=["sales"])
    acted = await ask(api, acting["token"], f"/orders/{opened.json()['order_no']}/actions", "POST", json=act)
    problem(acted, 403, "field_not_writable")


async def test_a_key_moves_an_order_only_in_a_role_of_its_own(api: Api) -> None:
    order_no = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    path, act = f"/orders/{order_no}/actions", {"action": "submit_review"}
    bare, driver, sales = [
        await made(api, "orders.read", roles=roles, field_roles=["sales"]) for roles in ([], ["driver"], ["sales"])
    ]
    problem(await ask(api, bare["token"], path, "POST", json=act), 403, "key_needs_role")
    paper = AttachPaper(order_no, "drawing", "plan.pdf", "application/pdf", 8, "0" * 64)
    with pytest.raises(Refusal) as refused:
        await api.parts.door.run(await api.parts.key_gate.actor(bare["token"]), attach_paper, paper)
    assert refused.value.code == "key_needs_role"
    problem(await ask(api, driver["token"], path, "POST", json=act), 403, "role_not_allowed")
    moved = await ask(api, sales["token"], path, "POST", json=act)
    assert moved.json()["event"]["actor"] == {"kind": "key", "id": sales["id"], "role": "sales"}


async def test_the_stream_of_a_revoked_key_ends(api: Api) -> None:
    key = await made(api, "orders.read")
    actor = await api.parts.key_gate.actor(key["token"])
    async with api.parts.hub.listen(actor) as listener:
        await api.parts.hub.check_sessions()
        assert not listener.ended
        await api.post(f"/api-keys/{key['id']}/revoke", None, role="admin")
        await api.parts.hub.check_sessions()
        assert listener.ended


DELIVERY: dict[str, Any] = {"content": b'{"order": "1"}', "method": "POST"}


@pytest.mark.parametrize("channel", ["crm", "export", "project", "taobao"])
async def test_a_key_with_the_scope_delivers_without_a_signature(api: Api, channel: str) -> None:
    key = await made(api, "intake:write")
    assert key["scopes"] == ["intake.write"]
    first = await ask(api, key["token"], f"/hooks/{channel}", **DELIVERY)
    again = await ask(api, key["token"], f"/hooks/{channel}", **DELIVERY)
    assert (first.status_code, again.status_code) == (202, 200)
    assert first.json()["id"] == again.json()["id"]


async def test_a_delivery_by_key_is_refused_like_everything_that_the_key_may_not(api: Api) -> None:
    reader, writer = await made(api, "intake.read"), await made(api, "intake.write")
    problem(await ask(api, reader["token"], "/hooks/crm", **DELIVERY), 403, "right_missing")
    problem(await ask(api, writer["token"], "/hooks/shopify", **DELIVERY), 401, "signature_refused")
    problem(await ask(api, "tl_forged", "/hooks/crm", **DELIVERY), 401, "unauthenticated")
    await api.post(f"/api-keys/{writer['id']}/revoke", None, role="admin")
    problem(await ask(api, writer["token"], "/hooks/crm", **DELIVERY), 401, "key_ended")


async def test_no_key_takes_the_ids_of_another(api: Api) -> None:
    keys = [await made(api, "intake.write") for _ in range(2)]
    told = [
        await api.http.post(
            "/api/v1/hooks/crm", content=f"{at}", headers={**bearer(key["token"]), "webhook-id": "msg_same"}
        )
        for at, key in enumerate(keys)
    ]
    assert [answer.status_code for answer in told] == [202, 202]


async def test_a_key_is_kept_with_no_delivery(api: Api) -> None:
    key = await made(api, "intake.write")
    await ask(api, key["token"], "/hooks/export", **DELIVERY)
    assert await api.sql("SELECT 1 FROM payloads WHERE headers::text LIKE '%' || $1 || '%'", key["token"][-43:]) == 0


async def test_a_key_stands_in_a_role_of_the_factory_as_in_the_one_that_it_is_based_on(api: Api) -> None:
    await _make_role(api, "key_clerk", "sales", "orders.read")
    order_no = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    key = await made(api, "orders.read", roles=["key_clerk"], field_roles=["key_clerk"])
    assert (key["roles"], key["field_roles"]) == (["key_clerk"], ["key_clerk"])
    order = (await ask(api, key["token"], f"/orders/{order_no}")).json()
    assert "total" in order
    assert "cost" not in order
    act = {"action": "submit_review"}
    moved = await ask(api, key["token"], f"/orders/{order_no}/actions", "POST", json=act)
    assert moved.json()["event"]["actor"]["role"] == "sales"


async def test_a_role_that_a_key_or_an_endpoint_has_is_not_removed(api: Api) -> None:
    version = await _make_role(api, "told", "finance", "orders.read")
    removal = ("DELETE", "/roles/told")
    key = await made(api, "orders.read", field_roles=["told"])
    problem(await api.request(*removal, role="admin", headers=version), 409, "role_in_use")
    await api.post(f"/api-keys/{key['id']}/revoke", None, role="admin")
    asked = AddEndpoint("CRM", "https://192.0.2.10/", ["order.opened"], ["told"])
    endpoint = await api.parts.door.run(await _admin(api), add_endpoint, asked)
    problem(await api.request(*removal, role="admin", headers=version), 409, "role_in_use")
    await api.request("DELETE", f"/webhook-endpoints/{endpoint.answer['id']}", role="admin")
    assert (await api.request(*removal, role="admin", headers=version)).status_code == 204


async def test_nobody_gives_a_key_a_role_of_the_factory_that_they_do_not_hold(api: Api) -> None:
    await _make_role(api, "connector", "sales", "orders.read", "integrations.edit")
    await _make_role(api, "chief", "sales", "orders.read")
    person = {"login": "zhao", "name": "赵", "password": PASSWORD, "roles": ["connector"]}
    assert (await api.post("/users", person, role="admin")).status_code == 201
    asked = {"name": "CRM", "scopes": [], "roles": ["connector", "chief"], "field_roles": ["sales", "nobody"]}
    refused = problem(await api.post("/api-keys", asked, role="zhao"), 422, "field_invalid")
    found = {error["pointer"]: error["code"] for error in refused["errors"]}
    assert found == {"/roles/1": "wider_than_yours", "/field_roles/1": "unknown_reference"}


async def test_an_endpoint_is_told_what_the_basis_of_its_role_may_read(api: Api) -> None:
    await _make_role(api, "hearer", "finance", "orders.read")
    asked = AddEndpoint("ERP", "https://192.0.2.11/", ["order.opened"], ["hearer"])
    endpoint = await api.parts.door.run(await _admin(api), add_endpoint, asked)
    heard = await api.parts.door.read(system("tests"), _listeners, None)
    assert heard[endpoint.answer["id"]] == {"hearer", "finance"}


@use_case(right="admin.all")
async def _listeners(tx: Tx, _: None) -> dict[str, frozenset[str]]:
    return {str(one.id): one.field_roles for one in await webhooks.listeners(tx)}


async def _make_role(api: Api, key: str, based_on: str, *rights: str) -> dict[str, str]:
    """The header that names its first version."""
    role = {"key": key, "label": {"zh": key, "en": key}, "based_on": based_on, "rights": rights}
    answer = await api.post("/roles", role, role="admin")
    assert answer.status_code == 201, answer.text
    return {"if-match": answer.headers["etag"]}


async def _admin(api: Api) -> Actor:
    token = (await api.as_("admin"))["authorization"].removeprefix("Bearer ")
    return await api.parts.gate.actor(token)
