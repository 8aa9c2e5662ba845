"""Every screen, both languages, light and dark, phone, tablet and desk: nothing is cut and axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.customer import Customer, a_photo, not_taken
from tests.e2e.desk import DESK, HAND, TABLET, Open, sign_in
from tests.e2e.gallery import Gallery
from tests.e2e.phone import Phone
from tests.e2e.product import Product
from tests.e2e.test_office_reviews import arrives
from tests.e2e.test_without_network import SHIPPED

Make = Callable[..., Phone]
LANGUAGES = ("zh-CN", "en-GB")
LARGE_ENOUGH = 56
_NO_CAMERA = """
() => { MediaDevices.prototype.getUserMedia = async () => { throw new DOMException('no', 'NotAllowedError') } }
"""
_INSTALLABLE = "window.dispatchEvent(Object.assign(new Event('beforeinstallprompt'), { prompt: async () => {} }))"


@pytest.fixture(scope="module")
def workshop(drawn: Product) -> dict[str, Any]:
    """Work in every state that a screen shows: ready, running, changed, held, over-reported, on its way."""
    names = ("ready", "running", "changed", "held", "odd", "sent", "asked")
    works = {name: drawn.release(number) for name, number in zip(names, (40, 1200, 8, 5, 6, 2, 9), strict=True)}
    drawn.change(works["changed"], "12")
    works["arrived"] = arrives(drawn, "4000000000000000001", "答应送的两个钥匙扣别忘了")
    works["change"] = {"id": drawn.propose(works["asked"], "15")}
    drawn.call(
        "POST",
        f"/orders/{works['held']['order_no']}/actions",
        "sales",
        json={"action": "hold", "payload": {"reason": "等款"}},
    )
    for action, role in SHIPPED:
        drawn.act(works["sent"]["order_no"], action, role)
    drawn.report("start", {"work_order": works["running"]["number"], "operation": "OP10"})
    drawn.report("complete", {"work_order": works["odd"]["number"], "operation": "OP10", "good": "9", "revision": 1})
    return works


@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_floor_on_a_phone_and_a_tablet(
    phone: Make, drawn: Product, workshop: dict[str, Any], language: str
) -> None:
    one = phone(language=language)
    page, number = one.page, workshop["ready"]["number"]
    gallery = Gallery(page, "floor", language, (HAND, TABLET), LARGE_ENOUGH)
    gallery.take("floor-01-sign-in")
    page.fill("#name", "admin")
    page.fill("#password", "not this one")
    page.click("button.main")
    expect(page.get_by_role("alert")).to_be_visible()
    gallery.take("floor-02-sign-in-wrong")
    one.sign_in("admin")
    expect(page.locator(".work")).not_to_have_count(0)
    one.wait_for_worker()
    page.evaluate(_INSTALLABLE)
    gallery.take("floor-03-today-and-offer")
    page.evaluate(_NO_CAMERA)
    one.touch(".thumb a")
    expect(page.get_by_role("alert")).to_be_visible()
    gallery.take("floor-04-scan-denied")
    one.go("scan")
    one.until(lambda: page.evaluate("document.querySelector('video')?.videoWidth > 0"), "no camera")
    gallery.take("floor-05-scan")
    one.go(f"w/{number}")
    expect(page.locator(".thumb a")).to_be_visible()
    gallery.take("floor-06-work-order")
    one.touch("section button:has(svg)")
    one.go("w/WO9999999")
    expect(page.locator(".notice .title")).to_be_visible()
    gallery.take("floor-07-work-unknown")
    one.go(f"w/{workshop['changed']['number']}")
    expect(page.get_by_role("alertdialog")).to_be_visible()
    gallery.take("floor-08-red-stop")
    one.go(f"w/{number}/complete/OP10")
    expect(page.locator(".keys")).to_be_visible()
    gallery.take("floor-09-complete")
    one.touch(".tabs button >> nth=1")
    one.touch(".keys button:text-is('3')")
    one.touch("fieldset button >> nth=0")
    gallery.take("floor-10-complete-scrap")
    one.go(f"w/{number}/trouble?operation=OP10")
    gallery.take("floor-11-trouble")
    for at, name in enumerate(("fault", "shortage", "rework", "handover")):
        one.touch(f".actions button >> nth={at}")
        gallery.take(f"floor-12-trouble-{name}")
    one.go(f"w/{number}/inspect")
    one.touch(".actions button >> nth=1")
    one.touch("fieldset button >> nth=1")
    gallery.take("floor-13-inspect-fail")
    one.go("stock")
    expect(page.locator("#words")).to_be_visible()
    gallery.take("floor-14-stock")
    page.fill("#words", "出库CU.T")
    one.touch("form button.main")
    expect(page.locator(".confirm")).to_be_visible()
    gallery.take("floor-15-stock-question")
    one.go("drive")
    expect(page.locator("li.card")).not_to_have_count(0)
    gallery.take("floor-16-drive")
    one.touch("a.go")
    expect(page.locator("canvas")).to_be_visible()
    gallery.take("floor-17-sign")
    one.context.set_offline(True)
    one.go(f"w/{workshop['running']['number']}")
    one.touch(".thumb a")
    one.touch(".keys button:text-is('1')")
    one.touch(".thumb button")
    expect(page.locator(".thumb a")).to_be_visible()
    one.go("queue")
    expect(page.locator("li.card")).not_to_have_count(0)
    gallery.take("floor-18-queue-offline")
    one.context.set_offline(False)
    one.go("me")
    gallery.take("floor-19-me")
    one.touch("button.stop")
    gallery.take("floor-20-leave")
    one.go("help")
    one.touch("summary >> nth=0")
    gallery.take("floor-21-help")
    one.touch(".switch")
    expect(page.locator(".person")).to_be_visible()
    gallery.take("floor-22-people")
    assert gallery.wrong == [], "\n".join(gallery.wrong)


@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_console_on_a_desk_and_a_phone(
    browser: Open, drawn: Product, workshop: dict[str, Any], language: str
) -> None:
    page = browser(locale=language)
    gallery = Gallery(page, "console", language, (DESK, HAND))

    def show(path: str, waits_for: str, name: str) -> None:
        page.goto(f"{drawn.url}/console/{path}")
        expect(page.locator(waits_for).first).to_be_visible()
        gallery.take(f"console-{name}")

    show("", "form", "01-sign-in")
    sign_in(page, drawn, "admin")
    show("orders", ".order", "02-orders")
    show("orders?q=nothing", ".notice", "03-orders-none")
    show(f"orders/{workshop['running']['order_no']}", "[aria-current=step]", "04-order")
    show("changes", "a.entry", "05-changes")
    show(f"changes/{workshop['change']['id']}", ".table", "06-change")
    show("changes?state=withdrawn", ".notice", "07-changes-none")
    show("conflicts", "main a.entry", "08-conflicts")
    page.click("main a.entry")
    page.click("label.choice >> nth=1")
    gallery.take("console-09-conflict")
    show("nowhere", ".notice", "10-missing")
    show("intake", "a.entry", "11-intake")
    show(f"intake/{workshop['arrived']['id']}", "pre", "12-intake-item")
    page.click("main section .button.plain >> nth=0")
    gallery.take("console-13-intake-correct")
    show("intake?status=refused", ".notice", "14-intake-none")
    show("imports", ".steps", "15-imports")
    show("customers?all=1", "a.entry", "19-customers")
    page.click("a.entry >> nth=0")
    expect(page.locator("main .facts")).to_be_visible()
    gallery.take("console-20-customer")
    show("channels", ".cards", "16-channels")
    show("channels/shopify", "main section", "17-channel")
    page.click("main section button.main")
    expect(page.locator("textarea")).to_be_visible()
    gallery.take("console-18-template")
    show("tasks", "a.task", "31-tasks")
    show("board", ".column", "32-board")
    show("wall", ".stages li", "33-wall")
    for tab, waits_for in (("changes", "a.entry"), ("work", "a.work"), ("chat", "#message"), ("lots", ".notice")):
        show(f"orders/{workshop['changed']['order_no']}?tab={tab}", waits_for, f"34-order-{tab}")
    show(f"orders/{workshop['running']['order_no']}/change", "#quantity-1", "35-propose")
    page.fill("#quantity-1", "1500")
    expect(page.get_by_role("region", name="铜铝复合散热器")).to_be_visible()
    gallery.take("console-36-propose-effect")
    page.fill("#quantity-1", "1200")
    show("work-orders", "a.work", "37-work-orders")
    show(f"work-orders/{workshop['changed']['number']}", ".halt", "38-work-order")
    page.click("button.main")
    gallery.take("console-39-reroute")
    show("devices", "a.device", "59-devices")
    page.click("a.device >> nth=0")
    expect(page.locator("main .facts")).to_be_visible()
    gallery.take("console-60-device")
    page.click("main button.stop")
    expect(page.locator("dialog")).to_be_visible()
    gallery.take("console-61-device-block")
    show("devices?blocked=1", ".notice", "62-devices-none")
    show("lots?sku=CU.T&lot=none", ".notice", "40-lots-none")
    show("output", ".sums", "41-output")
    show("reconciliation?all=1", ".said", "42-reconciliation")
    show("figures", "li.tile", "51-figures")
    show("figures/handover_waiting", "svg[role=img]", "52-figure")
    show("likely", ".notice, li.likely", "56-likely-late")
    show("mydata", ".notice", "53-my-data")
    show("beside", "h1", "54-beside")
    show("features", "h2", "55-features")
    show("documents", "a.entry", "43-documents")
    show("documents/workflow/standard", ".table", "44-workflow")
    page.click("header button.main")
    expect(page.locator("#stage-zh-0")).to_be_visible()
    gallery.take("console-45-workflow-draft")
    show("connections", "[role=tab]", "46-connections")
    show("account", ".session", "47-account")
    show("notices", "main .one, main .notice", "57-notices")
    page.click("header button.bell")
    expect(page.locator("dialog .one, dialog .notice").first).to_be_visible()
    gallery.take("console-58-notices-glance")
    show("rules", "button.rule", "48-rules")
    page.click("button.rule >> nth=0")
    gallery.take("console-49-rule")
    show("products", "a.product", "50-products")
    show("products/RAD-CU6012-W", ".facts, .halves", "51-product")
    show("workshop", "[role=tab]", "52-workshop")
    show("conversations", ".notice, a.entry", "53-conversations")
    show("complaints", ".notice", "54-complaints")
    assert gallery.wrong == [], "\n".join(gallery.wrong)


@pytest.mark.soak
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_portal_on_a_phone_a_tablet_and_a_desk(browser: Open, drawn: Product, language: str) -> None:
    li = Customer(drawn)
    asked, come = li.order(), li.order("12")
    li.deliver(come)
    li.told(asked, "您好，已排产。\nWe start on Monday.", files=[])
    li.change_asked(asked, {"lines": [{"line": 1, "quantity": "3"}], "promised_date": "2027-02-01"})
    page = li.sign_in(browser, toured=False, locale=language)
    gallery = Gallery(page, "portal", language, (HAND, TABLET, DESK))
    tour = page.locator("dialog.tour h2")
    expect(tour).to_be_visible()
    gallery.take("portal-01-tour")
    for at in range(2, 9):
        page.click("dialog.tour .main")
        expect(page.locator("dialog.tour .num")).to_contain_text(f"{at}")
        expect(page.locator("dialog.tour .lit")).to_have_count(1 if at < 8 else 0)
        gallery.take(f"portal-{at:02}-tour")
    page.click("dialog.tour .main")
    expect(page.locator(".unread")).to_be_visible()
    gallery.take("portal-09-orders")
    page.fill("input[type=search]", "nothing")
    page.press("input[type=search]", "Enter")
    expect(page.locator(".notice")).to_be_visible()
    gallery.take("portal-10-orders-none")

    def show(path: str, waits_for: str, name: str) -> None:
        page.goto(f"{drawn.url}/portal/{path}")
        expect(page.locator(waits_for).first).to_be_visible()
        gallery.take(f"portal-{name}")

    show(f"orders/{asked}", ".asked", "11-order-change")
    page.click(".asked .answers .button:not(.go)")
    gallery.take("portal-12-decline")
    show("orders/SO999999", ".notice", "13-missing")
    show(f"orders/{come}", "form .scores", "14-order-survey")
    page.click(".scores label >> nth=6")
    gallery.take("portal-15-survey-why")
    page.click("form button.main")
    expect(page.locator(".thanks")).to_be_visible()
    gallery.take("portal-16-survey-thanks")
    show(f"orders/{come}/messages", ".notice", "17-chat-empty")
    show(f"orders/{asked}/messages", ".bubble", "18-chat")
    page.set_input_files(".composer input", [a_photo(), not_taken()])
    page.fill(".composer textarea", "好的。\n\n" + "请发一下图纸，谢谢。" * 12)
    expect(page.locator(".file.refused")).to_be_visible()
    gallery.take("portal-19-chat-writing")
    page.click(".file.refused .button")
    expect(page.locator(".composer button.main")).to_be_enabled()
    page.click(".composer button.main")
    expect(page.locator(".bubble.mine img")).to_be_visible()
    page.context.set_offline(True)
    page.fill(".composer textarea", "没有网络也能写 written without a network")
    page.click(".composer button.main")
    gallery.take("portal-20-chat-offline")
    page.context.set_offline(False)
    show(f"orders/{come}/complaints", ".kinds", "21-complain")
    page.click(".kinds label >> nth=1")
    page.fill("#what", "第 2 箱中有 3 片玻璃边角破损。")
    page.set_input_files("form input[type=file]", [a_photo(), a_photo("第二张.jpg")])
    expect(page.locator("form button.main")).to_be_enabled()
    gallery.take("portal-22-complaint-written")
    page.click("form button.main")
    expect(page.locator("article")).to_be_visible()
    gallery.take("portal-23-complaint-filed")
    filed = drawn.call("GET", f"/complaints?order_no={come}", "sales")["items"][0]
    for move in (
        {"action": "take"},
        {"action": "answer", "text": "正在查"},
        {"action": "resolve", "text": "已补发三片"},
    ):
        drawn.call("POST", f"/complaints/{filed['id']}/actions", "sales", json=move)
    show(f"orders/{come}/complaints", "article .go", "24-complaint-answered")
    page.click("article .row .button:not(.go)")
    gallery.take("portal-25-complaint-reopen")
    assert gallery.wrong == [], "\n".join(gallery.wrong)
