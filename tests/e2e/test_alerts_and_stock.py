"""The office sees what is wrong, takes it on, and gives a red order another material."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, Playwright, ViewportSize, expect

from domain.access.actor import system
from tests.e2e.phone import inspect
from tests.e2e.product import SKU, Product
from tests.support.browser import find_browser
from tests.support.costs import costs
from tests.support.servers import apart
from tests.support.serving import PASSWORD
from usecases.warning.replace_substitutes import ReplaceSubstitutes, Substitute, replace_substitutes
from usecases.warning.run_rules import run_rule
from wiring.build import Parts

DESK: ViewportSize = {"width": 1280, "height": 900}
HAND: ViewportSize = {"width": 360, "height": 740}
COPPER, ALUMINIUM = "CU.T", "AL.T"


@pytest.fixture
def browser(playwright: Playwright) -> Iterator[Browser]:
    running = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
    yield running
    running.close()


def page_of(browser: Browser, product: Product, login: str, size: ViewportSize, locale: str, *, dark: bool) -> Page:
    """Somebody signed in, with a screen of this size."""
    context = browser.new_context(viewport=size, locale=locale, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.goto(f"{product.url}/console/alerts")
    page.fill("#name", login)
    page.fill("#password", PASSWORD)
    page.click("form button.main")
    page.wait_for_url(f"{product.url}/console/alerts")
    return page


def short_of_copper(product: Product) -> str:
    """An order that needs copper of which there is too little, with aluminium allowed in its place."""
    line = {"name": "铜铝复合散热器", "sku": SKU, "quantity": "3", "unit": "组", "unit_price": "180.00"}
    body = {"order_type": "standard", "currency": "CNY", "customer": {"name": "李女士"}, "lines": [line]}
    order_no: str = product.call("POST", "/orders", "sales", json=body)["order_no"]
    levels = [
        {"material": COPPER, "on_hand": "10", "safety_level": "50", "unit": "米", "name": "紫铜管"},
        {"material": ALUMINIUM, "on_hand": "90", "unit": "米", "name": "铝管", "lead_days": 7},
    ]
    product.call("POST", "/stock/levels", "warehouse", json={"source": "warehouse", "levels": levels})

    async def warn(parts: Parts) -> None:
        await costs(parts, COPPER, "40")
        await costs(parts, ALUMINIUM, "30")
        allowed = [
            Substitute(COPPER, ALUMINIUM, Decimal("0.5"), 1, note={"zh": "铜改铝", "en": "aluminium for copper"})
        ]
        await parts.door.run(system("tests"), replace_substitutes, ReplaceSubstitutes("tests", allowed))
        await parts.door.run(system("tests"), run_rule, "material_short")

    apart(product.with_parts(warn))
    return order_no


def test_an_alert_is_taken_on_and_a_red_order_gets_another_material(browser: Browser, product: Product) -> None:
    order_no = short_of_copper(product)
    page = page_of(browser, product, "management", DESK, "zh-CN", dark=False)
    alert = page.locator("li.alert", has_text="紫铜管 低于安全库存")
    expect(alert).to_contain_text("上报")
    inspect(page, "console-alerts")
    alert.get_by_role("button", name="我来处理").click()
    expect(alert).to_contain_text("已接手")
    alert.get_by_role("button", name="已解决").click()
    inspect(page, "console-alert-settle")
    page.fill("#note", "明天到货")
    page.click("dialog button.main")
    expect(alert).to_have_count(0)

    page.goto(f"{product.url}/console/stock")
    inspect(page, "console-stock")
    page.click(f"a.material:has-text('{COPPER}')")
    expect(page.locator("h1")).to_contain_text("紫铜管")
    row = page.locator("li.order", has_text=order_no)
    inspect(page, "console-material")
    row.get_by_role("button", name="看替代料").click()
    expect(page.locator("dialog")).to_contain_text("整单成本差")
    inspect(page, "console-substitutes")
    page.click("dialog button.main")
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text(f"{order_no} 第 1 号")
    (change,) = product.call("GET", f"/orders/{order_no}/changes", "management")["items"]
    assert change["state"] == "proposed"


def test_on_a_phone_in_english_in_the_dark(browser: Browser, product: Product) -> None:
    short_of_copper(product)
    page = page_of(browser, product, "warehouse", HAND, "en-GB", dark=True)
    inspect(page, "console-alerts-phone")
    page.goto(f"{product.url}/console/stock")
    expect(page.locator("a.material").first).to_contain_text("short")
    inspect(page, "console-stock-phone")
    page.click(f"a.material:has-text('{COPPER}')")
    page.get_by_role("button", name="Alternatives").first.click()
    expect(page.locator("dialog")).not_to_contain_text("Cost of the order")
    inspect(page, "console-substitutes-phone")


def test_an_idle_order_is_seen_with_what_it_holds_until_it_is_closed(browser: Browser, product: Product) -> None:
    order_no = product.release(2)["order_no"]
    rule = product.call("GET", "/alert-rules/order_idle", "admin")
    product.call("PUT", "/alert-rules/order_idle", "admin", json={**rule, "hours": 0, "enabled": False})
    page = page_of(browser, product, "management", DESK, "zh-CN", dark=False)
    page.goto(f"{product.url}/console/idle")
    card = page.locator("li.idle", has_text=order_no)
    expect(card).to_contain_text("12.4 米")
    expect(card).to_contain_text("0 / 2")
    inspect(page, "console-idle")
    body = {"action": "cancel", "payload": {"reason": "无人跟进"}}
    product.call("POST", f"/orders/{order_no}/actions", "management", json=body)
    page.reload()
    expect(page.locator("h1")).to_be_visible()
    expect(card).to_have_count(0)
    product.call("PUT", "/alert-rules/order_idle", "admin", json={**rule, "hours": 336})
    page.set_viewport_size(HAND)
    page.emulate_media(color_scheme="dark")
    page.reload()
    expect(page.get_by_text("没有停滞的订单")).to_be_visible()
    inspect(page, "console-idle-none")
