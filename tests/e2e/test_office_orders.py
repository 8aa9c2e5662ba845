"""A7, A12, G2 in the console: what waits for me, all orders on one board, and a change proposed with its impact."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.product import Product


def test_a_change_is_proposed_beside_what_it_comes_to(browser: Open, drawn: Product) -> None:
    work = drawn.release(9)
    page = browser()
    sign_in(page, drawn, "sales")
    page.goto(f"{drawn.url}/console/orders/{work['order_no']}")
    page.get_by_role("link", name="提出改单").click()
    send = page.get_by_role("button", name="提交审批")
    expect(send).to_be_disabled()
    page.get_by_label("数量").fill("15")
    expect(page.get_by_role("region", name="铜铝复合散热器")).to_contain_text(re.compile("9.*15"))
    expect(page.get_by_role("region", name="影响")).to_contain_text("¥2,700.00")
    expect(page.get_by_text("未确认前停工").first).to_be_visible()
    page.get_by_label("为什么改").fill("客户加订")
    send.click()
    expect(page.locator("header .tag")).to_have_text("待审批")
    (change,) = drawn.call("GET", f"/orders/{work['order_no']}/changes", "sales")["items"]
    assert (change["patch"], change["reason"]) == ({"lines": [{"line": 1, "quantity": "15"}]}, "客户加订")
    page.goto(f"{drawn.url}/console/orders/{work['order_no']}?tab=changes")
    expect(page.locator("a.entry")).to_contain_text("待审批")


def test_what_is_refused_stands_at_its_field_and_nothing_typed_is_lost(browser: Open, drawn: Product) -> None:
    work = drawn.release(9)
    page = browser(size=HAND)
    sign_in(page, drawn, "sales")
    page.goto(f"{drawn.url}/console/orders/{work['order_no']}/change")
    page.get_by_label("承诺交期").fill("2020-01-01")
    expect(page.locator(".field:has(#promised_date) .wrong")).to_contain_text("已过")
    page.get_by_label("承诺交期").fill("")
    page.get_by_role("button", name="增加一行").click()
    page.get_by_label("货品").fill("支架")
    page.get_by_label("为什么改").fill("加支架")
    expect(page.get_by_role("region", name="支架")).to_be_visible()
    page.get_by_role("button", name="提交审批").click()
    expect(page.locator("header .tag")).to_have_text("待审批")


def test_what_waits_for_me_is_the_first_screen_and_leads_to_it(browser: Open, drawn: Product) -> None:
    work = drawn.release(9)
    drawn.propose(work, "15")
    page = browser()
    sign_in(page, drawn, "management")
    expect(page.get_by_role("heading", level=1)).to_contain_text("现在要做的")
    page.locator("a.task", has_text=work["order_no"]).filter(has_text="审批改单").click()
    page.get_by_role("button", name="批准").click()
    expect(page.locator("header .tag")).to_have_text("已生效")
    page.click("nav a:has-text('待办')")
    expect(page.locator("a.task", has_text=work["order_no"]).filter(has_text="审批改单")).to_have_count(0)
    leader = browser()
    sign_in(leader, drawn, "production")
    expect(leader.locator("a.task", has_text=work["order_no"]).filter(has_text="确认改单")).to_be_visible()


def test_a_card_of_the_board_opens_what_can_be_done_and_moves_by_it_alone(browser: Open, drawn: Product) -> None:
    line = {"name": "散热器", "quantity": "1", "unit": "组", "unit_price": "180.00"}
    body = {"order_type": "standard", "currency": "CNY", "customer": {"name": "看板客户"}, "lines": [line]}
    order_no = drawn.call("POST", "/orders", "sales", json={**body, "promised_date": "2026-12-01", "priority": 9})[
        "order_no"
    ]
    page = browser()
    sign_in(page, drawn, "sales")
    page.click("nav a:has-text('看板')")
    page.locator("section[aria-labelledby=column-signed]").get_by_role("button", name=order_no).click()
    page.get_by_role("dialog").get_by_role("button", name="提交评审").click()
    page.get_by_role("dialog").last.locator("form button.main").click()
    card = page.locator("section[aria-labelledby=column-in_review]").get_by_role("button", name=order_no)
    expect(card).to_be_visible()


def test_the_wall_keeps_what_it_knows_when_the_network_leaves(browser: Open, drawn: Product) -> None:
    work = drawn.release(3)
    page = browser(size={"width": 1920, "height": 1080})
    sign_in(page, drawn, "production")
    page.goto(f"{drawn.url}/console/wall")
    expect(page.locator(".stages li").first).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("实时")
    before = page.locator(".stages li:has-text('生产中') .figure").inner_text()
    drawn.act(work["order_no"], "start_production", "production")
    expect(page.locator(".stages li:has-text('生产中') .figure")).to_have_text(str(int(before) + 1))
    page.context.set_offline(True)
    expect(page.get_by_role("status")).to_contain_text("数据截至", timeout=15_000)
    expect(page.locator(".stages li:has-text('生产中') .figure")).to_have_text(str(int(before) + 1))
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("实时", timeout=20_000)


def test_customer_and_staff_speak_on_the_order(browser: Open, drawn: Product) -> None:
    work = drawn.release(2)
    page = browser()
    sign_in(page, drawn, "sales")
    page.goto(f"{drawn.url}/console/orders/{work['order_no']}?tab=chat")
    page.get_by_label("写给客户").fill("下周发货")
    page.get_by_role("button", name="发送").click()
    expect(page.locator(".message")).to_contain_text("下周发货")
    page.get_by_label("内部备注", exact=True).check()
    page.get_by_label("内部备注，客户看不到").fill("客户催得急")
    page.get_by_role("button", name="记下").click()
    expect(page.locator(".message.inner")).to_contain_text("客户催得急")
    found = drawn.call("GET", f"/orders/{work['order_no']}/messages", "sales")["items"]
    assert [(one["text"], one["internal"]) for one in found] == [("客户催得急", True), ("下周发货", False)]
