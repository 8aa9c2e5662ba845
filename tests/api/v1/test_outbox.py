from __future__ import annotations

import pytest

from domain.access.actor import system
from domain.effects import Effect
from tests.api.support import Api, an_order, problem
from tests.workers.postroom import Cause, cause_effects
from wiring.outside import outside_of
from workers.relay import Relay

NOBODY = "01934b5e-7c00-7000-8000-000000000001"


async def relayed(api: Api) -> None:
    await Relay(api.parts.door, outside_of(api.parts.settings, api.parts.mailbox, api.parts.clock)).drain()


async def a_dead_letter(api: Api) -> str:
    await api.parts.door.run(system("tests"), cause_effects, Cause([Effect("fax", "paper", "x", {})]))
    await relayed(api)
    (letter,) = (await api.get("/outbox?state=dead", role="admin")).json()["items"]
    assert "nothing carries fax" in letter["problem"]
    found: str = letter["id"]
    return found


async def test_a_dead_letter_is_retried_and_dies_again_until_somebody_drops_it(api: Api) -> None:
    letter = await a_dead_letter(api)
    retried = await api.request("POST", f"/outbox/{letter}/retry", role="admin")
    assert (retried.status_code, retried.json()["state"]) == (200, "ready")
    problem(await api.request("POST", f"/outbox/{letter}/retry", role="admin"), 409, "effect_not_dead")
    await relayed(api)
    dropped = await api.post(f"/outbox/{letter}/drop", {"reason": "no fax any more"}, role="admin")
    assert (dropped.json()["dropped"], dropped.json()["problem"]) == (True, "no fax any more")
    assert (await api.get("/outbox?state=dead", role="admin")).json()["items"] == []


async def test_dropping_takes_a_reason_and_what_is_not_there_is_404(shared: Api) -> None:
    problem(await shared.post(f"/outbox/{NOBODY}/drop", {}, role="admin"), 422, "field_invalid")
    problem(await shared.post(f"/outbox/{NOBODY}/drop", {"reason": "x"}, role="admin"), 404, "not_found")
    problem(await shared.request("POST", f"/outbox/{NOBODY}/retry", role="admin"), 404, "not_found")


@pytest.mark.parametrize(("method", "path"), [("GET", "/outbox"), ("POST", f"/outbox/{NOBODY}/retry")])
async def test_only_administrators_see_it(shared: Api, method: str, path: str) -> None:
    problem(await shared.request(method, path, role="management"), 403, "right_missing")


async def test_who_was_told_what_of_an_order(api: Api) -> None:
    order_no = (await api.post("/orders", an_order(), role="sales")).json()["order_no"]
    await api.post(f"/orders/{order_no}/actions", {"action": "submit_review"}, role="sales")
    await api.post(f"/orders/{order_no}/actions", {"action": "approve_review"}, role="sales")
    await relayed(api)
    told = (await api.get(f"/outbox?order_no={order_no}", role="admin")).json()["items"]
    assert {effect["state"] for effect in told} == {"done"}
    assert {effect["kind"] for effect in told} >= {"notify", "create_work_orders", "reserve_material"}
