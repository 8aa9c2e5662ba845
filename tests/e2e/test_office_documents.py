"""A2, A11, F3 in the console: workflows and forms as data, endpoints told again, and where one is signed in."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.product import Product


def test_a_workflow_is_edited_with_its_faults_at_their_place_and_published(browser: Open, drawn: Product) -> None:
    page = browser()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('流程和表单')")
    page.click("a.entry:has-text('simple')")
    expect(page.get_by_role("list", name="简易流程")).to_contain_text("已排产")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("button", name="增加阶段").click()
    page.locator("#stage-zh-4").fill("包装")
    page.locator("#stage-en-4").fill("Packing")
    page.get_by_role("button", name="保存并检查").click()
    expect(page.locator("li.card:has(#stage-zh-4) .faults")).to_be_visible()
    expect(page.get_by_text("改好标出的问题后才能发布")).to_be_visible()
    page.locator("li.card:has(#stage-zh-4)").get_by_role("button", name="删除 包装").click()
    page.locator("#stage-hours-0").fill("12")
    page.get_by_role("button", name="保存并检查").click()
    page.get_by_role("button", name="开始演练").click()
    expect(page.get_by_text("单会卡住")).to_be_visible()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布第 2 版")).to_be_visible()
    told = drawn.call("GET", "/workflows/simple/versions/2", "sales")
    assert (told["stages"][0]["service_hours"], len(told["stages"])) == (12, 4)
    page.get_by_role("button", name="看看会怎样").click()
    expect(page.get_by_text("没有订单在走旧版本").or_(page.locator("section .table"))).to_be_visible()


def test_what_follows_a_step_is_chosen_in_a_form(browser: Open, drawn: Product) -> None:
    page = browser(size=HAND)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/documents/workflow/simple")
    page.get_by_role("button", name="修改").click()
    way = page.locator("li.card:has(#way-from-0)")
    way.get_by_text("随后发生").click()
    expect(way.locator("li.effect")).to_have_count(3)
    way.get_by_role("button", name="增加后果").click()
    told = way.locator("li.effect").last
    told.get_by_label("应用内").uncheck()
    page.get_by_role("button", name="保存并检查").click()
    expect(told.locator(".field:has(select):has-text('用哪段话') .faults")).to_contain_text("缺少此字段")
    expect(way.get_by_label("具体是谁").last).to_have_attribute("aria-invalid", "true")
    told.get_by_label("通知对象").select_option("position")
    told.get_by_label("具体是谁").select_option(label="生产经理")
    told.get_by_label("用哪段话").select_option("scheduled")
    expect(told).to_contain_text("审核通过，已排产")
    told.get_by_label("企业微信").check()
    way.get_by_role("button", name="增加后果").click()
    task = way.locator("li.effect").last
    task.get_by_label("后果 5", exact=True).select_option("open_task")
    task.get_by_label("谁的待办").select_option("quality")
    task.get_by_role("button", name="后果 5 提前").click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布第")).to_be_visible()
    (known,) = [one for one in drawn.call("GET", "/workflows", "sales")["items"] if one["key"] == "simple"]
    kept = drawn.call("GET", f"/workflows/simple/versions/{known['version']}", "sales")
    assert kept["transitions"][0]["effects"][3:] == [
        {"kind": "open_task", "role": "quality", "form": None},
        {"kind": "notify", "to": {"position": "production_manager"}, "channels": ["wecom"], "template": "scheduled"},
    ]


def test_a_field_is_added_to_an_order_type_without_code(browser: Open, drawn: Product) -> None:
    page = browser(size=HAND)
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/documents/order_type/project")
    page.get_by_role("button", name="修改").click()
    page.get_by_role("button", name="增加字段").click()
    field = page.locator("li.card").last
    field.get_by_label("中文名").fill("层高")
    field.get_by_label("英文名").fill("Storey height")
    field.get_by_label("代号（小写字母）").fill("storey_height")
    field.get_by_label("代号（小写字母）").press("Tab")
    field.get_by_label("类型").select_option("decimal")
    field.get_by_label("单位").fill("米")
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("已发布第")).to_be_visible()
    expect(page.get_by_label("层高")).to_be_visible()
    (known,) = [one for one in drawn.call("GET", "/order-types", "sales")["items"] if one["key"] == "project"]
    told = drawn.call("GET", f"/order-types/project/versions/{known['version']}", "sales")
    assert told["fields"]["properties"]["storey_height"]["x-unit"] == "米"


def test_a_rule_is_tried_and_kept_and_a_day_off_is_added(browser: Open, drawn: Product) -> None:
    page = browser()
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('预警规则')")
    page.get_by_role("button", name="订单长期无动作").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("提前或超过（小时）").fill("240")
    sheet.get_by_role("button", name="试一下").click()
    expect(sheet.get_by_role("status")).to_contain_text("会报")
    sheet.get_by_role("button", name="保存").click()
    expect(sheet).to_have_count(0)
    assert drawn.call("GET", "/alert-rules/order_idle", "sales")["hours"] == 240
    page.get_by_role("tab", name="工作日历").click()
    page.get_by_label("哪一天").fill("2027-02-06")
    page.get_by_role("button", name="增加休息日").click()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    assert drawn.call("GET", "/calendar", "sales")["exceptions"]["2027-02-06"] == []


def test_an_endpoint_gets_another_secret_and_is_told_again(browser: Open, drawn: Product) -> None:
    body = {"name": "对方系统", "url": "https://example.com/hook", "types": ["order.opened"], "field_roles": []}
    made = drawn.call("POST", "/webhook-endpoints", "admin", json=body)
    page = browser()
    sign_in(page, drawn, "admin")
    page.goto(f"{drawn.url}/console/connections")
    page.get_by_role("tab", name="推送地址").click()
    card = page.locator("li.card:has-text('对方系统')")
    card.get_by_role("button", name="更换密钥").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="更换密钥").click()
    expect(sheet.locator("code")).to_have_text(re.compile("^whsec_"))
    page.keyboard.press("Escape")
    expect(card).to_contain_text("旧密钥到")
    card.get_by_role("button", name="按时间补推").click()
    sheet.get_by_role("button", name="按时间补推").click()
    expect(sheet.get_by_role("status")).to_be_visible()
    drawn.call("DELETE", f"/webhook-endpoints/{made['id']}", "admin")


def test_another_place_where_one_is_signed_in_is_ended(browser: Open, drawn: Product) -> None:
    other, page = browser(), browser()
    for one in (other, page):
        sign_in(one, drawn, "li.wei")
    page.get_by_role("link", name="我的账号").click()
    expect(page.locator(".session")).not_to_have_count(1)
    page.get_by_role("button", name="退出其他全部").click()
    expect(page.locator(".session")).to_have_count(1)
    other.goto(f"{drawn.url}/console/orders")
    expect(other.locator("#password")).to_be_visible()
