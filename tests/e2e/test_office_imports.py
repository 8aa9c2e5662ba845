"""B6 in the console: a workbook is tried, its errors stand by row and column; mended it is brought in, all of it."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import FilePayload, expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import SKU, Product
from tests.support.workbooks import workbook

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_a_workbook_is_tried_mended_and_brought_in(browser: Open, product: Product) -> None:
    number = f"R-{uuid4().hex[:8]}"
    good = [number, "海润暖通", "", SKU, "铜铝复合散热器", 2, 180]
    page = browser()
    sign_in(page, product, "sales")
    page.click("nav a:has-text('Excel 导单')")
    inspect(page, "console-imports")
    expect(page.get_by_role("link", name="下载 Excel 模板")).to_have_attribute(
        "href", "/api/v1/imports/orders/template?language=zh"
    )

    def choose(row: list[object]) -> None:
        page.goto(f"{product.url}/console/imports")
        file: FilePayload = {"name": "订单.xlsx", "mimeType": EXCEL, "buffer": workbook([good, row])}
        page.set_input_files("input[type=file]", file)

    choose([number, "海润暖通", "", SKU, "铜铝复合散热器", "两组", 180])
    expect(page.get_by_role("heading", name="什么也没有导入")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("F 数量")
    inspect(page, "console-import-errors")

    choose([number, "海润暖通", "", SKU, "铜铝复合散热器", 3, 180])
    page.click("button:has-text('导入 1 单')")
    expect(page.get_by_role("heading", name="已生成 1 单")).to_be_visible()
    page.set_viewport_size(HAND)
    inspect(page, "console-import-done")
    order_no = page.locator("tbody a").inner_text()
    assert len(product.call("GET", f"/orders/{order_no}", "sales")["lines"]) == 2
