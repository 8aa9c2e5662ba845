"""Console: people and their badges, roles, keys of other systems and the addresses that are told what happens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product
from tests.simulators.kingdee import DATA_CENTRE, PASSWORD, USER, kingdee_server


def go(page: Page, product: Product, screen: str) -> None:
    page.goto(f"{product.url}/console/{screen}")
    expect(page.locator("h1")).to_be_visible()


def test_somebody_is_hired_given_a_badge_and_shut_out(browser: Open, product: Product) -> None:
    page = browser()
    sign_in(page, product, "admin")
    go(page, product, "people")
    page.click("button:has-text('新增人员')")
    page.fill("#login", "wang.fang")
    page.fill("#name", "王芳")
    page.fill("#new-password", "short-pass")
    page.check("label:has-text('生产') input")
    page.click("dialog button.main")
    expect(page.locator(".open:has-text('王芳')")).to_contain_text("生产")
    inspect(page, "console-people")
    page.click(".open:has-text('王芳')")
    page.click("button:has-text('发放工牌')")
    expect(page.locator("dialog a:has-text('打印')")).to_be_visible()
    inspect(page, "console-person")
    page.check("label:has-text('停用：') input")
    page.click("dialog button.main")
    expect(page.locator(".open:has-text('王芳')")).to_contain_text("已停用")


def test_a_role_of_ones_own_is_made_and_removed(browser: Open, product: Product) -> None:
    page = browser(locale="en-GB", dark=True)
    sign_in(page, product, "admin")
    go(page, product, "roles")
    inspect(page, "console-roles-dark")
    page.click("button:has-text('Add a role')")
    page.fill("#key", "packer")
    page.fill("#zh", "打包")
    page.fill("#en", "Packer")
    page.click("dialog button.main")
    expect(page.locator(".open:has-text('Packer')")).to_be_visible()
    page.click(".open:has-text('Packer')")
    inspect(page, "console-role-dark")
    page.click("button:has-text('Remove')")
    expect(page.locator(".open:has-text('Packer')")).to_have_count(0)


def test_a_key_is_told_once_and_ended_and_an_endpoint_says_what_it_was_told(browser: Open, product: Product) -> None:
    page = browser(size=HAND, locale="en-GB")
    sign_in(page, product, "admin")
    go(page, product, "connections")
    inspect(page, "console-keys-none")
    page.click("button:has-text('Make a key')")
    page.fill("#key-name", "CRM")
    page.click("dialog button.main:has-text('Make a key')")
    expect(page.locator("dialog code")).to_contain_text("tl_")
    page.click("dialog header button")
    expect(page.get_by_role("heading", name="CRM")).to_be_visible()
    inspect(page, "console-keys")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("button:has-text('End it')")
    expect(page.get_by_text("Ended")).to_be_visible()

    page.click("[role=tab]:has-text('Webhook endpoints')")
    page.click("button:has-text('Add an endpoint')")
    page.fill("#endpoint-name", "CRM")
    page.fill("#endpoint-url", "https://127.0.0.1/")
    page.check("label:has-text('New order') input")
    page.click("dialog button.main")
    expect(page.locator("dialog .wrong").first).to_be_visible()
    page.fill("#endpoint-url", "https://192.0.2.1/hook")
    inspect(page, "console-endpoint-new")


@pytest.fixture
def connected(product: Product) -> Iterator[Product]:
    """The same installation as an API beside it sees it that is connected to an ERP; no worker reads from that."""
    with kingdee_server() as server:
        said = {"URL": server.url, "DATA_CENTRE": DATA_CENTRE, "USER": USER, "PASSWORD": PASSWORD}
        with product.beside(**{f"THROUGHLINE_KINGDEE_{name}": value for name, value in said.items()}) as beside:
            yield beside


def test_a_connection_to_an_erp_is_tried(browser: Open, product: Product, connected: Product) -> None:
    page = browser(size=HAND)
    sign_in(page, product, "admin")
    go(page, product, "connections")
    page.click("[role=tab]:has-text('ERP')")
    expect(page.get_by_text("还没有连接 ERP")).to_be_visible()
    inspect(page, "console-erps-none")
    page = browser(locale="en-GB", dark=True)
    sign_in(page, connected, "admin")
    go(page, connected, "connections")
    page.click("[role=tab]:has-text('ERP')")
    expect(page.get_by_text("not read yet")).to_have_count(2)
    inspect(page, "console-erps-dark")
    page.click("button:has-text('Try the connection')")
    expect(page.locator("dialog").get_by_text("The connection works")).to_be_visible()
    inspect(page, "console-erp-tried-dark")
    page.click("dialog summary >> nth=1")
    expect(page.locator("dialog pre:visible")).to_contain_text("[[")
    page.set_viewport_size(HAND)
    inspect(page, "console-erp-tried-hand")
    expect(page.locator("dialog")).not_to_contain_text(PASSWORD)
