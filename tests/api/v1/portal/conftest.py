"""An installation with two customers, each of whom has ordered something."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.api.support import Api
from tests.support.customers import ELEANOR, JONAS, a_browser, a_customer, order_of


@pytest.fixture
async def api(api: Api) -> Api:
    """Eleanor and Jonas have one order each."""
    await order_of(api, ELEANOR)
    await order_of(api, JONAS)
    return api


@pytest.fixture
async def browser(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Nobody's browser yet."""
    async with a_browser(api) as made:
        yield made


@pytest.fixture
async def eleanor(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Eleanor, signed in."""
    async with a_customer(api, ELEANOR) as made:
        yield made


@pytest.fixture
async def jonas(api: Api) -> AsyncIterator[httpx.AsyncClient]:
    """Jonas, signed in."""
    async with a_customer(api, JONAS) as made:
        yield made
