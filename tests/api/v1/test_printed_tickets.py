"""Tickets as they leave the printer: printed by a browser, looked at pixel by pixel, their codes read by a scanner."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from playwright.async_api import Browser, Route, async_playwright

from tests.api.support import Api
from tests.api.v1.test_work_orders import released
from tests.support.browser import find_browser

A5, A4_LANDSCAPE = (148, 210), (297, 210)
_MM, _DPI = 25.4 / 72, 200


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """The Chromium of this machine."""
    path = find_browser()
    if path is None:
        pytest.skip("printing: not run, there is no Chromium (Debian, Ubuntu: apt-get install chromium)")
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        await started.close()


async def printed(api: Api, browser: Browser, path: str) -> pypdfium2.PdfDocument:
    """What the browser's own print makes of a page, under the page's own security policy."""
    answer = await api.get(path, role="production")
    assert answer.status_code == 200, answer.text

    async def fulfil(route: Route) -> None:
        await route.fulfill(status=200, body=answer.content, headers=dict(answer.headers))

    page = await browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if "Security" in message.text else None)
    await page.route("**/*", fulfil)
    await page.goto("https://factory.example/ticket")
    made = await page.pdf(prefer_css_page_size=True, print_background=True)
    await page.close()
    assert complaints == []
    return pypdfium2.PdfDocument(made)


def sheets(document: pypdfium2.PdfDocument) -> list[dict[str, Any]]:
    """Each sheet with its size in whole millimetres and what its codes say, from left to right."""
    found = []
    for sheet in document:
        codes = zxingcpp.read_barcodes(sheet.render(scale=_DPI / 72).to_pil())
        codes = sorted(codes, key=lambda code: code.position.top_left.x)
        found.append(
            {"mm": tuple(round(side * _MM) for side in sheet.get_size()), "codes": [code.text for code in codes]}
        )
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_code_on_a_printed_ticket_is_its_work_order(api: Api, browser: Browser, language: str) -> None:
    _, (work,) = await released(api)
    (sheet,) = sheets(await printed(api, browser, f"/work-orders/{work['number']}/ticket?language={language}"))
    assert sheet["mm"] == A5
    (code,) = sheet["codes"]
    base, _, token = code.rpartition("/w/")
    assert base.endswith("/floor")
    found = (await api.get(f"/work-orders/{token}", role="production")).json()
    assert found["number"] == work["number"]


async def test_several_tickets_lie_two_to_a_sheet_in_their_order(api: Api, browser: Browser) -> None:
    works = [work for _ in range(3) for work in (await released(api))[1]]
    path = "/work-orders/tickets?" + "&".join(f"number={work['number']}" for work in works)
    first, second = sheets(await printed(api, browser, path))
    assert (first["mm"], second["mm"]) == (A4_LANDSCAPE, A4_LANDSCAPE)
    tokens = [code.rpartition("/w/")[2] for code in [*first["codes"], *second["codes"]]]
    assert (tokens, len(first["codes"])) == ([work["token"] for work in works], 2)
