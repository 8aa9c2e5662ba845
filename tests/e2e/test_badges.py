"""C8: at a shared terminal a scanned badge says who works here now, and their PIN follows."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from domain.access.badges import badge_text
from tests.e2e.phone import Phone
from tests.e2e.product import Product
from usecases.people.badges import BadgeCodes


def badge_of(product: Product, login: str) -> str:
    """What the code on somebody's new badge says."""
    given = product.call("POST", f"/users/{product.person(login)}/badge", "admin")
    return badge_text(BadgeCodes.from_secret(product.settings.secret_key).key, given["number"])


def scan(one: Phone, text: str) -> None:
    """A scanner types quickly and ends with Enter."""
    one.page.keyboard.type(text)
    one.page.keyboard.press("Enter")


def test_a_printed_badge_is_scanned_and_the_pin_follows(phone: Callable[..., Phone], product: Product) -> None:
    one = phone()
    one.sign_in("production")
    one.go("me")
    one.page.fill("input[minlength]", "1357")
    one.page.click("form button:text-is('保存')")
    expect(one.page.get_by_text("PIN 已保存")).to_be_visible()
    one.go("")
    one.touch(".switch")
    lost, badge = [badge_of(product, "production") for _ in range(2)]
    scan(one, lost)
    expect(one.page.get_by_role("alert")).to_be_visible()
    scan(one, badge)
    expect(one.page.locator("h2")).to_contain_text("production")
    one.look("badge-pin")
    for digit in "1357":
        one.touch(f".keys button:text-is('{digit}')")
    one.touch(".keys button.main")
    expect(one.page.locator(".bar")).to_contain_text("production")

    one.touch(".switch")
    scan(one, badge_of(product, "li.wei"))
    expect(one.page.locator("#name")).to_have_value("li.wei")
