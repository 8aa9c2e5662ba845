"""The customer's portal: she asks and is answered live, agrees to a change, complains, rates, is shown round."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.customer import Customer, a_photo, code_mailed, not_taken
from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product


def write(page: Page, text: str) -> None:
    """A message, as it is typed and sent."""
    page.fill(".composer textarea", text)
    page.click(".composer button.main")


def test_she_asks_about_her_order_is_answered_live_and_writes_without_a_network(
    browser: Open, product: Product
) -> None:
    li = Customer(product)
    order_no = li.order()
    page = li.sign_in(browser)
    page.click("a.order")
    page.click("a:has-text('问一问')")
    expect(page.get_by_text("由我们").or_(page.get_by_text("为您解答"))).to_be_visible()
    page.click("button:has-text('什么时候能发货')")
    page.set_input_files(".composer input", [a_photo("a.jpg"), not_taken()])
    expect(page.get_by_role("alert")).to_contain_text("不支持这种文件")
    expect(page.locator(".composer button.main")).to_be_disabled()
    page.click("button[aria-label*='x.exe']")
    page.click(".composer button.main")
    mine = page.locator(".bubble.mine")
    expect(mine).to_contain_text("已送达")
    expect(mine.locator("img")).to_be_visible()
    expect(page.locator("header .tag")).to_contain_text("等待回复")

    li.told(order_no, "明天发货。")
    expect(page.get_by_text("明天发货。")).to_be_visible()
    expect(page.get_by_text("等待回复")).to_have_count(0)
    product.call("POST", f"/orders/{order_no}/messages/read", "sales", json={"through": 2})
    inspect(page, "portal-chat")

    page.context.set_offline(True)
    write(page, "好的，谢谢！")
    expect(page.get_by_text("联网后自动发送")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("联网后自动发送")).to_have_count(0)
    expect(mine).to_have_count(2)
    assert [one["text"] for one in li.asked_about(order_no)] == ["什么时候能发货？", "明天发货。", "好的，谢谢！"]

    page.goto(f"{product.url}/portal/")
    expect(page.locator("a.order")).to_be_visible()
    expect(page.locator(".unread")).to_have_count(0)
    li.told(order_no, "不客气。")
    expect(page.locator(".unread")).to_contain_text("1 条新消息")


def test_she_agrees_to_one_change_and_declines_another(browser: Open, product: Product) -> None:
    li = Customer(product)
    order_no = li.order()
    li.change_asked(order_no, {"lines": [{"line": 1, "quantity": "3"}], "promised_date": "2027-02-01"})
    page = li.sign_in(browser)
    page.click("a.order")
    asked = page.locator(".asked")
    expect(asked).to_contain_text("2月1日")
    expect(asked).to_contain_text("540.00")
    inspect(page, "portal-change")
    page.click("button:has-text('同意变更')")
    expect(asked).to_have_count(0)
    expect(page.locator("h1")).to_contain_text("2月1日")

    li.change_asked(order_no, {"lines": [{"line": 1, "quantity": "9"}]})
    page.reload()
    expect(asked).to_be_visible()
    page.click("button:has-text('不同意')")
    page.fill("#reason", "仓库放不下")
    page.click("dialog button.stop")
    expect(asked).to_have_count(0)
    expect(page.locator("details")).to_have_count(2)
    order = product.call("GET", f"/orders/{order_no}", "sales")
    assert (order["lines"][0]["quantity"], order["promised_date"]) == ("3", "2027-02-01")


def test_she_complains_with_a_photo_accepts_what_was_done_and_says_how_it_was(browser: Open, product: Product) -> None:
    li = Customer(product)
    order_no = li.order()
    li.deliver(order_no)
    page = li.sign_in(browser)
    page.click("a.order")
    page.click("a:has-text('反馈问题')")
    page.click("label:has-text('运输破损')")
    page.fill("#what", "第 2 箱破损")
    page.set_input_files("form input[type=file]", a_photo())
    page.click("form button.main")
    expect(page.get_by_role("status")).to_contain_text("已收到")
    expect(page.locator("article img")).to_be_visible()

    desk = browser()
    sign_in(desk, product, "sales")
    desk.goto(f"{product.url}/console/complaints")
    inspect(desk, "console-complaints")
    desk.click(f"a.entry:has-text('{order_no}')")
    desk.click("button:has-text('我来处理')")
    expect(desk.get_by_text("接手")).to_be_visible()
    inspect(desk, "console-complaint")
    desk.fill("#words", "已补发一组")
    desk.click("button:has-text('答复并解决')")
    expect(desk.locator("header .tag")).to_contain_text("已解决")
    page.reload()
    expect(page.get_by_text("已补发一组")).to_be_visible()
    inspect(page, "portal-complaint")
    page.click("button:has-text('已解决')")
    expect(page.locator("article .tag")).to_contain_text("已结束")

    page.click("a:has-text('返回订单')")
    page.click("form label:has-text('9')")
    page.fill("#why", "处理很快")
    page.click("button:has-text('提交评价')")
    expect(page.get_by_text("您给了 9 分")).to_be_visible()
    page.click("button:has-text('修改')")
    page.click("form label:has-text('10')")
    page.click("button:has-text('提交评价')")
    expect(page.get_by_text("您给了 10 分")).to_be_visible()
    inspect(page, "portal-survey")
    desk.goto(f"{product.url}/console/surveys")
    expect(desk.locator("a.answer", has_text=order_no)).to_contain_text("处理很快")
    inspect(desk, "console-surveys")


def test_the_first_visit_is_explained_once_by_the_keyboard_alone_and_again_when_asked(
    browser: Open, product: Product
) -> None:
    li = Customer(product)
    li.order()
    page = li.sign_in(browser, toured=False)
    tour = page.locator("dialog.tour")
    for title in ("欢迎", "您的订单", "查找订单", "什么时候到", "走到哪一步", "有问题直接问", "出了问题"):
        expect(tour.locator("h2")).to_have_text(title)
        page.keyboard.press("ArrowRight")
    expect(tour.locator("h2")).to_have_text("就这些")
    inspect(page, "portal-tour")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(tour).to_have_count(0)
    expect(page.locator("a.order")).to_be_visible()
    page.reload()
    expect(page.locator("a.order")).to_be_visible()
    expect(tour).to_have_count(0)
    page.click("button[aria-label='使用引导']")
    expect(tour.locator("h2")).to_have_text("欢迎")
    page.keyboard.press("Escape")
    expect(tour).to_have_count(0)


def test_a_code_that_did_not_come_is_sent_again(product: Product, browser: Open) -> None:
    customer = Customer(product)
    customer.order()
    page = browser(size=HAND)
    page.goto(f"{product.url}/portal/")
    page.fill("#email", customer.email)
    page.click("form button.main")
    page.wait_for_selector("#code")
    first = product.until(lambda: code_mailed(product, customer.email))
    page.click("button:has-text('没收到？再发一次')")
    expect(page.get_by_text("已再次发送")).to_be_visible()
    page.fill("#code", product.until(lambda: code_mailed(product, customer.email).replace(first, "")))
    page.click("form button.main")
    expect(page.locator("a.order").first).to_be_visible()
