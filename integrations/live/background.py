"""Work that goes on beside a block and surely ends with it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

_ASK_AGAIN_AFTER_SECONDS = 1.0


@asynccontextmanager
async def background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """The work runs for as long as the block lasts. A library that swallows a cancellation is asked again."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait({task}, timeout=_ASK_AGAIN_AFTER_SECONDS)
