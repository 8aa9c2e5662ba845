"""A workshop to report in; one database for the tests of a file, an order and phones of their own for each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.factory import Factory
from tests.floor import Workshop


@pytest.fixture
async def workshop(module_database: Any) -> AsyncIterator[Workshop]:
    """A factory with products and people of its own."""
    factory = await Factory.open(module_database.app_url)
    yield await Workshop.open(factory)
    await factory.close()
