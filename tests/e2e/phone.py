"""A phone: a Chromium with a profile on the disk, which can be killed and started again, and what a hand does on it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, ViewportSize, expect

from tests.support.browser import find_browser
from tests.support.serving import PASSWORD, ROOT

PICTURES = Path(__file__).parent / "pictures"
_AXE = ROOT / "clients" / "node_modules" / "axe-core" / "axe.min.js"
_FOUND = """
axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})
  .then(found => found.violations.map(one => one.id + ': ' + one.nodes.map(node => node.target.join(' ')).join(' | ')))
"""
SIZE: ViewportSize = {"width": 360, "height": 740}


class Phone:
    """One browser profile. `touches` counts what the hand did since `count_touches`."""

    def __init__(
        self, playwright: Playwright, profile: Path, url: str, *, camera: Path | None = None, language: str = "zh-CN"
    ) -> None:
        self._playwright, self._profile, self.url, self._camera = playwright, profile, url, camera
        self._language = language
        self.touches = 0
        self.context: BrowserContext
        self.page: Page
        self.open()

    def open(self, path: str = "/floor/") -> None:
        """Start the browser and the app."""
        film = [f"--use-file-for-fake-video-capture={self._camera}"] if self._camera else []
        self.context = self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=find_browser(),
            viewport=SIZE,
            locale=self._language,
            has_touch=True,
            permissions=["camera", "microphone"],
            args=["--no-sandbox", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream", *film],
        )
        self.context.set_default_timeout(15_000)
        self.page = self.context.pages[0]
        self.page.goto(self.url + path)

    def kill(self) -> None:
        """End every process of this browser at once, with nothing written down first."""
        for pid in _processes_with(str(self._profile)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        with suppress(Exception):
            self.context.close()

    def close(self) -> None:
        """Close it in order."""
        with suppress(Exception):
            self.context.close()

    def go(self, path: str) -> None:
        """Open an address of the app."""
        self.page.goto(f"{self.url}/floor/{path}")

    def touch(self, selector: str, **options: Any) -> None:
        """One touch of the hand."""
        self.touches += 1
        self.page.locator(selector, **options).first.tap()

    def sign_in(self, login: str) -> None:
        """The first time on this phone."""
        self.page.fill("#name", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.main")
        expect(self.page.locator(".bar")).to_be_visible()

    def become(self, login: str, pin: str) -> None:
        """Somebody else of those who share it, by a touch and a PIN."""
        self.touch(f".person:has-text('{login}')")
        for digit in pin:
            self.touch(f".keys button:text-is('{digit}')")
        self.touch(".keys button.main")
        expect(self.page.locator(".bar")).to_contain_text(login)

    def wait_for_worker(self) -> None:
        """Until the service worker has the shell."""
        self.page.evaluate("navigator.serviceWorker.ready")
        controlled = "navigator.serviceWorker.controller !== null"
        self.until(lambda: bool(self.page.evaluate(controlled)), "no service worker took over")

    def stored(self, table: str) -> list[dict[str, Any]]:
        """What lies in a table of the store, as the disk has it."""
        found: list[dict[str, Any]] = self.page.evaluate(_READ, table)
        return found

    def kept(self, work: dict[str, Any]) -> dict[str, Any]:
        """A work order as the phone has it."""
        return next(one for one in self.stored("workOrders") if one["number"] == work["number"])

    def waiting(self) -> list[dict[str, Any]]:
        """The queue, in the order in which it was reported."""
        return sorted(self.stored("queue"), key=lambda report: report["seq"])

    def verdicts(self) -> list[dict[str, Any]]:
        """What the server has answered."""
        return sorted(self.stored("verdicts"), key=lambda verdict: verdict["seq"])

    def until(self, wanted: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Wait for something that the phone does by itself."""
        deadline = time.monotonic() + seconds
        while not wanted():
            assert time.monotonic() < deadline, what
            self.page.wait_for_timeout(50)

    def see_work(self, number: str) -> None:
        """The work order in today's list, however much other work stands before it."""
        wanted, more = self.page.locator(".work", has_text=number), self.page.get_by_role("button", name="加载更多")

        def shown() -> bool:
            if wanted.count():
                return True
            if more.count():
                more.click()
            return False

        self.until(shown, f"{number} is not in the list")

    def look(self, name: str) -> None:
        """Keep a picture, and let axe look for what keeps people out."""
        inspect(self.page, name)


def inspect(page: Page, name: str) -> None:
    """Keep a picture of a page, and fail where axe finds what keeps people out."""
    PICTURES.mkdir(exist_ok=True)
    page.wait_for_timeout(200)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    found = faults(page)
    assert not found, f"{name}: {found}"


def faults(page: Page) -> list[str]:
    """What axe finds on a page as it stands."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_AXE.read_text())
    found: list[str] = page.evaluate(_FOUND)
    return found


# Read by the browser's own means: what the app says of itself is not the question.
_READ = """
table => new Promise((done, failed) => {
  const opening = indexedDB.open('throughline-floor')
  opening.onerror = () => failed(opening.error)
  opening.onsuccess = () => {
    const reading = opening.result.transaction(table).objectStore(table).getAll()
    reading.onsuccess = () => { opening.result.close(); done(reading.result) }
    reading.onerror = () => failed(reading.error)
  }
})
"""


def _processes_with(mark: str) -> list[int]:
    """Processes whose command line names this profile: ours, and nobody else's."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            with suppress(OSError):
                words = (folder / "cmdline").read_bytes().decode(errors="replace")
                if f"--user-data-dir={mark}" in words or f"--database={mark}" in words:
                    found.append(int(folder.name))
    return found
