"""A factory to play in: a real database, the door, and a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.factory import Factory


@pytest.fixture
async def factory(database: Any) -> AsyncIterator[Factory]:
    """An empty factory with the built-in documents."""
    made = await Factory.open(database.app_url)
    yield made
    await made.close()
