"""Waiting in tests for what another task or process will bring about."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


async def eventually(condition: Callable[[], Awaitable[object]], seconds: float = 60) -> None:
    """Returns when the condition holds; TimeoutError when it does not within so long."""
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)
