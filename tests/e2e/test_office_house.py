"""C1, C7, E3, F3 in the console: what the workshop is made of, who waits for an answer, what could not be sent."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.product import SKU, Product


def test_a_work_centre_a_shift_and_a_reason_are_added(browser: Open, drawn: Product) -> None:
    page = browser(size=HAND)
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/workshop")
    add, sheet = page.get_by_role("button", name="添加", exact=True), page.get_by_role("dialog")
    add.click()
    sheet.get_by_label("代号").fill("激光机")
    sheet.get_by_label("中文名").fill("激光机")
    sheet.get_by_label("测试 li.wei").check()
    sheet.get_by_role("button", name="保存").click()
    expect(page.locator("button.open", has_text="激光机")).to_contain_text("测试 li.wei")
    page.get_by_role("tab", name="班次").click()
    add.click()
    sheet.get_by_label("代号（小写字母）").fill("night_two")
    sheet.get_by_label("中文名").fill("大夜班")
    sheet.get_by_label("开始").fill("22:00")
    sheet.get_by_label("结束").fill("06:00")
    sheet.get_by_role("button", name="保存").click()
    expect(page.locator("button.open", has_text="大夜班")).to_contain_text("22:00 – 06:00")
    page.locator("button.open", has_text="大夜班").click()
    sheet.get_by_role("button", name="删除").click()
    expect(page.locator("button.open", has_text="大夜班")).to_have_count(0)
    page.get_by_role("tab", name="原因代码").click()
    add.click()
    sheet.get_by_label("代号").fill("burnt")
    sheet.get_by_label("中文名").fill("烧穿")
    sheet.get_by_role("button", name="保存").click()
    expect(page.locator("button.open", has_text="烧穿")).to_contain_text("报废")
    known = drawn.call("GET", "/reason-codes?kind=scrap", "production")["items"]
    assert "burnt" in {one["code"] for one in known}


def test_who_wrote_is_seen_and_leads_to_the_order(browser: Open, drawn: Product) -> None:
    order_no = drawn.release(1)["order_no"]
    drawn.call("POST", f"/orders/{order_no}/messages", "sales", json={"id": str(uuid4()), "text": "下周发货"})
    page = browser()
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('客户消息')")
    page.locator("a.entry", has_text=order_no).filter(has_text="1 条未读").click()
    expect(page.locator(".message")).to_contain_text("下周发货")
    page.click("nav a:has-text('客户消息')")
    expect(page.locator("a.entry", has_text=order_no).filter(has_text="未读")).to_have_count(0)


def test_nothing_failed_and_nobody_complains(browser: Open, drawn: Product) -> None:
    page = browser()
    sign_in(page, drawn, "admin")
    page.goto(f"{drawn.url}/console/connections")
    page.get_by_role("tab", name="没送出的").click()
    expect(page.locator(".notice, li.card").first).to_be_visible()
    page.goto(f"{drawn.url}/console/complaints")
    expect(page.get_by_text("没有投诉")).to_be_visible()


def test_how_a_product_is_made_is_drafted_and_published(browser: Open, drawn: Product) -> None:
    page = browser()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('产品')")
    page.get_by_role("searchbox").fill(SKU)
    page.locator(f"a.product:has-text('{SKU}')").click()
    expect(page.get_by_text("CU.T")).to_be_visible()
    page.get_by_role("button", name="修改").click()
    page.locator("#minutes-1").fill("16")
    page.get_by_role("button", name="增加工序").click()
    page.locator("#zh-2").fill("包装")
    page.locator("#centre-2").select_option("焊机")
    page.get_by_label("每件用量").fill("6.4")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布第")).to_be_visible()
    told = drawn.call("GET", f"/products/{SKU}", "production")["specification"]
    assert [one["code"] for one in told["operations"]] == ["OP10", "OP50", "OP60"]
    assert (told["operations"][1]["minutes"], told["bill"][0]["quantity"]) == ("16", "6.4")
