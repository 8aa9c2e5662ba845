"""A6: for every hour of an order's life the events say which role held it, and the order said so at that hour."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timedelta

from tests.flows.line import STANDARD, Line

HOURS_BEFORE = (2, 5, 1, 30, 4, 3, 2, 20)


async def test_every_hour_of_an_orders_life_has_the_role_that_held_it(line: Line) -> None:
    workflow = json.loads((await line.api.get("/workflows/standard/versions/1", role="admin")).text)
    role_of = {stage["key"]: stage["role"] for stage in workflow["stages"]}
    order_no = await line.opened()
    began = line.api.clock()
    seen: list[str] = []
    for (role, action), hours in zip(STANDARD, HOURS_BEFORE, strict=True):
        for _ in range(hours):
            seen.append((await line.order(order_no))["role"])
            line.later(hours=1)
        await line.does(role, action, order_no)

    changes = [(datetime.fromisoformat(event["recorded_at"]), event["to"]) for event in await line.history(order_no)]

    def holder(at: datetime) -> str:
        return str(role_of[[stage for since, stage in changes if since <= at][-1]])

    told = [holder(began + timedelta(hours=hour)) for hour in range(sum(HOURS_BEFORE))]
    assert told == seen
    assert Counter(told) == {"sales": 7, "production": 31, "quality": 4, "warehouse": 3, "driver": 22}


async def test_a_report_that_comes_late_says_when_it_happened_and_when_it_was_heard(line: Line) -> None:
    order_no = await line.opened()
    happened = line.api.clock() + timedelta(hours=1)
    line.later(hours=9)
    body = {"action": "submit_review", "occurred_at": happened.isoformat()}
    event = (await line.api.post(f"/orders/{order_no}/actions", body, role="sales")).json()["event"]
    assert datetime.fromisoformat(event["occurred_at"]) == happened
    assert datetime.fromisoformat(event["recorded_at"]) == line.api.clock()
