"""Products as people keep them in a spreadsheet: four sheets read into articles, routings, bills and quality standards.

`products` (sku, name, name_en, unit, kind), `routing` (sku, code, name, name_en, work_centre, minutes, setup_minutes,
requirements, requirements_en, outsourced), `bill` (product, material, quantity, alternatives such as `AL.T:0.5; ST.T`),
`quality` (sku, code, name, name_en, method, method_en, limit). Every error is told by sheet, row and column; a sheet
with errors is imported not at all. What a workbook does not speak of stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from domain.products.article import KINDS, Article, Operation
from domain.products.bill import BillLine
from domain.text import Text

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "products": ("sku", "name", "name_en", "unit", "kind"),
    "routing": (
        "sku", "code", "name", "name_en", "work_centre", "minutes", "setup_minutes", "requirements",
        "requirements_en", "outsourced",
    ),
    "bill": ("product", "material", "quantity", "alternatives"),
    "quality": ("sku", "code", "name", "name_en", "method", "method_en", "limit"),
}  # fmt: skip
_NEEDED: Mapping[str, frozenset[str]] = {
    "products": frozenset({"sku", "name", "unit", "kind"}),
    "routing": frozenset({"sku", "code", "name", "work_centre", "minutes"}),
    "bill": frozenset({"product", "material", "quantity"}),
    "quality": frozenset({"sku", "code", "name"}),
}
_DECIMAL = re.compile(r"[0-9]{1,14}(\.[0-9]{1,6})?")
_ALTERNATIVE = re.compile(r"([^:：]+?)(?:[:：]([0-9]{1,14}(?:\.[0-9]{1,6})?))?")
_YES = frozenset({"1", "true", "yes", "y", "是", "外协"})
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class SheetError:
    """What is wrong, where: rows count from 1 with the heading, as the program shows them."""

    sheet: str
    row: int
    column: str
    detail: Text

    def as_json(self) -> dict[str, Any]:
        """As the API tells it."""
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "detail": self.detail.as_json()}


@dataclass(slots=True)
class Read:
    """What a workbook says, and what is wrong with it."""

    articles: list[Article] = field(default_factory=list)
    bills: list[BillLine] = field(default_factory=list)
    quality: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    errors: list[SheetError] = field(default_factory=list)
    places: dict[tuple[str, str], int] = field(default_factory=dict)


def read_workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> Read:
    """The sheets by name, each with its rows of cells as text, the first being the headings."""
    found = Read()
    for name in sheets.keys() - COLUMNS.keys():
        found.errors.append(SheetError(name, 1, "", Text("没有这种工作表", "there is no such sheet")))
    by_sku: dict[str, Article] = {}
    for row, cells in _rows(found, "products", sheets):
        _product(found, by_sku, row, cells)
    operations: dict[str, list[Operation]] = {}
    for row, cells in _rows(found, "routing", sheets):
        _operation(found, by_sku, operations, row, cells)
    for row, cells in _rows(found, "bill", sheets):
        _bill_line(found, row, cells)
    for row, cells in _rows(found, "quality", sheets):
        _quality_point(found, row, cells)
    found.articles = [replace(one, operations=tuple(operations.get(sku, ()))) for sku, one in by_sku.items()]
    return found


def _rows(
    found: Read, sheet: str, sheets: Mapping[str, Sequence[Sequence[str]]]
) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows of a sheet by heading; what is empty is passed over, what lacks a needed cell is told."""
    rows = sheets.get(sheet) or ()
    headings = [cell.strip().lower() for cell in rows[0]] if rows else []
    for missing in sorted(_NEEDED[sheet] - set(headings)) if rows else ():
        found.errors.append(SheetError(sheet, 1, missing, Text("缺少这一列", "this column is missing")))
    for number, row in enumerate(rows[1:], 2):
        cells = {name: cell.strip() for name, cell in zip(headings, row, strict=False) if name in COLUMNS[sheet]}
        if any(cells.values()) and _NEEDED[sheet] <= set(headings) and _is_whole(found, sheet, number, cells):
            yield number, cells


def _is_whole(found: Read, sheet: str, row: int, cells: Mapping[str, str]) -> bool:
    wrong = [(name, Text("不能为空", "must not be empty")) for name in sorted(_NEEDED[sheet]) if not cells.get(name)]
    wrong += [(name, Text("过长", "is too long")) for name, cell in cells.items() if len(cell) > _LONGEST]
    found.errors += [SheetError(sheet, row, name, text) for name, text in wrong]
    return not wrong


