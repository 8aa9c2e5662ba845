"""Words that are meant to be run as a program stay words, wherever console and portal show them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Dialog, Page, Playwright, expect

from tests.e2e.customer import enter
from tests.e2e.desk import DESK, HAND, sign_in
from tests.e2e.product import Product
from tests.support.browser import find_browser

EMAIL = "xss@example.com"
MARK = "canary-words"
# What each tries: a tag, an attribute, an address, a template of the client's own, a way out of text or of JSON.
BODIES = r"""
<script>RUN</script>
<img src=x onerror=RUN>
<svg/onload=RUN>
<svg><animate onbegin=RUN dur=1s>
<iframe srcdoc='<script>RUN</script>'></iframe>
<details open ontoggle=RUN>
<input autofocus onfocus=RUN>
<a href=javascript:RUN>x</a>
javascript:RUN
<style>@import 'javascript:RUN'</style>
<video><source onerror=RUN></video>
<marquee onstart=RUN>
<object data=javascript:RUN>
<embed src=javascript:RUN>
<form action=javascript:RUN><button autofocus>
<base href=//evil.example/>
<meta http-equiv=refresh content='0;url=javascript:RUN'>
<math><mtext></mtext><script>RUN</script></math>
<template><script>RUN</script></template>
<noscript><p title='</noscript><img src=x onerror=RUN>'>
{{constructor.constructor('RUN')()}}
{{$el.ownerDocument.defaultView.RUN}}
${RUN}
<div v-html="'<img src=x onerror=RUN>'">
<component :is="'script'">RUN</component>
"><script>RUN</script>
'-RUN-'
`-RUN-`
</script><script>RUN</script>
</textarea><script>RUN
</title><script>RUN</script>
--><script>RUN</script>
]]><script>RUN</script>
\";RUN;//
&lt;script&gt;RUN&lt;/script&gt;
&#60;img src=x onerror=RUN&#62;
%3Cscript%3ERUN%3C/script%3E
<img src=x onerror=RUN>
<ScRiPt>RUN</sCrIpT>
<img/src='x'/onerror=RUN>
<x contenteditable onblur=RUN autofocus>
<body onload=RUN>
<link rel=stylesheet href=javascript:RUN>
<a href='data:text/html,<script>RUN</script>'>x</a>
""".strip().splitlines()
RUNS = ("alert(1)", "confirm(1)", "prompt(1)", "alert`1`", "window.alert(1)", "top.alert(1)", "parent['alert'](1)",
        "setTimeout('alert(1)')", "Function('alert(1)')()", "self.ran=1", "eval('alert(1)')")  # fmt: skip
PAYLOADS = [body.replace("RUN", run) for body in BODIES for run in RUNS]


@pytest.fixture
def watched(playwright: Playwright) -> Iterator[tuple[Any, list[str]]]:
    """Makes pages; what ran, asked, or met the content policy is listed."""
    running = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
    told: list[str] = []

    def noted(dialog: Dialog) -> None:
        told.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def make(size: Any) -> Page:
        page = running.new_context(viewport=size, locale="zh-CN").new_page()
        page.on("dialog", noted)
        page.on("pageerror", lambda error: told.append(f"error {error}"))
        page.on("console", lambda line: told.append(line.text) if "Content Security" in line.text else None)
        page.on("popup", lambda popup: told.append(f"popup {popup.url}"))
        return page

    yield make, told
    running.close()


def test_nothing_that_people_wrote_runs_in_console_or_portal(product: Product, watched: Any) -> None:
    make, told = watched
    assert len(PAYLOADS) > 450
    order_no = _order(product)
    console = make(DESK)
    sign_in(console, product, "sales")
    expect(console.get_by_text(order_no)).to_be_visible()
    console.goto(f"{product.url}/console/orders/{order_no}")
    expect(console.locator("h1")).to_have_text(order_no)
    expect(console.get_by_text(MARK).first).to_be_visible()
    for tab in console.locator("[role=tab]").all():
        tab.click()
        console.wait_for_timeout(200)
        assert not console.evaluate("'ran' in self")
    portal = make(HAND)
    enter(portal, product, EMAIL)
    portal.get_by_text(order_no).click()
    expect(portal.locator("h1")).to_be_visible()
    portal.wait_for_timeout(500)
    assert not portal.evaluate("'ran' in self")
    portal.goto(f"{product.url}/portal/orders/{order_no}/messages")
    expect(portal.locator(".bubble").first).to_be_visible()
    assert not portal.evaluate("'ran' in self")
    assert told == []


def _order(product: Product) -> str:
    """An order in whose every text somebody wrote such words, and a talk of the rest of them."""
    words = cycle(PAYLOADS)
    told = [f"{MARK} {next(words)}" for _ in range(60)]
    line = {"name": told[0][:200], "sku": "RAD-CU6012-W", "quantity": "1", "unit": "组", "unit_price": "180.00"}
    customer = {"name": told[1][:100], "company": told[2][:100], "email": EMAIL, "external_id": "C-xss"}
    body = {
        "order_type": "standard",
        "currency": "CNY",
        "customer": customer,
        "lines": [{**line, "name": one[:200]} for one in told[3:33]],
        "notes": {"buyer": " ".join(told[33:42]), "seller": " ".join(told[42:51]), "internal": " ".join(told[51:])},
    }
    order: dict[str, Any] = product.call("POST", "/orders", "sales", json=body)
    order_no: str = order["order_no"]
    for at in range(0, len(PAYLOADS), 50):
        message = {"id": str(uuid4()), "text": "\n".join(PAYLOADS[at : at + 50])[:4000], "internal": False}
        product.call("POST", f"/orders/{order_no}/messages", "sales", json=message)
    product.act(order_no, "submit_review", "sales")
    return order_no


def test_a_file_that_was_uploaded_is_saved_and_never_opened_in_a_page_of_ours(product: Product, watched: Any) -> None:
    make, told = watched
    order_no = _order(product)
    hostile = b"%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>endobj\ntrailer<<>>\n%%EOF"
    upload = {"file": ("plan.pdf", hostile, "application/pdf")}
    product.call("POST", f"/orders/{order_no}/attachments", "sales", data={"kind": "drawing"}, files=upload)
    kept = product.call("GET", f"/orders/{order_no}/attachments", "sales")["items"][0]
    page = make(DESK)
    sign_in(page, product, "sales")
    with page.expect_download() as saved:
        page.evaluate("address => { location.href = address }", f"/api/v1/attachments/{kept['id']}")
    assert saved.value.suggested_filename == "plan.pdf"
    assert "/console/" in page.url
    given = httpx.get(
        f"{product.url}/api/v1/attachments/{kept['id']}", headers={"authorization": f"Bearer {product._token('sales')}"}
    )
    assert "sandbox" in given.headers["content-security-policy"]
    assert told == []
