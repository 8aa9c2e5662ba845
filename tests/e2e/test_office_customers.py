"""B5 in the console: customers who share a firm's name are told apart, merged, and the merge is undone."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product


def customer(product: Product, name: str, phone: str) -> str:
    """Somebody with an order; their id."""
    line = {"name": "散热器", "quantity": "2", "unit": "组", "unit_price": "180.00"}
    body = {
        "order_type": "standard",
        "currency": "CNY",
        "customer": {"name": name, "phone": phone},
        "lines": [line],
    }
    return str(product.call("POST", "/orders", "sales", json=body)["customer"]["id"])


def test_who_may_be_the_same_is_said_to_be_another_or_merged_and_unmerged(browser: Open, product: Product) -> None:
    firm = f"海润{uuid4().hex[:6]}暖通有限公司"
    first = customer(product, firm, f"138{uuid4().int % 10**8:08d}")
    second = customer(product, firm, f"139{uuid4().int % 10**8:08d}")
    page = browser()
    sign_in(page, product, "sales")
    page.click("nav a:text-is('客户')")
    page.fill("input[type=search]", firm)
    expect(page.locator("a.entry")).to_have_count(2)
    inspect(page, "console-customers")
    page.click("a.entry >> nth=1")
    expect(page.get_by_text("相同：名称")).to_be_visible()
    page.click("button:has-text('不是同一个')")
    expect(page.get_by_text("已确认不是同一个")).to_be_visible()
    inspect(page, "console-customer")
    page.click("button:has-text('撤回')")
    page.click("button:has-text('是同一个，合并')")
    page.set_viewport_size(HAND)
    inspect(page, "console-customer-merge")
    page.click("dialog button.main")
    expect(page.get_by_role("heading", name="合并记录")).to_be_visible()
    assert product.call("GET", f"/customers/{second}", "sales")["merged_into"] == first
    page.click("button:has-text('撤销合并')")
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert product.call("GET", f"/customers/{second}", "sales")["merged_into"] is None
