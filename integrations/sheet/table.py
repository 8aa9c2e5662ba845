"""Tables as Excel workbooks and CSV. A text is a text: what begins like a formula is never one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO, StringIO
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_000
# What a spreadsheet takes for the beginning of a formula when the text is copied out of it into another.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# A line less than a sheet holds, for its heading.
_MOST_ROWS = 1_048_575


def workbook(sheets: Sequence[tuple[str, Sequence[str], Sequence[Sequence[Any]]]]) -> bytes:
    """One workbook of (title, heads, rows). Decimals and whole numbers become numbers, everything else text."""
    book = Workbook(write_only=True)
    for title, heads, rows in sheets:
        sheet = book.create_sheet(title[:31])
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, head) for head in heads])
        for row in rows:
            sheet.append([_cell(sheet, value) for value in row])
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _cell(sheet: Any, value: Any) -> Any:
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value)  # type: ignore[arg-type]
    cell = WriteOnlyCell(sheet, safe_text(value))
    cell.data_type = "s"
    return cell


def safe_text(value: Any) -> str:
    """A text that no spreadsheet takes for a formula, wherever it is copied to."""
    text = ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))[:_LONGEST_CELL]
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


class RowWriter:
    """A table written row by row: what is written lies on disk, not in memory. Full sheets go on in the next."""

    def __init__(self, title: str, heads: Sequence[str]) -> None:
        self._book, self._title, self._heads = Workbook(write_only=True), title, heads
        self._sheets, self._rows = 0, 0
        self._begin()

    def write(self, rows: Sequence[Sequence[Any]]) -> None:
        """Add rows; decimals and whole numbers become numbers, everything else text."""
        for row in rows:
            if self._rows >= _MOST_ROWS:
                self._begin()
            self._sheet.append([_cell(self._sheet, value) for value in row])
            self._rows += 1

    def save(self, file: IO[bytes]) -> None:
        """Write the workbook; nothing can be added afterwards."""
        self._book.save(file)

    def _begin(self) -> None:
        self._sheets += 1
        number = "" if self._sheets == 1 else f" {self._sheets}"
        self._sheet: Any = self._book.create_sheet(f"{self._title}{number}"[:31])
        self._sheet.freeze_panes = "A2"
        self._sheet.append([_cell(self._sheet, head) for head in self._heads])
        self._rows = 0


def csv_rows(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows as CSV in UTF-8."""
    written = StringIO()
    csv.writer(written).writerows([[_csv(value) for value in row] for row in rows])
    return written.getvalue().encode()


def _csv(value: Any) -> str:
    plain = isinstance(value, Decimal | int) and not isinstance(value, bool)
    return f"{value:f}" if isinstance(value, Decimal) else str(value) if plain else safe_text(value)
