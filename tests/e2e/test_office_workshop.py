"""C1, C7, C9, C10, A9 in the console: work orders rerouted and split, lots traced, output, month's end."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.e2e.desk import Open, sign_in
from tests.e2e.product import Product


def test_a_planner_reroutes_and_splits_a_work_order(browser: Open, drawn: Product) -> None:
    work = drawn.release(40)
    page = browser()
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('工单')")
    page.get_by_role("searchbox").fill(work["number"])
    page.locator(f"a.work:has-text('{work['number']}')").click()
    page.get_by_role("button", name="改工艺路线").click()
    sheet = page.get_by_role("dialog")
    sheet.locator("#minutes-1").fill("20")
    sheet.get_by_label("外协").nth(1).check()
    sheet.locator("textarea").fill("焊机检修，转外协")
    sheet.get_by_role("button", name="改工艺路线").click()
    expect(page.get_by_text("工艺路线已改")).to_be_visible()
    expect(page.get_by_role("region", name="工序")).to_contain_text("外协")
    page.get_by_role("button", name="拆分").click()
    sheet.get_by_label("数量").fill("15")
    sheet.get_by_role("button", name="拆分").click()
    expect(page.get_by_text("已拆出工单")).to_be_visible()
    told = drawn.call("GET", f"/work-orders/{work['number']}", "production")
    assert (told["quantity"], told["operations"][1]["outsourced"]) == ("25", True)
    assert {one["kind"] for one in told["history"]} == {"rerouted", "split"}


def test_a_lot_leads_to_the_orders_that_got_it_and_back(browser: Open, drawn: Product) -> None:
    work = drawn.release(4)
    lot = f"L{work['number']}"
    body = {"sku": "CU.T", "quantity": "25", "unit": "米", "lot": lot, "work_order": work["number"]}
    assert drawn.report("issue_stock", body, "warehouse") == "applied"
    page = browser()
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/orders/{work['order_no']}?tab=lots")
    page.get_by_role("link", name=lot).click()
    expect(page.get_by_role("main").get_by_role("status").first).to_contain_text("涉及 1 张订单")
    page.get_by_role("link", name=work["order_no"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(work["order_no"])


def test_output_and_month_end_are_seen(browser: Open, drawn: Product) -> None:
    work = drawn.release(6)
    assert drawn.report("complete", {"work_order": work["number"], "operation": "OP10", "good": "6", "revision": 1})
    page = browser()
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/output")
    expect(page.get_by_role("region", name="产量质量")).to_contain_text("测试 production")
    page.get_by_role("tab", name="工作中心").click()
    expect(page.get_by_role("region", name="产量质量")).to_contain_text("开料锯")
    page.goto(f"{drawn.url}/console/reconciliation?all=1")
    expect(page.get_by_role("region", name="合计")).to_contain_text("CNY")
    page.get_by_role("button", name="看凭证").first.click()
    expect(page.locator("dl.facts")).to_be_visible()
