"""B6, D1 in the console: products and stock from a file, tried before they count; how current the stock is."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product
from tests.support.workbooks import book_of

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PRODUCTS = ["sku", "name", "unit", "kind"]
ROUTING = ["sku", "code", "name", "work_centre", "minutes"]


def choose(page: Page, name: str, content: bytes) -> None:
    file: FilePayload = {"name": name, "mimeType": EXCEL, "buffer": content}
    page.set_input_files("input[type=file]", file)


def test_products_are_tried_mended_and_imported(browser: Open, product: Product) -> None:
    sku = f"BRK-{uuid4().hex[:6]}"
    page = browser()
    sign_in(page, product, "production")
    page.goto(f"{product.url}/console/products")
    page.get_by_role("link", name="从 Excel 导入产品").click()
    template = page.get_by_role("link", name="下载 Excel 模板")
    expect(template).to_have_attribute("href", "/api/v1/imports/products/template")
    inspect(page, "console-products-import")

    def book(minutes: object) -> bytes:
        steps: list[list[object]] = [[*ROUTING], [sku, "OP10", "折弯", "折弯机", minutes]]
        return book_of({"products": [PRODUCTS, [sku, "支架", "件", "product"]], "routing": steps})

    choose(page, "产品.xlsx", book("十分钟"))
    expect(page.get_by_role("heading", name="什么也没有导入")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("minutes")
    inspect(page, "console-products-import-errors")
    choose(page, "产品.xlsx", book(10))
    expect(page.get_by_text("1 个货品 · 1 道工序")).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_role("heading", name="已导入")).to_be_visible()
    page.set_viewport_size(HAND)
    inspect(page, "console-products-import-done")
    page.get_by_role("link", name="看产品").click()
    page.get_by_label("货号、名称").fill(sku)
    expect(page.locator("a.product", has_text=sku)).to_contain_text("1 道工序")


def test_stock_comes_from_a_file_and_says_when_it_was_true(browser: Open, product: Product) -> None:
    material = f"M-{uuid4().hex[:6]}"
    page = browser(dark=True)
    sign_in(page, product, "warehouse")
    page.goto(f"{product.url}/console/stock")
    page.get_by_role("link", name="从文件导入库存").click()
    choose(page, "库存.csv", f"物料编码,库存数量,安全库存\n{material},十二,5\n".encode())
    expect(page.locator("tbody tr")).to_contain_text("on_hand")
    inspect(page, "console-stock-import-errors")
    choose(page, "库存.csv", f"物料编码,库存数量,安全库存\n{material},12,5\n".encode())
    expect(page.get_by_text("1 种物料，1 种有库存数")).to_be_visible()
    page.get_by_role("button", name="导入", exact=True).click()
    expect(page.get_by_text("1 种物料有变化")).to_be_visible()
    page.get_by_role("link", name="看库存").click()
    expect(page.locator("main li").filter(has_text="文件导入").first).to_contain_text("截至")
    page.goto(f"{product.url}/console/stock?all=1&q={material}")
    expect(page.locator("a.material")).to_contain_text("12")


def test_nobody_is_left_wondering_where_no_erp_is_connected(browser: Open, product: Product) -> None:
    page = browser(size=HAND, locale="en-GB")
    sign_in(page, product, "admin")
    page.goto(f"{product.url}/console/stock")
    page.get_by_role("button", name="Sync now").click()
    expect(page.get_by_role("alert")).to_be_visible()
    inspect(page, "console-stock-none-connected")
    page.goto(f"{product.url}/console/stock/report")
    expect(page.get_by_text("No comparison yet")).to_be_visible()
    inspect(page, "console-erp-report-none")
