"""An Excel workbook to be filled in: headings, cells that stay text, lists to choose from, a sheet that explains."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LAST_ROW = 20_000
_HEAD = PatternFill("solid", fgColor="1F3A5F")
_NEEDED = PatternFill("solid", fgColor="9A3412")
_WHITE = Font(bold=True, color="FFFFFF")
_LONGEST_LIST = 250  # characters that a list of choices may have in the file format


@dataclass(frozen=True, slots=True)
class FormColumn:
    """A column to be filled in. `note` and `example` stand in the sheet that explains."""

    heading: str
    needed: bool
    note: str
    example: str
    choices: Sequence[str] = ()
    text: bool = True


def form_workbook(title: str, columns: Sequence[FormColumn], notes: tuple[str, Sequence[str]]) -> bytes:
    """The workbook; `notes` are the title and the headings (column, needed, what it holds, example) of its notes."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = title
    for index, column in enumerate(columns, 1):
        _column(sheet, index, column)
    sheet.freeze_panes = "A2"
    _explain(book, notes, columns)
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _column(sheet: Worksheet, index: int, column: FormColumn) -> None:
    cell = sheet.cell(1, index, column.heading + ("*" if column.needed else ""))
    cell.font, cell.fill = _WHITE, _NEEDED if column.needed else _HEAD
    letter = get_column_letter(index)
    sheet.column_dimensions[letter].width = max(12, 2 * len(column.heading) + 4)
    if column.text:
        # So that a program makes no number of what only looks like one: 0012 stays 0012.
        sheet.column_dimensions[letter].number_format = "@"
    listed = '"' + ",".join(column.choices) + '"'
    if column.choices and len(listed) <= _LONGEST_LIST:
        choice = DataValidation(type="list", formula1=listed, allow_blank=True, showErrorMessage=False)
        choice.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(choice)


def _explain(book: Workbook, notes: tuple[str, Sequence[str]], columns: Sequence[FormColumn]) -> None:
    title, headings = notes
    sheet = book.create_sheet(title)
    rows = [headings, *((one.heading, "*" if one.needed else "", one.note, one.example) for one in columns)]
    for row in rows:
        sheet.append(list(row))
    for cell in sheet[1]:
        cell.font, cell.fill = _WHITE, _HEAD
    for letter, width in zip("ABCD", (24, 8, 60, 32), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment, cell.number_format = Alignment(wrap_text=True, vertical="top"), "@"
