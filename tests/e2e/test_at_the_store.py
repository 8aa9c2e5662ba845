"""C4, C6, C9: the keeper issues what a work order takes and books by hand without network; the driver at the door."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.phone import Phone
from tests.e2e.product import Product

Make = Callable[..., Phone]


def moves(product: Product, kind: str, sku: str) -> list[dict[str, str]]:
    """What was reported of an article, the newest last."""
    told = product.call("GET", f"/reports?kind={kind}", "production")["items"]
    return [one["body"] for one in told if one["body"].get("sku") == sku and one["status"] == "applied"]


def test_a_scanned_ticket_issues_its_picking_list_with_lots(phone: Make, product: Product) -> None:
    work = product.release(10)
    one = phone(sees=f"{product.url}/floor/w/{work['token']}")
    one.sign_in("warehouse")
    one.touch("a:has-text('出入库')")
    one.touch("button:has-text('扫码')")
    expect(one.page.get_by_text("已发 0 / 62 米")).to_be_visible()
    one.page.get_by_label("数量（米）").fill("60")
    one.page.get_by_label("批号").fill("COIL-7")
    one.look("issue")
    one.page.locator(".thumb button").dblclick()
    one.until(lambda: len(one.verdicts()) > 0 and one.waiting() == [], "it was not issued")
    assert [verdict["status"] for verdict in one.verdicts()] == ["applied"]
    (line,) = product.call("GET", f"/work-orders/{work['number']}", "production")["picking"]
    assert (line["issued"], line["quantity"]) == ("60", "62")
    told = [body for body in moves(product, "issue_stock", "CU.T") if body.get("work_order") == work["number"]]
    assert [(body["quantity"], body["lot"]) for body in told] == [("60", "COIL-7")]
    one.go(f"w/{work['number']}/issue")
    expect(one.page.get_by_label("数量（米）")).to_have_value("2")


def test_stock_is_booked_by_hand_without_network(phone: Make, product: Product) -> None:
    one = phone()
    one.sign_in("warehouse")
    one.until(lambda: len(one.stored("articles")) > 0, "the catalogue did not come")
    one.wait_for_worker()
    one.context.set_offline(True)
    one.touch("a:has-text('出入库')")
    one.touch("button:has-text('手工填')")
    one.touch("button:text-is('入库')")
    one.page.fill("input[type=search]", "铝管")
    one.touch("li button:has-text('AL.T')")
    for digit in "25":
        one.touch(f".keys button:text-is('{digit}')")
    one.look("stock-by-hand")
    one.touch("form button.go")
    expect(one.page.locator(".status")).to_contain_text("已存：入库 · 25 AL.T · 1 条待发送")
    one.context.set_offline(False)
    one.until(lambda: one.waiting() == [] and len(one.verdicts()) == 1, "it was not sent")
    assert one.verdicts()[0]["status"] == "applied"
    assert moves(product, "receive_stock", "AL.T")[-1]["quantity"] == "25"


def test_what_was_said_is_asked_about_until_it_is_whole(phone: Make, product: Product) -> None:
    one = phone()
    one.sign_in("warehouse")
    one.touch("a:has-text('出入库')")
    one.page.fill("#words", "移库20米AL.T")
    one.touch("button:has-text('识别')")
    card = one.page.locator(".confirm")
    expect(card).to_contain_text("移到哪里")
    card.locator("input").fill("C-9")
    one.touch(".confirm button:has-text('就是它')")
    one.touch(".confirm button:has-text('对，记下')")
    one.until(lambda: len(one.verdicts()) == 1, "it was not sent")
    assert moves(product, "transfer_stock", "AL.T")[-1]["to_location"] == "C-9"
    one.page.fill("#words", "开工")
    one.touch("button:has-text('识别')")
    expect(one.page.get_by_text("“开工”要在工单上做")).to_be_visible()
    expect(one.page.locator(".confirm")).to_have_count(0)


def test_what_is_made_is_first_on_an_inspectors_phone_and_two_touches_inspect_once(
    phone: Make, product: Product
) -> None:
    work = product.release(3)
    for operation in work["operations"]:
        product.report("complete", {"work_order": work["number"], "operation": operation["code"], "good": "3"})
    one = phone()
    one.sign_in("quality")
    one.see_work(work["number"])
    expect(one.page.locator(".work", has_text=work["number"])).to_contain_text("待质检")
    one.page.locator(".work", has_text=work["number"]).tap()
    one.touch(".thumb a:has-text('质检')")
    expect(one.page.locator(".thumb button")).to_have_text("合格还是不合格？")
    one.touch("button:text-is('合格')")
    one.page.locator(".thumb button").dblclick()
    one.until(lambda: len(one.verdicts()) > 0 and one.waiting() == [], "the inspection was not sent")
    assert [verdict["status"] for verdict in one.verdicts()] == ["applied"]
    assert product.call("GET", f"/work-orders/{work['number']}", "quality")["order_stage"] == "qc_passed"
    one.go("")
    expect(one.page.locator(".work", has_text=work["number"])).to_have_count(0)


def test_scrap_without_a_reason_leads_to_the_reasons(phone: Make, product: Product) -> None:
    work = product.release(9)
    one = phone()
    one.sign_in("production")
    one.go(f"w/{work['number']}")
    one.touch(".thumb a")
    one.touch("button.count:has-text('报废')")
    one.touch(".keys button:text-is('2')")
    expect(one.page.locator(".thumb button")).to_have_text("选报废原因")
    one.touch(".thumb button")
    expect(one.page.locator("fieldset .chips")).to_be_in_viewport()
    one.touch("fieldset .chips button")
    expect(one.page.locator(".thumb button")).to_have_text("报工 7 合格、2 报废")


def test_the_driver_begins_with_what_is_to_be_delivered(phone: Make, product: Product) -> None:
    work = product.release(2)
    for action, role in (
        ("start_production", "production"),
        ("completion_reported", "production"),
        ("pass_inspection", "quality"),
    ):
        product.act(work["order_no"], action, role)
    one = phone()
    one.sign_in("driver")
    card = one.page.locator("li.card", has_text=work["order_no"])
    expect(card).to_contain_text("等仓库装车")
    expect(one.page.locator(".work")).to_have_count(0)
    product.act(work["order_no"], "dispatch", "warehouse")
    one.page.reload()
    card.locator("button:has-text('发车')").dblclick()
    one.until(lambda: len(one.verdicts()) > 0 and one.waiting() == [], "it was not told")
    assert [verdict["status"] for verdict in one.verdicts()] == ["applied"]
    expect(card.locator("a:has-text('客户签收')")).to_be_visible()
    expect(card).to_contain_text("运输中")
