"""Console and portal: sign in, find an order, do what is allowed now, attach a file; a customer signs in by a code."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e.customer import Customer
from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product
from tests.support.serving import PASSWORD


def test_the_office_finds_an_order_and_does_what_is_allowed_now(
    browser: Open, product: Product, tmp_path: Path
) -> None:
    order_no = product.release(6)["order_no"]
    page = browser()
    page.goto(f"{product.url}/console/orders/{order_no}")
    inspect(page, "console-sign-in")
    page.fill("#name", "production")
    page.fill("#password", PASSWORD)
    page.click("form button.main")
    expect(page.locator("h1")).to_have_text(order_no)
    expect(page.locator("[aria-current=step]")).to_contain_text("已排产")
    inspect(page, "console-order")

    page.click("section button:has-text('开工')")
    page.click("dialog button.main")
    expect(page.locator("[aria-current=step]")).to_contain_text("生产中")

    page.click("[role=tab]:has-text('文件')")
    page.set_input_files("input[type=file]", {"name": "图.txt", "mimeType": "text/plain", "buffer": b"drawing"})
    expect(page.locator("[role=tabpanel]")).to_contain_text(re.compile("图.txt|不"))
    page.click("[role=tab]:has-text('历史')")
    expect(page.get_by_text("历史完整")).to_be_visible()
    expect(page.get_by_role("table").filter(has_text="交接后等待")).to_contain_text("生产")
    inspect(page, "console-history")


def test_the_order_list_is_searched_and_filtered_and_speaks_english_in_the_dark(
    browser: Open, product: Product
) -> None:
    order_no = product.release(2)["order_no"]
    page = browser(locale="en-GB", dark=True)
    sign_in(page, product, "sales")
    page.get_by_role("link", name="Orders", exact=True).click()
    expect(page.get_by_text(order_no)).to_be_visible()
    inspect(page, "console-orders-dark")
    page.fill("input[type=search]", "no such order")
    expect(page.get_by_text("No order fits")).to_be_visible()
    inspect(page, "console-nothing")
    page.fill("input[type=search]", order_no[-4:])
    expect(page.get_by_text(order_no)).to_be_visible()
    page.click("button:has-text('Quality')")
    expect(page.get_by_text("No order fits")).to_be_visible()
    page.reload()
    expect(page.get_by_text("No order fits")).to_be_visible()


def test_a_wrong_password_and_a_lost_server_are_said_in_words(browser: Open, product: Product) -> None:
    page = browser(size=HAND)
    page.goto(f"{product.url}/console/")
    page.fill("#name", "sales")
    page.fill("#password", "not this one")
    page.click("form button.main")
    expect(page.get_by_role("alert")).to_be_visible()
    page.context.set_offline(True)
    page.click("form button.main")
    expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    inspect(page, "console-offline")


def test_a_customer_signs_in_by_a_code_and_sees_when_it_comes(browser: Open, product: Product) -> None:
    li = Customer(product)
    order_no = li.order()
    page = browser(size=HAND)
    page.goto(f"{product.url}/portal/")
    inspect(page, "portal-sign-in")
    page = li.sign_in(browser)
    expect(page.get_by_text(order_no)).to_be_visible()
    inspect(page, "portal-orders")
    page.get_by_text(order_no).click()
    expect(page.locator("h1")).to_contain_text("1月15日")
    inspect(page, "portal-order")
