"""A factory to follow orders through: the whole application, an article list, somebody in each role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api.support import serve
from tests.flows.line import Line
from wiring.settings import Settings


@pytest.fixture
async def line(settings: Settings) -> AsyncIterator[Line]:
    """An empty order book; everything that happens is proven in the end."""
    async with serve(settings) as api:
        made = Line(api)
        await made.stock_articles()
        yield made
        await made.proves()
