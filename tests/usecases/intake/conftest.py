"""A factory with the samples' articles, to which channels deliver."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.usecases.intake.channel import Channel


@pytest.fixture
async def channel(database: Any) -> AsyncIterator[Channel]:
    """Deliveries as they come out of hooks, and the relay that reads them."""
    made = await Channel.open(database.app_url)
    yield made
    await made.factory.close()
