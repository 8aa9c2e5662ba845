"""Roles as sets of rights: made, changed, given away within one's own, and counting at the very next call."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from domain.access.actor import system
from domain.access.roles import RIGHTS, ROLES
from persistence import recipients
from persistence.tx import Tx
from tests.api.support import PASSWORD, Api, an_order, problem
from usecases.door import use_case

CLERK: dict[str, Any] = {
    "key": "clerk",
    "label": {"zh": "文员", "en": "Clerk"},
    "based_on": "sales",
    "rights": ["orders.read", "orders.open"],
}
STAFF_CLERK: dict[str, Any] = {
    "key": "hr",
    "label": {"zh": "人事", "en": "Personnel"},
    "based_on": "driver",
    "rights": ["people.read", "people.edit", "orders.read", "exports.own", "shipping.deliver"],
}


async def make(api: Api, role: dict[str, Any], *, by: str = "admin") -> httpx.Response:
    return await api.post("/roles", role, role=by)


async def change(api: Api, key: str, *, by: str = "admin", **changes: Any) -> httpx.Response:
    seen = await api.get(f"/roles/{key}", role=by)
    return await api.request(
        "PATCH", f"/roles/{key}", role=by, json=changes, headers={"if-match": seen.headers["etag"]}
    )


async def hire(api: Api, login: str, *roles: str, by: str = "admin", **more: Any) -> httpx.Response:
    person = {"login": login, "name": login, "password": PASSWORD, "roles": roles, **more}
    return await api.post("/users", person, role=by)


async def id_of(api: Api, login: str) -> str:
    found: str = (await api.get("/me", role=login)).json()["id"]
    return found


async def test_the_nine_are_listed_first_with_their_rights_and_then_the_factorys_own(api: Api) -> None:
    await make(api, CLERK)
    items = (await api.get("/roles", role="driver")).json()["items"]
    assert [role["key"] for role in items] == [*ROLES, "clerk"]
    assert items[0]["label"] == {"zh": "销售", "en": "Sales"}
    assert items[0]["rights"] == sorted(ROLES["sales"].rights)
    assert [role["built_in"] for role in items] == [True] * 9 + [False]


async def test_roles_come_in_pages(api: Api) -> None:
    first = (await api.get("/roles?limit=4", role="driver")).json()
    second = (await api.get(f"/roles?limit=200&cursor={first['next_cursor']}", role="driver")).json()
    assert [role["key"] for role in first["items"] + second["items"]] == list(ROLES)
    assert second["next_cursor"] is None


async def test_every_right_can_be_looked_up_by_its_name(api: Api) -> None:
    items = (await api.get("/rights", role="driver")).json()["items"]
    assert {right["key"] for right in items} == RIGHTS
    assert [right["key"] for right in items if right["label"]["en"] == right["key"]] == []


async def test_somebody_in_a_role_of_the_factory_acts_as_the_role_that_it_is_based_on(api: Api) -> None:
    assert (await make(api, CLERK)).status_code == 201
    assert (await hire(api, "li.wei", "clerk")).json()["roles"] == [{"key": "clerk", "label": CLERK["label"]}]
    me = (await api.get("/me", role="li.wei")).json()
    assert me["rights"] == ["orders.open", "orders.read"]
    assert me["roles"] == [{"key": "clerk", "label": CLERK["label"]}]
    assert "cost" in me["hidden_fields"]
    assert "total" not in me["hidden_fields"]
    order = (await api.post("/orders", an_order(), role="li.wei")).json()
    moved = await api.post(f"/orders/{order['order_no']}/actions", {"action": "submit_review"}, role="li.wei")
    assert moved.status_code == 200, moved.text
    assert moved.json()["event"]["actor"]["role"] == "sales"
    problem(await api.get("/intake", role="li.wei"), 403, "right_missing")


async def test_a_changed_role_counts_at_the_next_call_of_everybody_who_has_it(api: Api) -> None:
    assert (await api.get("/intake", role="sales")).status_code == 200
    rights = sorted(ROLES["sales"].rights - {"intake.read"})
    changed = await change(api, "sales", rights=rights)
    assert changed.json()["rights"] == rights
    problem(await api.get("/intake", role="sales"), 403, "right_missing")
    again = await change(api, "sales", rights=None)
    assert again.json()["rights"] == sorted(ROLES["sales"].rights)
    assert (await api.get("/intake", role="sales")).status_code == 200


async def test_a_role_that_was_left_alone_gets_the_rights_that_a_new_version_brings(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change(api, "driver", rights=["orders.read"])
    await change(api, "design", label={"zh": "设计部", "en": "Designers"})
    for key in ("driver", "design"):
        monkeypatch.setitem(ROLES, key, ROLES[key].__class__(key, ROLES[key].label, frozenset({"kpis.read"}), key))
    assert (await api.get("/roles/design", role="admin")).json()["rights"] == ["kpis.read"]
    assert (await api.get("/roles/driver", role="admin")).json()["rights"] == ["orders.read"]


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
async def test_nobody_else_makes_changes_or_removes_roles(shared: Api, role: str) -> None:
    problem(await make(shared, {**CLERK, "key": f"for_{role}"}, by=role), 403, "right_missing")
    problem(await change(shared, role, by=role, rights=sorted(RIGHTS)), 403, "right_missing")
    gone = await shared.request("DELETE", f"/roles/{role}", role=role, headers={"if-match": '"0"'})
    problem(gone, 403, "right_missing")


async def test_nobody_gives_a_role_rights_that_they_do_not_hold(api: Api) -> None:
    await make(api, STAFF_CLERK)
    await hire(api, "hr", "hr")
    refused = problem(await make(api, CLERK, by="hr"), 403, "right_not_yours")
    assert refused["errors"][0]["pointer"] == "/rights"
    problem(await change(api, "hr", by="hr", rights=[*STAFF_CLERK["rights"], "kpis.read"]), 403, "right_not_yours")
    problem(await change(api, "driver", by="hr", rights=["workflows.publish"]), 403, "right_not_yours")
    assert (await change(api, "driver", by="hr", rights=["orders.read"])).status_code == 200
    assert (await make(api, {**CLERK, "rights": ["orders.read"]}, by="hr")).status_code == 201


async def test_nobody_gives_somebody_a_role_that_does_or_sees_more_than_they_may(api: Api) -> None:
    await make(api, STAFF_CLERK)
    await make(api, {**CLERK, "key": "price_reader", "rights": []})
    await hire(api, "hr", "hr")
    for role in ("admin", "sales", "price_reader", "finance"):
        refused = problem(await hire(api, "li.wei", role, by="hr"), 403, "role_not_yours")
        assert refused["errors"][0]["pointer"] == "/roles"
    path = f"/users/{await id_of(api, 'hr')}"
    for roles in (["hr", "admin"], ["price_reader"]):
        problem(await api.request("PATCH", path, role="hr", json={"roles": roles}), 403, "role_not_yours")
    assert (await hire(api, "li.wei", "driver", by="hr")).status_code == 201


@pytest.mark.parametrize(
    "changes", [{"password": "a-word-of-my-own"}, {"disabled": True}, {"email": "hr@example.com"}, {"roles": []}]
)
async def test_nobody_takes_over_or_shuts_out_somebody_who_may_do_more(api: Api, changes: dict[str, Any]) -> None:
    await make(api, STAFF_CLERK)
    await hire(api, "hr", "hr")
    await hire(api, "boss", "admin")
    path = f"/users/{await id_of(api, 'boss')}"
    problem(await api.request("PATCH", path, role="hr", json=changes), 403, "person_outranks")
    assert (await api.sign_in("boss")).status_code == 200


@pytest.mark.parametrize(
    ("key", "rights"), [("admin", ["people.edit"]), ("admin", []), ("sales", ["admin.all"]), ("sales", sorted(RIGHTS))]
)
async def test_administrators_keep_everything_and_nobody_else_gets_it(api: Api, key: str, rights: list[str]) -> None:
    problem(await change(api, key, rights=rights), 409, "administrates_all")
    assert (await make(api, {**CLERK, "rights": ["admin.all"]})).status_code == 409


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"key": "Clerk"}, "/key"),
        ({"label": {"zh": "文员"}}, "/label/en"),
        ({"label": {"zh": "", "en": "x"}}, "/label/zh"),
        ({"based_on": "emperor"}, "/based_on"),
        ({"rights": ["orders.burn"]}, "/rights"),
        ({"rights": ["everything"]}, "/rights/0"),
        ({"orders_of": "some"}, "/orders_of"),
        ({"second_factor": "yes"}, "/second_factor"),
        ({"version": 3}, "/version"),
    ],
)
async def test_a_role_that_does_not_fit_is_refused_by_the_field(
    shared: Api, changes: dict[str, Any], pointer: str
) -> None:
    refused = await make(shared, {**CLERK, **changes})
    assert refused.status_code == 422, refused.text
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


@pytest.mark.parametrize("key", ["clerk", "sales"])
async def test_a_key_is_taken_once(api: Api, key: str) -> None:
    await make(api, CLERK)
    problem(await make(api, {**CLERK, "key": key}), 409, "role_taken")


async def test_a_change_says_what_it_goes_by(api: Api) -> None:
    headers = {"if-match": (await api.get("/roles/sales", role="admin")).headers["etag"]}
    patch = {"label": {"zh": "业务", "en": "Trade"}}
    first = await api.request("PATCH", "/roles/sales", role="admin", json=patch, headers=headers)
    assert first.headers["etag"] == '"1"'
    problem(await api.request("PATCH", "/roles/sales", role="admin", json=patch, headers=headers), 412, "version_stale")
    problem(await api.request("PATCH", "/roles/sales", role="admin", json=patch), 428, "if_match_required")
    problem(await api.get("/roles/emperor", role="admin"), 404, "not_found")
    missing = await api.request("PATCH", "/roles/emperor", role="admin", json=patch, headers=headers)
    problem(missing, 404, "not_found")


async def test_a_role_that_somebody_has_stays_and_so_do_the_nine(api: Api) -> None:
    await make(api, CLERK)
    await hire(api, "li.wei", "clerk")
    headers = {"if-match": '"1"'}
    problem(await api.request("DELETE", "/roles/clerk", role="admin", headers=headers), 409, "role_in_use")
    path = f"/users/{await id_of(api, 'li.wei')}"
    await api.request("PATCH", path, role="admin", json={"roles": ["driver"]})
    assert (await api.request("DELETE", "/roles/clerk", role="admin", headers=headers)).status_code == 204
    problem(await api.get("/roles/clerk", role="admin"), 404, "not_found")
    problem(
        await api.request("DELETE", "/roles/sales", role="admin", headers={"if-match": '"0"'}), 409, "role_built_in"
    )


async def test_a_workflow_may_name_a_role_of_the_factory(api: Api) -> None:
    document = (await api.get("/workflows/standard/versions/1", role="admin")).json()
    document["transitions"][0]["roles"] = ["clerk"]
    await api.request("PUT", "/workflows/standard/draft", role="admin", json=document)
    verdict = (await api.post("/workflows/standard/draft/validate", None, role="admin")).json()
    assert "/transitions/0/roles" in str(verdict["problems"])
    await make(api, CLERK)
    verdict = (await api.post("/workflows/standard/draft/validate", None, role="admin")).json()
    assert not [each for each in verdict["problems"] if each["severity"] == "error"], verdict


async def test_who_stands_in_for_a_role_is_told_what_the_role_is_told(api: Api) -> None:
    await make(api, {**CLERK, "based_on": "quality"})
    await hire(api, "li.wei", "clerk")
    found = await api.parts.door.read(system("tests"), told_as_quality, None)
    assert sorted(found) == ["li.wei", "测试 quality"]


@use_case(right="admin.all")
async def told_as_quality(tx: Tx, _: None) -> list[str]:
    return [person.name for person in await recipients.of_party(tx, "role:quality")]
