"""G1, F2 in the console: a figure leads to what it counts; one's own data leaves as Excel and comes back edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.api.support import an_order
from tests.e2e.desk import Open, sign_in
from tests.e2e.product import Product
from tests.factory import STANDARD_LINE


def test_a_figure_leads_to_the_orders_that_it_counts(browser: Open, product: Product) -> None:
    order_no = product.call("POST", "/orders", "sales", json=an_order())["order_no"]
    for action, role in STANDARD_LINE:
        product.act(order_no, action, role)
    page = browser()
    sign_in(page, product, "management")
    page.click("nav a:has-text('指标')")
    expect(page.locator("li.tile")).to_have_count(10)
    page.click("button:has-text('近 30 天')")
    page.click("li.tile a:has-text('履约周期')")
    expect(page.get_by_role("heading", level=1)).to_have_text("履约周期")
    expect(page.locator(f"li.rowline a:has-text('{order_no}')")).to_be_visible()
    expect(page.get_by_text("从签约日到签收日的自然日数")).to_be_visible()
    page.click("a.back")
    expect(page.locator("button.chosen:has-text('近 30 天')")).to_be_visible()


def test_ones_own_data_leaves_as_excel_and_an_edited_copy_comes_back(
    browser: Open, product: Product, tmp_path: Path
) -> None:
    me = product.person("sales")
    body = an_order(merchandiser_id=me, promised_date="2030-01-01")
    order_no = product.call("POST", "/orders", "sales", json=body)["order_no"]
    page = browser()
    sign_in(page, product, "sales")
    page.click("nav a:has-text('我的数据')")
    page.click("button:has-text('导出我的数据')")
    expect(page.get_by_text("已就绪").first).to_be_visible()
    with page.expect_download() as leaving:
        page.click("a:has-text('下载') >> nth=0")
    copy = tmp_path / "copy.xlsx"
    leaving.value.save_as(copy)
    _promise(copy, order_no, "2030-01-05")
    page.set_input_files("input[type=file] >> nth=0", copy)
    card = page.locator(f"li.card:has-text('{order_no}')")
    expect(card).to_contain_text("2030-01-05")
    assert product.call("GET", f"/orders/{order_no}", "sales")["promised_date"] == "2030-01-01"
    page.click("button:has-text('确认（1）')")
    expect(card).to_contain_text("已修改")
    assert product.call("GET", f"/orders/{order_no}", "sales")["promised_date"] == "2030-01-05"


def _promise(path: Path, order_no: str, day: str) -> None:
    """As somebody does it in Excel."""
    book = load_workbook(path)
    table: Any = book["订单"]
    column = next(cell.column for cell in table[1] if cell.value == "承诺交期*")
    row = next(cell.row for cell in table["A"] if cell.value == order_no)
    table.cell(row, column).value = day
    book.save(path)
