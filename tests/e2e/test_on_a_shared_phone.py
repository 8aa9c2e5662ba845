"""C5, C8: reports stay their person's, a cleared store is noticed, a new version waits, words can be recorded."""

from __future__ import annotations

import time
from collections.abc import Callable

import pyotp
import pytest
from playwright.sync_api import expect

from tests.e2e.between import between
from tests.e2e.phone import Phone
from tests.e2e.product import Product
from tests.support.serving import PASSWORD

Make = Callable[..., Phone]
_CLEAR = """
() => new Promise((done, failed) => {
  const clearing = indexedDB.deleteDatabase('throughline-floor')
  clearing.onsuccess = done
  clearing.onerror = failed
})
"""
_TORCH = """
window.lit = []
MediaStreamTrack.prototype.getCapabilities = () => ({ torch: true })
MediaStreamTrack.prototype.applyConstraints = async wanted => { window.lit.push(wanted.advanced[0].torch) }
"""
_INSTALLABLE = """
() => {
  const offer = new Event('beforeinstallprompt', { cancelable: true })
  offer.prompt = async () => { window.asked = true }
  window.dispatchEvent(offer)
}
"""


@pytest.fixture(scope="module")
def work(product: Product) -> str:
    """A work order at which the journeys of this file report."""
    return str(product.release(5000)["number"])


def start(phone: Phone, work: str) -> None:
    """Report that work begins, or goes on."""
    phone.go(f"w/{work}/trouble")
    phone.touch("button:has-text('备注')")
    phone.page.fill("textarea", "看一下")
    phone.touch(".thumb button")
    expect(phone.page.locator(".thumb button")).to_have_count(0)


def test_who_leaves_is_told_what_is_not_sent_and_it_still_goes_under_their_name(
    phone: Make, product: Product, work: str
) -> None:
    one = phone()
    for login in ("quality", "li.wei"):
        one.go("sign-in")
        one.sign_in(login)
    one.wait_for_worker()
    one.go(f"w/{work}")
    expect(one.page.locator(".thumb a")).to_be_visible()
    one.context.set_offline(True)
    start(one, work)
    one.go("me")
    one.touch("button:has-text('退出并从本机移除')")
    expect(one.page.get_by_role("alert")).to_contain_text("你的 1 条")
    one.look("leave")
    one.touch("dialog button.big")
    expect(one.page.locator(".person")).to_contain_text("quality")
    one.touch(".person")
    expect(one.page.get_by_text("1 条待发送")).to_be_visible()
    one.context.set_offline(False)
    one.until(lambda: one.waiting() == [], "the report was not sent")
    (verdict,) = one.verdicts()
    assert (verdict["status"], verdict["by"]) == ("applied", product.person("li.wei"))
    told = product.call("GET", f"/reports?work_order={work}&kind=note", "production")["items"]
    assert [report["person"]["id"] for report in told if report["id"] == verdict["id"]] == [product.person("li.wei")]


def test_workers_who_plan_nothing_share_a_phone(phone: Make, product: Product, work: str) -> None:
    one = phone()
    for login in ("warehouse", "quality"):
        one.go("sign-in")
        one.sign_in(login)
    start(one, work)
    one.until(lambda: one.waiting() == [], "the note was not sent")
    (verdict,) = one.verdicts()
    assert (verdict["status"], verdict["by"]) == ("applied", product.person("quality"))


def test_a_badge_before_the_camera_opens_its_owners_profile(phone: Make) -> None:
    one = phone(sees="BADGE 4711")
    one.sign_in("production")
    one.go("me")
    one.page.fill("input[minlength]", "1357")
    one.page.click("form button:text-is('保存')")
    expect(one.page.get_by_text("PIN 已保存")).to_be_visible()
    one.touch("button:has-text('绑定工牌')")
    expect(one.page.get_by_text("工牌已绑定")).to_be_visible()
    one.go("")
    one.touch(".switch")
    one.look("people")
    one.touches = 0
    one.touch("button:has-text('扫工牌')")
    expect(one.page.locator(".bar")).to_contain_text("production")
    assert one.touches == 1


def test_a_light_is_offered_where_the_phone_has_one(phone: Make) -> None:
    one = phone()
    one.context.add_init_script(_TORCH)
    one.sign_in("production")
    one.go("scan")
    one.touch("button:has-text('手电')")
    expect(one.page.locator("button[aria-pressed=true]")).to_have_text("手电")
    one.touch("button:has-text('手电')")
    expect(one.page.locator("button[aria-pressed=false]")).to_have_text("手电")
    assert one.page.evaluate("window.lit") == [True, False]


