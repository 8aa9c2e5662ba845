"""A7, C5 in the console: what does not fit is decided with both versions in sight, a change with its impact."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.desk import Open, sign_in
from tests.e2e.product import Product


@pytest.fixture
def odd(drawn: Product) -> dict[str, Any]:
    """A work order of 6 of which somebody has reported 9."""
    work = drawn.release(6)
    body = {"work_order": work["number"], "operation": "OP10", "good": "9", "revision": 1}
    assert drawn.report("complete", body) == "conflict"
    return work


def test_a_report_of_too_many_is_seen_beside_what_is_known_and_booked_corrected(
    browser: Open, drawn: Product, odd: dict[str, Any]
) -> None:
    page = browser()
    sign_in(page, drawn, "management")
    page.locator("a.task", has_text=odd["number"]).click()
    expect(page.get_by_text("只剩 6，报了 9").first).to_be_visible()
    page.click("nav a:has-text('待核对报告')")
    page.click(f"a.entry:has-text('{odd['number']}')")
    expect(page.get_by_text("只剩 6，报了 9").first).to_be_visible()
    expect(page.locator("section[aria-labelledby=said]")).to_contain_text("测试 production")
    page.click("label.choice:has-text('改数后入账')")
    page.fill("form input.num >> nth=0", "6")
    page.fill("textarea", "点过数了")
    page.click("form button:has-text('改数后入账')")
    expect(page.get_by_role("heading", level=1)).to_have_text("待核对报告")
    expect(page.locator(f"a.entry:has-text('{odd['number']}')")).to_have_count(0)
    page.click("button:has-text('已处理')")
    page.click(f"a.entry:has-text('{odd['number']}')")
    expect(page.get_by_text("已改数入账")).to_be_visible()
    expect(page.get_by_text("点过数了")).to_be_visible()
    booked = drawn.call("GET", f"/work-orders/{odd['number']}", "production")["operations"][0]
    assert (booked["good"], booked["state"]) == ("6", "done")


def test_not_booking_a_report_needs_a_reason(browser: Open, drawn: Product, odd: dict[str, Any]) -> None:
    page = browser()
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/conflicts")
    page.click(f"a.entry:has-text('{odd['number']}')")
    page.click("label.choice:has-text('不入账')")
    button = page.locator("form button:has-text('不入账')")
    expect(button).to_be_disabled()
    page.fill("textarea", "重复了")
    button.click()
    expect(page.locator(f"a.entry:has-text('{odd['number']}')")).to_have_count(0)
    assert drawn.call("GET", f"/work-orders/{odd['number']}", "production")["operations"][0]["good"] == "0"


def test_a_change_is_approved_with_its_impact_in_sight_and_each_department_says_that_it_knows(
    browser: Open, drawn: Product
) -> None:
    work = drawn.release(9)
    change = drawn.propose(work, "15")
    page = browser()
    sign_in(page, drawn, "management")
    page.click("nav a:has-text('改单')")
    page.click(f"a.entry:has-text('{work['order_no']}')")
    expect(page.get_by_role("region", name="铜铝复合散热器")).to_contain_text(re.compile("9.*15"))
    expect(page.get_by_role("region", name="影响")).to_contain_text("¥2,700.00")
    page.click("button:has-text('批准')")
    expect(page.locator("header .tag")).to_have_text("已生效")
    expect(page.get_by_text("未确认前停工").first).to_be_visible()
    assert drawn.call("GET", f"/orders/{work['order_no']}", "sales")["lines"][0]["quantity"] == "15"

    leader = browser()
    sign_in(leader, drawn, "production")
    leader.goto(f"{drawn.url}/console/changes/{change}")
    leader.click("button:has-text('本部门已知道')")
    expect(leader.locator("li:has-text('生产')")).not_to_contain_text("未确认前停工")


def test_a_change_is_rejected_only_with_a_reason(browser: Open, drawn: Product) -> None:
    work = drawn.release(9)
    change = drawn.propose(work, "15")
    page = browser()
    sign_in(page, drawn, "management")
    page.goto(f"{drawn.url}/console/changes/{change}")
    expect(page.locator("button:has-text('退回')")).to_be_disabled()
    page.fill("textarea", "排不出来")
    page.click("button:has-text('退回')")
    expect(page.locator("header .tag")).to_have_text("已退回")
    told = drawn.call("GET", f"/changes/{change}", "sales")
    assert (told["state"], told["decision_reason"]) == ("rejected", "排不出来")
