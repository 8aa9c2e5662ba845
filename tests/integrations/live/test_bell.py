from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from integrations.live.bell import CHANNEL, Bell, ringing
from tests.support.eventually import eventually


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    client = Redis.from_url(redis_url)
    yield client
    await client.aclose()


async def listeners(redis: Redis, number: int) -> bool:
    ((_, counted),) = await redis.pubsub_numsub(CHANNEL)
    return bool(counted >= number)


async def test_a_ring_is_heard_in_other_processes(redis: Redis, redis_url: str) -> None:
    other = Redis.from_url(redis_url)
    heard = asyncio.Event()
    here, there = Bell(redis), Bell(other)
    there.on_ring(heard.set)
    async with ringing(here), ringing(there), asyncio.timeout(10):
        await eventually(lambda: listeners(redis, 2))
        heard.clear()
        here.ring()
        await heard.wait()
    await other.aclose()


async def test_without_redis_ringing_hurts_nobody_and_is_heard_at_home() -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1/0")
    bell, heard = Bell(nowhere), []
    bell.on_ring(lambda: heard.append(True))
    async with ringing(bell):
        bell.ring()
        await asyncio.sleep(0.2)
        bell.ring()
    assert len(heard) == 2
    await nowhere.aclose()
