"""Tables as Excel workbooks. A text is a text: what begins like a formula is never one."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from starlette.responses import Response

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_000
# What a spreadsheet takes for the beginning of a formula when the text is copied out of it into another.
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


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
    text = ILLEGAL_CHARACTERS_RE.sub("", "" if value is None else str(value))[:_LONGEST_CELL]
    if text.startswith(_FORMULA_SIGNS):
        text = f"'{text}"
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def as_download(content: bytes, file_name: str) -> Response:
    """The workbook to be saved under this name."""
    headers = {
        "content-disposition": f"attachment; filename*=UTF-8''{quote(file_name)}",
        "cache-control": "private, no-store",
    }
    return Response(content, headers=headers, media_type=MEDIA_TYPE)
