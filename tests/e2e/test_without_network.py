"""C5, A7, C6: drawings and work orders open without network, a changed order stops everything, a customer signs."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image
from playwright.sync_api import expect

from tests.e2e.phone import Phone
from tests.e2e.product import Product

Make = Callable[..., Phone]
SHIPPED = (
    ("start_production", "production"),
    ("completion_reported", "production"),
    ("pass_inspection", "quality"),
    ("dispatch", "warehouse"),
    ("depart", "driver"),
)


def test_what_was_seen_once_opens_without_network_and_a_changed_order_stops_everything(
    phone: Make, drawn: Product
) -> None:
    work = drawn.release(40)
    one = phone()
    one.sign_in("production")
    one.see_work(work["number"])
    one.wait_for_worker()
    one.until(lambda: len(one.stored("drawings")) > 0, "the drawing was not kept")
    one.look("today")

    one.context.set_offline(True)
    one.go(f"w/{work['number']}")
    one.page.click("button:has-text('总图')")
    sheet = one.page.locator("dialog img")
    expect(sheet).to_be_visible()
    assert sheet.evaluate("image => image.naturalWidth") == 400
    one.page.click("dialog button")
    expect(one.page.get_by_text("1.5 MPa")).to_be_visible()

    drawn.change(work, "44")
    one.context.set_offline(False)
    one.until(lambda: not one.kept(work)["current"], "the phone did not hear of the change")
    one.context.set_offline(True)
    one.go(f"w/{work['number']}")
    expect(one.page.get_by_role("alertdialog")).to_be_visible()
    expect(one.page.get_by_text("停！已改单")).to_be_visible()
    assert one.page.locator(".thumb").count() == 0
    one.look("red-stop")
    one.touch("button:has-text('我知道了')")
    expect(one.page.locator(".thumb a")).to_be_visible()
    one.context.set_offline(False)
    one.until(lambda: one.waiting() == [], "the acknowledgement was not sent")
    assert one.verdicts()[-1]["status"] == "applied", one.verdicts()


def test_a_failed_inspection_with_a_photo_goes_with_its_picture(phone: Make, drawn: Product) -> None:
    work = drawn.release(3)
    one = phone()
    one.sign_in("quality")
    one.go(f"w/{work['number']}/inspect")
    one.touch("button:has-text('不合格')")
    one.touch("button:has-text('划伤')")
    picture = io.BytesIO()
    Image.effect_noise((3000, 2000), 80).convert("RGB").save(picture, "JPEG")
    one.page.set_input_files(
        "input[type=file]", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    expect(one.page.locator("figure img")).to_be_visible()
    one.look("inspect")
    one.touch(".thumb button")
    one.until(lambda: one.waiting() == [] and len(one.verdicts()) == 1, "the inspection was not sent")
    (verdict,) = one.verdicts()
    (sha256,) = verdict["body"]["photos"]
    # Judged by the server whether the order waits for an inspection at all; here it is the journey of the photo.
    assert verdict["status"] in {"applied", "conflict"}, verdict
    assert verdict["code"] != "photo_missing"
    assert len(sha256) == 64
    assert one.stored("photos") == []


def test_the_customer_signs_on_glass_without_network(phone: Make, drawn: Product) -> None:
    work = drawn.release(2)
    order_no = work["order_no"]
    for action, role in SHIPPED:
        drawn.act(order_no, action, role)
    one = phone()
    one.sign_in("driver")
    card = one.page.locator("li.card", has_text=order_no)
    expect(card).to_be_visible()
    one.wait_for_worker()
    one.context.set_offline(True)
    card.locator("a:has-text('客户签收')").tap()
    one.page.fill("input.input", "李女士")
    glass = one.page.locator("canvas")
    box = glass.bounding_box()
    assert box
    one.page.mouse.move(box["x"] + 40, box["y"] + 80)
    one.page.mouse.down()
    one.page.mouse.move(box["x"] + 200, box["y"] + 140, steps=8)
    one.page.mouse.up()
    one.look("signature")
    one.touch(".thumb button")
    expect(one.page.get_by_text("1 条待发送")).to_be_visible()
    one.context.set_offline(False)
    one.until(lambda: one.waiting() == [], "the signature was not sent")
    assert one.verdicts()[-1]["status"] == "applied", one.verdicts()
    assert drawn.call("GET", f"/orders/{order_no}", "sales")["stage"] == "delivered"


def test_words_said_without_network_are_kept_and_understood_later(phone: Make, drawn: Product) -> None:
    one = phone()
    one.sign_in("warehouse")
    one.wait_for_worker()
    one.context.set_offline(True)
    one.touch("a:has-text('出入库')")
    one.page.fill("#words", "出库50米CU.T")
    one.touch("button:has-text('识别')")
    expect(one.page.get_by_text("话已存下")).to_be_visible()
    one.page.fill("#words", "出库CU.T")
    one.context.set_offline(False)
    one.touch("form button:has-text('识别')")
    card = one.page.locator(".confirm")
    expect(card).to_contain_text("没有听清数量")
    one.look("voice-question")
    for key in "12":
        one.touch(f".keys button:text-is('{key}')")
    one.touch("button:has-text('就是 12')")
    one.touch("button:has-text('对，记下')")
    one.touch("section button:has-text('识别')")
    expect(card).to_contain_text("50")
    one.touch("button:has-text('对，记下')")
    one.until(lambda: one.waiting() == [] and len(one.verdicts()) == 2, "the stock reports were not sent")
    told = [(verdict["kind"], verdict["body"]["quantity"], verdict["status"]) for verdict in one.verdicts()]
    assert told == [("issue_stock", "12", "applied"), ("issue_stock", "50", "applied")], one.verdicts()
    assert one.stored("words") == []


def test_a_page_that_was_loaded_past_the_worker_is_served_by_it_all_the_same(phone: Make, product: Product) -> None:
    work = product.release(12)
    one = phone()
    one.sign_in("production")
    one.wait_for_worker()
    one.context.new_cdp_session(one.page).send("Page.reload", {"ignoreCache": True})
    expect(one.page.locator(".bar")).to_be_visible()
    one.wait_for_worker()
    one.context.set_offline(True)
    one.see_work(work["number"])
    one.touch(f".work:has-text('{work['number']}')")
    one.touch(".thumb a")
    expect(one.page.locator(".keys")).to_be_visible()
    one.context.set_offline(False)
