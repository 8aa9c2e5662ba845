"""What a channel never delivered is found by asking the shop, whoever comes first and however often one begins anew."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from integrations.ports import Changed, ChangedPage, Lister
from integrations.reading import Reader
from integrations.shopify.client import ShopifyClient
from tests.domain.intake.support import body, headers
from tests.simulators.shops import ShopifySimulator
from tests.usecases.intake.channel import Channel
from usecases.intake.reconcile import ask_shops, list_polls
from workers.schedule import TICKS, Means, Schedule

SHOP = "huanuan-home.myshopify.com"
WARDROBE = "orders_create_china_address"
NUMBER = 6123450000002


@pytest.fixture
def shop(channel: Channel) -> ShopifySimulator:
    """A shop that the channel's relay asks."""
    simulator = ShopifySimulator()
    http = httpx.AsyncClient(transport=httpx.MockTransport(simulator))
    lister: Lister = ShopifyClient(
        Reader(http, "Shopify", lambda: channel.factory.clock), {SHOP: simulator.token}, "2025-10"
    )
    channel.listers["shopify"] = lister
    return simulator


def order(at: datetime, number: int = NUMBER, **changes: Any) -> bytes:
    """The wardrobe as the shop has it since then."""
    document = json.loads(body("shopify", WARDROBE))
    return json.dumps({**document, "id": number, "updated_at": at.isoformat(), **changes}, ensure_ascii=False).encode()


def sells(shop: ShopifySimulator, at: datetime, number: int = NUMBER, **changes: Any) -> bytes:
    """Put the order into the shop; its bytes."""
    content = order(at, number, **changes)
    shop.records[str(number)] = (at, content)
    return content


async def ask(channel: Channel) -> dict[str, Any]:
    """One turn: ask what changed, and read all that comes."""
    answer = await channel.factory.run(ask_shops, [("shopify", SHOP)])
    await channel.relay().drain()
    found: dict[str, Any] = answer
    return found


async def polls(channel: Channel) -> dict[str, Any]:
    (found,) = await channel.factory.read(list_polls, None, role="admin")
    return dict(found)


async def orders(channel: Channel) -> list[str]:
    rows = await channel.rows("SELECT external_id FROM orders ORDER BY external_id")
    return [row["external_id"] for row in rows]


def hour(channel: Channel, **ago: float) -> datetime:
    return channel.factory.clock.astimezone(UTC).replace(microsecond=0) - timedelta(**ago)


async def test_what_was_never_delivered_is_found_kept_as_it_came_and_opened(
    channel: Channel, shop: ShopifySimulator
) -> None:
    contents = [sells(shop, hour(channel, hours=50 - n), NUMBER + n) for n in range(5)]
    assert await ask(channel) == {"asked": 1, "under_way": 0}
    assert await orders(channel) == [str(NUMBER + n) for n in range(5)]
    kept = await channel.rows("SELECT body FROM payloads ORDER BY external_id")
    assert [row["body"] for row in kept] == contents
    told = await polls(channel)
    assert (told["channel"], told["shop"], told["problem"]) == ("shopify", SHOP, None)
    assert hour(channel, minutes=2) < datetime.fromisoformat(told["read_until"]) < hour(channel)


async def test_what_was_delivered_is_not_kept_again(channel: Channel, shop: ShopifySimulator) -> None:
    content = sells(shop, hour(channel, hours=2))
    await channel.deliver("shopify", content, headers=headers("shopify", WARDROBE), shop=SHOP)
    await ask(channel)
    await ask(channel)
    assert len(await channel.rows("SELECT 1 FROM payloads")) == len(await orders(channel)) == 1
    assert (await polls(channel))["missed"] == 0


async def test_a_delivery_that_comes_while_the_shop_is_asked_makes_no_second_order(
    channel: Channel, shop: ShopifySimulator
) -> None:
    contents = [sells(shop, hour(channel, hours=2, minutes=n), NUMBER + n) for n in range(6)]
    await channel.factory.run(ask_shops, [("shopify", SHOP)])
    told = headers("shopify", WARDROBE)
    for content in contents:  # none of them has been read when the shop answers, or some
        await channel.keep("shopify", content, headers=told, shop=SHOP)
    await asyncio.gather(*(channel.relay().drain() for _ in range(4)))
    for content in contents:
        await channel.deliver("shopify", content, headers=told, shop=SHOP)
    assert await orders(channel) == [str(NUMBER + n) for n in range(6)]
    rows = await channel.rows("SELECT status, count(*) AS n FROM payloads GROUP BY status")
    counted = {row["status"]: row["n"] for row in rows}
    assert counted["ordered"] == 6
    assert set(counted) == {"ordered", "parsed"}


