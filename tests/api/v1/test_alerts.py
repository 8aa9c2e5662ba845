"""Alerts and rules over HTTP: who sees them, who acts, who changes a rule."""

from __future__ import annotations

from typing import Any

import pytest

from domain.access.actor import system
from tests.api.support import Api, an_order, problem
from usecases.warning.climb_ladder import climb_ladder
from usecases.warning.run_rules import run_rule

NOBODY = "01934b5e-7c00-7000-8000-000000000001"
RULE = "order_idle"


@pytest.fixture
async def alert(api: Api) -> dict[str, Any]:
    """An order to which nothing has happened for fifteen days."""
    await api.post("/orders", an_order(), role="sales")
    api.clock.later(days=15)
    api.tokens.clear()
    await api.parts.door.run(system("relay"), run_rule, RULE)
    (found,) = (await api.get("/alerts", role="sales")).json()["items"]
    assert found["rule"] == RULE
    shown: dict[str, Any] = found
    return shown


async def test_an_alert_is_seen_taken_on_and_settled(api: Api, alert: dict[str, Any]) -> None:
    assert (alert["state"], alert["level"], alert["levels"]) == ("open", 0, 2)
    assert alert["text"]["zh"] == "已 15 天没有任何动作"
    taken = await api.post(f"/alerts/{alert['id']}/acknowledge", {"note": "在催"}, role="sales")
    assert (taken.json()["state"], taken.json()["acknowledged_by"], taken.json()["next_at"]) == (
        "acknowledged",
        "测试 sales",
        None,
    )
    problem(await api.post(f"/alerts/{alert['id']}/acknowledge", {}, role="sales"), 409, "alert_not_open")
    settled = await api.request("POST", f"/alerts/{alert['id']}/resolve", role="sales")
    assert (settled.json()["state"], settled.json()["resolution"]) == ("resolved", "person")
    steps = (await api.get(f"/alerts/{alert['id']}", role="sales")).json()["steps"]
    assert [(step["kind"], step["detail"]) for step in steps] == [
        ("opened", {}),
        ("acknowledged", {"note": "在催"}),
        ("resolved", {}),
    ]
    assert (await api.get("/alerts", role="sales")).json()["items"] == []
    assert len((await api.get("/alerts?state=resolved", role="sales")).json()["items"]) == 1


async def test_an_alert_is_a_task_of_whoever_was_told_until_somebody_takes_it(api: Api, alert: dict[str, Any]) -> None:
    async def alerted(role: str) -> list[str]:
        tasks = (await api.get("/tasks", role=role)).json()["items"]
        return [task["alert_id"] for task in tasks if task["kind"] == "alert"]

    assert await alerted("management") == []
    for _ in ("merchandiser", "management"):
        api.clock.later(days=8)
        api.tokens.clear()
        await api.parts.door.run(system("relay"), climb_ladder, None)
    assert await alerted("management") == [alert["id"]]
    assert (await alerted("warehouse"), await alerted("driver")) == ([], [])
    (task,) = [one for one in (await api.get("/tasks", role="management")).json()["items"] if one["kind"] == "alert"]
    assert (task["order_no"], task["subject"], task["text"]) == (alert["order_no"], alert["subject"], alert["text"])
    await api.post(f"/alerts/{alert['id']}/acknowledge", {}, role="management")
    assert await alerted("management") == []


async def test_who_may_not(shared: Api) -> None:
    problem(await shared.get("/alerts", role="driver"), 403, "right_missing")
    problem(await shared.post(f"/alerts/{NOBODY}/acknowledge", {}, role="finance"), 403, "right_missing")
    problem(await shared.post(f"/alerts/{NOBODY}/acknowledge", {}, role="sales"), 404, "not_found")
    rule = (await shared.get(f"/alert-rules/{RULE}", role="sales")).json()
    problem(await shared.request("PUT", f"/alert-rules/{RULE}", json=rule, role="sales"), 403, "right_missing")


async def test_a_rule_is_read_tried_and_changed(api: Api) -> None:
    rules = (await api.get("/alert-rules", role="management")).json()["items"]
    assert {rule["key"] for rule in rules} >= {"first_operation_late", "material_short", RULE}
    rule = (await api.get(f"/alert-rules/{RULE}", role="management")).json()
    tried = await api.post(f"/alert-rules/{RULE}/try", {**rule, "hours": 1}, role="management")
    assert tried.json() == {"due": 0, "items": []}
    saved = await api.request("PUT", f"/alert-rules/{RULE}", json={**rule, "hours": 240}, role="management")
    assert (saved.json()["version"], saved.json()["hours"]) == (rule["version"] + 1, 240)
    wrong = await api.request("PUT", f"/alert-rules/{RULE}", json={**rule, "levels": []}, role="management")
    assert problem(wrong, 422, "rule_invalid")["errors"][0]["pointer"] == "/levels"
    problem(await api.request("PUT", "/alert-rules/other", json=rule, role="management"), 422, "key_mismatch")


async def test_the_calendar_is_changed(api: Api) -> None:
    calendar = (await api.get("/calendar", role="sales")).json()
    calendar["exceptions"] = {"2026-10-01": []}
    saved = await api.request("PUT", "/calendar", json=calendar, role="management")
    assert (saved.json()["version"], saved.json()["exceptions"]) == (calendar["version"] + 1, {"2026-10-01": []})
    wrong = await api.request("PUT", "/calendar", json={"week": {}}, role="management")
    problem(wrong, 422, "calendar_invalid")
