"""Every sample of every channel, delivered five times in random order: each is one thing, and comes to the same."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest

from tests.api.support import Api
from tests.domain.intake.support import body, expected
from tests.support.deliveries import SENT, adds_up, deliver, item, read_all, stock

# Of two that tell of one order chance decides which opens it.
_TOLD = Counter((channel, expected(channel, name).get("external_id")) for channel, name in SENT)


def wanted_statuses(channel: str, name: str) -> set[str]:
    """What a sample may come to, whenever it comes."""
    meaning = expected(channel, name)
    if meaning["kind"] == "failure":
        return {"failed"}
    if meaning["kind"] == "event":
        return {"parsed", "ignored"}
    if _TOLD[channel, meaning["external_id"]] > 1:
        return {"ordered", "parsed", "review"}
    if meaning["action"] == "ignore":
        return {"ignored"}
    return {"review"} if meaning["needs_review"] and meaning["action"] != "hold" else {"ordered", "review", "parsed"}


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.soak) for n in range(2, 7))])
async def test_five_times_in_random_order_each_delivery_is_one_thing(api: Api, seed: int) -> None:
    await stock(api)
    chance = random.Random(seed)
    ids: dict[tuple[str, str], str] = {}
    deck = SENT * 5
    chance.shuffle(deck)
    for place, (channel, name) in enumerate(deck):
        answer = await deliver(api, channel, name, body(channel, name), f"{channel}-{name}")
        assert answer.status_code in (200, 202), answer.text
        assert ids.setdefault((channel, name), answer.json()["id"]) == answer.json()["id"]
        if place % 37 == 0:
            await read_all(api)
    await read_all(api)
    found = {case: await item(api, intake_id) for case, intake_id in ids.items()}
    assert len(found) == len(set(ids.values())) == len(SENT)
    assert {one["deliveries"] for one in found.values()} == {5}
    for case, one in found.items():
        assert one["status"] in wanted_statuses(*case), (case, one["status"], one["review_reasons"], one["problem"])
        assert one["status"] != "review" or one["review_reasons"] or one["problem"], case
    await _every_order_is_there_once_and_adds_up(api, found)


async def _every_order_is_there_once_and_adds_up(api: Api, found: dict[tuple[str, str], dict[str, Any]]) -> None:
    page = (await api.get("/orders?limit=200", role="sales")).json()["items"]
    numbers = Counter((order["channel"], order["external_id"]) for order in page if order["external_id"])
    assert page
    assert set(numbers.values()) == {1}
    assert {one["order_no"] for one in found.values() if one["status"] == "ordered"} == {o["order_no"] for o in page}
    for one in page:
        order = (await api.get(f"/orders/{one['order_no']}", role="sales")).json()
        assert adds_up(order), order
