"""F3: another system hears what happens, once and signed, whatever dies, hangs or refuses on the way."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator
from standardwebhooks.webhooks import Webhook, WebhookVerificationError
from uuid_utils.compat import uuid7

from api.v1.webhook_bodies import BODIES
from api.webhooks_contract import webhooks_document
from domain.access.actor import system
from domain.effects import Effect
from domain.integrators.webhooks import TYPES
from domain.warning.rules import Due
from integrations.webhooks_out.client import WebhookClient
from persistence import alerts
from persistence.tx import Tx
from tests.api.support import Api, an_order, problem, serve
from tests.flows.test_told_once import Died, Mortal
from tests.integrations.webhooks_out.receiver import Came, Receiver, answering, receiving
from tests.support.frontier import nothing_is_withheld
from tests.workers.postroom import Cause, cause_effects
from usecases.door import Terms
from usecases.integrators import tell
from wiring.outside import outside_of
from wiring.settings import Settings
from workers.relay import Relay
from workers.webhooks import tell_everything

EVERYTHING = ["order.opened", "order.stage_changed", "order.changed", "order.delivered"]


@dataclass
class House:
    """An installation, and somebody outside who listens."""

    api: Api
    receiver: Receiver
    endpoint: dict[str, Any]

    def relay(self, door: Any = None, **changes: Any) -> Relay:
        parts = self.api.parts
        outside = outside_of(parts.settings, parts.mailbox, parts.clock)
        for name, value in changes.items():
            object.__setattr__(outside, name, value)
        return Relay(door or parts.door, outside, chance=lambda: 0.0)

    async def work(self) -> None:
        """Tell what happened, and carry it out."""
        await self.tell()
        await self.relay().drain()

    async def tell(self) -> None:
        """Queue what happened until now, once the feed withholds none of it."""
        await nothing_is_withheld(self.api.parts)
        await tell_everything(self.api.parts.door)

    def later(self, **time: float) -> None:
        """Time passes; nobody stays signed in for so long."""
        self.api.clock.later(**time)
        self.api.tokens.clear()

    async def opened(self) -> str:
        order_no: str = (await self.api.post("/orders", an_order(), role="sales")).json()["order_no"]
        return order_no

    async def act(self, order_no: str, action: str, role: str) -> None:
        moved = await self.api.post(f"/orders/{order_no}/actions", {"action": action}, role=role)
        assert moved.status_code == 200, moved.text

    async def ask(self, path: str = "", method: str = "GET", body: Any = None) -> httpx.Response:
        return await self.api.request(
            method, f"/webhook-endpoints/{self.endpoint['id']}{path}", role="admin", json=body
        )

    async def deliveries(self, **filters: str) -> list[dict[str, Any]]:
        answer = await self.api.get(
            f"/webhook-endpoints/{self.endpoint['id']}/deliveries", role="admin", params=filters
        )
        assert answer.status_code == 200, answer.text
        items: list[dict[str, Any]] = answer.json()["items"]
        return items

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(came.body) for came in self.receiver.came]


async def add(api: Api, url: str, types: list[str], **more: Any) -> dict[str, Any]:
    answer = await api.post("/webhook-endpoints", {"name": "CRM", "url": url, "types": types, **more}, role="admin")
    assert answer.status_code == 201, answer.text
    endpoint: dict[str, Any] = answer.json()
    return endpoint


@asynccontextmanager
async def at_work(settings: Settings, answer: Callable[[Came], bytes | None] | None = None) -> AsyncIterator[House]:
    async with receiving(answer) as receiver, serve(settings, webhook_allow=(receiver.place,)) as api:
        yield House(api, receiver, await add(api, receiver.url, EVERYTHING))


@pytest.fixture
async def house(settings: Settings) -> AsyncIterator[House]:
    async with at_work(settings) as house:
        yield house


async def test_the_library_that_everybody_uses_verifies_what_we_send(house: House) -> None:
    order_no = await house.opened()
    await house.act(order_no, "submit_review", "sales")
    await house.work()
    secret = Webhook(house.endpoint["secret"])
    verified = [secret.verify(came.body, came.headers) for came in house.receiver.came]
    told = sorted(verified, key=lambda each: each["data"]["seq"])
    assert [(each["type"], each["data"]["order_no"], each["data"]["seq"]) for each in told] == [
        ("order.opened", order_no, 1), ("order.stage_changed", order_no, 2)
    ]  # fmt: skip
    assert told[1]["data"]["from_stage"] == "signed"
    assert told[1]["data"]["stage"] == "in_review"
    came = house.receiver.came[0]
    with pytest.raises(WebhookVerificationError):
        secret.verify(came.body + b" ", came.headers)
    assert came.headers["content-type"] == "application/json"


async def test_no_price_and_no_name_goes_out(house: House) -> None:
    await house.opened()
    await house.work()
    text = b"".join(came.body for came in house.receiver.came).decode()
    assert house.receiver.came
    assert not [secret for secret in ("180", "360", "李女士", "13900001111", "total", "unit_price") if secret in text]


async def test_what_is_told_is_what_is_written_down(house: House) -> None:
    await house.ask(method="PATCH", body={"types": sorted(TYPES)})
    order_no = await house.opened()
    await house.act(order_no, "submit_review", "sales")
    await house.api.request(
        "PATCH", f"/orders/{order_no}", role="sales", json={"priority": 2}, headers={"if-match": '"2"'}
    )
    message = {"id": str(uuid7()), "text": "the words stay here"}
    assert (await house.api.post(f"/orders/{order_no}/messages", message, role="sales")).status_code == 201
    levels = {"levels": [{"material": "CU-TUBE", "on_hand": "5"}]}
    assert (await house.api.post("/stock/levels", levels, role="admin")).status_code == 200
    await house.ask("/test", "POST")
    await house.relay().drain()
    await house.work()
    told = {each["type"]: each for each in house.told()}
    assert told.keys() == {
        "order.opened", "order.stage_changed", "order.changed", "message.posted", "stock.updated", "ping"
    }  # fmt: skip
    document = webhooks_document()
    for name, body in told.items():
        schema = document["webhooks"][name]["post"]["requestBody"]["content"]["application/json"]["schema"]
        Draft202012Validator({**schema, "components": document["components"]}).validate(body)
        described = document["components"]["schemas"][BODIES[name][0].__name__]["properties"]
        assert body["data"].keys() == described.keys()
    assert "the words stay here" not in str(told)
    assert told["stock.updated"]["data"]["materials"] == ["CU-TUBE"]


async def test_what_happened_before_anybody_listened_is_not_told(settings: Settings) -> None:
    async with receiving() as receiver, serve(settings, webhook_allow=(receiver.place,)) as api:
        await api.post("/orders", an_order(), role="sales")
        house = House(api, receiver, await add(api, receiver.url, EVERYTHING))
        await house.work()
        assert house.told() == []
        await house.opened()
        await house.work()
        assert len(house.told()) == 1


async def test_the_whole_line_is_told_and_its_end_besides(house: House) -> None:
    order_no = await house.opened()
    line = [("submit_review", "sales"), ("approve_review", "sales"), ("start_production", "production"),
            ("completion_reported", "production"), ("pass_inspection", "quality"), ("dispatch", "warehouse"),
            ("depart", "driver"), ("sign_delivery", "driver")]  # fmt: skip
    for action, role in line:
        await house.act(order_no, action, role)
    await house.work()
    told = Counter(each["type"] for each in house.told())
    assert (told["order.opened"], told["order.stage_changed"], told["order.delivered"]) == (1, 8, 1)
    stages = sorted(house.told(), key=lambda each: each["data"]["seq"])
    assert [each["data"]["seq"] for each in stages if each["type"] == "order.stage_changed"] == sorted(
        each["data"]["seq"] for each in stages if each["type"] == "order.stage_changed"
    )
    assert [each["data"]["category"] for each in stages if each["type"] == "order.delivered"] == ["done"]


async def test_an_alert_is_told_when_it_is_raised_each_time_and_when_it_is_over(house: House) -> None:
    await house.ask(method="PATCH", body={"types": ["alert.raised", "alert.resolved"]})
    due = [(Due("order:SO1", house.api.clock.now, {}), house.api.clock.now)]

    async def judge(tx: Tx, found: bool) -> None:
        await alerts.open_for(tx, "late", 1, "high", due if found else [])
        await alerts.end_others(tx, "late", {"order:SO1"} if found else set())

    async def settle(tx: Tx, _: None) -> str:
        alert_id = await tx.connection.value("SELECT id FROM alerts")
        assert await alerts.resolve(tx, alert_id, None)
        return str(alert_id)

    door = house.api.parts.door
    judge.terms = settle.terms = Terms("admin.all")  # type: ignore[attr-defined]
    for found in (True, True, False, True):
        await door.run(system("tests"), judge, found)
    alert_id = (await door.run(system("tests"), settle, None)).answer
    await house.work()
    told = Counter(each["type"] for each in house.told())
    assert told == {"alert.raised": 2, "alert.resolved": 2}
    assert {each["data"]["alert_id"] for each in house.told()} == {alert_id}
    described = webhooks_document()["components"]["schemas"]["WebhookAlert"]["properties"]
    assert house.told()[0]["data"].keys() == described.keys()


async def test_what_takes_more_than_one_turn_is_told_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tell, "AT_ONCE", 2)
    opened = [await house.opened() for _ in range(5)]
    await house.work()
    assert sorted(each["data"]["order_no"] for each in house.told()) == opened


async def test_each_endpoint_hears_what_it_chose(house: House) -> None:
    async with receiving() as other:
        house.api.parts.webhooks._allow |= {other.place}
        await add(house.api, other.url, ["order.opened"])
        order_no = await house.opened()
        await house.act(order_no, "submit_review", "sales")
        client = WebhookClient({other.place, house.receiver.place})
        await house.tell()
        await house.relay(webhooks=client).drain()
        assert [json.loads(came.body)["type"] for came in other.came] == ["order.opened"]
        assert len(house.told()) == 2


async def test_wherever_the_worker_dies_everything_is_told_and_a_repeat_has_the_same_id(house: House) -> None:
    opened, deaths, lived = [], 0, False
    while not lived:
        opened.append(await house.opened())
        mortal = Mortal(house.api.parts.door, deaths + 1, after=deaths % 2 == 0)
        await nothing_is_withheld(house.api.parts)
        with suppress(Died):
            await tell_everything(mortal)  # type: ignore[arg-type]
            await house.relay(mortal).drain()
        lived = mortal.used <= deaths
        deaths += 1
        house.later(seconds=61)
        await house.work()
    assert deaths > 4
    ids = {(each["data"]["order_no"]): came.headers["webhook-id"] for each, came in _pairs(house)}
    assert sorted(ids) == sorted(opened)
    assert len({came.headers["webhook-id"] for came in house.receiver.came}) == len(opened)


def _pairs(house: House) -> list[tuple[dict[str, Any], Came]]:
    return list(zip(house.told(), house.receiver.came, strict=True))


async def test_a_refusal_is_tried_again_with_every_attempt_written_down(settings: Settings) -> None:
    answers = [answering(500, body=b"x" * 5000), answering(302, "location: /elsewhere"), answering(200, body=b"ok")]
    async with at_work(settings, lambda _: answers.pop(0)) as house:
        await house.opened()
        await house.work()
        (first,) = await house.deliveries(state="pending")
        assert first["attempts"][0]["status"] == 500
        assert first["attempts"][0]["answer"] == "x" * 1024
        assert first["next_try_at"] > first["created_at"]
        house.later(seconds=5)
        await house.work()
        house.later(seconds=10)
        await house.work()
        (done,) = await house.deliveries(state="delivered")
        assert [attempt["status"] for attempt in done["attempts"]] == [200, 302, 500]
        assert len({came.headers["webhook-id"] for came in house.receiver.came}) == 1
        assert len({came.body for came in house.receiver.came}) == 1
        assert await house.deliveries(state="failed") == await house.deliveries(state="pending") == []


async def test_who_asks_for_time_gets_it(settings: Settings) -> None:
    async with at_work(settings, lambda _: answering(429, "retry-after: 300")) as house:
        await house.opened()
        await house.work()
        house.later(seconds=299)
        await house.work()
        assert len(house.receiver.came) == 1
        house.later(seconds=2)
        await house.work()
        assert len(house.receiver.came) == 2


async def test_three_days_of_refusals_pause_an_endpoint_and_administrators_hear_of_it(settings: Settings) -> None:
    answers = [answering(500)]
    async with at_work(settings, lambda _: answers[0]) as house:
        first = await house.opened()
        for _ in range(100):
            await house.work()
            house.later(hours=1)
        endpoint = (await house.ask()).json()
        assert endpoint["pause_reason"] == "failing"
        notices = (await house.api.get("/notices", role="admin")).json()["items"]
        assert [notice["template"] for notice in notices] == ["webhook_failing"]
        assert house.receiver.url in notices[0]["text"]["en"]
        tried = len(house.receiver.came)
        second = await house.opened()
        await house.work()
        assert len(house.receiver.came) == tried
        assert {each["order_no"]: each["state"] for each in await house.deliveries()} == {
            first: "failed", second: "skipped"
        }  # fmt: skip
        problem(await house.ask("/replay", "POST", _all_time()), 409, "endpoint_paused")
        answers[0] = answering(204)
        assert (await house.ask("/resume", "POST")).json()["paused_at"] is None
        assert (await house.ask("/replay", "POST", _all_time())).json() == {"queued": 2}
        await house.work()
        assert {each["state"] for each in await house.deliveries()} == {"delivered"}
        assert (await house.ask("/replay", "POST", _all_time())).json() == {"queued": 0}
        assert (await house.ask("/replay", "POST", {**_all_time(), "everything": True})).json() == {"queued": 2}


def _all_time() -> dict[str, str]:
    return {"since": "2020-01-01T00:00:00Z", "until": "2099-01-01T00:00:00Z"}


async def test_gone_is_a_last_word(settings: Settings) -> None:
    async with at_work(settings, lambda _: answering(410)) as house:
        await house.opened()
        await house.work()
        assert (await house.ask()).json()["pause_reason"] == "gone"
        (delivery,) = await house.deliveries()
        assert (delivery["state"], delivery["attempts"][0]["status"]) == ("failed", 410)


async def test_one_that_hangs_holds_up_nobody_else(settings: Settings) -> None:
    async with at_work(settings, lambda _: None) as slow, receiving() as quick:
        slow.api.parts.webhooks._allow |= {quick.place}
        await add(slow.api, quick.url, ["order.opened"])
        for _ in range(30):
            await slow.opened()
        await slow.tell()
        relay = slow.relay(webhooks=WebhookClient({quick.place, slow.receiver.place}))
        async with asyncio.timeout(15):
            while len(quick.came) < 30:
                await relay.turn()
                await asyncio.sleep(0.01)
        assert slow.receiver.connections <= 8
        await relay.finish(timedelta(0))


async def test_two_secrets_sign_while_one_is_replaced(house: House) -> None:
    old = Webhook(house.endpoint["secret"])
    rotated = (await house.ask("/rotate", "POST", {"overlap_hours": 24})).json()
    new = Webhook(rotated["secret"])
    await house.opened()
    await house.work()
    came = house.receiver.came[-1]
    assert old.verify(came.body, came.headers) == new.verify(came.body, came.headers)
    house.later(hours=24)
    await house.opened()
    await house.work()
    came = house.receiver.came[-1]
    assert " " not in came.headers["webhook-signature"]


async def test_a_ping_tells_whether_it_works_also_where_it_is_paused(house: House) -> None:
    await house.ask("/pause", "POST")
    sent = await house.ask("/test", "POST")
    assert sent.status_code == 202
    await house.work()
    delivery = (await house.ask(f"/deliveries/{sent.json()['id']}")).json()
    assert (delivery["state"], delivery["attempts"][0]["status"], delivery["type"]) == ("delivered", 204, "ping")
    verified = Webhook(house.endpoint["secret"]).verify(house.receiver.came[0].body, house.receiver.came[0].headers)
    assert verified["type"] == "ping"


async def test_one_delivery_is_told_again_under_its_id(house: House) -> None:
    await house.opened()
    await house.work()
    (delivery,) = await house.deliveries()
    again = await house.ask(f"/deliveries/{delivery['id']}/replay", "POST")
    assert again.json()["state"] == "pending"
    problem(await house.ask(f"/deliveries/{delivery['id']}/replay", "POST"), 409, "delivery_under_way")
    await house.work()
    assert [came.headers["webhook-id"] for came in house.receiver.came] == [delivery["message_id"]] * 2


async def test_an_endpoint_that_is_removed_hears_no_more(house: House) -> None:
    await house.opened()
    await house.tell()
    assert (await house.ask(method="DELETE")).status_code == 204
    await house.work()
    assert house.told() == []
    problem(await house.ask(), 404, "not_found")
    problem(await house.ask("/deliveries"), 404, "not_found")


async def test_what_is_no_event_of_an_order_is_told_by_an_effect(house: House) -> None:
    await house.ask(method="PATCH", body={"types": ["message.posted"]})
    effects = [Effect("announce", "*", told, {"message_id": "m1"}) for told in ("message.posted", "no.such_type")]
    await house.api.parts.door.run(system("tests"), cause_effects, Cause(effects))
    await house.relay().drain()
    assert [(each["type"], each["data"]) for each in house.told()] == [("message.posted", {"message_id": "m1"})]
