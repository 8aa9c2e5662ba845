"""Stock as people keep it in a spreadsheet: one row for each material, read into counts and master data.

Columns may be in any order and bear English or Chinese names; only the material's number is needed. An empty cell
leaves what is known as it is. Every error is told by its row and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.products.sheet import SheetError
from domain.text import Text
from domain.warning.stock import Described

SHEET = "levels"
# What each column may be called; the first name is the one that errors use.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "material": ("material", "物料编码", "物料", "编码", "料号", "sku"),
    "on_hand": ("on_hand", "库存数量", "库存", "数量", "在库", "quantity", "qty"),
    "safety_level": ("safety_level", "安全库存", "最低库存"),
    "name": ("name", "物料名称", "名称"),
    "unit": ("unit", "单位"),
    "unit_cost": ("unit_cost", "单价", "成本", "单位成本"),
    "lead_days": ("lead_days", "采购周期", "提前期", "交期天数"),
}
_NAMED = {name: column for column, names in COLUMNS.items() for name in names}
_AMOUNT = re.compile(r"[0-9]{1,14}(\.[0-9]{1,6})?")
_GROUPED = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?")
_DAYS = re.compile(r"[0-9]{1,4}")
_LONGEST = {"material": 100, "name": 200, "unit": 20}
_MOST_DAYS = 3650
_NUMBERS = ("on_hand", "safety_level", "unit_cost")


@dataclass(slots=True)
class Levels:
    """What a sheet says, and what is wrong with it."""

    on_hand: dict[str, Decimal] = field(default_factory=dict)
    described: list[Described] = field(default_factory=list)
    errors: list[SheetError] = field(default_factory=list)


def read_levels(sheets: Mapping[str, Sequence[Sequence[str]]]) -> Levels:
    """The sheet called `levels`, or the only one; its first row are the headings."""
    found = Levels()
    name = SHEET if SHEET in sheets else next(iter(sheets), SHEET)
    if len(sheets) > 1 and SHEET not in sheets:
        text = Text(f"有多个工作表，应有名为 {SHEET} 的一个", f"there are several sheets and none is called {SHEET}")
        found.errors.append(SheetError(name, 1, "", text))
        return found
    seen: dict[str, int] = {}
    for row, cells in _rows(found, name, sheets.get(name) or ()):
        _level(found, name, row, cells, seen)
    return found


def _rows(found: Levels, sheet: str, rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, dict[str, str]]]:
    headings = [_NAMED.get(cell.strip().lower(), "") for cell in rows[0]] if rows else []
    for twice in sorted({name for name in headings if name and headings.count(name) > 1}):
        found.errors.append(SheetError(sheet, 1, twice, Text("这一列出现两次", "this column is there twice")))
    if "material" not in headings:
        found.errors.append(SheetError(sheet, 1, "material", Text("缺少这一列", "this column is missing")))
        return
    for number, row in enumerate(rows[1:], 2):
        cells = {name: cell.strip() for name, cell in zip(headings, row, strict=False) if name and cell.strip()}
        if cells:
            yield number, cells


def _level(found: Levels, sheet: str, row: int, cells: Mapping[str, str], seen: dict[str, int]) -> None:
    before = len(found.errors)
    material = cells.get("material", "")
    numbers = {name: _number(found, sheet, row, name, cells) for name in _NUMBERS}
    for column, wrong in _wrong_words(cells, seen):
        found.errors.append(SheetError(sheet, row, column, wrong))
    seen.setdefault(material, row)
    if len(found.errors) > before:
        return
    if numbers["on_hand"] is not None:
        found.on_hand[material] = numbers["on_hand"]
    found.described.append(
        Described(
            material,
            name=cells.get("name", ""),
            unit=cells.get("unit", ""),
            safety_level=numbers["safety_level"],
            unit_cost=numbers["unit_cost"],
            lead_days=int(cells["lead_days"]) if "lead_days" in cells else None,
        )
    )


def _wrong_words(cells: Mapping[str, str], seen: Mapping[str, int]) -> Iterator[tuple[str, Text]]:
    material = cells.get("material", "")
    if not material:
        yield "material", Text("不能为空", "must not be empty")
    elif material in seen:
        line = seen[material]
        yield "material", Text(f"与第 {line} 行重复", f"is in row {line} already")
    for name, longest in _LONGEST.items():
        if len(cells.get(name, "")) > longest:
            yield name, Text("过长", "is too long")
    days = cells.get("lead_days", "0")
    if not _DAYS.fullmatch(days) or int(days) > _MOST_DAYS:
        yield "lead_days", Text("应为整天数，不超过十年", "a whole number of days within ten years is expected")


def _number(found: Levels, sheet: str, row: int, column: str, cells: Mapping[str, str]) -> Decimal | None:
    """A number as people write it, with or without commas between thousands."""
    text = cells.get(column)
    if text is None:
        return None
    plain = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    if _AMOUNT.fullmatch(plain):
        return Decimal(plain)
    words = Text("应为不小于零的数，最多六位小数", "a number of zero or more is expected, with up to six decimals")
    found.errors.append(SheetError(sheet, row, column, words))
    return None
