"""Done-when 4, over real HTTP with real tokens: crowds at one door, and each thing happens once."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from domain.access.actor import system
from tests.api.support import an_order, bearer, settings_on
from tests.flows.line import article
from tests.support.eventually import eventually
from tests.support.senders import sample, signed
from tests.support.servers import Addresses, TestDatabase, apart
from tests.support.serving import ONE_PER_ROLE, PASSWORD, serving
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.build import build
from wiring.settings import Settings

CROWD = [f"seller{number}" for number in range(50)]
SHOP_NUMBER = 6123450000002


@pytest.fixture(scope="module")
def settings(module_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """One installation for the whole file."""
    return settings_on(module_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def url(settings: Settings) -> Iterator[str]:
    """The real server with a worker, and fifty sellers."""
    apart(stock(settings))
    with serving(settings, "worker", people={**ONE_PER_ROLE, **dict.fromkeys(CROWD, ("sales",))}) as address:
        yield address


async def stock(settings: Settings) -> None:
    """The article list of the samples."""
    parts = build(settings)
    rows = json.loads(sample("catalog.json"))["articles"]
    await parts.door.run(system("tests"), load_catalogue, LoadCatalogue([article(row) for row in rows]))
    await parts.redis.aclose()
    await parts.database.close()


@pytest.fixture
async def http(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """As many connections as a crowd has."""
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(base_url=f"{url}/api/v1", limits=limits, timeout=60) as client:
        yield client


async def sign_in(http: httpx.AsyncClient, login: str) -> dict[str, str]:
    """The headers of somebody."""
    answer = await http.post("/auth/token", data={"username": login, "password": PASSWORD})
    while answer.status_code == 429:
        await asyncio.sleep(0.2)
        answer = await http.post("/auth/token", data={"username": login, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return bearer(answer.json()["access_token"])


def numbered(number: int) -> bytes:
    """A certain order of the shop's, under a number of its own."""
    body = sample("shopify/orders_create_china_address.json")
    return body.replace(str(SHOP_NUMBER).encode(), str(SHOP_NUMBER + number).encode())


def delivery(http: httpx.AsyncClient, body: bytes, delivery_id: str, *, forged: bool = False) -> Any:
    """One delivery; a forged one is altered on the way."""
    headers = signed("shopify", body, delivery_id, datetime.now(UTC))
    return http.post("/hooks/shopify", content=body.replace(b"4280.00", b"1.00") if forged else body, headers=headers)


async def orders_of(http: httpx.AsyncClient, headers: dict[str, str]) -> list[dict[str, Any]]:
    """All orders of the shop, page by page."""
    found: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = (
            await http.get("/orders", params={"channel": "shopify", "limit": 200, **cursor}, headers=headers)
        ).json()
        found += page["items"]
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


async def all_read(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    """Wait until nothing that was kept waits to be read."""

    async def none_kept() -> bool:
        page = await http.get("/intake", params={"status": "kept"}, headers=headers)
        return page.status_code == 200 and page.json()["items"] == []

    await eventually(none_kept)


async def test_300_deliveries_of_three_payloads_at_once_are_three_orders(http: httpx.AsyncClient) -> None:
    headers = await sign_in(http, "sales")
    before = {order["external_id"] for order in await orders_of(http, headers)}
    bodies = [numbered(number) for number in (1, 2, 3)]
    answers = await asyncio.gather(*(delivery(http, bodies[n % 3], f"three-{n % 3}") for n in range(300)))
    assert Counter(answer.status_code for answer in answers) == {202: 3, 200: 297}
    assert len({answer.json()["id"] for answer in answers}) == 3
    await all_read(http, headers)
    orders = [order for order in await orders_of(http, headers) if order["external_id"] not in before]
    assert sorted(order["external_id"] for order in orders) == [str(SHOP_NUMBER + number) for number in (1, 2, 3)]


async def test_of_fifty_people_taking_one_action_one_takes_it_and_49_are_told_why_not(http: httpx.AsyncClient) -> None:
    crowd = [await sign_in(http, login) for login in CROWD]
    for step in range(3):
        opened = await http.post("/orders", json=an_order(), headers=crowd[0])
        path = f"/orders/{opened.json()['order_no']}"
        keys = [{"idempotency-key": f"crowd-{step}"} if step else {} for _ in crowd]
        asked = [
            http.post(f"{path}/actions", json={"action": "submit_review"}, headers={**who, **key})
            for who, key in zip(crowd, keys, strict=True)
        ]
        answers = await asyncio.gather(*asked)
        assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 49}
        refused = [answer.json() for answer in answers if answer.status_code == 409]
        assert {problem["code"] for problem in refused} == {"action_not_allowed_in_stage"}
        assert all(problem["texts"]["zh"] and problem["texts"]["en"] for problem in refused)
        events = (await http.get(f"{path}/events", headers=crowd[0])).json()["items"]
        assert [event["action"] for event in events] == [None, "submit_review"]


async def test_one_person_pressing_fifty_times_under_one_key_gets_one_answer_fifty_times(
    http: httpx.AsyncClient,
) -> None:
    headers = {**await sign_in(http, "sales"), "idempotency-key": "fifty"}
    answers = await asyncio.gather(*(http.post("/orders", json=an_order(), headers=headers) for _ in range(50)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Counter(answer.headers.get("idempotent-replayed") for answer in answers) == {None: 1, "true": 49}


async def test_two_hundred_webhooks_five_times_shuffled_among_forged_ones(http: httpx.AsyncClient) -> None:
    headers = await sign_in(http, "sales")
    before = {order["external_id"] for order in await orders_of(http, headers)}
    chance = random.Random(7)
    wanted = range(1000, 1200)
    deck = [(number, False) for number in wanted for _ in range(5)] + [(number, True) for number in wanted]
    chance.shuffle(deck)
    answers = await asyncio.gather(
        *(delivery(http, numbered(number), f"webhook-{number}", forged=forged) for number, forged in deck)
    )
    told = Counter((answer.status_code, forged) for answer, (_, forged) in zip(answers, deck, strict=True))
    assert told == {(202, False): 200, (200, False): 800, (401, True): 200}
    await all_read(http, headers)
    orders = [order for order in await orders_of(http, headers) if order["external_id"] not in before]
    assert sorted(int(order["external_id"]) - SHOP_NUMBER for order in orders) == list(wanted)
    assert len({order["total"] for order in orders}) == 1
