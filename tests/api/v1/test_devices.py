"""Devices of the floor as a planner sees them: who uses them, what is missing, and one that was stolen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from tests.api.support import Api, bearer, problem
from tests.api.v1.test_sync import call, report


async def on_a_phone(api: Api, login: str, device: str | None = None) -> tuple[str, dict[str, str]]:
    """Somebody signs in on a phone of its own, which names itself; its id, and what their session is known by."""
    headers = bearer((await api.sign_in(login)).json()["access_token"])
    body = {"name": f"{login} 的手机", "id": device or str(uuid4())}
    named = await api.http.post("/api/v1/devices", json=body, headers=headers)
    assert named.status_code == 201, named.text
    return str(named.json()["id"]), headers


async def status(api: Api, headers: dict[str, str]) -> int:
    return (await api.http.get("/api/v1/me", headers={**api.bare(), **headers})).status_code


async def device(api: Api, device_id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await api.get(f"/devices/{device_id}", role="production")).json()
    return found


async def test_a_stolen_phone_is_signed_out_at_once_and_the_persons_other_places_are_not(api: Api) -> None:
    stolen, on_stolen = await on_a_phone(api, "warehouse")
    _, also_on_stolen = await on_a_phone(api, "production", stolen)
    other, on_other = await on_a_phone(api, "warehouse")
    assert (await device(api, stolen))["signed_in"] == 2
    blocked = await api.post(f"/devices/{stolen}/revoke", {"reason": "路上被偷"}, role="management")
    told = blocked.json()
    assert (told["signed_in"], told["revoked_reason"], told["revoked_by_name"]) == (0, "路上被偷", "测试 management")
    assert [await status(api, one) for one in (on_stolen, also_on_stolen, on_other)] == [401, 401, 200]
    problem(await api.post("/devices", {"name": "x", "id": stolen}, role="warehouse"), 409, "device_revoked")
    assert (await device(api, other))["signed_in"] == 1


async def test_whoever_signs_in_on_a_shared_device_is_one_more_on_it_and_its_name_stays(api: Api) -> None:
    shared, _ = await on_a_phone(api, "warehouse")
    _, headers = await on_a_phone(api, "quality", shared)
    shown = await device(api, shared)
    assert shown["name"] == "warehouse 的手机"
    assert {person["name"] for person in shown["people"]} == {"测试 warehouse", "测试 quality"}
    sent = await api.http.post("/api/v1/sync", json=call(shared, report("note", {"text": "x"})), headers=headers)
    assert sent.json()["results"][0]["status"] == "applied"


async def test_one_that_was_found_again_is_trusted_and_people_sign_in_anew(api: Api) -> None:
    lost, headers = await on_a_phone(api, "warehouse")
    await api.post(f"/devices/{lost}/revoke", {}, role="management")
    problem(await api.request("DELETE", f"/devices/{lost}/revoke", role="warehouse"), 403, "right_missing")
    back = (await api.request("DELETE", f"/devices/{lost}/revoke", role="management")).json()
    assert (back["revoked_at"], back["revoked_by_name"], back["revoked_reason"]) == (None, None, None)
    assert await status(api, headers) == 401
    _, again = await on_a_phone(api, "warehouse", lost)
    sent = await api.http.post("/api/v1/sync", json=call(lost, report("note", {"text": "x"})), headers=again)
    assert sent.json()["results"][0]["status"] == "applied"


async def test_it_is_seen_what_is_missing_how_the_clock_is_off_and_which_build_runs(api: Api) -> None:
    phone, headers = await on_a_phone(api, "production")
    late = {**call(phone, report("note", {"text": "x"}, seq=4)), "sent_at": _ago(minutes=12)}
    await api.http.post("/api/v1/sync", json=late, headers=headers)
    asked = {**headers, "x-app-version": "0.1.0+5e1f"}
    assert (await api.http.get(f"/api/v1/sync?device_id={phone}", headers=asked)).status_code == 200
    assert (await api.http.get(f"/api/v1/sync?device_id={phone}", headers=headers)).status_code == 200
    shown = await device(api, phone)
    assert (shown["gaps"], shown["app_version"], shown["named_by_name"]) == ([[1, 3]], "0.1.0+5e1f", "测试 production")
    assert 715 <= shown["skew_seconds"] <= 725
    (person,) = shown["people"]
    assert (person["name"], person["disabled"]) == ("测试 production", False)
    assert person["enrolled_at"] is not None


async def test_they_are_found_by_whether_they_are_blocked_and_by_who_uses_them(api: Api) -> None:
    one, _ = await on_a_phone(api, "warehouse")
    other, _ = await on_a_phone(api, "production")
    await api.post(f"/devices/{one}/revoke", {}, role="management")
    person = (await api.get("/me", role="warehouse")).json()["id"]

    async def found(query: str) -> set[str]:
        return {row["id"] for row in (await api.get(f"/devices?{query}", role="management")).json()["items"]}

    assert await found("revoked=true") == {one}
    assert await found("revoked=false") == {other}
    assert await found(f"person={person}") == {one}
    assert await found("") == {one, other}


def _ago(**time: float) -> str:
    return (datetime.now(UTC) - timedelta(**time)).isoformat()
