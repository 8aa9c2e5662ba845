"""A1, A11, B4 in the console: an order entered by hand from the keyboard; mended before work, by two at once."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import SKU, Product

LINE = {"name": "铜铝复合散热器", "sku": SKU, "quantity": "2", "unit": "组", "unit_price": "180.00"}


def an_order(product: Product, **more: Any) -> str:
    body = {"order_type": "standard", "currency": "CNY", "customer": {"name": "李女士"}, "lines": [LINE], **more}
    return str(product.call("POST", "/orders", "sales", json=body)["order_no"])


def row(page: Page, number: int) -> Any:
    return page.get_by_role("group", name=f"第 {number} 行", exact=True)


def whole(page: Page) -> Any:
    return page.locator("aside dd.whole")


def test_an_order_is_entered_from_the_keyboard_and_survives_a_reload(browser: Open, product: Product) -> None:
    firm, phone = f"宁波{uuid4().hex[:6]}暖通有限公司", f"139{uuid4().int % 10**8:08}"
    page = browser()
    sign_in(page, product, "sales")
    page.goto(f"{product.url}/console/orders")
    page.get_by_role("link", name="录入订单").click()
    customer = page.get_by_role("combobox", name="客户")
    expect(customer).to_be_focused()
    page.keyboard.type(firm)
    page.get_by_role("option", name=f"＋ 新客户 {firm}").wait_for()
    page.keyboard.press("Enter")
    page.get_by_label("电话").fill(phone)
    row(page, 1).get_by_role("combobox").focus()
    page.keyboard.type(SKU)
    page.keyboard.press("Enter")
    expect(row(page, 1).get_by_label("数量")).to_be_focused()
    page.keyboard.type("3")
    for _ in range(2):
        page.keyboard.press("Enter")
    page.keyboard.type("180.5")
    expect(whole(page)).to_have_text("¥541.50")
    page.keyboard.press("Enter")
    page.keyboard.type("钥匙扣")
    expect(row(page, 2).get_by_role("combobox")).to_have_value("钥匙扣")
    row(page, 2).get_by_label("数量").fill("5")
    row(page, 2).get_by_label("单价").fill("2")
    row(page, 2).get_by_role("button", name="参数、货号、赠品").click()
    row(page, 2).get_by_role("checkbox", name="赠品").check()
    page.get_by_role("button", name="优惠", exact=True).click()
    page.get_by_label("金额", exact=True).last.fill("41.50")
    expect(whole(page)).to_have_text("¥500.00")
    page.get_by_role("button", name="按常例").click()
    inspect(page, "console-entry")

    page.reload()
    expect(page.get_by_text("接着录")).to_be_visible()
    expect(whole(page)).to_have_text("¥500.00")
    expect(row(page, 1).get_by_label("单价")).to_have_value("180.5")
    page.keyboard.press("Control+Shift+Enter")
    saved = page.get_by_role("status").filter(has_text="已保存")
    expect(saved).to_contain_text("¥500.00")
    expect(page.get_by_role("combobox", name="客户")).to_be_focused()
    order = product.call("GET", f"/orders/{saved.get_by_role('link').inner_text()}", "sales")
    assert (order["customer"]["name"], order["total"], order["lines"][0]["sku"]) == (firm, "500.00", SKU)
    assert [(line["is_gift"], line["amount"]) for line in order["lines"]] == [(False, "541.50"), (True, "0.00")]
    assert order["merchandiser"]["id"] == product.person("sales")
    page.reload()
    expect(page.get_by_text("接着录")).to_have_count(0)


def test_whose_it_is_is_asked_where_it_is_doubtful(browser: Open, product: Product) -> None:
    firm = f"苏州{uuid4().hex[:6]}照明有限公司"
    told = {"customer": {"name": firm, "phone": "13611112222"}, "lines": [LINE]}
    known = product.call("POST", "/orders", "sales", json=told)
    page = browser()
    sign_in(page, product, "sales")
    page.goto(f"{product.url}/console/orders/new?copy={known['order_no']}")
    expect(row(page, 1).get_by_label("数量")).to_have_value("2")
    expect(page.locator("form")).to_contain_text(firm)
    page.get_by_role("button", name="换一个客户").click()
    page.get_by_role("combobox", name="客户").fill(firm)
    page.get_by_role("option", name="＋ 新客户").click()
    page.get_by_label("电话").fill(f"137{uuid4().int % 10**8:08}")
    expect(page.get_by_text("已有同名客户，但电话不同")).to_be_visible()
    page.get_by_role("button", name="保存订单").click()
    expect(page.get_by_role("alert").filter(has_text="先选这是谁的订单")).to_be_visible()
    inspect(page, "console-entry-doubtful")
    page.get_by_role("radio", name="都不是，是新客户").check()
    page.get_by_role("button", name="保存订单").click()
    expect(page.locator("h1")).to_contain_text("SO")
    made = product.call("GET", f"/orders/{page.locator('h1').inner_text()}", "sales")
    assert made["customer"]["name"] == firm
    assert made["customer"]["id"] != known["customer"]["id"]


def test_what_is_refused_stands_at_its_field_on_a_phone_too(browser: Open, product: Product) -> None:
    page = browser(size=HAND, locale="en-GB", dark=True)
    sign_in(page, product, "sales")
    page.goto(f"{product.url}/console/orders/new")
    page.get_by_role("combobox", name="Customer").fill("李女士")
    page.locator("[role=option]").first.click()
    page.get_by_label("Order type").select_option("export")
    page.get_by_label("Currency").select_option("USD")
    page.get_by_role("button", name="Add HS code per line").click()
    page.get_by_label("HS code per line 1", exact=True).last.fill("76")
    line = page.get_by_role("group", name="Line 1", exact=True)
    line.get_by_role("combobox").fill("Radiator")
    line.get_by_label("Quantity").fill("two")
    line.get_by_label("Unit price").fill("18.25")
    page.get_by_role("button", name="Save order").click()
    expect(line.locator(".wrong")).to_be_visible()
    expect(line.get_by_label("Quantity")).to_be_focused()
    line.get_by_label("Quantity").fill("2")
    page.get_by_role("button", name="Save order").click()
    expect(page.locator(".own .wrong")).to_be_visible()
    inspect(page, "console-entry-refused-phone")
    page.get_by_label("HS code per line 1", exact=True).last.fill("7616999000")
    page.get_by_role("button", name="Save order").click()
    expect(page.locator("h1")).to_contain_text("SO")
    order = product.call("GET", f"/orders/{page.locator('h1').inner_text()}", "sales")
    assert (order["total"], order["currency"]) == ("36.50", "USD")
    assert order["extension"] == {"hs_codes": {"1": "7616999000"}}


def test_an_order_is_mended_though_somebody_was_quicker(browser: Open, product: Product) -> None:
    order_no = an_order(product)
    page = browser()
    sign_in(page, product, "sales")
    page.goto(f"{product.url}/console/orders/{order_no}")
    page.get_by_role("link", name="修改订单").click()
    save = page.get_by_role("button", name="保存", exact=True)
    expect(save).to_be_disabled()
    row(page, 1).get_by_label("数量").fill("6")
    page.get_by_label("优先级").select_option("5")
    expect(whole(page)).to_have_text("¥1,080.00")
    version = product.call("GET", f"/orders/{order_no}", "sales")["version"]
    theirs = {"priority": 9, "promised_date": "2027-03-01"}
    product.call("PATCH", f"/orders/{order_no}", "management", json=theirs, headers={"if-match": f'"{version}"'})
    save.click()
    met = page.get_by_role("alert").filter(has_text="有人先改了")
    expect(met).to_contain_text("交期")
    expect(met).to_contain_text("您：5；对方：9")
    inspect(page, "console-mend-met")
    met.get_by_role("button", name="用对方的").click()
    save.click()
    expect(page.locator("h1")).to_have_text(order_no)
    order = product.call("GET", f"/orders/{order_no}", "sales")
    assert (order["priority"], order["promised_date"], order["total"]) == (9, "2027-03-01", "1080.00")


def test_each_role_mends_what_is_theirs_until_work_begins(browser: Open, product: Product) -> None:
    order_no = an_order(product)
    page = browser(size=HAND)
    sign_in(page, product, "management")
    page.goto(f"{product.url}/console/orders/{order_no}/edit")
    expect(row(page, 1).get_by_label("单价")).to_be_disabled()
    inspect(page, "console-mend-phone")
    page.get_by_label("承诺交期").fill("2027-02-02")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("h1")).to_have_text(order_no)
    assert product.call("GET", f"/orders/{order_no}", "sales")["promised_date"] == "2027-02-02"
    begun = product.release(2)["order_no"]
    page.goto(f"{product.url}/console/orders/{begun}/edit")
    page.get_by_label("承诺交期").fill("2027-02-02")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("请走改单")
    page.get_by_role("link", name="提出改单").click()
    expect(page.locator("h1")).to_contain_text("提出改单")
