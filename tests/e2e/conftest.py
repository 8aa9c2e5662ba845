"""A browser and the running product; where there is no browser these journeys say that they did not run."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize, sync_playwright

from tests.api.support import settings_on
from tests.conftest import fresh_database
from tests.e2e.desk import DESK, Open
from tests.e2e.film import film_of
from tests.e2e.phone import Phone
from tests.e2e.product import SKU, Product
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


@pytest.fixture(scope="package")
def drawn(product: Product) -> Product:
    """The product with a drawing in its newest version."""
    sheet = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(sheet, "PNG")
    upload = {"file": ("总图.png", sheet.getvalue(), "image/png")}
    sha256 = product.call("POST", f"/products/{SKU}/drawings", "admin", files=upload)["sha256"]
    known = product.call("GET", f"/products/{SKU}", "production")["specification"]
    steps = [{key: step[key] for key in ("code", "name", "work_centre", "minutes")} for step in known["operations"]]
    body = {"operations": steps, "bill": [{"material": "CU.T", "quantity": "6.2"}],
            "quality": [{"code": "Q1", "name": {"zh": "试压", "en": "Pressure test"}, "limit": "1.5 MPa"}],
            "drawings": [{"name": "总图", "sha256": sha256}]}  # fmt: skip
    product.call("PUT", f"/products/{SKU}/draft", "production", json=body)
    product.call("POST", f"/products/{SKU}/draft/publish", "production", json={})
    return product


@pytest.fixture
def phone(playwright: Playwright, product: Product, tmp_path: Path) -> Iterator[Callable[..., Phone]]:
    """Phones, as many as are asked for; each with a profile of its own. `sees` is a code before its camera."""
    made: list[Phone] = []

    def make(*, sees: str = "", url: str = "", language: str = "zh-CN") -> Phone:
        camera = film_of(sees, tmp_path / f"film{len(made)}.y4m") if sees else None
        made.append(
            Phone(playwright, tmp_path / f"profile{len(made)}", url or product.url, camera=camera, language=language)
        )
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Open]:
    """Pages of a browser that nobody has used before; what it complains of fails the test."""
    running = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(*, size: ViewportSize = DESK, locale: str = "zh-CN", dark: bool = False) -> Page:
        context = running.new_context(viewport=size, locale=locale, color_scheme="dark" if dark else "light")
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if "Content Security" in line.text else None)
        return page

    yield make
    running.close()
    assert complaints == []
