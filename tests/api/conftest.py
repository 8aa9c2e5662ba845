"""The whole application over ASGI on a real database, with somebody signed in for each role."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.api.support import Api, serve
from wiring.settings import Settings


@pytest.fixture
async def api(settings: Settings) -> AsyncIterator[Api]:
    """A fresh installation with the built-in documents and one person per role."""
    async with serve(settings) as served:
        yield served
