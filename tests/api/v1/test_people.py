from __future__ import annotations

from typing import Any

import pytest

from domain.access.roles import ROLES
from tests.api.support import PASSWORD, Api, bearer, problem

WORD = "a-long-enough-one"
NEW: dict[str, Any] = {"login": "li.wei", "name": "李伟", "password": WORD, "roles": ["production", "quality"]}


async def _add(api: Api, role: str = "admin", **changes: Any) -> Any:
    return await api.http.post("/api/v1/users", json={**NEW, **changes}, headers=await api.as_(role))


async def _id_of(api: Api, login: str) -> str:
    items = (await api.http.get("/api/v1/users?limit=200", headers=await api.as_("admin"))).json()["items"]
    found: str = next(person["id"] for person in items if person["login"] == login)
    return found


async def _change(api: Api, login: str, **changes: Any) -> Any:
    path = f"/api/v1/users/{await _id_of(api, login)}"
    return await api.http.patch(path, json=changes, headers=await api.as_("admin"))


async def test_an_administrator_adds_somebody_who_then_signs_in(api: Api) -> None:
    added = await _add(api)
    assert added.status_code == 201, added.text
    assert [role["key"] for role in added.json()["roles"]] == ["production", "quality"]
    assert "password" not in added.text
    assert (await api.sign_in("li.wei", WORD)).status_code == 200


@pytest.mark.parametrize("role", [role for role in ROLES if role != "admin"])
async def test_nobody_else_adds_or_changes_anybody(api: Api, role: str) -> None:
    problem(await _add(api, role), 403, "right_missing")
    path = f"/api/v1/users/{await _id_of(api, role)}"
    raised = await api.http.patch(path, json={"roles": ["admin"]}, headers=await api.as_(role))
    problem(raised, 403, "right_missing")
    me = (await api.http.get("/api/v1/me", headers=await api.as_(role))).json()
    assert [held["key"] for held in me["roles"]] == [role]


async def test_a_login_is_taken_once(api: Api) -> None:
    await _add(api)
    problem(await _add(api, name="another"), 409, "login_taken")


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"roles": ["sales", "emperor"]}, "/roles/1"),
        ({"password": "short"}, "/password"),
        ({"password": "x" * 257}, "/password"),
        ({"login": "Li Wei"}, "/login"),
        ({"login": ""}, "/login"),
        ({"email": "nobody"}, "/email"),
        ({"phone": "call me"}, "/phone"),
        ({"disabled": True}, "/disabled"),
    ],
)
async def test_a_person_that_does_not_fit_is_refused_by_the_field(
    api: Api, changes: dict[str, Any], pointer: str
) -> None:
    refused = await _add(api, **changes)
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [pointer]


async def test_who_is_disabled_is_signed_out_and_stays_out(api: Api) -> None:
    headers = await api.as_("sales")
    assert (await _change(api, "sales", disabled=True)).json()["disabled"] is True
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "session_ended")
    problem(await api.sign_in("sales"), 401, "credentials_invalid")
    await _change(api, "sales", disabled=False)
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "session_ended")
    assert (await api.sign_in("sales")).status_code == 200


async def test_a_new_password_signs_out_everywhere_and_lets_in_again(api: Api) -> None:
    headers = await api.as_("sales")
    assert (await _change(api, "sales", password="another-long-one")).status_code == 200
    problem(await api.http.get("/api/v1/me", headers=headers), 401, "session_ended")
    problem(await api.sign_in("sales", PASSWORD), 401, "credentials_invalid")
    assert (await api.sign_in("sales", "another-long-one")).status_code == 200


async def test_a_change_leaves_the_rest_as_it_was(api: Api) -> None:
    await _add(api, email="li@example.com")
    changed = (await _change(api, "li.wei", name="李 伟", email=None)).json()
    assert changed["name"] == "李 伟"
    assert changed["email"] is None
    assert len(changed["roles"]) == 2
    assert (await api.sign_in("li.wei", WORD)).status_code == 200


@pytest.mark.parametrize("changes", [{"disabled": True}, {"roles": ["sales"]}, {"roles": []}])
async def test_the_last_administrator_stays(api: Api, changes: dict[str, Any]) -> None:
    problem(await _change(api, "admin", **changes), 409, "last_administrator")
    await _change(api, "sales", roles=["admin"])
    assert (await _change(api, "admin", **changes)).status_code == 200


async def test_nobody_unknown_is_changed(api: Api) -> None:
    path = "/api/v1/users/00000000-0000-0000-0000-000000000001"
    headers = await api.as_("admin")
    problem(await api.http.patch(path, json={"name": "x"}, headers=headers), 404, "not_found")
    problem(await api.http.get(path, headers=headers), 404, "not_found")


