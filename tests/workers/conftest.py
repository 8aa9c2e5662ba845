"""A factory whose effects are carried out by hand, into a post room that remembers everything."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.factory import Factory
from tests.workers.postroom import PostRoom


@pytest.fixture
async def factory(database: Any) -> AsyncIterator[Factory]:
    """An empty factory with the built-in documents."""
    made = await Factory.open(database.app_url, pool_size=12)
    yield made
    await made.close()


@pytest.fixture
def post() -> PostRoom:
    """Where mail and text messages arrive."""
    return PostRoom()
