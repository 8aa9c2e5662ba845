"""Every screen as a picture: at both sizes, light and dark, with the faults that a picture would show.

python -m tests.e2e.gallery     lays the pictures of one look on one sheet, in `pictures/sheets`, to be looked at
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any, Literal

from PIL import Image
from playwright.sync_api import Page, ViewportSize

from tests.e2e.desk import DESK
from tests.e2e.phone import PICTURES, faults

NARROW: ViewportSize = {"width": 320, "height": 640}
FOLDER = PICTURES / "screens"
_SHEET_WIDTH, _GAP = 1560, 8
_THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# A picture is as high as what it shows, so that what sticks to the foot of the screen covers nothing.
_HEIGHT = "document.documentElement.scrollHeight"
# What is wider than the screen scrolls sideways; a word that does not fit is cut.
_CUT = """
smallest => {
  const root = document.documentElement
  const found = root.scrollWidth > root.clientWidth ? ['the page is wider than the screen'] : []
  const name = one => one.tagName + '.' + one.className + ' ' + (one.textContent || '').trim().slice(0, 30)
  for (const one of document.querySelectorAll('button, .button, summary, label, h1, h2, p, dd, .tag')) {
    if (!one.getClientRects().length || one.classList.contains('unseen')) continue
    const cut = one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible'
    if (cut) found.push('cut: ' + name(one))
  }
  if (smallest) for (const one of document.querySelectorAll('button, a.button, summary, select, .input, .status')) {
    const box = one.getBoundingClientRect()
    if (box.width && box.height < smallest - 0.5) found.push('small: ' + name(one) + ' ' + Math.round(box.height))
  }
  return found
}
"""


class Gallery:
    """Pictures of one app in one language; `wrong` gathers what is cut, too small, or found by axe."""

    def __init__(self, page: Page, app: str, language: str, sizes: tuple[ViewportSize, ...], smallest: int = 0) -> None:
        self._page, self._name, self._sizes, self._smallest = page, f"{app}-{language}", sizes, smallest
        self.wrong: list[str] = []
        FOLDER.mkdir(parents=True, exist_ok=True)

    def take(self, screen: str) -> None:
        """The screen as it stands now, in every size and light; axe looks at the first size."""
        for size in self._sizes:
            self._page.set_viewport_size(size)
            for theme in _THEMES:
                self._page.emulate_media(color_scheme=theme, reduced_motion="reduce")
                where = f"{screen} {self._name} {size['width']} {theme}"
                path = FOLDER / f"{screen}--{size['width']}-{theme}-{self._name}.png"
                self._page.set_viewport_size({**size, "height": max(size["height"], self._page.evaluate(_HEIGHT))})
                self._page.screenshot(path=path)
                self._page.set_viewport_size(size)
                if size is self._sizes[0]:
                    self._note(where, faults(self._page))
            self._note(f"{screen} {self._name} {size['width']}", self._page.evaluate(_CUT, self._smallest))
        self._page.set_viewport_size(NARROW)
        self._note(f"{screen} {self._name} narrow", self._page.evaluate(_CUT, self._smallest))
        self._page.set_viewport_size(self._sizes[0])
        self._enlarged(screen)

    def _enlarged(self, screen: str) -> None:
        """Text at twice its size, as a person whose eyes are weak has it."""
        self._page.evaluate("document.documentElement.style.fontSize = '200%'")
        self._note(f"{screen} {self._name} 200 %", self._page.evaluate(_CUT, 0))
        self._page.evaluate("document.documentElement.style.fontSize = ''")

    def _note(self, where: str, found: list[Any]) -> None:
        self.wrong += [f"{where}: {one}" for one in found]


def sheets() -> None:
    """All screens of an app in one size, light and language on one sheet."""
    target = PICTURES / "sheets"
    target.mkdir(exist_ok=True)
    looks: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(FOLDER.glob("*.png")):
        looks[path.stem.partition("--")[2]].append(path)
    for look, paths in looks.items():
        _sheet([Image.open(path).convert("RGB") for path in paths]).save(target / f"{look}.png")


def _sheet(pictures: list[Image.Image]) -> Image.Image:
    width = 220 if pictures[0].width < DESK["width"] // 2 else 300 if pictures[0].width < DESK["width"] else 500
    columns = _SHEET_WIDTH // (width + _GAP)
    small = [one.resize((width, one.height * width // one.width)) for one in pictures]
    cut = [one.crop((0, 0, width, min(one.height, width * 3))) for one in small]
    rows = [cut[at : at + columns] for at in range(0, len(cut), columns)]
    sheet = Image.new("RGB", (_SHEET_WIDTH, sum(max(one.height for one in row) + _GAP for row in rows)), "magenta")
    top = 0
    for row in rows:
        for at, one in enumerate(row):
            sheet.paste(one, (at * (width + _GAP), top))
        top += max(one.height for one in row) + _GAP
    return sheet


if __name__ == "__main__":
    sheets()