async def test_people_are_listed_in_pages_for_those_who_may(api: Api) -> None:
    headers = await api.as_("management")
    first = (await api.http.get("/api/v1/users?limit=5", headers=headers)).json()
    rest = (await api.http.get(f"/api/v1/users?limit=5&cursor={first['next_cursor']}", headers=headers)).json()
    assert [person["login"] for person in first["items"] + rest["items"]] == sorted(ROLES)
    problem(await api.http.get("/api/v1/users", headers=await api.as_("sales")), 403, "right_missing")


async def test_a_change_that_goes_by_an_old_version_is_refused(api: Api) -> None:
    path = f"/api/v1/users/{await _id_of(api, 'driver')}"
    seen = await api.http.get(path, headers=await api.as_("admin"))
    headers = {**await api.as_("admin"), "if-match": seen.headers["etag"]}
    changed = await api.http.patch(path, json={"name": "x"}, headers=headers)
    assert changed.json()["version"] == seen.json()["version"] + 1
    problem(await api.http.patch(path, json={"name": "y"}, headers=headers), 412, "version_stale")
    headers["if-match"] = changed.headers["etag"]
    assert (await api.http.patch(path, json={"name": "y"}, headers=headers)).status_code == 200


async def test_a_password_cannot_be_guessed_from_what_is_kept_for_a_key(api: Api) -> None:
    headers = {**await api.as_("admin"), "idempotency-key": "add-1"}
    first, again = [await api.http.post("/api/v1/users", json=NEW, headers=headers) for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    api.parts.fingerprint_key = b"the key of another installation!"
    other = await api.http.post("/api/v1/users", json=NEW, headers=headers)
    problem(other, 422, "idempotency_key_reused")


async def test_rights_come_with_the_new_role_at_the_next_call(api: Api) -> None:
    await _add(api)
    token = (await api.sign_in("li.wei", WORD)).json()["access_token"]
    problem(await api.http.get("/api/v1/users", headers=bearer(token)), 403, "right_missing")
    await _change(api, "li.wei", roles=["management"])
    assert (await api.http.get("/api/v1/users", headers=bearer(token))).status_code == 200


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("1234567890", "password_easy"),
        ("password1234", "password_easy"),
        ("aaaaaaaaaaaa", "password_easy"),
        ("Throughline1", "password_easy"),
        ("woaini1314520", "password_easy"),
        ("li.wei2026", "password_personal"),
        ("Li.Wei.Li.Wei", "password_personal"),
    ],
)
async def test_a_password_that_is_easily_guessed_is_refused(shared: Api, password: str, code: str) -> None:
    refused = problem(await _add(shared, password=password), 422, "field_invalid")
    assert [(error["pointer"], error["code"]) for error in refused["errors"]] == [("/password", code)]


@pytest.mark.parametrize("password", ["zhuozi dengzi yizi", "我家门口有两棵大枣树", "vdkqpwmzxr"])
async def test_length_is_all_that_is_asked_of_letters(shared: Api, password: str) -> None:
    login = f"p{abs(hash(password)) % 10**9}"
    assert (await _add(shared, login=login, password=password)).status_code == 201
    assert (await shared.sign_in(login, password)).status_code == 200


async def test_an_administrator_sees_and_ends_somebodys_sessions(api: Api) -> None:
    person = await _id_of(api, "sales")
    first, second = [bearer((await api.sign_in("sales")).json()["access_token"]) for _ in range(2)]
    admin = await api.as_("admin")
    items = (await api.http.get(f"/api/v1/users/{person}/sessions", headers=admin)).json()["items"]
    assert [(item["current"], item["address"]) for item in items] == [(False, "127.0.0.1")] * 2
    one = (await api.http.get("/api/v1/me", headers=first)).json()["session_id"]
    assert one in [item["id"] for item in items]
    ended = await api.http.delete(f"/api/v1/users/{person}/sessions/{one}", headers=admin)
    assert ended.json() == {"ended": 1}
    problem(await api.http.get("/api/v1/me", headers=first), 401, "session_ended")
    assert (await api.http.get("/api/v1/me", headers=second)).status_code == 200
    again = await api.http.delete(f"/api/v1/users/{person}/sessions/{one}", headers=admin)
    problem(again, 404, "not_found")
    assert (await api.http.delete(f"/api/v1/users/{person}/sessions", headers=admin)).json() == {"ended": 1}
    problem(await api.http.get("/api/v1/me", headers=second), 401, "session_ended")
    for method, path in (("GET", "/sessions"), ("DELETE", "/sessions"), ("DELETE", "/second-factor")):
        refused = await api.http.request(method, f"/api/v1/users/{person}{path}", headers=await api.as_("management"))
        problem(refused, 403, "right_missing")