def _product(found: Read, by_sku: dict[str, Article], row: int, cells: Mapping[str, str]) -> None:
    sku, kind = cells["sku"], cells["kind"].lower()
    if sku in by_sku:
        found.errors.append(SheetError("products", row, "sku", Text(f"编号重复：{sku}", f"{sku} is there twice")))
    elif kind not in KINDS:
        listed = ", ".join(KINDS)
        found.errors.append(
            SheetError("products", row, "kind", Text(f"应为：{listed}", f"one of {listed} is expected"))
        )
    else:
        found.places["article", sku] = row
        name_en = cells.get("name_en", "")
        by_sku[sku] = Article(sku, cells["name"], cells["unit"], kind, name_en=name_en)


def _operation(
    found: Read,
    by_sku: Mapping[str, Article],
    operations: dict[str, list[Operation]],
    row: int,
    cells: Mapping[str, str],
) -> None:
    sku = cells["sku"]
    minutes = _number(found, "routing", row, "minutes", cells)
    setup = _number(found, "routing", row, "setup_minutes", cells) if cells.get("setup_minutes") else Decimal(0)
    if sku not in by_sku:
        text = Text(f"products 表中没有 {sku}", f"{sku} is not in the sheet products")
        found.errors.append(SheetError("routing", row, "sku", text))
    if any(one.code == cells["code"] for one in operations.get(sku, ())):
        found.errors.append(SheetError("routing", row, "code", Text("工序重复", "this operation is there twice")))
    if minutes is None or setup is None:
        return
    told = cells.get("requirements", "")
    operations.setdefault(sku, []).append(
        Operation(
            cells["code"],
            Text(cells["name"], cells.get("name_en", "")),
            cells["work_centre"],
            minutes,
            setup,
            Text(told, cells.get("requirements_en", "")) if told else None,
            cells.get("outsourced", "").lower() in _YES,
        )
    )


def _bill_line(found: Read, row: int, cells: Mapping[str, str]) -> None:
    quantity = _number(found, "bill", row, "quantity", cells, positive=True)
    if quantity is None:
        return
    product = cells["product"]
    line = 1 + sum(1 for one in found.bills if one.product == product)
    found.places["bill", f"{product}/{line}"] = row
    found.bills.append(BillLine(product, line, cells["material"], quantity, _alternatives(found, row, cells)))


def _alternatives(found: Read, row: int, cells: Mapping[str, str]) -> list[dict[str, str]] | None:
    """What may be used instead; None where the column is not there, which leaves what is known."""
    if "alternatives" not in cells:
        return None
    listed = []
    for told in filter(None, (part.strip() for part in re.split("[;；]", cells["alternatives"]))):
        match = _ALTERNATIVE.fullmatch(told)
        if match is None:
            text = Text("应为“编号:比例；编号”", "written as 'number:ratio; number'")
            found.errors.append(SheetError("bill", row, "alternatives", text))
        else:
            listed.append({"sku": match[1].strip(), "ratio": match[2] or "1", "note": ""})
    return listed


def _quality_point(found: Read, row: int, cells: Mapping[str, str]) -> None:
    points = found.quality.setdefault(cells["sku"], [])
    found.places.setdefault(("quality", cells["sku"]), row)
    if any(point["code"] == cells["code"] for point in points):
        found.errors.append(SheetError("quality", row, "code", Text("检验项重复", "this point is there twice")))
    method = cells.get("method", "")
    points.append(
        {
            "code": cells["code"],
            "name": Text(cells["name"], cells.get("name_en", "")).as_json(),
            "method": Text(method, cells.get("method_en", "")).as_json() if method else None,
            "limit": cells.get("limit", ""),
        }
    )


def _number(
    found: Read, sheet: str, row: int, column: str, cells: Mapping[str, str], *, positive: bool = False
) -> Decimal | None:
    text = cells[column]
    if _DECIMAL.fullmatch(text) and (Decimal(text) > 0 or not positive):
        return Decimal(text)
    words = Text(
        "应为大于零的数" if positive else "应为数字",
        "a number above zero is expected" if positive else "a number is expected",
    )
    found.errors.append(SheetError(sheet, row, column, words))
    return None


def named_articles(found: Read) -> Iterator[tuple[str, int, str, str]]:
    """(sheet, row, column, number) of every article that the workbook names beside its own list."""
    for bill in found.bills:
        row = found.places["bill", f"{bill.product}/{bill.line}"]
        yield "bill", row, "product", bill.product
        yield "bill", row, "material", bill.material
        for other in bill.alternatives or ():
            yield "bill", row, "alternatives", other["sku"]
    for sku in found.quality:
        yield "quality", found.places["quality", sku], "sku", sku


def unknown_articles(found: Read, known: Callable[[str], bool]) -> list[SheetError]:
    """Articles that it names and that are neither in the workbook nor in the factory."""
    return [
        SheetError(sheet, row, column, Text(f"没有这个物料：{sku}", f"there is no article {sku}"))
        for sheet, row, column, sku in named_articles(found)
        if ("article", sku) not in found.places and not known(sku)
    ]