def test_a_store_that_was_cleared_is_noticed_and_numbers_go_on_behind_it(phone: Make, work: str) -> None:
    one = phone()
    one.sign_in("production")
    one.wait_for_worker()
    one.go(f"w/{work}")
    start(one, work)
    one.until(lambda: one.waiting() == [], "the first report was not sent")
    one.context.set_offline(True)
    for _ in range(2):
        start(one, work)
    assert [report["seq"] for report in one.waiting()] == [2, 3]
    one.go("help")
    one.page.evaluate(_CLEAR)
    one.context.set_offline(False)
    one.page.reload()
    one.sign_in("production")
    expect(one.page.locator(".status")).to_contain_text("2 条需要你看一下")
    one.go("queue")
    expect(one.page.get_by_role("alert")).to_contain_text("有 2 条报告没有到服务器")
    one.look("lost")
    start(one, work)
    one.until(lambda: one.waiting() == [] and len(one.verdicts()) == 1, "the report after it was not sent")
    assert [(one_["seq"], one_["status"]) for one_ in one.verdicts()] == [(4, "applied")]
    expect(one.page.locator(".status")).to_contain_text("2 条需要你看一下")
    one.go("queue")
    one.touch("button:has-text('已告诉班长')")
    expect(one.page.locator(".status")).to_contain_text("全部已发送")


def test_a_new_version_waits_until_nobody_is_in_the_middle_of_a_report(
    phone: Make, product: Product, work: str
) -> None:
    with between(product.port) as wire:
        one = phone(url=wire.url)
        one.sign_in("production")
        one.wait_for_worker()
        one.go(f"w/{work}")
        one.touch(".thumb a")
        one.touch(".keys button:text-is('7')")
        wire.altered["/floor/sw.js"] = b"\n// the next version\n"
        one.page.evaluate("navigator.serviceWorker.getRegistration().then(one => one.update())")
        waiting = "navigator.serviceWorker.getRegistration().then(one => one.waiting !== null)"
        one.until(lambda: bool(one.page.evaluate(waiting)), "the next version did not come")
        expect(one.page.locator("[data-test=good]")).to_have_text("7")
        assert one.page.get_by_text("有新版本").count() == 0
        one.touch(".thumb button")
        expect(one.page.locator(".thumb a")).to_be_visible()
        assert one.page.get_by_text("有新版本").count() == 0

        one.touch("button[aria-label='返回']")
        expect(one.page.get_by_text("有新版本")).to_be_visible()
        one.look("update")
        one.page.evaluate("document.body.dataset.before = 'yes'")
        one.touch("button:has-text('更新')")
        expect(one.page.locator("body[data-before]")).to_have_count(0)
        expect(one.page.locator(".bar")).to_contain_text("production")
        expect(one.page.get_by_text("有新版本")).to_have_count(0)


def test_installing_is_offered_once_where_the_browser_would(phone: Make) -> None:
    one = phone()
    one.sign_in("warehouse")
    one.page.evaluate(_INSTALLABLE)
    expect(one.page.get_by_text("装到桌面")).to_be_visible()
    one.look("install")
    one.touch("button:has-text('安装')")
    one.until(lambda: bool(one.page.evaluate("window.asked === true")), "nobody was asked")
    expect(one.page.get_by_text("装到桌面")).to_have_count(0)


def test_a_recorded_note_is_heard_again_and_goes_with_its_report(phone: Make, product: Product) -> None:
    work = product.release(2)
    one = phone()
    one.sign_in("production")
    one.go(f"w/{work['number']}")
    expect(one.page.locator(".thumb a")).to_be_visible()
    one.wait_for_worker()
    one.context.set_offline(True)
    one.go(f"w/{work['number']}/trouble")
    one.touch("button:has-text('备注')")
    one.touch("button:has-text('录一句话')")
    expect(one.page.get_by_text("1″")).to_be_visible()
    one.touch("button:has-text('说完了')")
    sound = one.page.locator("audio")
    expect(sound).to_be_visible()
    one.look("voice-note")
    one.touch(".thumb button")
    expect(one.page.get_by_text("1 条待发送")).to_be_visible()
    one.go("queue")
    expect(sound).to_be_visible()
    assert one.page.evaluate(_PLAYED) > 0
    one.context.set_offline(False)
    one.until(lambda: one.waiting() == [], "the note was not sent")
    (verdict,) = one.verdicts()
    assert verdict["status"] == "applied", verdict
    papers = product.call("GET", f"/orders/{work['order_no']}/attachments", "production")["items"]
    assert [(paper["kind"], paper["sha256"]) for paper in papers] == [("voice_note", verdict["body"]["voice"])]
    assert one.stored("photos") == []


_PLAYED = """
async () => {
  const sound = document.querySelector('audio')
  await sound.play()
  await new Promise(done => sound.addEventListener('timeupdate', () => sound.currentTime > 0 && done()))
  return sound.currentTime
}
"""


def test_who_has_a_second_factor_is_asked_for_its_code(phone: Make, product: Product) -> None:
    hired = {"login": "careful", "name": "细心", "password": PASSWORD, "roles": ["production"]}
    product.call("POST", "/users", "admin", json=hired)
    totp = pyotp.TOTP(product.call("POST", "/me/second-factor", "careful", json={"password": PASSWORD})["secret"])
    product.call("POST", "/me/second-factor/confirm", "careful", json={"code": totp.now()})
    one = phone()
    one.page.fill("#name", "careful")
    one.page.fill("#password", PASSWORD)
    one.page.click("button.main")
    expect(one.page.get_by_role("alert")).to_contain_text("请输入两步验证码")
    # The code that confirmed the factor is used up.
    one.page.fill("#otp", totp.at(time.time() + 30))
    one.page.click("button.main")
    expect(one.page.locator(".bar")).to_contain_text("细心")
