"""B4 in the console: what waits is seen beside its original, corrected, let in, turned down, taken back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product
from tests.support.senders import sample, signed

LAMP = "taobao/fullinfo_gift_in_buyer_message.json"


def arrives(product: Product, number: str, message: str) -> dict[str, Any]:
    """A trade with a remark of its own, read and waiting."""
    trade = json.loads(sample(LAMP))
    trade["trade_fullinfo_get_response"]["trade"] |= {"tid_str": number, "tid": int(number), "buyer_message": message}
    body = json.dumps(trade, ensure_ascii=False).encode()
    headers = signed("taobao", body, f"m-{number}", datetime.now(UTC))
    kept = httpx.post(f"{product.url}/api/v1/hooks/taobao", content=body, headers=headers, timeout=30).json()

    def read() -> dict[str, Any] | None:
        item: dict[str, Any] = product.call("GET", f"/intake/{kept['id']}", "sales")
        return item if item["status"] != "kept" else None

    item = product.until(read)
    assert item is not None
    assert item["status"] == "review", item
    return item


@pytest.fixture
def waiting(product: Product) -> list[dict[str, Any]]:
    """Two of whom each says something that a person has to decide, and nobody before them."""
    for one in product.call("GET", "/intake?status=review&limit=200", "sales")["items"]:
        product.call("POST", f"/intake/{one['id']}/reject", "sales", json={"reason": "x"})
    numbers = [str(4_000_000_000_000_000_000 + int(datetime.now(UTC).timestamp() * 1000) + n) for n in (1, 2)]
    return [arrives(product, number, "答应送的两个钥匙扣别忘了") for number in numbers]


def test_an_item_is_corrected_beside_its_original_and_let_in_and_the_next_follows(
    browser: Open, product: Product, waiting: list[dict[str, Any]]
) -> None:
    first, second = waiting
    page = browser()
    sign_in(page, product, "sales")
    page.click("nav a:has-text('来单审核')")
    expect(page.locator("a.entry")).to_have_count(2)
    inspect(page, "console-intake")
    page.click("a.entry >> nth=0")
    expect(page.locator("pre mark").first).to_be_visible()
    expect(page.locator("main header")).to_contain_text("买家留言")
    inspect(page, "console-intake-item")
    page.click("button:has-text('更正')")
    page.fill("input[type=date] >> nth=0", "2027-01-15")
    inspect(page, "console-intake-correct")
    page.click("button:has-text('按更正通过')")
    expect(page.get_by_text(second["external_id"]).first).to_be_visible()
    expect(page.locator(".lately")).to_contain_text("已通过")
    done = product.call("GET", f"/intake/{first['id']}", "sales")
    assert done["corrections"][0]["changes"][0]["pointer"] == "/promised_date"
    assert product.call("GET", f"/orders/{done['order_no']}", "sales")["promised_date"] == "2027-01-15"

    page.click("button:has-text('驳回')")
    page.fill("textarea", "买家撤单了")
    page.click("form button:has-text('驳回')")
    expect(page.get_by_text("没有要审的来单")).to_be_visible()
    assert product.call("GET", f"/intake/{second['id']}", "sales")["decision_reason"] == "买家撤单了"
    page.click("button:has-text('撤回驳回')")
    expect(page.get_by_role("button", name="通过，生成订单")).to_be_visible()
    assert product.call("GET", f"/intake/{second['id']}", "sales")["status"] == "review"


def test_above_the_sum_whoever_corrects_saves_it_for_another_who_lets_it_in(
    browser: Open, product: Product, waiting: list[dict[str, Any]]
) -> None:
    product.call("PUT", "/intake/approval-rule", "admin", json={"limits": {"CNY": "100"}})
    try:
        page = browser(size=HAND, locale="en-GB", dark=True)
        sign_in(page, product, "sales")
        page.goto(f"{product.url}/console/intake/{waiting[0]['id']}")
        expect(page.get_by_text("Above CN¥100")).to_be_visible()
        page.click("button:has-text('Correct')")
        page.fill("input[type=date] >> nth=0", "2027-01-15")
        expect(page.get_by_role("button", name="Let it in")).to_have_count(0)
        page.click("button:has-text('Save for another')")
        expect(page.get_by_text("another person has to let it in")).to_be_visible()
        inspect(page, "console-intake-second-person")

        other = browser()
        sign_in(other, product, "management")
        other.goto(f"{product.url}/console/intake/{waiting[0]['id']}")
        expect(other.get_by_text("更正记录")).to_be_visible()
        other.click("button:has-text('通过，生成订单')")
        expect(other.locator(".lately")).to_contain_text("已通过")
    finally:
        product.call("PUT", "/intake/approval-rule", "admin", json={"limits": {}})
