"""A browser and the running product; where there is no browser these journeys say that they did not run."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.api.support import settings_on
from tests.conftest import fresh_database
from tests.e2e.film import film_of
from tests.e2e.phone import Phone
from tests.e2e.product import Product
from tests.support.browser import find_browser
from tests.support.servers import Addresses, TestDatabase
from tests.support.serving import ROOT


@pytest.fixture(scope="session")
def _built() -> None:
    """The clients as they are now; nothing is built where nothing changed."""
    subprocess.run([sys.executable, "clients/build.py"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def playwright(_built: None) -> Iterator[Playwright]:
    """Playwright, for one file: its loop must not run when tests of other files need theirs."""
    if find_browser() is None:
        pytest.skip("browser journeys: not run, there is no Chromium (Debian, Ubuntu: apt-get install chromium)")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="package")
def product_database(servers: Addresses) -> Iterator[TestDatabase]:
    """What the product of the journeys stores in."""
    yield from fresh_database(servers)


@pytest.fixture(scope="package")
def product(
    product_database: TestDatabase, servers: Addresses, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Product]:
    """One installation for all journeys; each makes the orders that it is about."""
    made = Product(settings_on(product_database, f"{servers.redis_url}/0", tmp_path_factory.mktemp("data")))
    try:
        yield made
    finally:
        made.end()


@pytest.fixture
def phone(playwright: Playwright, product: Product, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """Phones, as many as are asked for; each with a profile of its own. `sees` is a code before its camera."""
    made: list[Phone] = []

    def make(*, sees: str = "", url: str = "") -> Phone:
        camera = film_of(sees, tmp_path / f"film{len(made)}.y4m") if sees else None
        made.append(Phone(playwright, tmp_path / f"profile{len(made)}", url or product.url, camera=camera))
        return made[-1]

    yield make
    for one in made:
        one.close()