async def test_only_a_state_that_nobody_told_of_is_taken_in(channel: Channel, shop: ShopifySimulator) -> None:
    sells(shop, hour(channel, hours=3))
    await ask(channel)
    sells(shop, hour(channel, hours=1), cancelled_at=hour(channel, hours=1).isoformat(), cancel_reason="customer")
    shop.records[str(NUMBER)] = (hour(channel), shop.records[str(NUMBER)][1])  # the window is read from here on
    channel.factory.later(minutes=10)
    await ask(channel)
    (row,) = await channel.rows("SELECT stage FROM orders")
    assert row["stage"] == "cancelled"


async def test_a_shop_that_is_away_is_asked_again_and_nothing_is_left_out(
    channel: Channel, shop: ShopifySimulator
) -> None:
    for n in range(5):
        sells(shop, hour(channel, hours=5 - n / 2), NUMBER + n)
    shop.answers += [httpx.ConnectError("gone")] * 2
    await ask(channel)
    assert (await orders(channel), (await polls(channel))["read_until"]) == ([], None)
    assert "does not answer" in (await polls(channel))["problem"]
    assert (await ask(channel))["under_way"] == 1
    for _ in range(8):
        channel.factory.later(minutes=10)
        await channel.relay().drain()
    assert len(await orders(channel)) == 5
    assert (await polls(channel))["problem"] is None


async def test_a_token_that_was_taken_away_is_told_and_does_not_pile_up(
    channel: Channel, shop: ShopifySimulator
) -> None:
    shop.token = "another"
    for _ in range(3):
        assert (await ask(channel))["asked"] == 1
        channel.factory.later(minutes=10)
    assert "refuses us" in (await polls(channel))["problem"]
    dead = await channel.rows("SELECT 1 FROM outbox WHERE kind = 'poll_channel' AND state <> 'done'")
    assert dead == []


async def test_a_page_that_is_read_twice_is_kept_once(channel: Channel, shop: ShopifySimulator) -> None:
    for n in range(3):
        sells(shop, hour(channel, hours=5 - n), NUMBER + n)
    await ask(channel)
    await channel.rows("UPDATE outbox SET state = 'ready', settled_at = NULL, settled_by = NULL, lease_until = NULL"
                       " WHERE kind = 'poll_channel' RETURNING id")  # fmt: skip
    await channel.relay().drain()
    assert len(await channel.rows("SELECT 1 FROM payloads")) == len(await orders(channel)) == 3


async def test_what_a_shop_only_names_is_fetched(channel: Channel) -> None:
    tid, moment = "4012345678901234567", hour(channel, hours=2)
    document = json.loads(body("taobao", "fullinfo_gift_in_buyer_message"))
    trade = document["trade_fullinfo_get_response"]["trade"]
    trade["modified"] = (moment + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S")
    shop, channel.trades[tid] = trade["seller_nick"], json.dumps(document).encode()

    class Named:
        async def changed(self, asked: str, since: datetime, until: datetime, page: str | None) -> ChangedPage:
            return ChangedPage([Changed(tid, moment)] if asked == shop and since <= moment <= until else [], None)

    channel.listers["taobao"] = Named()
    await channel.factory.run(ask_shops, [("taobao", shop)])
    await channel.relay().drain()
    (row,) = await channel.rows("SELECT external_id, status, body, parent_id FROM payloads")
    assert (row["external_id"], row["status"], row["body"]) == (tid, "review", channel.trades[tid])
    assert row["parent_id"] is None
    fetches = "SELECT 1 FROM outbox WHERE kind = 'fetch_trade'"
    before = len(await channel.rows(fetches))
    channel.factory.later(minutes=10)
    await channel.factory.run(ask_shops, [("taobao", shop)])
    await channel.relay().drain()
    assert len(await channel.rows(fetches)) == before


async def test_the_workers_tick_asks_the_shops_of_the_settings(channel: Channel, shop: ShopifySimulator) -> None:
    sells(shop, hour(channel, hours=2))
    house = channel.factory
    means = Means(house.door, None, lambda: house.clock, ZoneInfo("Asia/Shanghai"), shops=[("shopify", SHOP)])  # type: ignore[arg-type]
    schedule = Schedule(means, tuple(tick for tick in TICKS if tick.name == "ask_shops"))
    assert await schedule.run_overdue() == ["ask_shops"]
    await channel.relay().drain()
    assert await schedule.run_overdue() == []
    assert await orders(channel) == [str(NUMBER)]


async def test_without_shops_nobody_is_asked(channel: Channel) -> None:
    assert await channel.factory.run(ask_shops, []) == {"asked": 0, "under_way": 0}
