"""A desk: a browser that nobody has used before, at the sizes that screens are looked at in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.product import Product
from tests.support.serving import PASSWORD

Open = Callable[..., Page]
HAND: ViewportSize = {"width": 360, "height": 740}
TABLET: ViewportSize = {"width": 768, "height": 1024}
DESK: ViewportSize = {"width": 1280, "height": 900}


def sign_in(page: Page, product: Product, login: str) -> None:
    """Into the console, until its menu is there."""
    page.goto(f"{product.url}/console/")
    page.fill("#name", login)
    page.fill("#password", PASSWORD)
    page.click("form button.main")
    expect(page.locator("nav")).to_be_visible()
