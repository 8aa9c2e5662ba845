"""D6 in the console: what one is told rings the bell, leads to what it is about, is ticked off and put back."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.product import Product

TO_QUALITY = (("start_production", "production"), ("completion_reported", "production"))


def _comes_to_the_inspector(product: Product) -> str:
    order_no = str(product.release(3)["order_no"])
    for action, role in TO_QUALITY:
        product.act(order_no, action, role)
    return order_no


def test_the_bell_rings_while_one_looks_and_leads_to_the_order(browser: Open, drawn: Product) -> None:
    page = browser()
    sign_in(page, drawn, "quality")
    page.goto(f"{drawn.url}/console/orders")
    bell = page.get_by_role("button", name="通知")
    expect(bell).to_be_visible()
    with page.expect_request(re.compile("/api/v1/notices")):
        order_no = _comes_to_the_inspector(drawn)
    expect(bell).to_have_accessible_name(re.compile(r"\d+ 条未读"))
    bell.click()
    told = page.get_by_role("dialog").locator("li", has_text=f"订单 {order_no} 待质检")
    expect(told).to_contain_text("未读")
    told.get_by_role("link").click()
    expect(page).to_have_url(re.compile(f"/orders/{order_no}$"))
    expect(page.get_by_role("dialog")).to_have_count(0)
    bell.click()
    expect(told).not_to_contain_text("未读")


def test_one_and_all_are_ticked_off_and_put_back(browser: Open, drawn: Product) -> None:
    order_no = _comes_to_the_inspector(drawn)
    drawn.until(lambda: any(one["order_no"] == order_no for one in drawn.call("GET", "/notices", "quality")["items"]))
    page = browser(size=HAND)
    sign_in(page, drawn, "quality")
    page.goto(f"{drawn.url}/console/notices")
    one = page.locator("li", has_text=f"订单 {order_no} 待质检")
    one.get_by_role("button", name="标为已读").click()
    expect(one).not_to_contain_text("未读")
    one.get_by_role("button", name="标为未读").click()
    expect(one).to_contain_text("未读")
    page.get_by_role("button", name="全部标为已读").click()
    expect(page.get_by_text("标为已读。")).to_be_visible()
    page.get_by_role("group").get_by_role("button", name="未读").click()
    expect(page.get_by_role("heading", name="没有未读通知")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(one).to_contain_text("未读")


def test_whoever_was_told_nothing_sees_what_would_come(browser: Open, drawn: Product) -> None:
    page = browser()
    sign_in(page, drawn, "driver")
    page.get_by_role("button", name="通知").click()
    expect(page.get_by_role("dialog")).to_contain_text("还没有通知")
