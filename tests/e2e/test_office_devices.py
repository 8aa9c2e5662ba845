"""C5, C8 in the console: which phones there are and how each stands; one that is lost opens nothing any more."""

from __future__ import annotations

import re
from collections.abc import Callable
from uuid import uuid4

from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import Phone
from tests.e2e.product import Product
from tests.support.serving import PASSWORD

ASKED = "async () => (await fetch('/api/v1/me', { credentials: 'same-origin' })).status"


def test_a_lost_phone_is_blocked_and_opens_nothing_until_it_is_trusted_again(
    browser: Open, phone: Callable[..., Phone], drawn: Product
) -> None:
    hired = {"login": "lost.one", "name": "老周", "password": PASSWORD, "roles": ["production"]}
    drawn.call("POST", "/users", "admin", json=hired)
    one = phone()
    one.sign_in("lost.one")
    one.wait_for_worker()
    one.until(lambda: one.page.evaluate(ASKED) == 200, "signed in")
    page = browser()
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('设备')")
    page.locator("a.device", has_text="老周").click()
    expect(page.locator("main")).to_contain_text("1 处")
    expect(page.locator("dd", has=page.locator("code"))).to_contain_text("最新")
    page.get_by_role("button", name="停用这台设备").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("1 处登录立即失效")
    sheet.get_by_label("原因").fill("路上丢了")
    sheet.get_by_role("button", name="停用这台设备").click()
    expect(page.get_by_role("status").filter(has_text="路上丢了")).to_be_visible()
    expect(page.locator("main")).to_contain_text("0 处")
    assert one.page.evaluate(ASKED) == 401
    page.goto(f"{drawn.url}/console/devices?blocked=1")
    page.locator("a.device", has_text="老周").click()
    page.get_by_role("button", name="恢复使用").click()
    expect(page.get_by_text("路上丢了")).to_have_count(0)
    assert one.page.evaluate(ASKED) == 401
    assert page.get_by_role("button", name="停用这台设备").is_visible()


def test_what_is_not_as_it_should_be_is_said_with_what_to_do(browser: Open, drawn: Product) -> None:
    device = {"id": str(uuid4()), "name": "包装间平板", "kind": "tablet"}
    drawn.call("POST", "/devices", "li.wei", json=device)
    note = {"id": str(uuid4()), "v": 1, "seq": 5, "by": None, "kind": "note", "occurred_at": "2026-01-01T00:00:00Z"}
    sent = {"device_id": device["id"], "sent_at": "2026-01-01T00:00:00Z", "reports": [{**note, "body": {"text": "x"}}]}
    drawn.call("POST", "/sync", "li.wei", json=sent)
    page = browser(size=HAND)
    sign_in(page, drawn, "production")
    page.goto(f"{drawn.url}/console/devices")
    row = page.locator("a.device", has_text="包装间平板")
    expect(row).to_contain_text("缺报告")
    expect(row).to_contain_text("时钟不准")
    row.click()
    expect(page.locator("main")).to_contain_text(re.compile("缺 4 个：\\s*1–4"))
    expect(page.locator(".note").first).to_contain_text("缺号的报告可能还在手机里")
    page.get_by_role("button", name="移出").click()
    expect(page.get_by_role("status").filter(has_text="移出这台设备")).to_be_visible()
    expect(page.get_by_text("没有人在用")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("li.person")).to_contain_text("测试 li.wei")
