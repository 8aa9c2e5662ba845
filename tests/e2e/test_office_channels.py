"""B2, B3 in the console: a channel of the factory's own is added, its template drafted, judged, tried and published."""

from __future__ import annotations

import base64
import copy
import hmac
import json
import time
from uuid import uuid4

import httpx
from playwright.sync_api import expect

from tests.api.v1.test_intake_templates import ORDER
from tests.domain.intake.test_template import OWN
from tests.e2e.desk import HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import Product


def push(product: Product, channel: str, secret: str) -> str:
    """One delivery, signed as Standard Webhooks says; its item."""
    body, seconds = json.dumps(ORDER, ensure_ascii=False).encode(), str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"m-1.{seconds}.".encode() + body, "sha256")).decode()
    told = {"webhook-id": "m-1", "webhook-timestamp": seconds, "webhook-signature": f"v1,{signature}"}
    headers = {"content-type": "application/json", **told}
    answer = httpx.post(f"{product.url}/api/v1/hooks/{channel}", content=body, headers=headers, timeout=30)
    return str(answer.json()["id"])


def test_a_channel_is_added_and_read_by_a_template_that_was_tried(browser: Open, product: Product) -> None:
    channel = f"shop_{uuid4().hex[:6]}"
    page = browser()
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, product, "admin")
    page.click("nav a:has-text('渠道与模板')")
    page.click("button:has-text('新建渠道')")
    page.fill("#channel-name", f"自建 {channel}")
    page.fill("#channel-key", channel)
    page.click("dialog button.main")
    secret = page.locator("dialog code").first.inner_text()
    intake_id = push(product, channel, secret)
    page.keyboard.press("Escape")
    card = page.locator(f"li:has(h2:has-text('自建 {channel}'))")
    expect(card).to_contain_text("还没有解析模板")
    inspect(page, "console-channels")

    card.locator("a").first.click()
    page.click("button:has-text('编辑模板')")
    editor = page.locator("#template-text")
    own = {**copy.deepcopy(OWN), "channel": channel}
    own["documents"][0]["order"]["total"] = "body.["
    editor.fill(json.dumps(own, ensure_ascii=False, indent=2))
    page.click("button:has-text('保存')")
    fault = page.locator("button.problem")
    expect(fault).to_contain_text("/documents/0/order/total")
    inspect(page, "console-template-fault")
    fault.click()
    expect(editor).to_be_focused()
    assert editor.evaluate("it => it.value.slice(it.selectionStart).startsWith('\"body.[')")

    own["documents"][0]["order"]["total"] = "body.sum"
    editor.fill(json.dumps(own, ensure_ascii=False, indent=2))
    page.click("button:has-text('用已有来单试读')")
    expect(page.get_by_text("试读了最近 1 条，1 条读法不同")).to_be_visible()
    page.set_viewport_size(HAND)
    inspect(page, "console-template-trial")
    page.click("button:text-is('发布')")
    expect(page.get_by_text("第 1 版").first).to_be_visible()
    product.call("POST", f"/intake/{intake_id}/reparse", "sales")
    read = product.until(lambda: product.call("GET", f"/intake/{intake_id}", "sales")["meaning"])
    assert read["external_id"] == "M-1"
